"""Objections: another account looks again; a success lets in under the old receipt."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.desk.objection import MOST_OPEN, About, Outcome
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict, InvalidInput, NotFound, StrpError
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.certificates.issue import Issuer
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.desk.show_objections import list_open_objections, show_objection
from strp.usecases.employers.close import close_employer, closure_of
from strp.usecases.employers.objections_over import settle_objections_over
from strp.usecases.filing.declare_staff import declare_staff
from strp.usecases.filing.show import receipt_of, show_application, show_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.usecases.desk.test_rule_employer import (
    ANI,
    BUDI,
    books_are_true,
    counts,
    draft,
    file,
    register,
    rule_with_two,
)
from tests.usecases.filing.test_declare_staff import staff
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
CICI = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.SUPERVISOR)
WHY = "Kami mengelola sampah rumah sakit"


def representative(nib: Nib, number: int = 70) -> Actor:
    return Actor(kind=ActorKind.ACCOUNT, id=number, role=Role.REPRESENTATIVE, nibs=frozenset({nib}))


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


@pytest.fixture
async def refused(system: System) -> AsyncIterator[tuple[Nib, ApplicationId]]:
    """A law firm, whom no sector names, and its filing of three."""
    nib = await register(system, "69100", staff=(1000, 1000))
    yield nib, await file(system, nib)


async def test_a_success_lets_in_under_the_old_receipt_with_no_new_upload(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    made = await file_objection(system, representative(nib), About.SECTOR, str(number), WHY)
    assert made.due_at > made.filed_at
    await rule_with_two(system, nib, draft("K-l"))

    assert await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar") == 3

    assert await counts(system, number) == (0, 3, 0, 0)
    assert (await show_application(system, OPERATOR, number)).sector == "K-l"
    assert await Issuer(system).issue_some() == 1
    assert await books_are_true(system)


async def test_objections_of_workers_whom_another_success_lets_in_leave_the_desk(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    actor = representative(nib)
    made = await file_objection(system, actor, About.SECTOR, str(number), WHY)
    own = await file_objection(system, actor, About.WORKER, f"{number}/2", "Tenaga medis")
    await rule_with_two(system, nib, draft("K-l"))

    await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar")

    assert (await list_open_objections(system, CICI)).total == 0
    shown, _ = await show_objection(system, actor, own.objection_id)
    assert (shown.outcome, shown.decided_by) == ("over", "system")
    assert "tidak ditolak lagi" in (shown.reason or "")
    with pytest.raises(Conflict, match="objection-settled"):
        await decide_objection(system, CICI, own.objection_id, Outcome.REJECTED, "Tidak")
    assert await settle_objections_over(system) == 0


async def test_an_objection_to_what_stays_refused_stays_on_the_desk(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    actor = representative(nib)
    for about, ref in (About.SECTOR, str(number)), (About.WORKER, f"{number}/2"):
        await file_objection(system, actor, about, ref, WHY)
    assert await settle_objections_over(system) == 0
    assert (await list_open_objections(system, CICI)).total == 2


async def test_objections_to_a_filing_that_is_withdrawn_are_over(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    actor = representative(nib)
    for about, ref in (About.SECTOR, str(number)), (About.WORKER, f"{number}/2"):
        await file_objection(system, actor, about, ref, WHY)
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE application SET state = 'withdrawn'")

    assert await settle_objections_over(system) == 2
    assert (await list_open_objections(system, CICI)).total == 0


async def test_who_waits_after_a_success_is_on_the_desk_with_a_due_time(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    made = await file_objection(system, representative(nib), About.SECTOR, f"{nib:013d}", WHY)
    await rule_with_two(system, nib, draft("E-e"))

    await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar")

    application = await show_application(system, OPERATOR, number)
    assert (application.state, application.pending) == ("in_review", 3)
    assert application.due_at > system.clock()
    await take_application(system, ANI, number)
    assert await books_are_true(system)


async def test_without_a_ruling_there_is_nothing_to_uphold(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    made = await file_objection(system, representative(nib), About.SECTOR, str(number), WHY)

    with pytest.raises(Conflict, match="objection-needs-ruling"):
        await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar")

    assert await counts(system, number) == (0, 0, 3, 0)
    assert len((await list_open_objections(system, CICI)).objections) == 1


async def test_a_rejected_one_is_told_with_its_reason_and_can_be_filed_anew(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    actor = representative(nib)
    made = await file_objection(system, actor, About.SECTOR, str(number), WHY)

    await decide_objection(system, CICI, made.objection_id, Outcome.REJECTED, "Tidak terbukti")

    shown, _ = await show_objection(system, actor, made.objection_id)
    assert (shown.outcome, shown.reason) == ("rejected", "Tidak terbukti")
    await file_objection(system, actor, About.SECTOR, str(number), WHY)
    with pytest.raises(Conflict, match="objection-settled"):
        await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar")


async def test_more_staff_brings_back_who_was_over_the_cap(system: System) -> None:
    nib = await register(system, "64121", staff=(2, 2))
    number = await file(system, nib, 6)
    before = await counts(system, number)
    assert before[2] > 0
    actor = representative(nib)
    made = await file_objection(system, actor, About.CAP, str(number), WHY)
    await declare_staff(system, actor, nib, staff(100, 100))

    await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Jumlah benar")

    assert await counts(system, number) == (0, 6, 0, 0)
    assert await books_are_true(system)


async def test_who_was_filed_again_meanwhile_is_not_let_in_twice(system: System) -> None:
    nib = await register(system, "69100", staff=(1000, 1000))
    number = await file(system, nib)
    made = await file_objection(system, representative(nib), About.SECTOR, str(number), WHY)
    await rule_with_two(system, nib, draft("K-l"))
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO engagement (nik_index, period_id, nib, application_id, row_no)"
            " SELECT nik_index, 20, nib, application_id + 1, row_no FROM worker WHERE row_no = 1"
        )

    assert await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar") == 2

    assert await counts(system, number) == (0, 2, 1, 0)


async def test_the_account_that_decided_first_does_not_decide_the_objection(
    system: System,
) -> None:
    nib = await register(system, "41011", staff=(1000, 1000))
    number = await file(system, nib)
    await take_application(system, ANI, number)
    await decide_rest(system, ANI, number, Decision.REFUSE, "identity-doubtful")
    actor = representative(nib)
    made = await file_objection(system, actor, About.WORKER, f"{number}/1", WHY)
    assert made.first_by == [ANI.label]

    with pytest.raises(Conflict, match="objection-same-account"):
        await decide_objection(system, ANI, made.objection_id, Outcome.UPHELD, "Benar")
    assert await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "KTP cocok") == 1

    assert await counts(system, number) == (1, 0, 2, 0)
    assert await books_are_true(system)


async def test_one_is_open_for_each_thing(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    actor = representative(nib)
    await file_objection(system, actor, About.SECTOR, str(number), WHY)

    with pytest.raises(Conflict, match="objection-open"):
        await file_objection(system, representative(nib, 71), About.SECTOR, str(number), WHY)


async def test_the_sector_is_one_matter_whichever_filing_or_nib_is_named(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    other = await file(system, nib)
    actor = representative(nib)
    made = await file_objection(system, actor, About.SECTOR, str(number), WHY)

    for ref in (f"{nib:013d}", str(other)):
        with pytest.raises(Conflict, match="objection-open"):
            await file_objection(system, actor, About.SECTOR, ref, WHY)

    await rule_with_two(system, nib, draft("K-l"))
    assert await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar") == 6
    assert await counts(system, other) == (0, 3, 0, 0)
    assert await books_are_true(system)


async def test_a_receipt_stands_for_its_filing(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    receipt = receipt_of(system, number)
    made = await file_objection(system, representative(nib), About.WORKER, f"{receipt}/2", WHY)
    assert (made.application_id, made.row_no) == (number, 2)


async def test_the_same_idempotency_key_gives_the_same_objection(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    twice = [
        await file_objection(
            system, representative(nib), About.SECTOR, str(number), WHY, idempotency_key="a"
        )
        for _ in range(2)
    ]

    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    ("about", "ref"),
    [
        (About.CAP, "{number}"),
        (About.WORKER, "{number}/99"),
        (About.WORKER, "{number}"),
        (About.CLAIM, "{nib}"),
        (About.CLOSURE, "{nib}"),
        (About.SECTOR, "besok"),
    ],
)
async def test_what_was_never_refused_is_nothing_to_object_to(
    system: System, refused: tuple[Nib, ApplicationId], about: About, ref: str
) -> None:
    nib, number = refused
    named = ref.format(number=number, nib=f"{nib:013d}")

    with pytest.raises(InvalidInput, match="nothing-to-object"):
        await file_objection(system, representative(nib), about, named, WHY)


async def test_a_stranger_learns_nothing_of_a_filing(
    system: System, refused: tuple[Nib, ApplicationId]
) -> None:
    nib, number = refused
    stranger = representative(Nib(1234567890123), 99)
    made = await file_objection(system, representative(nib), About.SECTOR, str(number), WHY)

    with pytest.raises(NotFound):
        await file_objection(system, stranger, About.SECTOR, str(number), WHY)
    with pytest.raises(NotFound):
        await show_objection(system, stranger, made.objection_id)


async def test_a_hundred_objections_by_one_employer_are_bounded(system: System) -> None:
    nib = await register(system, "69100", staff=(1000, 1000))
    number = await file(system, nib, 100)
    codes = []
    for row in range(1, 101):
        try:
            await file_objection(system, representative(nib), About.WORKER, f"{number}/{row}", WHY)
        except StrpError as error:
            codes.append(error.code)

    assert codes == ["too-many-objections"] * (100 - MOST_OPEN)


async def test_a_closure_objected_to_with_success_is_lifted(system: System) -> None:
    nib = await register(system, "64121")
    await close_employer(system, OPERATOR, nib, reason="Wabah", citation="Pergub 3/2021")
    made = await file_objection(system, representative(nib), About.CLOSURE, f"{nib:013d}", WHY)

    await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Sudah aman")

    assert await closure_of(system, nib) is None


async def test_a_closure_made_after_the_objection_to_another_stays(
    system: System, clock: Clock
) -> None:
    nib = await register(system, "64121")
    await close_employer(system, OPERATOR, nib, reason="Wabah", citation="Pergub 3/2021")
    made = await file_objection(system, representative(nib), About.CLOSURE, f"{nib:013d}", WHY)
    clock.pass_(hours=1)
    later = await close_employer(system, OPERATOR, nib, reason="Kebakaran", citation="SK 9/2021")

    await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Sudah aman")

    held = await closure_of(system, nib)
    assert held is not None and held.closure_id == later.closure_id


async def test_who_stays_refused_after_a_success_is_told_for_what_by_now(system: System) -> None:
    nib = await register(system, "69100", staff=(2, 2))
    number = await file(system, nib, 6)
    actor = representative(nib)
    made = await file_objection(system, actor, About.SECTOR, str(number), WHY)
    await rule_with_two(system, nib, draft("E-a", (2, 2)))

    let_in = await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar")

    assert 0 < let_in < 6
    page = await show_workers(system, actor, number, state=WorkerState.REFUSED)
    told = {reason.code for worker in page.workers for reason in worker.reasons}
    assert (len(page.workers), told) == (6 - let_in, {"over-cap"})
    with pytest.raises(InvalidInput, match="nothing-to-object"):
        await file_objection(system, actor, About.SECTOR, str(number), WHY)
    await file_objection(system, actor, About.CAP, str(number), WHY)
    assert await books_are_true(system)
