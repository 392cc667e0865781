"""Names of roster files: what a receipt shows of one, and what the corrections file is called."""

import re
from typing import Final

from strp.domain.identifiers import ApplicationId
from strp.domain.text import clean_line

MOST_CHARACTERS: Final = 80
_CORRECTIONS = re.compile(r"strp-(\d{1,18})-perbaikan")
_LONG_NUMBER = re.compile(rf"({_CORRECTIONS.pattern})|\d{{12,}}")
CORRECTIONS_MARK: Final = "-perbaikan"
"""Part of the name of every corrections file."""


def shown_file_name(name: str | None) -> str:
    """The name of a file as a receipt shows it: no folder, no mark of direction, no long number.

    Args:
        name: as the browser or a program gave it, or None.
    """
    last = re.split(r"[/\\]", clean_line(name or ""))[-1].strip()
    shown = _LONG_NUMBER.sub(lambda found: found[1] or "…", last)
    return shown if len(shown) <= MOST_CHARACTERS else f"{shown[: MOST_CHARACTERS - 1]}…"


def corrections_name(application_id: ApplicationId, suffix: str) -> str:
    """What the corrections file of a filing is called.

    Args:
        application_id: of the filing.
        suffix: that says which kind of file it is.
    """
    return f"strp-{application_id}{CORRECTIONS_MARK}.{suffix}"


def corrected_by(name: str) -> ApplicationId | None:
    """The filing whose rows to mend a file holds, as its name says; people keep what they download.

    Args:
        name: of the file that was sent.
    """
    found = _CORRECTIONS.search(name)
    return ApplicationId(int(found[1])) if found else None
