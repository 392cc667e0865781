"""Rulings: what an officer names counts from then on, for who waits and for who comes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from strp.domain.civil_time import civil_day
from strp.domain.desk.acts import ACTS, RULED, Act
from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.employers.caps import Staff
from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.ruling import RulingDraft
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.desk.review import decide, decide_rest, take_application, take_next
from strp.usecases.desk.rule_employer import (
    confirm_ruling,
    decline_ruling,
    rule_employer,
    show_employer,
)
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_application, show_workers
from strp.usecases.operation.books import check_books
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
ANI, BUDI = (Actor(kind=ActorKind.ACCOUNT, id=n, role=Role.OFFICER) for n in (1, 2))
CLEANER = Nib(8120001119001)
NOTHING = RulingDraft(
    sector=None,
    staff=Staff(None, None),
    evidence=False,
    until_on=None,
    reason="Kontrak pengelolaan sampah diperiksa",
    citation="",
)


def draft(
    sector: str | None = None, staff: tuple[int | None, int | None] = (None, None), **more: object
) -> RulingDraft:
    values = {"sector": sector, "staff": Staff(*staff), "evidence": False, "until_on": None}
    return RulingDraft(**(values | {"reason": "Diperiksa", "citation": ""} | more))  # type: ignore[arg-type]


async def register(
    system: System,
    kbli: str,
    staff: tuple[int | None, int | None] = (10, 10),
    nib: Nib = CLEANER,
    kind: str = "private",
) -> Nib:
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO employer VALUES (%s, 'PT Contoh', ARRAY[%s], 2020, %s, '3171',"
            " %s, %s, NULL, 1, now())",
            (nib, kbli, kind, *staff),
        )
    return nib


async def file(system: System, nib: Nib, count: int = 3) -> ApplicationId:
    done = await file_workers(system, OPERATOR, nib, fresh_workers(count), digest=bytes(16))
    return done.application_id


async def counts(system: System, number: ApplicationId) -> tuple[int, ...]:
    """Pending, approved, refused, returned."""
    return tuple((await show_application(system, OPERATOR, number)).counts)


async def reasons(system: System, number: ApplicationId) -> set[str]:
    page = await show_workers(system, OPERATOR, number)
    return {reason.code for worker in page.workers for reason in worker.reasons}


async def rule_with_two(system: System, nib: Nib, what: RulingDraft) -> None:
    """A ruling under the rules of the exercise: one proposes, another confirms."""
    proposed = await rule_employer(system, ANI, nib, what)
    await confirm_ruling(system, BUDI, nib, proposed.ruling.ruling_id)


async def books_are_true(system: System) -> bool:
    return not [rule for rule in await check_books(system) if rule.wrong]


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


async def test_who_waits_is_screened_again_under_the_old_receipt(system: System) -> None:
    nib = await register(system, "81210")
    number = await file(system, nib)
    assert await counts(system, number) == (3, 0, 0, 0)

    await rule_with_two(system, nib, draft("K-l"))

    application = await show_application(system, OPERATOR, number)
    assert (application.state, application.sector) == ("decided", "K-l")
    assert tuple(application.counts) == (0, 3, 0, 0)
    assert await take_next(system, ANI) is None
    assert await books_are_true(system)


async def test_certificates_carry_the_sector_that_was_ruled(system: System) -> None:
    nib = await register(system, "81210")
    number = await file(system, nib)
    await rule_with_two(system, nib, draft("K-l"))

    await Issuer(system).issue_some()

    issued = [each async for each in certificates_of(system, OPERATOR, number)]
    assert [each.claims.sector for each in issued] == ["K-l"] * 3


async def test_what_is_filed_after_a_ruling_is_screened_by_it_at_once(system: System) -> None:
    nib = await register(system, "81210")
    await file(system, nib)
    await rule_with_two(system, nib, draft("K-l"))

    assert await counts(system, await file(system, nib)) == (0, 3, 0, 0)


async def test_a_process_that_knows_the_employer_from_before_uses_the_ruling(
    system: System,
) -> None:
    nib = await register(system, "81210")
    await file(system, nib)
    known = system.reference.employers.get(nib), system.reference.classifications.get(nib)
    await rule_with_two(system, nib, draft("K-l"))
    assert known[0] is not None
    assert known[1] is not None
    system.reference.employers[nib], system.reference.classifications[nib] = known  # type: ignore[assignment]

    number = await file(system, nib)

    assert await counts(system, number) == (0, 3, 0, 0)
    assert (await show_application(system, OPERATOR, number)).sector == "K-l"


async def test_the_cap_of_the_ruled_sector_holds_for_who_waits(system: System) -> None:
    nib = await register(system, "81210", staff=(4, 4))
    number = await file(system, nib, 5)

    await rule_with_two(system, nib, draft("E-a"))

    pending, approved, refused, _ = await counts(system, number)
    assert (pending, refused) == (0, 5 - approved)
    assert 0 < approved < 5
    assert await books_are_true(system)


async def test_no_sector_names_it_refuses_who_waits(system: System) -> None:
    nib = await register(system, "81210")
    number = await file(system, nib)

    await rule_with_two(system, nib, draft("N"))

    assert await counts(system, number) == (0, 0, 3, 0)
    assert await reasons(system, number) == {"sector-not-listed"}
    assert await books_are_true(system)


async def test_unknown_staff_ends_with_the_number_that_an_officer_enters(system: System) -> None:
    nib = await register(system, "64121", staff=(None, None))
    number = await file(system, nib)
    assert "staff-unknown" in await reasons(system, number)

    await rule_with_two(system, nib, draft(staff=(100, 100)))

    assert await counts(system, number) == (0, 3, 0, 0)


async def test_accepted_evidence_leaves_what_else_the_sector_asks(system: System) -> None:
    nib = await register(system, "13121", staff=(1000, 1000))
    number = await file(system, nib)

    await rule_with_two(system, nib, draft(evidence=True))
    assert await reasons(system, number) == {"sector-review"}
    await rule_with_two(system, nib, draft("E-e", evidence=True))

    assert await counts(system, number) == (0, 3, 0, 0)


@pytest.mark.parametrize("act", sorted(RULED))
async def test_every_act_on_the_employer_ends_its_reasons(system: System, act: Act) -> None:
    nib = await register(system, {Act.ENTER_STAFF: "64121"}.get(act, "13121"), (None, None))
    number = await file(system, nib)
    whole = draft("E-e", (1000, 1000), evidence=True)
    ruled = {
        Act.NAME_SECTOR: draft("E-a", (1000, 1000)),
        Act.ENTER_STAFF: draft(staff=(1000, 1000)),
        Act.ACCEPT_EVIDENCE: whole,
    }[act]

    await rule_with_two(system, nib, ruled)

    ended = {code for code, one in ACTS.items() if one is act}
    assert ended.isdisjoint(await reasons(system, number))


async def test_a_ruling_counts_until_its_last_day(system: System, clock: Clock) -> None:
    nib = await register(system, "81210")
    await rule_with_two(system, nib, draft("K-l", until_on=civil_day(clock.now)))
    assert await counts(system, await file(system, nib)) == (0, 3, 0, 0)

    clock.pass_(days=1)

    assert await counts(system, await file(system, nib)) == (3, 0, 0, 0)


async def test_nobody_is_approved_while_the_sector_is_unknown(system: System) -> None:
    number = await file(system, await register(system, "81210"))
    await take_application(system, ANI, number)

    with pytest.raises(Conflict, match="ruling-needed"):
        await decide_rest(system, ANI, number, Decision.APPROVE)
    with pytest.raises(Conflict, match="ruling-needed"):
        await decide(system, ANI, number, [WorkerDecision(1, Decision.APPROVE)])

    assert await counts(system, number) == (3, 0, 0, 0)


async def test_nobody_is_approved_while_the_staff_is_unknown(system: System) -> None:
    number = await file(system, await register(system, "86103", staff=(None, None)))
    await take_application(system, ANI, number)

    with pytest.raises(Conflict, match="ruling-needed"):
        await decide_rest(system, ANI, number, Decision.APPROVE)

    assert await counts(system, number) == (3, 0, 0, 0)


async def test_who_is_refused_or_returned_needs_no_ruling(system: System) -> None:
    number = await file(system, await register(system, "81210"))
    await take_application(system, ANI, number)

    await decide_rest(system, ANI, number, Decision.REFUSE, "sector-not-proven")

    assert await counts(system, number) == (0, 0, 3, 0)


async def test_a_proposed_ruling_changes_nothing_until_another_account_confirms(
    system: System,
) -> None:
    nib = await register(system, "81210")
    number = await file(system, nib)
    before = (await show_application(system, OPERATOR, number)).due_at

    proposed = await rule_employer(system, ANI, nib, draft("K-l"))

    assert proposed.rescreened is None
    assert await counts(system, number) == (3, 0, 0, 0)
    assert await counts(system, await file(system, nib)) == (3, 0, 0, 0)
    assert (await show_application(system, OPERATOR, number)).due_at == before


async def test_the_official_who_proposed_a_ruling_cannot_confirm_it(system: System) -> None:
    nib = await register(system, "81210")
    proposed = await rule_employer(system, ANI, nib, draft("K-l"))

    with pytest.raises(Conflict, match="four-eyes-same-account"):
        await confirm_ruling(system, ANI, nib, proposed.ruling.ruling_id)
    with pytest.raises(Conflict, match="four-eyes-same-account"):
        await decline_ruling(system, ANI, nib, proposed.ruling.ruling_id)
    with pytest.raises(Conflict, match="ruling-proposed"):
        await rule_employer(system, ANI, nib, draft("K-l"))


async def test_two_officials_who_confirm_at_the_same_moment_confirm_once(system: System) -> None:
    nib = await register(system, "81210")
    number = await file(system, nib)
    proposed = (await rule_employer(system, ANI, nib, draft("K-l"))).ruling.ruling_id
    cici = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.SUPERVISOR)

    done = await asyncio.gather(
        confirm_ruling(system, BUDI, nib, proposed),
        confirm_ruling(system, cici, nib, proposed),
        return_exceptions=True,
    )

    assert sum(isinstance(each, NotFound) for each in done) == 1
    assert await counts(system, number) == (0, 3, 0, 0)
    assert await books_are_true(system)


async def test_a_declined_ruling_leaves_all_as_it_was_and_stays_on_record(system: System) -> None:
    nib = await register(system, "81210")
    proposed = await rule_employer(system, ANI, nib, draft("K-l"))

    await decline_ruling(system, BUDI, nib, proposed.ruling.ruling_id)

    shown = await show_employer(system, BUDI, nib)
    assert (shown.proposed, shown.in_force) == (None, None)
    assert [each.state for each in shown.rulings] == ["declined"]
    assert await counts(system, await file(system, nib)) == (3, 0, 0, 0)


async def test_every_word_on_a_ruling_is_recorded(system: System) -> None:
    nib = await register(system, "81210")
    await rule_with_two(system, nib, draft("K-l"))

    async with system.database.connection() as conn:
        cursor = await conn.execute(
            "SELECT actor, action FROM audit_event WHERE subject = %s ORDER BY event_id",
            (f"employer:{nib:013d}",),
        )
        assert await cursor.fetchall() == [
            ("account:1", "ruling-proposed"),
            ("account:2", "ruling-confirmed"),
        ]


@pytest.mark.parametrize(
    "wrong",
    [
        NOTHING,
        draft("Z-z"),
        draft(staff=(-1, None)),
        draft("K-l", reason=""),
        draft("K-l", until_on=civil_day(Clock().now).replace(year=2020)),
    ],
)
async def test_a_ruling_that_is_not_complete_changes_nothing(
    system: System, wrong: RulingDraft
) -> None:
    nib = await register(system, "81210")

    with pytest.raises(InvalidInput, match="ruling-incomplete"):
        await rule_employer(system, ANI, nib, wrong)

    assert (await show_employer(system, ANI, nib)).rulings == []


async def test_who_does_not_review_neither_rules_nor_sees_rulings(system: System) -> None:
    nib = await register(system, "81210")
    administrator = Actor(kind=ActorKind.ACCOUNT, id=9, role=Role.ADMINISTRATOR)

    with pytest.raises(Forbidden):
        await rule_employer(system, administrator, nib, draft("K-l"))
    with pytest.raises(Forbidden):
        await show_employer(system, administrator, nib)


async def test_filings_at_the_moment_of_a_ruling_are_all_screened_by_it(system: System) -> None:
    nib = await register(system, "81210", staff=(1000, 1000))
    proposed = await rule_employer(system, ANI, nib, draft("K-l"))
    filings = [asyncio.create_task(file(system, nib)) for _ in range(20)]
    await asyncio.sleep(0.01)
    await confirm_ruling(system, BUDI, nib, proposed.ruling.ruling_id)

    numbers = [await each for each in filings]

    assert {await counts(system, number) for number in numbers} == {(0, 3, 0, 0)}
    assert await books_are_true(system)
