"""Draws evidence anew: each page of a PDF, or a photo, as a JPEG that holds nothing else.

It works on what an employer sent, and runs in a confined process (`evidence_child`). What a file
is, is told by its first bytes alone. Scripts, forms, attachments, links, metadata, further frames
and whatever lies behind the end are never looked at: only what a page shows is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from strp.domain.errors import StrpError
from strp.outside.paper.evidence_refusals import EVIDENCE_MAX_BYTES, MOST_PAGES, refuse_evidence

PDF_BYTES: Final = 1_000_000
"""Of all pages of a PDF together."""
PHOTO_BYTES: Final = 500_000
JPEG_MAX_PIXELS: Final = 89_000_000
"""A JPEG is unpacked at a fraction of its size; Pillow calls larger pictures a bomb."""
PNG_MAX_PIXELS: Final = 40_000_000
"""A4 at 600 dpi has 35 megapixels; a PNG is unpacked whole, at up to four bytes a pixel."""
LONGEST_SIDE: Final = 2000
"""Pixels of the longest side: A4 at 170 dpi, at which small print can be read."""
STEPS: Final = (
    (2000, 80), (2000, 60), (1600, 60), (1600, 45), (1300, 45), (1300, 35), (1000, 35), (1000, 25),
    (800, 20), (600, 15), (400, 10),
)  # fmt: skip
"""Longest side and JPEG quality, tried in turn until the picture fits."""
_PASSWORD_MISSING: Final = 4  # FPDF_ERR_PASSWORD


def draw_evidence(data: bytes) -> Iterator[bytes]:
    """Draw each page.

    Args:
        data: PDF, JPEG or PNG, or anything else.

    Returns:
        JPEG pictures, the first page first: of a PDF 1 MB together, of a photo 500 KB.

    Raises:
        TooLarge: `evidence-too-large`: more bytes or pixels than may be.
        Unsupported: `evidence-unreadable`: another kind of file, or a damaged one.
        InvalidInput: `evidence-encrypted`, `evidence-too-many-pages`.
    """
    if len(data) > EVIDENCE_MAX_BYTES:
        raise refuse_evidence("evidence-too-large")
    with _readable():
        if data.startswith(b"%PDF-"):
            yield from _draw_pdf(data)
        elif data.startswith(b"\xff\xd8\xff"):
            yield fitting(_open(data, "JPEG", JPEG_MAX_PIXELS), PHOTO_BYTES)
        elif data.startswith(b"\x89PNG\r\n\x1a\n"):
            yield fitting(_open(data, "PNG", PNG_MAX_PIXELS), PHOTO_BYTES)
        else:
            raise refuse_evidence("evidence-unreadable")


def fitting(picture: Image.Image, most_bytes: int) -> bytes:
    """A picture as JPEG, as fine as fits.

    Args:
        picture: as drawn.
        most_bytes: of the JPEG.

    Raises:
        InvalidInput: `evidence-too-costly`: not even small and coarse.
    """
    bytes_for = 0.0
    for side, quality in STEPS:
        cost = min(side, max(picture.size)) ** 2 * quality
        if bytes_for * cost > 2 * most_bytes:
            continue  # the last try says that this one is far too fine
        drawn = _compressed(picture, side, quality)
        if len(drawn) <= most_bytes:
            return drawn
        bytes_for = len(drawn) / cost
    raise refuse_evidence("evidence-too-costly")


def _compressed(picture: Image.Image, side: int, quality: int) -> bytes:
    smaller = picture
    if max(picture.size) > side:
        smaller = picture.copy()
        smaller.thumbnail((side, side))
    out = BytesIO()
    smaller.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _draw_pdf(data: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(data)
    pages = len(document)
    if pages > MOST_PAGES:
        raise refuse_evidence("evidence-too-many-pages")
    if pages == 0:
        raise refuse_evidence("evidence-unreadable")
    left = PDF_BYTES
    for number in range(pages):
        drawn = fitting(_draw_page(document[number]), left // (pages - number))
        left -= len(drawn)
        yield drawn


def _draw_page(page: pypdfium2.PdfPage) -> Image.Image:
    """A page in RGB; annotations are drawn where they show, forms and scripts are not started."""
    longest = max(page.get_size())
    if longest <= 0:
        raise refuse_evidence("evidence-unreadable")
    bitmap = page.render(scale=LONGEST_SIDE / longest, may_draw_forms=False)
    try:
        drawn: Image.Image = bitmap.to_pil().convert("RGB")
        return drawn
    finally:
        bitmap.close()
        page.close()


def _open(data: bytes, kind: str, most_pixels: int) -> Image.Image:
    """The picture upright in RGB, on white where it is transparent; refused by its header alone
    where it would take too much to unpack.
    """
    with Image.open(BytesIO(data), formats=(kind,)) as image:
        if image.width * image.height > most_pixels:
            raise refuse_evidence("evidence-too-large")
        longest = max(image.size)
        if kind == "JPEG" and longest > LONGEST_SIDE:
            wanted = (edge * LONGEST_SIDE // longest or 1 for edge in image.size)
            image.draft("RGB", (next(wanted), next(wanted)))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _on_white(upright)


def _on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


@contextmanager
def _readable() -> Iterator[None]:
    """Every way in which the libraries say that a file cannot be read, as one error."""
    try:
        yield
    except StrpError:
        raise
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD_MISSING
        raise refuse_evidence("evidence-encrypted" if locked else "evidence-unreadable") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise refuse_evidence("evidence-too-large") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise refuse_evidence("evidence-unreadable") from None
