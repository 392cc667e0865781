"""The open figures: what anybody may know of the last days, the same for all."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from strp.domain.civil_time import civil_day
from strp.domain.desk.day_figures import Sums
from strp.domain.desk.open_figures import COLUMNS, DAYS, OpenRow, open_rows
from strp.usecases.desk.brief import EXERCISE
from strp.usecases.desk.compliance import is_exercise
from strp.usecases.desk.figures import ONE_MOMENT, read_day
from strp.usecases.process.system import System


class OpenFigures(NamedTuple):
    """The last days that are over.

    Args:
        until: the last of them.
        exercise: whether the filings counted are those of an exercise.
        rows: of the days on which anything was filed or decided.
    """

    until: date
    exercise: bool
    rows: list[OpenRow]


async def read_open_figures(system: System) -> OpenFigures:
    """What is published of the days that are over, from their counts."""
    today = civil_day(system.clock())
    exercise = await is_exercise(system)
    rows: list[OpenRow] = []
    async with system.database.transaction() as conn:
        await conn.execute(ONE_MOMENT)
        for back in range(DAYS, 0, -1):
            day = today - timedelta(days=back)
            figures = await read_day(conn, day, exercise=exercise)
            if _filed_or_decided(figures.totals):
                rows += open_rows(figures)
    return OpenFigures(today - timedelta(days=1), exercise, rows)


def _filed_or_decided(totals: Sums) -> bool:
    return bool(totals.applications or totals.decided)


def open_document(figures: OpenFigures) -> dict[str, Any]:
    """The open figures as JSON says them, with their dictionary."""
    return {
        "until": figures.until,
        **({"mark": EXERCISE} if figures.exercise else {}),
        "exercise": figures.exercise,
        "columns": [{"name": each.name, "meaning": each.meaning._asdict()} for each in COLUMNS],
        "rows": [
            {"date": row.date, "by": row.by, "code": row.code, **row.numbers}
            for row in figures.rows
        ],
    }


def open_table(figures: OpenFigures) -> tuple[list[str], list[list[str]]]:
    """The open figures as headings and lines; what is left out is an empty cell.

    Those of an exercise say so in a column of their own.
    """
    names = [each.name for each in COLUMNS]
    lines = []
    for row in figures.rows:
        cells = {"date": row.date, "by": row.by, "code": row.code} | {
            name: "" if number is None else str(number) for name, number in row.numbers.items()
        }
        lines.append([cells.get(name, "") for name in names])
    if not figures.exercise:
        return names, lines
    return [*names, "mark"], [[*line, EXERCISE] for line in lines]
