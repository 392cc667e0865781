"""A row that cannot be issued keeps nobody else waiting."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from strp.domain.errors import StrpError
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.store.certificates import issued as certificates
from strp.usecases.certificates import issue
from strp.usecases.certificates.issue import PUT_OFF_FOR, Issuer, put_off_tasks
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import Receipt, file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)
WORKER = {
    "nama": "Siti Aminah",
    "nik": "3174055506783204",
    "jabatan": "Teller",
    "jenis_lokasi": "pelayanan",
}


@pytest.fixture
async def damaged(system: System) -> AsyncIterator[Receipt]:
    """A filing whose only worker's sealed data were damaged before anything was issued."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    receipt = await file_workers(system, OPERATOR, BANK, [WORKER], digest=bytes(16))
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE worker SET sealed = reverse(sealed)")
    yield receipt


async def issued(system: System, receipt: Receipt) -> int:
    async with system.database.connection() as conn:
        found = await certificates.list_certificates(
            conn, BANK, receipt.application_id, after=0, limit=10
        )
    return len(found)


async def test_a_damaged_row_stops_a_set(system: System, damaged: Receipt) -> None:
    with pytest.raises(StrpError):
        await Issuer(system).issue_some()


async def test_the_filings_behind_a_damaged_one_are_issued(
    system: System, damaged: Receipt
) -> None:
    other = {**WORKER, "nik": "3175031606711301"}
    sound = await file_workers(system, OPERATOR, BANK, [other], digest=bytes(16))

    with pytest.raises(StrpError):
        await Issuer(system).issue_apart()

    assert (await issued(system, sound), await issued(system, damaged)) == (1, 0)


async def test_a_damaged_filing_is_shown_with_the_reason(system: System, damaged: Receipt) -> None:
    with pytest.raises(StrpError):
        await Issuer(system).issue_apart()

    assert await put_off_tasks(system) == [(damaged.application_id, "seal-key-missing")]


async def test_a_damaged_filing_that_is_mended_is_issued_and_shown_no_more(
    system: System, damaged: Receipt
) -> None:
    with pytest.raises(StrpError):
        await Issuer(system).issue_apart()
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE worker SET sealed = reverse(sealed)")

    await Issuer(system).issue_some()

    assert (await issued(system, damaged), await put_off_tasks(system)) == (1, [])


async def test_a_damaged_filing_is_tried_again_later(
    system: System, damaged: Receipt, clock: Clock
) -> None:
    with pytest.raises(StrpError):
        await Issuer(system).issue_apart()
    async with system.database.connection() as conn:
        [task] = await certificates.take_issue_tasks(conn, 10, system.clock())
        found = await conn.execute("SELECT due_at FROM issue_task")
        [(due_at,)] = await found.fetchall()

    assert task.application_id == damaged.application_id
    assert due_at >= clock.now + PUT_OFF_FOR


async def test_filings_larger_than_a_set_are_issued_whole(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue, "MOST_WORKERS", 4)
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    rosters = [fresh_workers(count) for count in (1, 2, 9, 3, 4)]
    filed = [
        await file_workers(system, OPERATOR, BANK, people, digest=bytes(16)) for people in rosters
    ]

    issuer, sets = Issuer(system), []
    while tasks := await issuer.issue_some():
        sets.append(tasks)

    assert [await issued(system, receipt) for receipt in filed] == [1, 2, 9, 3, 4]
    assert sets == [2, 1, 1, 1, 1, 1, 1]


async def filed_soundly(system: System) -> Receipt:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    return await file_workers(system, OPERATOR, BANK, [WORKER], digest=bytes(16))


async def test_rules_that_cannot_be_read_put_nobody_off(system: System, clock: Clock) -> None:
    await filed_soundly(system)
    issuer = Issuer(system)
    async with system.database.connection() as conn:
        await conn.execute("ALTER TABLE certificate RENAME TO elsewhere")
        with pytest.raises(psycopg.Error):
            await issuer.issue_some()  # a set that fails leaves its tasks at hand
        await conn.execute("ALTER TABLE elsewhere RENAME TO certificate")
        await conn.execute("ALTER TABLE policy RENAME TO elsewhere")
        clock.pass_(seconds=60)
        with pytest.raises(psycopg.Error):
            await issuer.issue_apart()

    assert await put_off_tasks(system) == []


