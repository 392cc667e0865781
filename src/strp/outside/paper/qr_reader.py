"""Reads the text of a certificate from a picture: a photo, a scan, a screenshot.

It works on what a stranger sent, and runs in a confined process (`photo_reader`): a picture that is
tiled with finder patterns costs the search for codes 20 s.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

import zxingcpp
from PIL import Image, JpegImagePlugin, UnidentifiedImageError

from strp.credential.codec import PREFIX
from strp.domain.errors import StrpError
from strp.outside.paper.picture_refusals import IMAGE_MAX_BYTES, refuse_picture

JPEG_MAX_PIXELS: Final = 89_000_000
"""A JPEG is unpacked at a fraction of its size; Pillow calls larger pictures a bomb."""
PNG_MAX_PIXELS: Final = 40_000_000
"""A4 at 600 dpi has 35 megapixels; a PNG is unpacked whole, at up to four bytes a pixel."""
WEBP_MAX_PIXELS: Final = 12_600_000
"""A photo of 4096 by 3072; Pillow takes 15 bytes a pixel of a WebP."""
FAST_SIDE, FINE_SIDE, COARSE_SIDE = 1600, 2800, 800
"""Longest side in pixels to look at, one after the other."""
STRIP_PIXELS: Final = 1 << 20
FORMATS: Final = ("PNG", "JPEG", "WEBP")
_QR = zxingcpp.barcode_formats_from_str("QRCode")


def read_qr(data: bytes) -> str:
    """The text of the STRP code in a picture.

    Args:
        data: PNG, JPEG or WebP; turned, slanted or poorly printed is fine.

    Returns:
        Text that starts with `STRP1:`; nothing about it is believed yet.

    Raises:
        TooLarge: `image-too-large`: more than 20 MiB, or too many pixels.
        Unsupported: `image-unreadable`: not a picture of these kinds, or a damaged one.
        InvalidInput: `no-qr` where there is no QR code, `not-ours` where it is another.
    """
    if len(data) > IMAGE_MAX_BYTES:
        raise refuse_picture("image-too-large")
    found = False
    for text in _texts(data):
        found = True
        if text.startswith(PREFIX):
            return text
    raise refuse_picture("not-ours" if found else "no-qr")


def _texts(data: bytes) -> Iterator[str]:
    """Texts of QR codes, at one working size after the other; at first quickly unpacked."""
    picture = _open(data, FAST_SIDE)
    yield from _codes(picture, FAST_SIDE)
    if max(picture.size) == FAST_SIDE:
        picture = _open(data, FINE_SIDE)
        yield from _codes(picture, FINE_SIDE)
    if max(picture.size) > COARSE_SIDE:
        yield from _codes(picture, COARSE_SIDE)


def _codes(picture: Image.Image, side: int) -> Iterator[str]:
    smaller = picture.copy()
    smaller.thumbnail((side, side))
    for barcode in zxingcpp.read_barcodes(smaller, _QR):
        yield barcode.text


def _open(data: bytes, side: int) -> Image.Image:
    """The picture in grey, its longest side at most as given."""
    with _readable(), Image.open(BytesIO(data), formats=FORMATS) as image:
        _require_usual(image)
        longest = max(image.size)
        image.draft("L", (image.width * side // longest, image.height * side // longest))
        grey = _grey(image)
        grey.thumbnail((side, side))
        return grey


def _require_usual(image: Image.Image) -> None:
    """Refuse by the header alone what would take too much to unpack.

    Raises:
        TooLarge: too many pixels for its format.
        Unsupported: an animation.
    """
    most = WEBP_MAX_PIXELS if image.format == "WEBP" else PNG_MAX_PIXELS
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        most = JPEG_MAX_PIXELS
    elif getattr(image, "is_animated", False):
        raise refuse_picture("image-unreadable")
    if image.width * image.height > most:
        raise refuse_picture("image-too-large")


def _grey(image: Image.Image) -> Image.Image:
    """The picture in grey, on white where it is transparent; strip by strip, to spare memory."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("L")
    width, height = image.size
    grey = Image.new("L", image.size)
    rows = max(1, STRIP_PIXELS // width)
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height))).convert("RGBA")
        white = Image.new("RGBA", strip.size, "white")
        grey.paste(Image.alpha_composite(white, strip).convert("L"), (0, top))
    return grey


@contextmanager
def _readable() -> Iterator[None]:
    """Every way in which Pillow says that a picture cannot be read, as one error."""
    try:
        yield
    except StrpError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise refuse_picture("image-too-large") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise refuse_picture("image-unreadable") from None
