"""Sums by sector, region, size and branch are the total, and the list's, whatever was counted."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strp.domain.desk.compliance import ComplianceReport, Sums
from strp.domain.people.account import OPERATOR
from strp.outside.keys import load_keys
from strp.settings import Settings
from strp.store.engine.database import Connection
from strp.usecases.desk.compliance import report_on
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.wiring.parts import build_system
from tests.usecases.stage import Clock

FIRST = date(2021, 7, 5)
DAYS = [FIRST + timedelta(days=n) for n in range(4)]
NIBS = list(range(8120001119200, 8120001119208))


class Count(NamedTuple):
    """A row of the counts."""

    nib: int
    day: date
    kind: str
    other_nib: int
    exercise: bool
    sector: str
    filings: int
    workers: int


COUNTS = st.lists(
    st.builds(
        Count,
        nib=st.sampled_from(NIBS),
        day=st.sampled_from(DAYS),
        kind=st.sampled_from(["attempt", "over_cap", "not_proven", "asked", "claimed"]),
        other_nib=st.just(0),
        exercise=st.booleans(),
        sector=st.sampled_from(["N", "E-a", "K-l"]),
        filings=st.integers(1, 3),
        workers=st.integers(0, 2_000_000),
    ),
    unique_by=lambda count: count[:5],
    max_size=40,
)


@pytest.fixture(scope="module")
def report_of(
    create_database: Callable[..., AbstractContextManager[str]],
    template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """Makes the report of the days from given counts."""
    folder: Path = tmp_path_factory.mktemp("sums")
    load_keys(folder / "keys")
    with create_database(template) as url:
        plain = Settings(data_dir=str(folder), exercise=True)

        async def make(counts: list[Count]) -> ComplianceReport:
            system = replace(build_system(plain, url), clock=Clock())
            async with system.database:
                await _prepare(system, counts)
                return await report_on(system, OPERATOR, str(FIRST), str(FIRST))

        yield lambda counts: asyncio.run(make(counts))


async def _prepare(system: System, counts: list[Count]) -> None:
    await load_reference(system, OPERATOR)
    async with system.database.transaction() as conn:
        await conn.execute("TRUNCATE refusal_count, employer")
        # The last one is not in the registry: it was counted, and nothing else is known of it.
        for number, nib in enumerate(NIBS[:-1]):
            await _register(conn, nib, number)
        async with conn.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO refusal_count (nib, day, kind, other_nib, exercise, sector, filings,"
                " workers) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                counts,
            )


async def _register(conn: Connection, nib: int, number: int) -> None:
    kbli = ["69100", "70209", "10799", "00000"][number % 4]
    staff = [None, 3, 12, 60, 400][number % 5]
    await conn.execute(
        "INSERT INTO employer VALUES (%s, 'PT Contoh', ARRAY[%s], 2020, 'private', %s, %s, 0,"
        " NULL, 1, now())",
        (nib, kbli, f"317{number % 3}", staff),
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(counts=COUNTS)
def test_sums_by_every_property_are_the_total_and_what_was_counted(
    report_of: Callable[[list[Count]], ComplianceReport], counts: list[Count]
) -> None:
    report = report_of(counts)

    own = [each for each in counts if each.exercise and each.day == FIRST]
    attempts = [each for each in own if each.kind == "attempt"]
    over_cap = [each for each in own if each.kind == "over_cap"]
    listed = {each.nib for each in attempts} | {each.nib for each in over_cap if each.workers}
    expected = Sums(
        len(listed),
        sum(each.filings for each in attempts),
        sum(each.workers for each in attempts),
        sum(each.workers for each in over_cap),
    )
    assert report.totals == expected
    for groups in (report.by_sector, report.by_region, report.by_size, report.by_activity):
        total = Sums()
        for each in groups:
            total = total.plus(each.sums)
        assert total == expected
    assert {each.nib for each in report.employers} == listed
