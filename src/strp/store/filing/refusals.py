"""What filings were refused for: events that a worker adds up for the compliance report."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from strp.domain.identifiers import Nib
from strp.domain.screening.refusal_counts import RefusalKind
from strp.store.engine.arrays import PackedArray, bigints, booleans, days, integers, texts

ADD_REFUSALS = """
    INSERT INTO refusal_event (nib, day, kind, other_nib, exercise, sector, workers)
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::refusal_kind[], %s::bigint[], %s::boolean[],
        %s::text[], %s::int[])
"""
"""Part of the statement that stores filings."""


class RefusalRow(NamedTuple):
    """What one filing adds to the counts of an employer's day.

    Args:
        day: in Jakarta.
        other_nib: who named the workers as well; 0 where nobody else is meant.
        exercise: whether it was filed under an exercise.
        workers: rows of the filing.
    """

    nib: Nib
    day: date
    kind: RefusalKind
    other_nib: int
    exercise: bool
    sector: str
    workers: int


def refusal_columns(rows: Sequence[RefusalRow]) -> list[PackedArray]:
    """The values of `ADD_REFUSALS`."""
    return [
        bigints([row.nib for row in rows]),
        days([row.day for row in rows]),
        texts([row.kind for row in rows]),
        bigints([row.other_nib for row in rows]),
        booleans([row.exercise for row in rows]),
        texts([row.sector for row in rows]),
        integers([row.workers for row in rows]),
    ]
