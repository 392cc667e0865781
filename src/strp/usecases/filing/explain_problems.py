"""What was wrong with a roster, by kind, in the words of the file that was sent."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from strp.domain.filing.application import Application
from strp.domain.people.account import Actor, require_filer
from strp.domain.roster.columns import Column, known_column, read_places
from strp.domain.roster.problem_groups import ProblemGroup
from strp.domain.roster.row import Remarks, sheet_of
from strp.domain.text import clean_line
from strp.store.filing import applications
from strp.usecases.filing.corrections import Heading, KeptRow, open_heading, open_rows
from strp.usecases.process.system import System

MOST_CHUNKS: Final = 2
"""Of rows to mend that are opened for examples: a thousand rows, some milliseconds."""
MOST_VALUES: Final = 3
MOST_CHARACTERS: Final = 40
_SHOWN_DIGITS: Final = 4
_PERSONAL: Final = {Column.NIK, Column.NIP, Column.DOCUMENT, Column.PHONE}


class ExplainedGroup(NamedTuple):
    """A kind of problem as its employer reads it.

    Args:
        group: what is wrong, and where.
        heading: of the column as it stands in the file; None where it is not known.
        values: some of what was read there, personal numbers masked but for their end.
    """

    group: ProblemGroup
    heading: str | None
    values: tuple[str, ...]


async def explain_problems(
    system: System,
    actor: Actor,
    application: Application,
    remarks: Remarks,
    groups: Sequence[ProblemGroup],
) -> list[ExplainedGroup]:
    """Put headings and examples beside problems.

    Args:
        system: the installation.
        actor: who reads; files for the employer.
        application: whose roster.
        remarks: on that roster.
        groups: its problems by kind, as many as are shown.

    Raises:
        Forbidden: the actor is an official: these are cells as they were filed.
    """
    require_filer(actor)
    if not groups:
        return []
    async with system.database.connection() as conn:
        chunks = await applications.read_correction_chunks(
            conn, application.nib, application.application_id, most=1 + MOST_CHUNKS
        )
    rows: dict[int, KeptRow] = {}
    heading = None
    for chunk_no, sealed in chunks:
        if chunk_no == 0:
            heading = open_heading(system, application, sealed)
        else:
            rows |= {kept.row: kept for kept in open_rows(system, application, chunk_no, sealed)}
    places = [read_places(cells) for cells in remarks.headings]
    return [
        ExplainedGroup(each, _heading(each, remarks, places), _values(each, rows, heading))
        for each in groups
    ]


def _heading(
    group: ProblemGroup, remarks: Remarks, places: Sequence[Mapping[Column, int]]
) -> str | None:
    number = sheet_of(group.stretches[0][0])
    column = known_column(group.column)
    if column is None or number >= len(places):
        return None
    place = places[number].get(column)
    return None if place is None else remarks.headings[number][place] or None


def _values(
    group: ProblemGroup, rows: Mapping[int, KeptRow], heading: Heading | None
) -> tuple[str, ...]:
    column, found = known_column(group.column), dict[str, None]()
    if column is None or heading is None:
        return ()
    for first, last in group.stretches:
        for row in range(first, min(last, first + MOST_VALUES * 10) + 1):
            kept = rows.get(row)
            text = "" if kept is None else _shown(column, _cell(kept, column, heading))
            if text:
                found[text] = None
            if len(found) == MOST_VALUES:
                return tuple(found)
    return tuple(found)


def _cell(kept: KeptRow, column: Column, heading: Heading) -> object:
    if isinstance(kept.cells, dict):
        keys = tuple(str(key) for key in kept.cells)
        place = read_places(keys).get(column)
        return None if place is None else kept.cells[keys[place]]
    number = sheet_of(kept.row)
    if number >= len(heading.sheets):
        return None
    headings = ["" if cell is None else str(cell) for cell in heading.sheets[number].header]
    place = read_places(headings).get(column)
    return None if place is None or place >= len(kept.cells) else kept.cells[place]


def _shown(column: Column, cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = clean_line("" if cell is None else str(cell))[:MOST_CHARACTERS]
    if column not in _PERSONAL:
        return text
    hidden = max(0, len(text) - _SHOWN_DIGITS)
    return "•" * hidden + text[hidden:]
