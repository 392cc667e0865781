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
