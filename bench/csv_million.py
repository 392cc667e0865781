"""A CSV roster of a million rows through the HTTP door: memory of the whole tree, and rows/s.

    python -m bench.csv_million [--rows 1000000] [--through-nginx]

Targets (issue 2): resident memory of the tree, PostgreSQL aside, under 400 MB; rows/s 0.4 or better
of raw binary COPY of the same rows into the same tables with the same indexes on the same server.
"""

import argparse
import asyncio
from pathlib import Path

from bench.one_roster import file_one
from bench.stage import add_way_in, document
from strp.rehearsal.load_run.own_system import own_system
from strp.rehearsal.load_run.plan import DayFiling
from strp.rehearsal.load_run.rosters import csv_pieces


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    add_way_in(parser)
    options = parser.parse_args()
    with own_system({"STRP_WAITING_ROOM": "off"}, through_nginx=options.through_nginx) as own:
        done = asyncio.run(file_one(own, options.rows, write, "text/csv"))
    print(document(options, done.to_json()))


def write(filing: DayFiling, path: Path) -> None:
    """Write the roster a piece at a time."""
    with path.open("wb") as file:
        file.writelines(csv_pieces(filing))


if __name__ == "__main__":
    main()