FAIL_ONCE = """
CREATE SEQUENCE tried;
CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('tried') = 1 THEN RAISE EXCEPTION 'once'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER once BEFORE INSERT ON certificate FOR EACH ROW EXECUTE FUNCTION fail_once();
"""


async def test_an_error_that_passes_puts_nobody_off(system: System) -> None:
    receipt = await filed_soundly(system)
    async with system.database.connection() as conn:
        await conn.execute(FAIL_ONCE)

    await Issuer(system).issue_apart()

    assert (await issued(system, receipt), await put_off_tasks(system)) == (1, [])


async def filed(system: System, *sizes: int) -> list[Receipt]:
    """Filings of so many workers each, in this order."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    rosters = [fresh_workers(size) for size in sizes]
    return [await file_workers(system, OPERATOR, BANK, each, digest=bytes(16)) for each in rosters]


async def make_large(system: System, *receipts: Receipt) -> None:
    """Have applications count as large, whatever they hold."""
    numbers = [receipt.application_id for receipt in receipts]
    async with system.database.connection() as conn:
        await conn.execute(
            "UPDATE issue_task SET workers = %s WHERE application_id = ANY(%s)",
            (certificates.LARGE_WORKERS + 1, numbers),
        )


async def test_small_filings_go_between_the_sets_of_large_ones(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue, "MOST_WORKERS", 4)
    *large, small = await filed(system, 9, 9, 9, 2)
    await make_large(system, *large)

    await Issuer(system).issue_some()

    assert [await issued(system, receipt) for receipt in (*large, small)] == [2, 0, 0, 2]


async def test_a_large_filing_keeps_a_part_of_each_set(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue, "MOST_WORKERS", 4)
    large, *small = await filed(system, 9, 1, 1, 1, 1, 1, 1)
    await make_large(system, large)

    await Issuer(system).issue_some()

    assert [await issued(system, receipt) for receipt in (large, *small)] == [1, 1, 1, 1, 0, 0, 0]


async def test_a_process_leaves_to_others_what_its_set_does_not_hold(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, *small = await filed(system, 9, 9, 3, 2, 2)
    await make_large(system, one, two)
    async with system.database.transaction() as first, system.database.transaction() as second:
        here = await certificates.take_issue_tasks(first, 10, system.clock(), room=4)
        there = await certificates.take_issue_tasks(second, 10, system.clock(), room=4)

    assert [task.application_id for task in here] == [
        receipt.application_id for receipt in (small[0], one)
    ]
    assert two.application_id in {task.application_id for task in there}
    assert {task.application_id for task in here}.isdisjoint(task.application_id for task in there)


async def test_a_large_filing_that_is_asked_for_again_is_looked_through_in_bounded_parts(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("strp.store.filing.workers.MOST_READ", 3)
    [large] = await filed(system, 10)
    await make_large(system, large)
    async with system.database.connection() as conn:
        await conn.execute("UPDATE worker SET state = 'refused' WHERE row_no < 9")

    issuer, sets = Issuer(system), 0
    while await issuer.issue_some():
        sets += 1

    assert (await issued(system, large), sets) == (2, 4)


async def test_a_filing_of_a_size_that_nobody_noted_counts_as_large_after_its_first_set(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue, "MOST_WORKERS", 4)
    await filed(system, 9)
    async with system.database.connection() as conn:
        await conn.execute("UPDATE issue_task SET workers = NULL")
        await Issuer(system).issue_some()
        found = await conn.execute("SELECT workers, after_row FROM issue_task")

        assert await found.fetchall() == [(9, 4)]


async def test_a_damaged_filing_stops_nobody_that_comes_later(
    system: System, damaged: Receipt
) -> None:
    with pytest.raises(StrpError):
        await Issuer(system).issue_apart()
    sound = await file_workers(
        system, OPERATOR, BANK, [{**WORKER, "nik": "3175031606711301"}], digest=bytes(16)
    )

    await Issuer(system).issue_some()

    assert await issued(system, sound) == 1
