"""A CSV roster of a million rows through the HTTP door: memory of the whole tree, and rows/s.

    python -m bench.csv_million [--rows 1000000] [--through-nginx]

Targets (issue 2): resident memory of the tree, PostgreSQL aside, under 400 MB; rows/s 0.4 or better
of raw binary COPY of the same rows into the same tables with the same indexes on the same server.
"""

from bench.one_roster import measure, write_csv

if __name__ == "__main__":
    measure(__doc__, 1_000_000, write_csv, "text/csv")
