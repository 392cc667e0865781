"""A row that cannot be issued keeps nobody else waiting."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from strp.domain.account import OPERATOR
from strp.domain.errors import StrpError
from strp.domain.identifiers import Nib
from strp.store import certificates
from strp.usecases import issue_certificates
from strp.usecases.file_roster import Receipt, file_workers
from strp.usecases.import_employers import import_employers
from strp.usecases.issue_certificates import PUT_OFF_FOR, Issuer, put_off_tasks
from strp.usecases.load_policies import load_reference
from strp.usecases.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[2] / "samples" / "employers.csv"
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
    monkeypatch.setattr(issue_certificates, "MOST_WORKERS", 4)
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
