"""Problems of a roster by kind: what is wrong once, and on which rows."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from strp.domain.roster.row import Problem, Severity


class ProblemGroup(NamedTuple):
    """Rows of which the same is wrong in the same column.

    Args:
        column: canonical name; None where whole rows are wrong.
        code: of the problem.
        readings: what the text may mean, where that is more than one thing.
        severity: whether the rows were refused for it.
        stretches: first and last of rows that follow each other, in order.
        rows: how many there are.
    """

    column: str | None
    code: str
    readings: tuple[str, ...]
    severity: Severity
    stretches: tuple[tuple[int, int], ...]
    rows: int


def group_problems(problems: Sequence[Problem]) -> list[ProblemGroup]:
    """Problems by kind: those that cost rows first, and of these what most rows share.

    Args:
        problems: by row.
    """
    rows: dict[tuple[str | None, str, tuple[str, ...], Severity], list[int]] = {}
    for each in problems:
        kind = (each.column, each.code, tuple(each.readings), each.severity)
        rows.setdefault(kind, []).append(each.row)
    groups = [
        ProblemGroup(*kind, tuple(_stretches(found)), len(found)) for kind, found in rows.items()
    ]
    return sorted(
        groups, key=lambda one: (one.severity is Severity.WARNING, -one.rows, one.stretches)
    )


def _stretches(rows: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
