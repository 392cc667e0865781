"""Why a file is not taken as evidence, and what to do about it."""

from typing import Final

from strp.domain.errors import InvalidInput, StrpError, TooLarge, Unsupported
from strp.domain.text import Text

EVIDENCE_MAX_BYTES: Final = 10 << 20
"""A scan of a letter has 0.2 to 3 MB."""
MOST_PAGES: Final = 20
"""A letter with its annexes; whoever has more sends the pages that name the company."""

_REFUSALS: Final[dict[str, tuple[type[StrpError], Text]]] = {
    "evidence-too-large": (
        TooLarge,
        Text(
            id="Berkas bukti terlalu besar. Kirim PDF, JPEG atau PNG di bawah 10 MB; foto PNG "
            "paling banyak 40 megapiksel.",
            en="The evidence is too large. Send a PDF, JPEG or PNG under 10 MB; a PNG has at most "
            "40 megapixels.",
        ),
    ),
    "evidence-unreadable": (
        Unsupported,
        Text(
            id="Berkas ini bukan PDF, JPEG atau PNG, atau rusak. Foto atau pindai suratnya, lalu "
            "kirim lagi.",
            en="This file is no PDF, JPEG or PNG, or it is damaged. Photograph or scan the letter, "
            "and send it again.",
        ),
    ),
    "evidence-encrypted": (
        InvalidInput,
        Text(
            id="PDF ini terkunci dengan kata sandi. Simpan tanpa kata sandi, lalu kirim lagi.",
            en="This PDF is locked with a password. Save it without one, and send it again.",
        ),
    ),
    "evidence-too-many-pages": (
        InvalidInput,
        Text(
            id="PDF ini lebih dari 20 halaman. Kirim hanya halaman yang menyebut perusahaan dan "
            "izinnya.",
            en="This PDF has more than 20 pages. Send only those that name the company and its "
            "permit.",
        ),
    ),
    "evidence-too-costly": (
        InvalidInput,
        Text(
            id="Berkas ini terlalu berat untuk dibaca. Foto atau pindai suratnya, lalu kirim "
            "hasilnya.",
            en="This file takes too much to read. Photograph or scan the letter, and send that.",
        ),
    ),
}

EVIDENCE_CODES: Final = frozenset(_REFUSALS)


def refuse_evidence(code: str) -> StrpError:
    """The error that refuses a file, to be raised.

    Args:
        code: one of `EVIDENCE_CODES`.
    """
    kind, text = _REFUSALS[code]
    return kind(code, text)
