"""How often a process refused something, by what was scarce: a number each, for operations."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Refused(StrEnum):
    """What was refused, or ended."""

    BODY = "body"
    CONNECTION = "connection"
    CREDENTIAL = "credential"
    PHOTO = "photo"
    SHARE = "share"
    SLOT = "slot"
    SPREADSHEET = "spreadsheet"
    TURN = "turn"


MEANINGS: Final = {
    Refused.BODY: "refused before it was read, or too slow, or without a place",
    Refused.CONNECTION: "ended beyond a bound",
    Refused.CREDENTIAL: "a key or session that nobody has",
    Refused.PHOTO: "no place to read it",
    Refused.SHARE: "more than one block, account, key or admission may take",
    Refused.SLOT: "turned away while too much waited",
    Refused.SPREADSHEET: "no place to read it",
    Refused.TURN: "too many requests of one block waited",
}

_OF_ERRORS: Final = {
    "busy": Refused.SLOT,
    "too-many-requests": Refused.SHARE,
    "too-slow": Refused.BODY,
    "file-too-large": Refused.BODY,
}


class Refusals:
    """Counts of one process; one costs less than a microsecond, so that refusing stays cheap."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: Counter[Refused] = Counter()

    def count_error(self, code: str) -> None:
        """Count what an error says; what is no refusal of the front is not counted."""
        what = _OF_ERRORS.get(code)
        if what is not None:
            self.count(what)

    def count(self, what: Refused, times: int = 1) -> None:
        """Count what was refused.

        Args:
            what: kind of refusal.
            times: how often.
        """
        self._counts[what] += times

    @property
    def counts(self) -> Mapping[Refused, int]:
        """All of them, also those that are 0."""
        return {what: self._counts[what] for what in Refused}
