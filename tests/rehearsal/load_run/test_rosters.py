"""What a rehearsed roster is expected to come to is what the rules make of it."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from strp.domain.identifiers import Nib
from strp.domain.roster.check import RosterCheck
from strp.domain.roster.row import Outcome
from strp.rehearsal.load_run.people import nik
from strp.rehearsal.load_run.plan import GOVERNMENT, DayEmployer, DayFiling
from strp.rehearsal.load_run.rosters import MOST_JSON_WORKERS, Expected, write_roster
from tests.shipped_rules import regions

EMPLOYER = DayEmployer(Nib(9_000_000_000_001), "10710", 1_000)


def checked(records: Sequence[Mapping[str, Any]]) -> Expected:
    check = RosterCheck(regions=regions(), today=date(2021, 7, 5))
    rows = check.check_records(records)
    count = check.finish().counts
    return Expected(
        len(rows), count[Outcome.DUPLICATE], count[Outcome.EXEMPT], count[Outcome.REJECTED]
    )


@given(seed=st.integers(0, 1 << 32), first=st.integers(0, 10**8), size=st.integers(1, 60))
@settings(max_examples=60)
def test_the_rules_find_the_mistakes_that_were_made(seed: int, first: int, size: int) -> None:
    roster = write_roster(DayFiling(EMPLOYER, first, size, True), Random(seed))
    records = msgspec.json.decode(b"".join(roster.pieces))["workers"]
    assert checked(records) == roster.expected


def test_a_long_roster_comes_as_csv() -> None:
    size = MOST_JSON_WORKERS + 1
    roster = write_roster(DayFiling(EMPLOYER, 0, size, True), Random(1))
    records = list(csv.DictReader(io.StringIO(b"".join(roster.pieces).decode())))
    assert (roster.content_type, checked(records)) == ("text/csv", roster.expected)


def test_a_government_body_has_only_exempt_rows() -> None:
    ministry = DayEmployer(Nib(9_000_000_000_002), GOVERNMENT, 1_000)
    roster = write_roster(DayFiling(ministry, 0, 7, False), Random(1))
    assert roster.expected == Expected(rows=7, exempt=7)


@given(st.sets(st.integers(0, 10**9), min_size=2, max_size=200))
def test_no_two_people_share_a_nik(numbers: set[int]) -> None:
    assert len({nik(number) for number in numbers}) == len(numbers)
