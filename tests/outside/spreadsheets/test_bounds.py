"""How much a spreadsheet may hold: sheets, rows of all of them, merged cells."""

import itertools
from pathlib import Path

import pytest
import xlsxwriter

from strp.domain.errors import TooLarge
from strp.domain.roster.row import Outcome
from strp.outside.spreadsheets.child import MOST_SHEETS
from strp.outside.spreadsheets.form import RosterLimits
from strp.outside.spreadsheets.layout import fill_merged
from tests.rosters import check_file, outcomes, person, table


def workbook(path: Path, sheets: int, workers: int) -> Path:
    """Sheets with so many workers each."""
    numbers = itertools.count(1)
    with xlsxwriter.Workbook(str(path)) as book:
        for _ in range(sheets):
            sheet = book.add_worksheet()
            for at, line in enumerate(table(*(person(next(numbers)) for _ in range(workers)))):
                sheet.write_row(at, 0, line)
    return path


def test_as_many_sheets_as_may_be_are_read_and_one_more_is_refused(tmp_path: Path) -> None:
    _, rows, _ = check_file(workbook(tmp_path / "most.xlsx", MOST_SHEETS, 1))
    assert len(rows) == MOST_SHEETS
    with pytest.raises(TooLarge, match="too-many-sheets"):
        check_file(workbook(tmp_path / "more.xlsx", MOST_SHEETS + 1, 1))


def test_rows_of_all_sheets_are_counted_together(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", sheets=3, workers=4)
    check_file(path, limits=RosterLimits(rows=15))
    with pytest.raises(TooLarge, match="too-many-rows"):
        check_file(path, limits=RosterLimits(rows=14))


def test_very_many_merged_cells_cost_each_row_its_own_alone() -> None:
    rows = ((n, [f"{n}" if n % 2 else "", "x"]) for n in range(1, 200_001))
    merged = [((n, 0), (n + 1, 0)) for n in range(0, 200_000, 2)]
    filled = list(fill_merged(rows, merged, (0, 0)))
    assert [cells[0] for _, cells in filled[:4]] == ["1", "1", "3", "3"]
    assert len(filled) == 200_000


def test_one_cell_merged_over_all_rows_holds_for_each(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        lines = table(*(person(n) for n in range(1, 51)))
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
        column = lines[0].index("jabatan")
        sheet.merge_range(1, column, 50, column, "Kasir")
    _, rows, _ = check_file(path)
    assert {row.worker.position for row in rows if row.worker} == {"Kasir"}
    assert {outcome for _, outcome in outcomes(rows)} == {Outcome.SOUND}
