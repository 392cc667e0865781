"""Employers that somebody asked about, until they are counted: a question writes nothing itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from strp.domain.identifiers import Nib

MOST_A_DAY: Final = 200_000
"""Employers that one process remembers of a day; the registry of a city has fewer."""


class AskedOn(NamedTuple):
    """When an employer was asked about.

    Args:
        day: in Jakarta.
        exercise: whether under an exercise.
    """

    day: date
    exercise: bool


@dataclass(slots=True)
class AskedEmployers:
    """Each employer once a day, whoever asks and however often."""

    _on: AskedOn | None = None
    _known: set[Nib] = field(default_factory=set)
    _waiting: defaultdict[AskedOn, list[Nib]] = field(default_factory=lambda: defaultdict(list))

    def note(self, nib: Nib, on: AskedOn) -> None:
        """Remember that an employer was asked about.

        Args:
            nib: the employer.
            on: day and mark under which it is counted.
        """
        if on != self._on:
            self._on, self._known = on, set()
        if nib in self._known or len(self._known) >= MOST_A_DAY:
            return
        self._known.add(nib)
        self._waiting[on].append(nib)

    def take(self) -> Mapping[AskedOn, Sequence[Nib]]:
        """What is not counted yet; it is the caller's now."""
        taken, self._waiting = self._waiting, defaultdict(list)
        return taken

    def put_back(self, taken: Mapping[AskedOn, Sequence[Nib]]) -> None:
        """Take again what could not be counted."""
        for on, nibs in taken.items():
            self._waiting[on] = [*nibs, *self._waiting[on]]
