"""A closed employer: nothing goes on for it, and all of it goes on by itself afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from strp.credential.trust import read_bundle, verify_text
from strp.domain.desk.objection import About, Outcome
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.store import audit
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_serials
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import trust_bundle, verify
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.desk.review import (
    approve_passed,
    decide_rest,
    take_application,
    take_next,
)
from strp.usecases.desk.show_desk import show_desk
from strp.usecases.desk.show_objections import list_open_objections, show_objection
from strp.usecases.employers.close import close_employer, list_closures, open_employer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.employers.objections_over import settle_objections_over
from strp.usecases.filing.file import Receipt, body_digest, file_roster, file_workers
from strp.usecases.filing.show import show_application
from strp.usecases.operation.books import check_books
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
BANK, HOSPITAL, BUILDER = Nib(8120001110001), Nib(8120001110003), Nib(8120001110016)
ROSTER = ROOT / "tests" / "vectors" / "rosters" / "bank-20.xlsx"
ANI = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
SUPERVISOR = Actor(kind=ActorKind.ACCOUNT, id=2, role=Role.SUPERVISOR)
STANDS = {"VALID", "EXERCISE"}


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


async def file(system: System, nib: Nib, count: int = 2, key: str | None = None) -> Receipt:
    people = fresh_workers(count)
    digest = bytes(16)
    return await file_workers(system, OPERATOR, nib, people, digest=digest, idempotency_key=key)


async def issue_all(system: System) -> None:
    while await Issuer(system).issue_some():
        pass


async def certified(system: System, nib: Nib, count: int = 2) -> tuple[ApplicationId, list[str]]:
    """An application with its certificates, as texts of their QRs."""
    number = (await file(system, nib, count)).application_id
    await issue_all(system)
    return number, [found.text async for found in certificates_of(system, OPERATOR, number)]


async def close(system: System, nib: Nib, **span: datetime | None) -> None:
    await close_employer(
        system, OPERATOR, nib, reason="Wabah di kantor", citation="Pergub 3/2021", **span
    )


async def verdict(system: System, text: str) -> str:
    return (await verify(system, text)).verdict.value


async def verdict_off_line(system: System, text: str) -> str:
    bundle = read_bundle(await trust_bundle(system, inline=True))
    return verify_text(text, bundle, system.clock()).verdict.value


async def test_a_filing_for_a_closed_employer_is_refused_with_reason_end_and_way_to_object(
    system: System, clock: Clock
) -> None:
    await close(system, BANK, until_at=datetime(2021, 7, 9, 17, tzinfo=UTC))

    with pytest.raises(Forbidden, match="employer-closed") as refused:
        await file(system, BANK)

    said = str(refused.value)
    assert "Wabah di kantor" in said
    assert "10 July 2021, 00:00 WIB" in said
    assert system.settings.objection_contact in said


async def test_a_spreadsheet_for_a_closed_employer_is_refused(system: System) -> None:
    await close(system, BANK)

    with pytest.raises(Forbidden, match="employer-closed"):
        await file_roster(system, OPERATOR, BANK, ROSTER, digest=body_digest(ROSTER.read_bytes()))


async def test_others_of_the_same_moment_are_filed(system: System) -> None:
    await close(system, BANK)

    refused, *filed = await asyncio.gather(
        file(system, BANK), file(system, HOSPITAL), file(system, BUILDER), return_exceptions=True
    )

    assert isinstance(refused, Forbidden)
    assert all(isinstance(each, Receipt) for each in filed)


async def test_a_receipt_from_before_is_given_again_under_its_key(system: System) -> None:
    before = await file(system, BANK, key="a")
    await close(system, BANK)

    again = await file_workers(
        system, OPERATOR, BANK, fresh_workers(1), digest=bytes(16), idempotency_key="a"
    )

    assert again.application_id == before.application_id


async def test_certificates_read_suspended_on_line_and_in_the_next_bundle(system: System) -> None:
    _, [text, _] = await certified(system, BANK)
    _, [other, _] = await certified(system, HOSPITAL)
    await close(system, BANK)

    assert await verdict(system, text) == "SUSPENDED"
    assert await verdict_off_line(system, text) == "SUSPENDED"
    assert await verdict(system, other) in STANDS


async def test_they_stand_again_at_the_end_with_nobody_doing_anything(
    system: System, clock: Clock
) -> None:
    _, [text, _] = await certified(system, BANK)
    await close(system, BANK, until_at=clock() + timedelta(hours=1))
    assert await verdict(system, text) == "SUSPENDED"

    clock.pass_(hours=1)

    assert await verdict(system, text) in STANDS
    assert await verdict_off_line(system, text) in STANDS


async def test_a_closure_to_come_suspends_from_its_first_moment(
    system: System, clock: Clock
) -> None:
    _, [text, _] = await certified(system, BANK)
    await close(system, BANK, from_at=clock() + timedelta(hours=1))
    assert await verdict(system, text) in STANDS
    await file(system, BANK)

    clock.pass_(hours=1)

    assert await verdict(system, text) == "SUSPENDED"
    with pytest.raises(Forbidden, match="employer-closed"):
        await file(system, BANK)


async def test_of_two_closures_the_last_one_to_end_opens(system: System, clock: Clock) -> None:
    _, [text, _] = await certified(system, BANK)
    await close(system, BANK, until_at=clock() + timedelta(hours=1))
    await close(system, BANK, until_at=clock() + timedelta(hours=3))

    clock.pass_(hours=2)
    assert await verdict(system, text) == "SUSPENDED"
    clock.pass_(hours=1)
    assert await verdict(system, text) in STANDS


async def test_lifting_opens_at_once(system: System) -> None:
    _, [text, _] = await certified(system, BANK)
    await close(system, BANK)
    await close(system, BANK)
    assert await verdict(system, text) == "SUSPENDED"

    lifted = await open_employer(system, OPERATOR, BANK, reason="Hasil tes baik")

    assert len(lifted) == 2
    assert await verdict(system, text) in STANDS
    assert (await file(system, BANK)).ledger.accepted == 2


async def test_a_revocation_stays_when_the_closure_is_over(system: System) -> None:
    number, [revoked, text] = await certified(system, BANK)
    serials = [found.serial async for found in certificates_of(system, OPERATOR, number)]
    await revoke_serials(system, OPERATOR, serials[:1], reason="contoh")
    await close(system, BANK)
    assert [await verdict(system, each) for each in (revoked, text)] == ["REVOKED", "SUSPENDED"]

    await open_employer(system, OPERATOR, BANK, reason="selesai")

    assert await verdict(system, revoked) == "REVOKED"
    assert await verdict(system, text) in STANDS


async def test_a_certificate_that_was_being_issued_as_the_closure_began_is_suspended_too(
    system: System, clock: Clock
) -> None:
    await close(system, BANK, from_at=clock() + timedelta(seconds=1))
    number = (await file(system, BANK)).application_id
    clock.pass_(seconds=2)
    await trust_bundle(system, inline=True)  # reads the places while there is none
    clock.pass_(seconds=-2)
    await issue_all(system)
    clock.pass_(seconds=12)

    texts = [found.text async for found in certificates_of(system, OPERATOR, number)]

    assert {await verdict(system, text) for text in texts} == {"SUSPENDED"}


async def test_nothing_is_issued_until_the_employer_is_open(system: System, clock: Clock) -> None:
    number = (await file(system, BANK)).application_id
    await close(system, BANK, until_at=clock() + timedelta(hours=1))
    await issue_all(system)
    with pytest.raises(NotFound):
        [_ async for _ in certificates_of(system, OPERATOR, number)]

    clock.pass_(hours=1)
    await issue_all(system)

    assert len([_ async for _ in certificates_of(system, OPERATOR, number)]) == 2


async def test_workers_who_wait_are_held_and_keep_their_due_time(
    system: System, clock: Clock
) -> None:
    filed = await file(system, BUILDER)
    await close(system, BUILDER)

    assert await take_next(system, ANI) is None
    with pytest.raises(Conflict, match="application-on-hold"):
        await take_application(system, ANI, filed.application_id)
    summary, page = await show_desk(system, ANI)
    shown = await show_application(system, OPERATOR, filed.application_id)
    assert (summary.waiting, summary.on_hold, list(page.lines)) == (0, 1, [])
    assert (shown.state, shown.pending, shown.due_at) == ("received", 2, filed.due_at)


async def test_an_officer_who_holds_a_file_decides_it_only_once_it_is_open(
    system: System, clock: Clock
) -> None:
    number = (await file(system, BUILDER)).application_id
    await take_next(system, ANI)
    await close(system, BUILDER, until_at=clock() + timedelta(minutes=5))

    with pytest.raises(Conflict, match="application-on-hold"):
        await approve_passed(system, ANI, number)
    with pytest.raises(Conflict, match="application-on-hold"):
        await decide_rest(system, ANI, number, Decision.RETURN, reason="evidence-missing")
    clock.pass_(minutes=5)
    counts = await decide_rest(system, ANI, number, Decision.RETURN, reason="evidence-missing")

    assert counts.returned == 2


async def test_an_unknown_employer_cannot_be_closed(system: System) -> None:
    with pytest.raises(NotFound, match="nib-unknown"):
        await close(system, Nib(9999999999999))


async def test_a_closure_ends_after_it_begins(system: System, clock: Clock) -> None:
    with pytest.raises(InvalidInput) as refused:
        await close(system, BANK, until_at=clock())

    assert [each.field for each in refused.value.fields] == ["until"]


async def test_what_is_not_closed_cannot_be_lifted(system: System) -> None:
    with pytest.raises(Conflict, match="not-closed"):
        await open_employer(system, OPERATOR, BANK, reason="coba")


async def test_officers_do_not_close_employers(system: System) -> None:
    with pytest.raises(Forbidden, match="not-your-task"):
        await close_employer(system, ANI, BANK, reason="x", citation="y")


async def test_closing_and_lifting_are_recorded(system: System) -> None:
    await close_employer(system, SUPERVISOR, BANK, reason="x", citation="y")
    await open_employer(system, SUPERVISOR, BANK, reason="z")

    async with system.database.connection() as conn:
        events = await audit.events_of(conn, [f"employer:{BANK:013d}"])
    assert [(each.actor, each.action) for each in events] == [
        ("account:2", "employer-closed"),
        ("account:2", "closure-lifted"),
    ]
    assert [each.lifted_at is not None for each in await list_closures(system)] == [True]


async def test_the_books_are_true_while_an_employer_is_closed(system: System) -> None:
    await certified(system, BANK)
    await file(system, BUILDER)
    await close(system, BANK)
    await close(system, BUILDER)

    assert [rule.rule for rule in await check_books(system) if rule.wrong] == []


async def objected(system: System) -> int:
    """A number of an open objection of the bank to its closure."""
    of_bank = Actor(kind=ActorKind.API_KEY, id=7, nibs=frozenset({BANK}))
    filed = await file_objection(system, of_bank, About.CLOSURE, str(BANK), "Wabah sudah reda.")
    return filed.objection_id


async def outcome(system: System, number: int) -> str | None:
    return (await show_objection(system, SUPERVISOR, number))[0].outcome


async def test_an_objection_to_a_closure_that_is_lifted_leaves_the_desk(system: System) -> None:
    await close(system, BANK)
    number = await objected(system)
    await open_employer(system, OPERATOR, BANK, reason="Selesai")
    assert (await list_open_objections(system, SUPERVISOR)).total == 0
    assert await outcome(system, number) == "over"
    with pytest.raises(Conflict, match="objection-settled"):
        await decide_objection(system, SUPERVISOR, number, Outcome.UPHELD, "x")
    await close(system, BANK)
    assert await objected(system) != number  # and one to the next closure is another


async def test_an_objection_stays_while_another_closure_that_it_is_against_lasts(
    system: System,
) -> None:
    await close(system, BANK)
    await close(system, BANK, until_at=system.clock() + timedelta(days=2))
    number = await objected(system)
    (first, second) = await list_closures(system)
    await open_employer(system, OPERATOR, BANK, reason="Selesai", only=first.closure_id)
    assert await outcome(system, number) is None
    await open_employer(system, OPERATOR, BANK, reason="Selesai", only=second.closure_id)
    assert await outcome(system, number) == "over"


async def test_an_objection_to_a_closure_that_ends_by_itself_leaves_the_desk(
    system: System, clock: Clock
) -> None:
    await close(system, BANK, until_at=system.clock() + timedelta(hours=2))
    number = await objected(system)
    assert await settle_objections_over(system) == 0
    clock.pass_(hours=3)
    assert [await settle_objections_over(system) for _ in range(2)] == [1, 0]
    assert (await outcome(system, number), (await list_open_objections(system, ANI)).total) == (
        "over",
        0,
    )
