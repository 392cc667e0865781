"""What screening refuses, counted for the compliance list: by filing, never by scanning later.

Definitions: `domain/figures/definitions.py`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from strp.domain.identifiers import Nib
from strp.domain.screening.screen import Screening, ScreeningOutcome


class RefusalKind(StrEnum):
    """What is counted by employer and day."""

    ATTEMPT = "attempt"
    OVER_CAP = "over_cap"
    NOT_PROVEN = "not_proven"
    NAMED_BY_TWO = "named_by_two"
    AT_UNLISTED_SITE = "at_unlisted_site"
    ASKED = "asked"
    CLAIMED = "claimed"


RefusalCounts = dict[tuple[RefusalKind, Nib | None], int]
"""Workers by kind; with the other employer, where it is one who named them as well."""

_REFUSED_FOR: Final = {
    "sector-not-listed": RefusalKind.ATTEMPT,
    "over-cap": RefusalKind.OVER_CAP,
    "host-not-listed": RefusalKind.AT_UNLISTED_SITE,
}
_UNPROVEN: Final = frozenset({"sector-review", "evidence-required", "kbli-edition-unmapped"})


def count_refusals(counts: RefusalCounts, screened: Sequence[Screening]) -> None:
    """Count what the sector gate, the caps and unproven sectors made of some workers.

    Args:
        counts: are added to.
        screened: of one filing, or a part of it.
    """
    for one, workers in distinct(screened).items():
        kind = kind_of(one)
        if kind is not None:
            counts[kind, None] = counts.get((kind, None), 0) + workers


def count_named_by_two(
    counts: RefusalCounts, nib: Nib, holders: Mapping[int, Sequence[int]]
) -> None:
    """Count workers whom other employers have already, for each of these employers.

    Args:
        counts: are added to.
        nib: employer that files.
        holders: employers that have a worker, by row; negative marks are of revoked certificates.
    """
    for others in holders.values():
        for other in others:
            if other >= 0 and other != nib:
                kind = (RefusalKind.NAMED_BY_TWO, Nib(other))
                counts[kind] = counts.get(kind, 0) + 1


def kind_of(screening: Screening) -> RefusalKind | None:
    """What a screening counts as, or None where it is not counted."""
    outcome, reasons = screening
    match outcome:
        case ScreeningOutcome.REFUSE:
            return next((_REFUSED_FOR[code] for code in reasons if code in _REFUSED_FOR), None)
        case ScreeningOutcome.REFER:
            return None if _UNPROVEN.isdisjoint(reasons) else RefusalKind.NOT_PROVEN
        case _:
            return None


def distinct(screened: Sequence[Screening]) -> Mapping[Screening, int]:
    """How often each screening comes; most filings have one that all workers share."""
    if screened and screened.count(screened[0]) == len(screened):
        return {screened[0]: len(screened)}
    return Counter(screened)
