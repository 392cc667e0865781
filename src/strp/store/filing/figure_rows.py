"""What filings add to the figures of their hours, as columns of one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from strp.store.engine.arrays import PackedArray, booleans, integers, texts, times

ADD_FIGURES = """
    INSERT INTO figure_event (at, exercise, sector, region, reason, applications, workers,
        told_apart, approved, refused)
    SELECT * FROM unnest(%s::timestamptz[], %s::boolean[], %s::text[], %s::text[], %s::text[],
        %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
"""
"""Part of the statement that stores filings."""


class FigureRow(NamedTuple):
    """What one filing adds to the figures of its hour.

    Args:
        hour: aware, its beginning.
        exercise: whether it was filed under an exercise.
        reason: why `refused` of its workers were refused at once; empty in the row of the rest.
        told_apart: workers whom nobody had filed in this period.
    """

    hour: datetime
    exercise: bool
    sector: str
    region: str
    reason: str
    applications: int = 0
    workers: int = 0
    told_apart: int = 0
    approved: int = 0
    refused: int = 0


def figure_columns(rows: Sequence[FigureRow]) -> list[PackedArray]:
    """The values of `ADD_FIGURES`; rows of one hour, kind of filing and reason become one."""
    sums: dict[tuple[datetime, bool, str, str, str], list[int]] = {}
    for row in rows:
        before = sums.setdefault(row[:5], [0, 0, 0, 0, 0])
        for place, count in enumerate(row[5:]):
            before[place] += count
    hours, exercises, *named = zip(*sums, strict=True) if sums else ((),) * 5
    counts = zip(*sums.values(), strict=True) if sums else ((),) * 5
    return [
        times(hours),
        booleans(exercises),
        *map(texts, named),
        *map(integers, counts),
    ]
