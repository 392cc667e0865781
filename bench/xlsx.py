"""An XLSX roster of 100,000 rows through the HTTP door: memory of the whole tree, and rows/s.

    python -m bench.xlsx [--rows 100000] [--through-nginx]

Target (issue 2): resident memory of the tree, PostgreSQL aside, under 600 MB.
"""

from pathlib import Path

import xlsxwriter

from bench.one_roster import measure
from strp.rehearsal.load_run.people import workers
from strp.rehearsal.load_run.plan import DayFiling
from strp.rehearsal.load_run.rosters import COLUMNS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write(filing: DayFiling, path: Path) -> None:
    """Write the roster as a spreadsheet keeps it: shared strings, text cells."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, COLUMNS)
    for line, person in enumerate(workers(filing.first, filing.workers), 1):
        sheet.write_row(line, 0, [person.get(column, "") for column in COLUMNS])
    book.close()


if __name__ == "__main__":
    measure(__doc__, 100_000, write, MEDIA_TYPE)
