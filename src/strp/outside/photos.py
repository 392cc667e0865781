"""QR symbols read from photos and screenshots."""

import warnings
from io import BytesIO
from typing import Final

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from strp.domain.errors import Unsupported
from strp.domain.text import Text

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE_PIXELS: Final = 2_400
"""Phones take 4,000 pixels and more; a symbol that fills a tenth of this is read all the same."""

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def read_symbols(data: bytes) -> list[str]:
    """The texts of the QR symbols in a picture, in no order; none is an empty list.

    Args:
        data: a PNG, JPEG, WebP, GIF, BMP or TIFF file.

    Raises:
        Unsupported: not such a picture, or one with more than 50 million pixels.
    """
    found = zxingcpp.read_barcodes(_open(data), formats=_QR)
    return [symbol.text for symbol in found]


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=FORMATS) as image:
            warnings.simplefilter("ignore")
            if image.width * image.height > MOST_PIXELS:
                raise _unreadable()
            image.draft("L", (LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
            upright = ImageOps.exif_transpose(image)
            if upright.mode in {"RGBA", "LA", "P"}:
                upright = _on_white(upright.convert("RGBA"))
            grey = upright.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise _unreadable() from None
    grey.thumbnail((LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
    return grey


def _on_white(image: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper


def _unreadable() -> Unsupported:
    return Unsupported(
        "photo-unreadable",
        Text(
            id="Berkas ini bukan foto yang dapat dibaca. Kirim foto JPEG atau PNG.",
            en="This file is not a photo that can be read. Send a JPEG or PNG.",
        ),
    )
