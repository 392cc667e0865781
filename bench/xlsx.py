"""An XLSX roster of 100,000 rows through the HTTP door: memory of the whole tree, and rows/s.

    python -m bench.xlsx [--rows 100000] [--through-nginx]

Target (issue 2): resident memory of the tree, PostgreSQL aside, under 600 MB.
"""

import argparse
import asyncio
from pathlib import Path

import xlsxwriter

from bench.one_roster import file_one
from bench.stage import add_way_in, document
from strp.rehearsal.load_run.own_system import own_system
from strp.rehearsal.load_run.people import workers
from strp.rehearsal.load_run.plan import DayFiling
from strp.rehearsal.load_run.rosters import COLUMNS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    add_way_in(parser)
    options = parser.parse_args()
    with own_system({"STRP_WAITING_ROOM": "off"}, through_nginx=options.through_nginx) as own:
        done = asyncio.run(file_one(own, options.rows, write, MEDIA_TYPE))
    print(document(options, done.to_json()))


def write(filing: DayFiling, path: Path) -> None:
    """Write the roster as a spreadsheet keeps it: shared strings, text cells."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, COLUMNS)
    for line, person in enumerate(workers(filing.first, filing.workers), 1):
        sheet.write_row(line, 0, [person.get(column, "") for column in COLUMNS])
    book.close()


if __name__ == "__main__":
    main()
