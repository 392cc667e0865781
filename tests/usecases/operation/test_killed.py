"""What a killed process leaves: the state before an act or the one after it, and never one between.

Each act is carried out by a process of its own, killed at its first step in the database, at its
second and so on (`tests/usecases/killed.py`).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from strp.domain.certificates.life import Act
from strp.domain.employers.caps import Staff
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.ruling import RulingDraft
from strp.outside.keys import KeyRing, load_keys
from strp.usecases.certificates import rescreen_standing
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.rescreen_standing import list_rescreenings
from strp.usecases.desk.rule_employer import list_waiting, rule_employer, show_employer
from strp.usecases.employers.close import close_employer, list_closures, open_employer
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_application, show_workers
from strp.usecases.operation.activate_policy import (
    activate_policy,
    undo_policy_change,
    withdraw_policy,
)
from strp.usecases.operation.books import check_books
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_today
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_rule_employer import register
from tests.usecases.killed import Act as Killed
from tests.usecases.killed import killed_at, states_of
from tests.usecases.stage import REAL, Clock, Edit, add_representative

pytestmark = [pytest.mark.anyio, pytest.mark.drill]
BANK, SHOP, CLEANER = Nib(8120001110001), Nib(8120001110011), Nib(8120001119001)
OTHER_BANKS = tuple(Nib(8120001119100 + n) for n in range(3))
ANI = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
CRITICAL = RulingDraft(
    sector="K-a",
    staff=Staff(100, 100),
    evidence=True,
    until_on=None,
    reason="Diperiksa",
    citation="",
)


@pytest.fixture(scope="module")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def keys(key_folder: Path) -> KeyRing:
    """Those of the process that is killed too."""
    return load_keys(key_folder)


async def activate(city: System) -> None:
    await activate_policy(city, OPERATOR, REAL)


async def undo(city: System) -> None:
    await undo_policy_change(city, OPERATOR)


async def end_exercise(city: System) -> None:
    await withdraw_policy(city, OPERATOR, "latihan")


async def close(city: System) -> None:
    await close_employer(city, OPERATOR, BANK, reason="Wabah", citation="Pergub 3")


async def lift(city: System) -> None:
    await open_employer(city, OPERATOR, BANK, reason="selesai")


async def rule(city: System) -> None:
    await rule_employer(city, ANI, CLEANER, replace(CRITICAL, sector="K-l"))


async def rescreen(city: System) -> None:
    """One employer in each transaction, so that there are many places to be killed at."""
    rescreen_standing.EMPLOYERS_AT_ONCE = 1
    while await rescreen_standing.rescreen_standing(city):
        pass


async def replace_first(city: System) -> None:
    async with city.database.connection() as conn:
        found = await conn.execute("SELECT application_id FROM application LIMIT 1")
        [(number,)] = await found.fetchall()
    shown = await show_workers(city, OPERATOR, number)
    serials = [each.serial for each in shown.workers if each.serial]
    await change_certificate(city, OPERATOR, serials[0], Act.REPLACE, reason="hilang")


async def issue(city: System) -> None:
    issuer = Issuer(city)
    while await issuer.issue_some():
        pass


async def filed(city: System, nib: Nib = BANK, count: int = 3) -> ApplicationId:
    receipt = await file_workers(city, OPERATOR, nib, fresh_workers(count), digest=bytes(16))
    await issue(city)
    return receipt.application_id


async def represent(city: System, nibs: Sequence[Nib]) -> None:
    """Somebody acts for these employers, and is told what happens to them."""
    account = await add_representative(city, "hr@contoh.example")
    query = """
        INSERT INTO representation (nib, account_id, state, claimed_at, active_at)
        SELECT nib, %s, 'active', now(), now() FROM unnest(%s::bigint[]) AS nib"""
    async with city.database.transaction() as conn:
        await conn.execute(query, (account, list(nibs)))


async def standing(city: System, number: ApplicationId) -> list[str]:
    shown = await show_workers(city, OPERATOR, number)
    return [each.certificate.status for each in shown.workers if each.certificate]


async def books_are_true(city: System) -> bool:
    return not [rule for rule in await check_books(city) if rule.wrong]


def refuse_banks(edit: Edit) -> None:
    edit(
        REAL,
        "straight_through: true",
        "unfit: {then: hold, citation: Ujian}\nstraight_through: true",
    )
    edit(REAL, 'prefix: "641"', 'prefix: "648"')


async def is_whole(city: System, act: Killed, folder: Path, least_steps: int) -> None:
    """Killed anywhere, the act has not happened; or it has, and the books are true."""
    steps, states = await states_of(city, act, folder)
    assert (len(states), steps >= least_steps) == (2, True), (len(states), steps)
    city.reference.read_at = city.trust.read_at = city.trust.bundle = None
    assert await books_are_true(city)


async def test_an_activation_is_whole_or_nothing_wherever_it_is_killed(
    city: System, edit: Edit, key_folder: Path
) -> None:
    await activate(city)
    number = await filed(city)
    refuse_banks(edit)
    await is_whole(city, activate, key_folder, 20)
    [asked] = await list_rescreenings(city, OPERATOR)
    assert asked.subject == REAL

    city.reference.read_at = None
    await is_whole(city, undo, key_folder, 10)
    assert await standing(city, number) == ["standing"] * 3


async def test_a_rescreening_killed_anywhere_goes_on_and_suspends_each_once(
    city: System, edit: Edit, clock: Clock, key_folder: Path
) -> None:
    await activate(city)
    for nib in OTHER_BANKS:
        await register(city, "64121", nib=nib)
    await represent(city, (BANK, *OTHER_BANKS))
    numbers = [await filed(city, nib) for nib in (BANK, *OTHER_BANKS)]
    other = await filed(city, Nib(8120001110002))
    refuse_banks(edit)
    await activate(city)
    clock.pass_(seconds=20)
    city.reference.read_at = None

    kills, seen = 0, set[int]()
    async with killed_at(city, rescreen, key_folder) as kill_at:
        while await kill_at(kills + 1):
            kills += 1
            [now] = await list_rescreenings(city, OPERATOR)
            suspended = [await standing(city, number) for number in numbers]
            assert all(len(set(each)) == 1 for each in suspended), "an employer is half done"
            assert now.suspended == 3 * suspended.count(["suspended"] * 3)
            seen.add(now.suspended)
    [done] = await list_rescreenings(city, OPERATOR)
    assert (done.suspended, done.left, done.done_at is None) == (12, 0, False)
    assert seen >= {0, 3, 6, 9} and kills > 25, (seen, kills)
    assert await standing(city, other) == ["standing"] * 3
    assert await books_are_true(city)
    query = "SELECT nib, sum(count) FROM notice WHERE kind = 'suspended' GROUP BY nib ORDER BY nib"
    async with city.database.connection() as conn:
        told = await (await conn.execute(query)).fetchall()
    assert told == [(nib, 3) for nib in sorted((BANK, *OTHER_BANKS))]


async def test_a_closure_and_its_end_are_whole_or_nothing(city: System, key_folder: Path) -> None:
    await activate(city)
    await filed(city)
    await is_whole(city, close, key_folder, 6)
    [closed] = await list_closures(city)
    assert closed.lifted_at is None
    await is_whole(city, lift, key_folder, 6)
    [opened] = await list_closures(city)
    assert opened.lifted_at is not None


async def test_the_end_of_an_exercise_is_whole_or_nothing(city: System, key_folder: Path) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    await filed(city)
    await close(city)
    await rule_employer(city, ANI, SHOP, CRITICAL)  # waits for a second official
    await is_whole(city, end_exercise, key_folder, 10)
    [closed] = await list_closures(city)
    assert closed.lifted_at is not None
    proposed, _ = await list_waiting(city, ANI)
    assert not proposed


async def test_a_ruling_and_what_it_does_to_who_waits_are_whole_or_nothing(
    city: System, key_folder: Path
) -> None:
    await activate(city)
    await register(city, "81210")
    number = (
        await file_workers(city, OPERATOR, CLEANER, fresh_workers(3), digest=bytes(16))
    ).application_id
    assert tuple((await show_application(city, OPERATOR, number)).counts) == (3, 0, 0, 0)
    await is_whole(city, rule, key_folder, 8)
    assert (await show_employer(city, ANI, CLEANER)).in_force is not None
    assert tuple((await show_application(city, OPERATOR, number)).counts) == (0, 3, 0, 0)
    await issue(city)
    assert await standing(city, number) == ["standing"] * 3


async def test_a_replacement_is_whole_or_nothing_and_its_successor_comes_by_itself(
    city: System, key_folder: Path
) -> None:
    await activate(city)
    number = await filed(city)
    first = await show_workers(city, OPERATOR, number)
    before = [each.serial for each in first.workers if each.serial]
    await is_whole(city, replace_first, key_folder, 6)

    kills = 0
    async with killed_at(city, issue, key_folder) as kill_at:
        while await kill_at(kills + 1):
            kills += 1
    assert kills >= 4
    shown = await show_workers(city, OPERATOR, number)
    assert [each.certificate.status for each in shown.workers if each.certificate] == (
        ["standing"] * 3
    )
    now = [each.serial for each in shown.workers if each.serial]
    assert (len(now), len({*now} & {*before})) == (3, 2), "one successor, of one"
    assert await books_are_true(city)
    assert (await policy_today(city)).policy_id == REAL
