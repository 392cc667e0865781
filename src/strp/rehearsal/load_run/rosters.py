"""The rosters of a day as they leave an employer's office, with the mistakes really made.

Sources: what was refused in July 2021 ("typing errors in personal data", data incomplete or
unreadable), and what spreadsheets do to numbers of 16 digits (contract, "Ledger").
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from random import Random
from typing import NamedTuple

import msgspec

from strp.domain.identifiers import format_nib
from strp.rehearsal.load_run.people import worker, workers
from strp.rehearsal.load_run.plan import GOVERNMENT, DayFiling

SHARE_OF_ROWS = 0.15
SHARE_ELSEWHERE = 0.001
MOST_JSON_WORKERS = 200
CSV_PIECE_ROWS = 2_000
COLUMNS = (
    "nama",
    "nik",
    "jabatan",
    "jenis_lokasi",
    "kode_wilayah",
    "status_vaksin",
    "telepon",
    "nip",
)
Row = dict[str, object]
_encode = msgspec.json.Encoder().encode


class Expected(NamedTuple):
    """Columns of the ledger that follow from the roster alone; the rest is sound."""

    rows: int = 0
    duplicate: int = 0
    exempt: int = 0
    rejected: int = 0

    def plus(self, other: "Expected") -> "Expected":
        """Both together."""
        return Expected(*map(sum, zip(self, other, strict=True)))


def _short_nik(row: Row) -> None:
    row["nik"] = str(row["nik"])[:-1]


def _nik_as_number(row: Row) -> None:
    row["nik"] = str(row["nik"])[:-1] + "0.0"


def _no_name(row: Row) -> None:
    row["nama"] = ""


def _no_position(row: Row) -> None:
    row["jabatan"] = "-"


def _unknown_site(row: Row) -> None:
    row["jenis_lokasi"] = "di mana saja"


def _landline(row: Row) -> None:
    row["telepon"] = "0215"


def _civil_servant(row: Row) -> None:
    row["nip"] = "198703142010011234"


def _dotted_nik(row: Row) -> None:
    nik = str(row["nik"])
    row["nik"] = f"'{nik[:6]}.{nik[6:12]}.{nik[12:]}"


def _spelled_otherwise(row: Row) -> None:
    row["status_vaksin"], row["jenis_lokasi"] = "Dosis ke-2", "Produksi"


def _unknown_region(row: Row) -> None:
    row["kode_wilayah"] = "999999"


# Twice as many are mended by the reader, or only remarked upon, as in the rosters of the contract.
MISTAKES: tuple[tuple[Callable[[Row], None], Expected], ...] = (
    (_short_nik, Expected(rejected=1)),
    (_nik_as_number, Expected(rejected=1)),
    (_no_name, Expected(rejected=1)),
    (_no_position, Expected(rejected=1)),
    (_unknown_site, Expected(rejected=1)),
    (_landline, Expected()),
    (_civil_servant, Expected(exempt=1)),
    (_dotted_nik, Expected()),
    (_dotted_nik, Expected()),
    (_spelled_otherwise, Expected()),
    (_spelled_otherwise, Expected()),
    (_unknown_region, Expected()),
)


class WrittenRoster(NamedTuple):
    """A roster as bytes, and what its ledger must say."""

    content_type: str
    pieces: Iterator[bytes]
    expected: Expected


def write_roster(filing: DayFiling, random: Random) -> WrittenRoster:
    """Write a roster down: a small one as JSON, a larger one as CSV in pieces.

    Args:
        filing: whose, and which people.
        random: draws the mistakes.
    """
    rows, expected = _rows(filing, random)
    if filing.employer.kbli == GOVERNMENT:
        expected = Expected(rows=expected.rows, exempt=expected.rows)
    if filing.workers <= MOST_JSON_WORKERS:
        body = _encode({"nib": format_nib(filing.employer.nib), "workers": rows})
        return WrittenRoster("application/json", iter((body,)), expected)
    return WrittenRoster("text/csv", _csv(rows), expected)


def _rows(filing: DayFiling, random: Random) -> tuple[list[Row], Expected]:
    first, count = filing.first, filing.workers
    rows: list[Row] = [dict(person) for person in workers(first, count)]
    expected = Expected(rows=count)
    if first and random.random() < SHARE_ELSEWHERE * count:
        rows[0] = dict(worker(random.randrange(first)))  # somebody else has this one, perhaps
    if not filing.has_mistakes:
        return rows, expected
    odd = [place for place in range(count) if random.random() < SHARE_OF_ROWS]
    for place in odd or [count - 1]:
        if place and place - 1 not in odd and random.random() < 0.1:
            rows[place]["nik"] = rows[place - 1]["nik"]
            expected = expected.plus(Expected(duplicate=1))
            continue
        spoil, follows = random.choice(MISTAKES)
        spoil(rows[place])
        expected = expected.plus(follows)
    return rows, expected


def csv_pieces(filing: DayFiling) -> Iterator[bytes]:
    """A roster without mistakes as CSV, however long, a piece at a time."""
    return _csv(dict(person) for person in workers(filing.first, filing.workers))


def _csv(rows: Iterable[Row]) -> Iterator[bytes]:
    left, header = iter(rows), ",".join(COLUMNS) + "\r\n"
    while piece := list(islice(left, CSV_PIECE_ROWS)):
        text = io.StringIO(newline="")
        text.write(header)
        csv.DictWriter(text, COLUMNS, restval="").writerows(piece)
        yield text.getvalue().encode()
        header = ""
