"""Two copies of one database, both at work: nothing is given twice."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.rows import tuple_row

from strp.credential.bundle_shape import MOST_LISTS
from strp.domain.certificates.life import Act
from strp.domain.epochs import epoch_of, first_serial_of, index_of, list_of
from strp.domain.errors import InvalidInput, Unavailable
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.waiting_room.lanes import Lane
from strp.outside.keys import load_keys
from strp.outside.machine.postgres_server import programs_dir
from strp.store.engine.database import Database
from strp.store.engine.epochs import Purpose
from strp.store.engine.migrate import newest_migration
from strp.store.operation.process_loops import LoopBeat, report
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_serials
from strp.usecases.certificates.trust import lists_used, trust_bundle
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.batches import Intake
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.operation.restore_database import (
    acknowledge_restore,
    read_own_bundle,
    settle_restore,
    unacknowledged_restore,
)
from strp.usecases.process.epoch_numbers import ApplicationIds, SerialNumbers, draw
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.room_state import RoomState
from strp.usecases.process.system import System
from strp.usecases.waiting_room.enter import take_ticket
from tests.conftest import CreateDatabase
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)


def started(system: System, database: Database) -> System:
    """Another process of an installation, on this database."""
    bell = IssuerWakeup(database)
    intake = Intake(database, system.keys, bell)
    return replace(
        system,
        database=database,
        bell=bell,
        intake=intake,
        serials=SerialNumbers(),
        room=RoomState(),
    )


@asynccontextmanager
async def restored(
    system: System, create_database: CreateDatabase, dump: Path
) -> AsyncIterator[System]:
    """What an operator has who restores a dump beside the running system, with the same keys."""
    with create_database() as url:
        run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", url, str(dump))
        async with Database(url, connections=4) as database:
            yield started(system, database)


def run(program: str, *arguments: str) -> None:
    subprocess.run([programs_dir() / "bin" / program, *arguments], check=True)


async def file_and_issue(system: System, times: int = 3) -> list[str]:
    """Receipts of some filings whose certificates are issued."""
    receipts = [
        await file_workers(system, OPERATOR, BANK, fresh_workers(2), digest=bytes(16))
        for _ in range(times)
    ]
    issuer = Issuer(system)
    while await issuer.issue_some():
        pass
    return [system.keys.receipts.write(one.application_id) for one in receipts]


async def serials(system: System) -> set[int]:
    async with system.database.connection() as conn, conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute("SELECT serial_no FROM certificate")
        return {number for (number,) in await cursor.fetchall()}


async def test_an_old_dump_beside_the_running_system_gives_nothing_a_second_time(
    system: System, create_database: CreateDatabase, database_url: str, tmp_path: Path
) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    before = await file_and_issue(system)
    known = await serials(system)
    run("pg_dump", "--format", "custom", "--file", str(tmp_path / "dump"), database_url)
    async with restored(system, create_database, tmp_path / "dump") as copy:
        ours = await file_and_issue(system)
        again = await file_and_issue(started(system, system.database))
        theirs = await file_and_issue(copy)
        first, second = await serials(system), await serials(copy)
    receipts = [*before, *ours, *again, *theirs]
    assert len(set(receipts)) == len(receipts) == 12
    assert first & second == known and len(first) == 18 and len(second) == 12
    places = {(list_of(number), index_of(number)) for number in first | second}
    assert len(places) == len(first | second)


async def test_two_copies_of_a_new_database_share_neither_receipts_nor_tickets(
    system: System, create_database: CreateDatabase, database_url: str, tmp_path: Path
) -> None:
    run("pg_dump", "--format", "custom", "--file", str(tmp_path / "dump"), database_url)
    async with restored(system, create_database, tmp_path / "dump") as copy:
        ids = [await one.intake.ids.next() for one in (system, copy)]
        tickets = [await take_ticket(one, Lane.EMPLOYERS) for one in (system, copy)]
    assert len(set(ids)) == len({one.seat for one in tickets}) == 2


async def test_only_the_first_process_of_a_new_installation_has_the_first_list(
    system: System,
) -> None:
    first, second = SerialNumbers(), SerialNumbers()
    taken = [await one.take(system.database, 3) for one in (first, second)]
    assert {list_of(number) for number in taken[0]} == {0}
    assert 0 not in {list_of(number) for number in taken[1]}


async def test_processes_of_the_release_before_count_behind_the_first_list(
    system: System,
) -> None:
    ours = await SerialNumbers().take(system.database, 3)
    async with system.database.connection() as conn:
        [(block,)] = await (await conn.execute("SELECT nextval('serial_block')")).fetchall()
    assert max(ours) < block * 1000


async def test_no_list_is_drawn_while_a_web_process_lives_that_would_not_know_it(
    system: System,
) -> None:
    """It reported as processes did before they named their release."""
    await SerialNumbers().take(system.database, 1)  # the first list is known to all
    old = "INSERT INTO process_loop VALUES (gen_random_uuid(), 'web', 'room', now(), 1, 0, %s)"
    async with system.database.connection() as conn:
        await conn.execute(old, [datetime.now(UTC) - timedelta(seconds=31)])
        await report(conn, uuid4(), "web", [LoopBeat("room", 0, 1, 0)], newest_migration())
    assert await SerialNumbers().take(system.database, 1)
    async with system.database.connection() as conn:
        await conn.execute(old, [datetime.now(UTC)])
    with pytest.raises(Unavailable, match="older-release-alive"):
        await SerialNumbers().take(system.database, 1)


async def test_certificates_wait_for_older_web_processes_and_are_made_once_these_have_ended(
    system: System,
) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await file_and_issue(system, 1)
    await file_workers(system, OPERATOR, BANK, fresh_workers(2), digest=bytes(16))
    async with system.database.connection() as conn:
        await conn.execute(
            "INSERT INTO process_loop VALUES (gen_random_uuid(), 'web', 'room', now(), 1, 0, now())"
        )
    issuer = Issuer(started(system, system.database))
    with pytest.raises(Unavailable):
        await issuer.issue_some()
    with pytest.raises(Unavailable):
        await issuer.issue_apart()
    assert len(await serials(system)) == 2
    async with system.database.connection() as conn:
        await conn.execute("UPDATE process_loop SET reported_at = now() - interval '1 min'")
    assert await issuer.issue_some() == 1 and len(await serials(system)) == 4


async def test_on_another_server_nobody_has_the_first_list(system: System) -> None:
    async with system.database.connection() as conn:
        await conn.execute("UPDATE installation SET made_on = 'another'")
    taken = await SerialNumbers().take(system.database, 3)
    assert 0 not in {list_of(number) for number in taken}


async def test_an_epoch_that_this_database_knows_is_drawn_anew(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 0)
    given = iter([bytes(16), bytes(16), b"another" * 2 + b"!!"])
    drawn = [await draw(system.database, Purpose.SERIAL, lambda _: next(given)) for _ in range(2)]
    assert len(set(drawn)) == 2 and next(given, None) is None


async def test_ids_go_on_in_order_and_past_the_end_of_an_epoch(system: System) -> None:
    ids = ApplicationIds(system.database)
    first = await ids.next()
    rest = [ids.next_at_once() for _ in range(65_535)]
    assert rest == [*range(first + 1, first + 65_536)]
    assert ids.next_at_once() is None and await ids.next() not in {first, *rest}


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=60))
def test_however_processes_of_copies_take_turns_no_number_comes_twice(turns: str) -> None:
    """Each process starts where nobody knows of the others, and starts again now and then."""
    given = [
        first_serial_of(epoch_of(process.encode() + number.to_bytes(23))) + count
        for number, process in enumerate(turns)
        for count in (0, 65_535)
    ]
    assert len(set(given)) == len(given)


async def test_what_was_revoked_since_the_backup_comes_from_a_saved_bundle(
    system: System, create_database: CreateDatabase, database_url: str, tmp_path: Path
) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await file_and_issue(system)
    run("pg_dump", "--format", "custom", "--file", str(tmp_path / "dump"), database_url)
    gone = min(await serials(system))
    await revoke_serials(system, OPERATOR, [system.keys.serials.write(gone)], reason="hilang")
    saved = await trust_bundle(system, inline=True)
    async with restored(system, create_database, tmp_path / "dump") as copy:
        url, now = copy.database.url, system.clock()
        without = await settle_restore(url, now, None)
        done = await settle_restore(url, now, read_own_bundle(saved, system.keys, now))
        async with copy.database.connection() as conn:
            found = await (await conn.execute("SELECT serial_no FROM revocation")).fetchall()
        noted = await unacknowledged_restore(copy)
        assert await acknowledge_restore(url) and await unacknowledged_restore(copy) is None
    [unknown] = without.unknown
    assert (unknown.status_list, unknown.certificates) == (0, 6)
    assert done == (1, []) and found == [(gone,)]
    assert noted and noted.lists_taken_to is not None


async def test_a_bundle_of_another_installation_is_not_believed(
    system: System, tmp_path: Path
) -> None:
    await load_reference(system, OPERATOR)
    saved = await trust_bundle(system, inline=True)
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_own_bundle(saved, load_keys(tmp_path / "others"), system.clock())


async def test_a_bundle_that_is_older_than_the_restored_moment_or_has_no_lists_is_refused(
    system: System,
) -> None:
    await load_reference(system, OPERATOR)
    saved, later = await trust_bundle(system, inline=True), system.clock() + timedelta(minutes=1)
    bare = await trust_bundle(system, inline=False)
    for data, to in ((saved, later), (bare, system.clock())):
        with pytest.raises(InvalidInput, match="bundle-says-nothing"):
            read_own_bundle(data, system.keys, to)


async def test_a_suspended_certificate_that_was_revoked_since_the_backup_is_revoked(
    system: System, create_database: CreateDatabase, database_url: str, tmp_path: Path
) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await file_and_issue(system)
    serial = system.keys.serials.write(min(await serials(system)))
    await change_certificate(system, OPERATOR, serial, Act.SUSPEND, reason="diperiksa")
    run("pg_dump", "--format", "custom", "--file", str(tmp_path / "dump"), database_url)
    await revoke_serials(system, OPERATOR, [serial], reason="hilang")
    saved = await trust_bundle(system, inline=True)
    async with restored(system, create_database, tmp_path / "dump") as copy:
        bundle = read_own_bundle(saved, system.keys, system.clock())
        await settle_restore(copy.database.url, system.clock(), bundle)
        async with copy.database.connection() as conn:
            found = await (await conn.execute("SELECT kind FROM revocation")).fetchall()
    assert found == [("revoked",)]


async def test_no_list_is_drawn_that_would_make_devices_refuse_the_bundle(system: System) -> None:
    room = MOST_LISTS - await lists_used(system)
    async with system.database.connection() as conn:
        await conn.execute(
            "INSERT INTO epoch (epoch, purpose)"
            " SELECT 900000000 + n, 'serial' FROM generate_series(1, %s) n",
            (room - 1,),
        )
    await SerialNumbers().take(system.database, 1)  # the first list, of a new installation
    numbers = SerialNumbers()
    [last] = await numbers.take(system.database, 1)

    with pytest.raises(Unavailable, match="status-lists-used-up"):
        await SerialNumbers().take(system.database, 1)
    assert await lists_used(system) == MOST_LISTS
    assert list_of((await numbers.take(system.database, 1))[0]) == list_of(last)


async def test_a_process_that_starts_goes_on_in_the_list_of_the_one_before(
    system: System, tmp_path: Path
) -> None:
    used, given = await lists_used(system), set[int]()
    for _ in range(5):
        numbers = SerialNumbers()
        numbers.go_on_where_left(tmp_path, tmp_path)
        given |= set(await numbers.take(system.database, 100))
        del numbers
    assert len(given) == 500
    assert await lists_used(system) - used <= 1


async def test_two_processes_beside_each_other_have_lists_of_their_own(
    system: System, tmp_path: Path
) -> None:
    both = [SerialNumbers(), SerialNumbers()]
    for numbers in both:
        numbers.go_on_where_left(tmp_path, tmp_path)
    first, second = [set(await numbers.take(system.database, 100)) for numbers in both]
    assert set(map(list_of, first)).isdisjoint(map(list_of, second))


async def test_a_copy_of_the_database_does_not_go_on_in_the_same_list(
    system: System, create_database: CreateDatabase, database_url: str, tmp_path: Path
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    before = SerialNumbers()
    before.go_on_where_left(tmp_path, memory)
    given = set(await before.take(system.database, 100))
    run("pg_dump", "--format", "custom", "--file", str(tmp_path / "dump"), database_url)
    del before
    async with restored(system, create_database, tmp_path / "dump") as copy:
        seen = []
        for database in (copy.database, system.database):
            numbers = SerialNumbers()
            numbers.go_on_where_left(tmp_path, memory)
            seen.append(set(await numbers.take(database, 100)))
    assert not seen[0] & seen[1] and not given & (seen[0] | seen[1])
    assert set(map(list_of, seen[0])).isdisjoint(map(list_of, given))


async def test_a_list_that_the_database_does_not_know_is_not_gone_on_with(
    system: System, tmp_path: Path
) -> None:
    await SerialNumbers().take(system.database, 1)
    before = SerialNumbers()
    before.go_on_where_left(tmp_path, tmp_path)
    [number] = await before.take(system.database, 1)
    del before
    async with system.database.connection() as conn:  # as after a restore of an older dump
        await conn.execute("DELETE FROM epoch WHERE epoch = %s", (list_of(number),))
    after = SerialNumbers()
    after.go_on_where_left(tmp_path, tmp_path)
    assert list_of((await after.take(system.database, 1))[0]) != list_of(number)
