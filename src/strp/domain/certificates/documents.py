"""All certificates of an application in one file: what is made at once, what is kept, how long."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

AT_ONCE: Final = 250
"""Certificates that are printed while the reader waits; more are made by the worker."""
MOST_PAGES: Final = 20_000
"""Of one PDF: what merges them holds all of them in memory."""
KEPT_FOR: Final = timedelta(hours=6)
"""After somebody asked for it last."""
WANTED_FOR: Final = timedelta(seconds=90)
"""Who does not ask again within this time waits no more; pages ask every few seconds."""
ASK_AGAIN_S: Final = 5
MOST_UNFINISHED_EACH: Final = 2
"""Of one employer."""
MOST_UNFINISHED: Final = 200


class DocumentForm(StrEnum):
    """How the certificates of an application are put together."""

    PDF = "pdf"
    ZIP = "zip"


# Measured (28 November 2026): 55,191, 128,660 and 492,504 bytes for 1, 20 and 100 certificates in
# one PDF; a file of a zip has 68 KB, because each holds its fonts.
_PDF_BYTES, _PDF_BYTES_EACH, _ZIP_BYTES_EACH = 52_000, 4_400, 68_000


def expected_bytes(form: DocumentForm, certificates: int) -> int:
    """About how large the file of some certificates is, told before a download begins.

    Args:
        form: how they are put together.
        certificates: how many.
    """
    if form is DocumentForm.PDF:
        return _PDF_BYTES + _PDF_BYTES_EACH * certificates
    return _ZIP_BYTES_EACH * certificates
