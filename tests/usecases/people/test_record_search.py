"""The record, searched by an auditor who can change nothing."""

import pytest
from psycopg.errors import RestrictViolation

from strp.domain.errors import Forbidden, InvalidInput, NotFound
from strp.domain.people.account import OPERATOR, AccountId, Actor, ActorKind, Role
from strp.domain.people.record_search import RECORDS_PER_PAGE, WITHOUT_NAME, RecordSearch
from strp.store import audit
from strp.store.audit import NewEvent
from strp.usecases.people.accounts import add_account
from strp.usecases.people.record_search import FoundRecords, actor_of_address, search_record
from strp.usecases.process.system import System
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def auditor(system: System) -> Actor:
    number, _ = await add_account(system, OPERATOR, Role.AUDITOR, "auditor@kota.example")
    return Actor(kind=ActorKind.ACCOUNT, id=number, role=Role.AUDITOR)


async def note(system: System, count: int, action: str = "workers-seen") -> None:
    async with system.database.transaction() as conn:
        await audit.record_many(
            conn,
            [
                NewEvent(
                    system.clock(), "account:1", action, f"application:{number}", {"n": number}
                )
                for number in range(count)
            ],
        )


def subjects(found: FoundRecords) -> list[str]:
    return [each.subject for each in found.events]


async def test_every_record_is_on_one_page_the_latest_first(system: System, auditor: Actor) -> None:
    await note(system, 2 * RECORDS_PER_PAGE + 3)
    search, before, seen = RecordSearch(action="workers-seen"), None, []
    while True:
        found = await search_record(system, auditor, search, before=before)
        seen += subjects(found)
        before = found.next_before
        if before is None:
            break
    assert seen == [f"application:{n}" for n in reversed(range(2 * RECORDS_PER_PAGE + 3))]


async def test_each_filter_holds_alone_and_with_the_others(
    system: System, auditor: Actor, clock: Clock
) -> None:
    await note(system, 2)
    clock.pass_(days=1)
    day = clock()
    await note(system, 2, "evidence-seen")
    seen = RecordSearch(action="evidence-seen")
    assert len((await search_record(system, auditor, seen)).events) == 2
    one = RecordSearch(subject="application:1")
    assert len((await search_record(system, auditor, one)).events) == 2
    old = RecordSearch(subject="application:1", until_at=day)
    [found] = (await search_record(system, auditor, old)).events
    assert found.action == "workers-seen"
    both = RecordSearch(actor="account:1", action="evidence-seen", from_at=day)
    assert len((await search_record(system, auditor, both)).events) == 2


async def test_a_search_that_names_nobody_looks_back_a_week(
    system: System, auditor: Actor, clock: Clock
) -> None:
    await note(system, 1)
    clock.now += WITHOUT_NAME + WITHOUT_NAME
    seen = RecordSearch(action="workers-seen")
    assert (await search_record(system, auditor, seen)).events == []
    named = RecordSearch(action="workers-seen", actor="account:1")
    assert len((await search_record(system, auditor, named)).events) == 1


async def test_who_acted_is_shown_masked(system: System, auditor: Actor) -> None:
    await search_record(system, auditor, RecordSearch())
    found = await search_record(system, auditor, RecordSearch(actor=auditor.label))
    assert found.actors[auditor.label].masked_email == "a•••@kota.example"


async def test_each_search_is_recorded(system: System, auditor: Actor) -> None:
    await search_record(system, auditor, RecordSearch(subject="application:7"))
    found = await search_record(system, auditor, RecordSearch(action="record-searched"))
    assert [(each.actor, each.detail) for each in found.events] == [
        (auditor.label, {"subject": "application:7"})
    ]


async def test_an_address_leads_to_what_its_account_did(system: System, auditor: Actor) -> None:
    label = await actor_of_address(system, auditor, " Auditor@kota.example ")
    assert label == auditor.label
    with pytest.raises(NotFound):
        await actor_of_address(system, auditor, "tidak.ada@kota.example")


@pytest.mark.parametrize(
    "search",
    [
        RecordSearch(subject="3171010101900001"),
        RecordSearch(subject="worker:3171010101900001"),
        RecordSearch(actor="Siti Aminah"),
        RecordSearch(actor="siti@kota.example"),
        RecordSearch(action="' OR 1=1 --"),
        RecordSearch(subject="application:1; DROP"),
    ],
)
async def test_a_search_names_no_person(
    system: System, auditor: Actor, search: RecordSearch
) -> None:
    with pytest.raises(InvalidInput, match="record-search"):
        await search_record(system, auditor, search)
    assert (
        await search_record(system, auditor, RecordSearch(action="record-searched"))
    ).events == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
async def test_only_auditors_read_the_record(system: System, role: Role) -> None:
    actor = Actor(kind=ActorKind.ACCOUNT, id=AccountId(1), role=role)
    with pytest.raises(Forbidden):
        await search_record(system, actor, RecordSearch())
    with pytest.raises(Forbidden):
        await actor_of_address(system, actor, "auditor@kota.example")


async def test_the_record_is_not_changed(system: System) -> None:
    await note(system, 1)
    for statement in ("UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(RestrictViolation):
            async with system.database.transaction() as conn:
                await conn.execute(statement.encode())
