"""The employer registry: every line of an extract is accounted for."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strp.domain.employers.employer import email_aad
from strp.domain.employers.registry_line import COLUMNS
from strp.domain.errors import Forbidden, InvalidInput
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.store.employers.registry import ImportLedger, find_employer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
FIRST = Nib(8120001110001)
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)

Extract = Callable[..., Path]


def line(nib: int | str = FIRST, name: str = "Bank Contoh", email: str = "hr@bank.example") -> str:
    return f"{nib},{name},64121;65111,2020,private,3172,2800,1200,{email}"


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    """Writes an extract of these lines."""

    def write(*lines: str) -> Path:
        path = tmp_path / "employers.csv"
        path.write_text("\n".join([",".join(COLUMNS), *lines, ""]), "utf-8")
        return path

    return write


async def ledger(system: System, path: Path) -> ImportLedger:
    return (await import_employers(system, OPERATOR, path)).ledger


async def test_new_employers_are_inserted(system: System, extract: Extract) -> None:
    assert await ledger(system, extract(line(), line(FIRST + 1))) == (2, 2, 0, 0, 0)


async def test_what_the_extract_says_is_found_by_nib(system: System, extract: Extract) -> None:
    await import_employers(system, OPERATOR, extract(line()))
    async with system.database.connection() as conn:
        found = await find_employer(conn, FIRST)
    assert found is not None
    assert (found.name, found.kbli, found.staff) == (
        "Bank Contoh",
        ("64121", "65111"),
        (2800, 1200),
    )


async def test_the_same_file_twice_changes_nothing(system: System, extract: Extract) -> None:
    path = extract(line(), line(FIRST + 1, email=""))
    await import_employers(system, OPERATOR, path)
    assert await ledger(system, path) == (2, 0, 0, 2, 0)


@pytest.mark.parametrize("changed", [line(name="Bank Lain"), line(email="x@bank.example")])
async def test_a_changed_line_is_an_update(system: System, extract: Extract, changed: str) -> None:
    await import_employers(system, OPERATOR, extract(line(), line(FIRST + 1)))
    assert await ledger(system, extract(changed, line(FIRST + 1))) == (2, 0, 1, 1, 0)


async def test_employers_that_an_extract_leaves_out_stay(system: System, extract: Extract) -> None:
    await import_employers(system, OPERATOR, extract(line()))
    await import_employers(system, OPERATOR, extract(line(FIRST + 1)))
    async with system.database.connection() as conn:
        assert await find_employer(conn, FIRST) is not None


async def test_an_address_is_sealed_and_opens_for_its_employer(
    system: System, extract: Extract
) -> None:
    await import_employers(system, OPERATOR, extract(line()))
    async with system.database.connection() as conn:
        row = await (await conn.execute("SELECT email_sealed FROM employer")).fetchone()
    assert row is not None
    assert b"bank.example" not in row[0]
    assert system.keys.open(row[0], email_aad(FIRST)) == b"hr@bank.example"


async def test_bad_lines_are_rejected_and_the_rest_goes_in(
    system: System, extract: Extract
) -> None:
    found = await import_employers(system, OPERATOR, extract(line("x"), line(), "torn"))
    assert found.ledger == (3, 1, 0, 0, 2)
    assert [p[:3] for p in found.problems] == [(2, "nib", "invalid"), (4, "", "unreadable")]


async def test_a_nib_that_comes_again_is_rejected_and_the_first_line_counts(
    system: System, extract: Extract
) -> None:
    found = await import_employers(
        system, OPERATOR, extract(line(), line(name="Bank Lain"), line(FIRST + 1))
    )
    async with system.database.connection() as conn:
        employer = await find_employer(conn, FIRST)
    assert employer is not None and employer.name == "Bank Contoh"
    assert [p[:3] for p in found.problems] == [(3, "nib", "duplicate")]
    assert found.ledger == (3, 2, 0, 0, 1)


async def test_the_ledger_of_every_import_is_kept(system: System, extract: Extract) -> None:
    path = extract(line(), line("x"))
    found = await import_employers(system, OPERATOR, path)
    async with system.database.connection() as conn:
        row = await (
            await conn.execute(
                "SELECT import_id, file_name, rows, inserted, updated, unchanged, rejected, "
                "problems FROM employer_import"
            )
        ).fetchone()
    assert row == (
        *(found.import_id, "employers.csv", *found.ledger),
        [{"row": 3, "column": "nib", "code": "invalid"}],
    )


async def test_a_file_that_breaks_half_way_leaves_nothing(system: System, extract: Extract) -> None:
    path = extract(line(), "x" * 200_000)
    with pytest.raises(InvalidInput, match="registry-unreadable"):
        await import_employers(system, OPERATOR, path)
    async with system.database.connection() as conn:
        assert await find_employer(conn, FIRST) is None


async def test_an_officer_may_not_import(system: System, extract: Extract) -> None:
    with pytest.raises(Forbidden):
        await import_employers(system, OFFICER, extract(line()))


async def test_only_the_first_problems_are_kept_but_all_are_counted(
    system: System, extract: Extract
) -> None:
    found = await import_employers(system, OPERATOR, extract(*["x,"] * 1_500))
    assert (found.ledger.rejected, len(found.problems), found.problems_left_out) == (
        1_500,
        1_000,
        500,
    )


async def test_a_large_extract_is_never_held_in_memory(system: System, extract: Extract) -> None:
    path = extract(*(line(FIRST + number) for number in range(20_000)))
    tracemalloc.start()
    try:
        await import_employers(system, OPERATOR, path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size


cells = st.sampled_from([str(FIRST), str(FIRST + 1), str(FIRST + 2), "x", ""])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(nibs=st.lists(cells, min_size=1, max_size=8))
async def test_every_line_is_in_exactly_one_column(
    system: System, extract: Extract, nibs: list[str]
) -> None:
    rows, *columns = await ledger(system, extract(*(line(nib) for nib in nibs)))
    assert (rows, sum(columns)) == (len(nibs), len(nibs))
