"""Reads the texts of certificates from a picture: a photo, a scan, a screenshot, a PDF.

It works on what a stranger sent, and runs in a confined process (`photo_reader`): a picture that is
tiled with finder patterns costs the search for codes 20 s.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, JpegImagePlugin, UnidentifiedImageError

from strp.credential.codec import PREFIX
from strp.domain.errors import StrpError
from strp.outside.paper.picture_refusals import IMAGE_MAX_BYTES, refuse_picture

JPEG_MAX_PIXELS: Final = 89_000_000
"""A JPEG is unpacked at a fraction of its size; Pillow calls larger pictures a bomb."""
PNG_MAX_PIXELS: Final = 40_000_000
"""A4 at 600 dpi has 35 megapixels; a PNG is unpacked whole, at up to four bytes a pixel."""
WEBP_MAX_PIXELS: Final = 12_600_000
"""A photo of 4096 by 3072; Pillow takes 15 bytes a pixel of a WebP."""
FAST_SIDE, FINE_SIDE, FULL_SIDE, COARSE_SIDE = 1600, 2800, 6000, 800
"""Longest side in pixels to look at, one after the other."""
SHARPENED_SIDE: Final = 1200
"""Of what is enlarged twice."""
MOST_CODES: Final = 16
MOST_PAGES: Final = 4
PDF_START: Final = 1024
"""A PDF may have other bytes before its head (ISO 32000-1, annex H, note 13)."""
SVG_MAX_MODULES: Final = 40_000
SVG_PIXELS: Final = 6
STRIP_PIXELS: Final = 1 << 20
FORMATS: Final = ("PNG", "JPEG", "WEBP")
if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_QR = zxingcpp.barcode_formats_from_str("QRCode")
_SHARPEN = ImageFilter.UnsharpMask(radius=2, percent=80, threshold=2)
_SVG_FRAME = re.compile(rb'viewBox="0 0 (\d{1,4}) (\d{1,4})"')
_SVG_RUN = re.compile(rb"M(\d{1,4}) (\d{1,4})h(\d{1,4})v1h-\d{1,4}z")


class Codes(NamedTuple):
    """What was found in a picture so far.

    Args:
        texts: those that start with `STRP1:`, each once; nothing about them is believed yet.
        others: how many other QR codes there are.
    """

    texts: tuple[str, ...]
    others: int


def read_qr(data: bytes) -> str:
    """The text of the first STRP code in a picture, see `read_codes`."""
    *_, found = read_codes(data)
    return found.texts[0]


def read_codes(data: bytes) -> Iterator[Codes]:
    """The STRP codes in a picture, after each look at it; the last says all.

    Args:
        data: PNG, JPEG or WebP; turned, slanted or poorly printed is fine. A PDF, of which the
            first pages are looked at, or an SVG as STRP writes it.

    Raises:
        TooLarge: `image-too-large`: more than 20 MiB, or too many pixels.
        Unsupported: `image-unreadable`: not a picture of these kinds, or a damaged one.
        InvalidInput: `no-qr` where there is no QR code, `not-ours` where it is another.
    """
    if len(data) > IMAGE_MAX_BYTES:
        raise refuse_picture("image-too-large")
    found: dict[str, None] = {}
    for look in _looks(data):
        if look.last_resort and any(map(_is_ours, found)):
            break
        found.update(dict.fromkeys(_codes(look.picture())))
        texts = tuple(text for text in found if _is_ours(text))[:MOST_CODES]
        if texts:
            yield Codes(texts, sum(not _is_ours(text) for text in found))
    if not any(map(_is_ours, found)):
        raise refuse_picture("not-ours" if found else "no-qr")


def _is_ours(text: str) -> bool:
    return text.startswith(PREFIX)


class _Look(NamedTuple):
    """One look at a picture.

    Args:
        picture: makes what is looked at, in grey.
        last_resort: whether it is only for pictures in which nothing of ours was found.
    """

    picture: Callable[[], Image.Image]
    last_resort: bool = False


def _looks(data: bytes) -> Iterator[_Look]:
    """One working size after the other; at first quickly unpacked."""
    if b"%PDF-" in data[:PDF_START]:
        yield from (_Look(picture) for picture in _pages(data))
        return
    if b"<svg" in data[:PDF_START]:
        yield _Look(lambda: _draw_svg(data))
        return
    picture = _open(data, FAST_SIDE)
    yield _Look(lambda: picture)
    if max(picture.size) == FAST_SIDE:
        yield _Look(lambda: _open(data, FINE_SIDE))  # a small code beside a large one
        yield _Look(lambda: _open(data, FULL_SIDE), last_resort=True)  # far away
    if max(picture.size) > COARSE_SIDE:
        yield _Look(lambda: _smaller(picture, COARSE_SIDE), last_resort=True)
    yield _Look(lambda: _sharpened(picture), last_resort=True)


def _codes(picture: Image.Image) -> Iterator[str]:
    for barcode in zxingcpp.read_barcodes(picture, _QR):
        yield barcode.text


def _smaller(picture: Image.Image, side: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((side, side))
    return smaller


def _sharpened(picture: Image.Image) -> Image.Image:
    """Enlarged and lightly sharpened: what was out of focus, or printed too small."""
    smaller = _smaller(picture, SHARPENED_SIDE)
    size = (smaller.width * 2, smaller.height * 2)
    return smaller.resize(size, Image.Resampling.BICUBIC).filter(_SHARPEN)


def _pages(data: bytes) -> Iterator[Callable[[], Image.Image]]:
    """The first pages of a PDF, as they would be printed."""
    import pypdfium2  # a tenth of a second, which photos do without

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise refuse_picture("image-unreadable") from None
    count = min(len(document), MOST_PAGES)
    for number in range(count):
        yield partial(_draw_page, document, number)


def _draw_page(document: "PdfDocument", number: int) -> Image.Image:
    with _readable():
        page = document[number]
        longest = max(page.get_size())
        if longest <= 0:
            raise refuse_picture("image-unreadable")
        bitmap = page.render(scale=FAST_SIDE / longest, grayscale=True, may_draw_forms=False)
        drawn: Image.Image = bitmap.to_pil().convert("L")
        return drawn


def _draw_svg(data: bytes) -> Image.Image:
    """A symbol as `qr_writer.write_svg` writes it; any other drawing has no code for us."""
    frame = _SVG_FRAME.search(data[:PDF_START])
    if frame is None:
        raise refuse_picture("image-unreadable")
    width, height = int(frame[1]), int(frame[2])
    if not 0 < width * height <= SVG_MAX_MODULES:
        raise refuse_picture("image-too-large")
    modules = Image.new("L", (width, height), "white")
    pen = ImageDraw.Draw(modules)
    for run in _SVG_RUN.finditer(data):
        x, y, length = map(int, run.groups())
        pen.line((x, y, x + length - 1, y), fill=0)
    return modules.resize((width * SVG_PIXELS, height * SVG_PIXELS), Image.Resampling.NEAREST)


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
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, RuntimeError):
        raise refuse_picture("image-unreadable") from None
