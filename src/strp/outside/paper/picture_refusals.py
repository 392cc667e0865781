"""Why no certificate is read from a picture, and what to do about it."""

from typing import Final

from strp.domain.errors import InvalidInput, StrpError, TooLarge, Unsupported
from strp.domain.text import Text

IMAGE_MAX_BYTES: Final = 20 << 20
"""A photo of a phone of 2026 has 3 to 12 MB."""

_REFUSALS: dict[str, tuple[type[StrpError], Text]] = {
    "image-too-large": (
        TooLarge,
        Text(
            id="Gambar terlalu besar. Kirim foto JPEG di bawah 20 MB.",
            en="The picture is too large. Send a JPEG photo under 20 MB.",
        ),
    ),
    "image-unreadable": (
        Unsupported,
        Text(
            id="Gambar tidak dapat dibaca. Kirim foto sebagai PNG, JPEG atau WebP, atau PDF surat.",
            en="The picture cannot be read. Send a photo as PNG, JPEG or WebP, or the PDF.",
        ),
    ),
    "no-qr": (
        InvalidInput,
        Text(
            id="Tidak ada kode QR yang terbaca. Foto lebih dekat, terang dan tidak buram.",
            en="No QR code can be read. Take the photo closer, in good light and sharp.",
        ),
    ),
    "not-ours": (
        InvalidInput,
        Text(id="Kode QR ini bukan kode STRP.", en="This QR code is not an STRP code."),
    ),
}

PICTURE_CODES: Final = frozenset(_REFUSALS)


def refuse_picture(code: str) -> StrpError:
    """The error that refuses a picture, to be raised.

    Args:
        code: one of `PICTURE_CODES`.
    """
    kind, text = _REFUSALS[code]
    return kind(code, text)
