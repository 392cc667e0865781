"""Reads the text of a certificate from a picture: a photo, a scan, a screenshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

from strp.credential.codec import PREFIX
from strp.domain.errors import InvalidInput, TooLarge, Unsupported
from strp.domain.text import Text

IMAGE_MAX_BYTES: Final = 20 << 20
"""A photo of a phone of 2026 has 3 to 12 MB."""
JPEG_MAX_PIXELS: Final = 89_000_000
"""A JPEG is unpacked at a fraction of its size; Pillow calls larger pictures a bomb."""
IMAGE_MAX_PIXELS: Final = 40_000_000
"""A4 at 600 dpi has 35 megapixels; other pictures are unpacked whole, four bytes a pixel."""
WORKING_SIDES: Final = (1600, 2800, 800)
"""Longest side in pixels to look at, one after the other: fast, then fine, then coarse."""
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
        raise TooLarge("image-too-large", _TOO_LARGE)
    picture = _open(data)
    found = False
    for text in _texts(picture):
        found = True
        if text.startswith(PREFIX):
            return text
    if found:
        raise InvalidInput("not-ours", _NOT_OURS)
    raise InvalidInput("no-qr", _NO_QR)


def _open(data: bytes) -> Image.Image:
    """The picture in grey, no larger than it needs to be."""
    with _readable(), Image.open(BytesIO(data), formats=FORMATS) as image:
        is_jpeg = image.format == "JPEG"
        if image.width * image.height > (JPEG_MAX_PIXELS if is_jpeg else IMAGE_MAX_PIXELS):
            raise TooLarge("image-too-large", _TOO_LARGE)
        side = max(WORKING_SIDES)
        image.draft("L", (side, side))
        grey = _on_white(image).convert("L")
        grey.thumbnail((side, side))
        return grey


def _on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    layered = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), layered)


def _texts(picture: Image.Image) -> Iterator[str]:
    """Texts of QR codes, at one working size after the other."""
    for side in WORKING_SIDES:
        smaller = picture.copy()
        smaller.thumbnail((side, side))
        for barcode in zxingcpp.read_barcodes(smaller, _QR):
            yield barcode.text
        if max(picture.size) <= side:
            return


@contextmanager
def _readable() -> Iterator[None]:
    """Every way in which Pillow says that a picture cannot be read, as one error."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLarge("image-too-large", _TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise Unsupported("image-unreadable", _UNREADABLE) from None


_TOO_LARGE = Text(
    id="Gambar terlalu besar. Kirim gambar di bawah 20 MB.",
    en="The picture is too large. Send one under 20 MB.",
)
_UNREADABLE = Text(
    id="Gambar tidak dapat dibaca. Kirim foto sebagai PNG, JPEG atau WebP.",
    en="The picture cannot be read. Send the photo as PNG, JPEG or WebP.",
)
_NO_QR = Text(
    id="Tidak ada kode QR yang terbaca. Foto lebih dekat, terang dan tidak buram.",
    en="No QR code can be read. Take the photo closer, in good light and sharp.",
)
_NOT_OURS = Text(
    id="Kode QR ini bukan kode STRP.",
    en="This QR code is not an STRP code.",
)
