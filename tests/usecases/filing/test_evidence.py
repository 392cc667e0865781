"""Evidence: attached once, read by an officer, used by each filing until it ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from strp.domain.civil_time import civil_day
from strp.domain.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StrpError,
    TooMany,
    Unsupported,
)
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.evidence import MOST_A_DAY, MOST_A_DAY_OF_ACCOUNT, EvidenceState
from strp.store.desk.evidence import CHUNK_BYTES
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.desk.decide_evidence import (
    accept_evidence,
    list_waiting,
    read_page,
    refuse_evidence,
)
from strp.usecases.desk.rule_employer import confirm_ruling, decline_ruling, show_employer
from strp.usecases.filing.attach_evidence import (
    Attached,
    attach_evidence,
    evidence_of_employer,
    show_evidence,
)
from strp.usecases.operation.books import check_books
from strp.usecases.operation.forget_expired import forget_expired
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.outside.paper import evidence_files as files
from tests.usecases.desk.test_rule_employer import counts, file, reasons, register
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
ANI, BUDI = (Actor(kind=ActorKind.ACCOUNT, id=n, role=Role.OFFICER) for n in (1, 2))
BUILDER, FACTORY, OTHER = Nib(8120001119101), Nib(8120001119102), Nib(8120001119103)
HR = Actor(kind=ActorKind.ACCOUNT, id=7, role=Role.REPRESENTATIVE, nibs=frozenset({BUILDER}))
AMUSEMENT_PARK, EXPORTER = "93210", "13121"
PSN, VITAL = "K-j.1", "K-i.1"


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


async def attach(
    system: System,
    data: bytes | None = None,
    kind: str = PSN,
    nib: Nib = BUILDER,
    actor: Actor = OPERATOR,
    **more: Any,
) -> Attached:
    async def content() -> bytes:
        return files.jpeg(300, 400) if data is None else data

    return await attach_evidence(system, actor, nib, kind, content, **more)


async def state_of(system: System, attached: Attached) -> EvidenceState:
    one = await show_evidence(system, ANI, BUILDER, attached.evidence.evidence_id)
    return one.state_told(civil_day(system.clock()))


async def accepted_by_two(system: System, attached: Attached, nib: Nib = BUILDER) -> None:
    accepted = await accept_evidence(system, ANI, nib, attached.evidence.evidence_id)
    assert accepted.ruling is not None
    await confirm_ruling(system, BUDI, nib, accepted.ruling.ruling_id)


async def actions(system: System) -> list[str]:
    async with system.database.connection() as conn:
        rows = await conn.execute(
            "SELECT action FROM audit_event WHERE action LIKE 'evidence-%' ORDER BY event_id"
        )
        return [action for (action,) in await rows.fetchall()]


async def told(system: System) -> list[str]:
    """What letters about evidence say it came to."""
    async with system.database.connection() as conn:
        rows = await conn.execute(
            "SELECT outcome FROM notice WHERE kind = 'evidence' ORDER BY notice_id"
        )
        return [outcome for (outcome,) in await rows.fetchall()]


async def test_without_a_letter_a_strategic_project_is_refused_and_told_what_is_missing(
    system: System,
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    number = await file(system, BUILDER)
    assert await counts(system, number) == (0, 0, 3, 0)

    of_employer = await evidence_of_employer(system, OPERATOR, BUILDER)

    assert {PSN, VITAL} <= {kind.code for kind in of_employer.missing}


async def test_with_the_letter_it_goes_to_an_officer_and_acceptance_lets_the_workers_in(
    system: System,
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    attached = await attach(system, files.pdf(2))
    first, second = await file(system, BUILDER), await file(system, BUILDER)
    assert await counts(system, first) == (3, 0, 0, 0)
    assert await reasons(system, second) == {"sector-review", "evidence-required"}

    accepted = await accept_evidence(system, ANI, BUILDER, attached.evidence.evidence_id)
    assert accepted.ruling is not None and await told(system) == []
    await confirm_ruling(system, BUDI, BUILDER, accepted.ruling.ruling_id)

    assert await told(system) == ["accepted"]
    assert await counts(system, first) == await counts(system, second) == (0, 3, 0, 0)
    assert await counts(system, await file(system, BUILDER)) == (0, 3, 0, 0)
    assert await state_of(system, attached) is EvidenceState.ACCEPTED
    await Issuer(system).issue_some()
    assert [each.claims.sector async for each in certificates_of(system, OPERATOR, first)] == [
        "K-j"
    ] * 3
    assert not [rule for rule in await check_books(system) if rule.wrong]


async def test_an_employer_learns_at_once_that_its_letter_is_read_then_decided(
    system: System,
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    attached = await attach(system)
    number = attached.evidence.evidence_id
    assert await state_of(system, attached) is EvidenceState.UPLOADED

    page = await read_page(system, ANI, BUILDER, number, 1)
    assert page.startswith(b"\xff\xd8\xff")
    assert await state_of(system, attached) is EvidenceState.BEING_READ

    accepted = await accept_evidence(system, ANI, BUILDER, number)
    assert accepted.state is EvidenceState.PROPOSED
    assert await state_of(system, attached) is EvidenceState.BEING_READ
    assert await actions(system) == ["evidence-attached", "evidence-seen", "evidence-proposed"]


async def test_an_owner_who_looks_at_a_page_leaves_its_state_and_no_record(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    attached = await attach(system, actor=HR)

    await read_page(system, HR, BUILDER, attached.evidence.evidence_id, 1)

    assert await state_of(system, attached) is EvidenceState.UPLOADED
    assert await actions(system) == ["evidence-attached"]


async def test_who_accepts_does_not_confirm_and_a_declined_ruling_has_it_read_again(
    system: System,
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    attached = await attach(system)
    accepted = await accept_evidence(system, ANI, BUILDER, attached.evidence.evidence_id)
    assert accepted.ruling is not None
    with pytest.raises(Conflict, match="four-eyes-same-account"):
        await confirm_ruling(system, ANI, BUILDER, accepted.ruling.ruling_id)

    await decline_ruling(system, BUDI, BUILDER, accepted.ruling.ruling_id)

    one = await show_evidence(system, ANI, BUILDER, attached.evidence.evidence_id)
    assert one.state == EvidenceState.BEING_READ
    assert (await accept_evidence(system, BUDI, BUILDER, one.evidence_id)).ruling is not None


async def test_a_refusal_says_why_and_refuses_who_waited_for_it(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    attached = await attach(system)
    number = await file(system, BUILDER)

    done = await refuse_evidence(
        system, ANI, BUILDER, attached.evidence.evidence_id, reason="Surat sudah lewat"
    )

    assert done.refused == 3
    assert await told(system) == ["other"]
    assert await counts(system, number) == (0, 0, 3, 0)
    (shown,) = (await evidence_of_employer(system, OPERATOR, BUILDER)).attached
    assert (shown.state, shown.reason) == (EvidenceState.REFUSED, "Surat sudah lewat")
    again = await attach(system)
    assert await state_of(system, again) is EvidenceState.UPLOADED


async def test_of_two_letters_that_a_sector_asks_for_both_must_be_accepted(system: System) -> None:
    await register(system, EXPORTER, nib=FACTORY)
    export, permit = [
        (await attach(system, kind=kind, nib=FACTORY)).evidence for kind in ("E-e.1", "E-e.2")
    ]
    number = await file(system, FACTORY)

    first = await accept_evidence(system, ANI, FACTORY, export.evidence_id)
    assert first.ruling is None
    assert (await show_employer(system, ANI, FACTORY)).proposed is None
    last = await accept_evidence(system, ANI, FACTORY, permit.evidence_id)
    assert last.ruling is not None
    await confirm_ruling(system, BUDI, FACTORY, last.ruling.ruling_id)

    assert (await counts(system, number))[1] == 3
    states = [each.state for each in (await evidence_of_employer(system, ANI, FACTORY)).attached]
    assert states == [EvidenceState.ACCEPTED] * 2


async def test_a_new_letter_takes_the_place_of_one_that_is_not_decided(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    before = await attach(system)
    after = await attach(system, files.pdf())

    (shown,) = (await evidence_of_employer(system, OPERATOR, BUILDER)).attached
    assert shown.evidence_id == after.evidence.evidence_id
    with pytest.raises(NotFound, match="evidence-forgotten"):
        await read_page(system, ANI, BUILDER, before.evidence.evidence_id, 1)


async def test_an_accepted_letter_is_not_replaced(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    await accepted_by_two(system, await attach(system))

    with pytest.raises(Conflict, match="evidence-decided"):
        await attach(system)


async def test_letters_of_one_kind_that_come_at_once_leave_one_open(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)

    await asyncio.gather(*(attach(system, files.jpeg(300, 300 + n)) for n in range(2)))

    assert len((await evidence_of_employer(system, OPERATOR, BUILDER)).attached) == 1


async def test_the_same_key_brings_the_same_evidence_once(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    first = await attach(system, idempotency_key="a")
    again = await attach(system, idempotency_key="a")

    assert again.repeated
    assert again.evidence == first.evidence
    with pytest.raises(Conflict, match="idempotency-key-reused"):
        await attach(system, files.pdf(), idempotency_key="a")


async def test_after_its_last_day_evidence_has_expired_and_workers_are_referred_no_more(
    system: System, clock: Clock
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    attached = await attach(system)
    today = civil_day(system.clock())
    accepted = await accept_evidence(
        system, ANI, BUILDER, attached.evidence.evidence_id, until_on=today
    )
    assert accepted.ruling is not None
    await confirm_ruling(system, BUDI, BUILDER, accepted.ruling.ruling_id)

    clock.pass_(days=1)

    assert await state_of(system, attached) is EvidenceState.EXPIRED
    assert await counts(system, await file(system, BUILDER)) == (0, 0, 3, 0)
    assert await state_of(system, await attach(system)) is EvidenceState.UPLOADED


async def test_a_hundred_files_a_day_of_an_employer_and_no_more(
    system: System, clock: Clock
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO evidence_attempt VALUES (%s, %s, %s, %s)",
            (f"employer:{BUILDER}", civil_day(clock.now), MOST_A_DAY - 1, clock.now),
        )
    with pytest.raises(Unsupported):
        await attach(system, b"no letter at all")  # counts as well
    with pytest.raises(TooMany, match="evidence-too-many") as refused:
        await attach(system)
    assert refused.value.retry_after_s is not None
    clock.pass_(seconds=refused.value.retry_after_s)
    assert await state_of(system, await attach(system)) is EvidenceState.UPLOADED


async def test_an_account_sends_three_hundred_files_a_day_for_all_its_employers(
    system: System, clock: Clock
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO evidence_attempt VALUES (%s, %s, %s, %s)",
            (HR.label, civil_day(clock.now), MOST_A_DAY_OF_ACCOUNT, clock.now),
        )
    with pytest.raises(TooMany, match="evidence-too-many"):
        await attach(system, actor=HR)


async def test_strangers_see_nothing_and_decide_nothing(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    await register(system, AMUSEMENT_PARK, nib=OTHER)
    number = (await attach(system)).evidence.evidence_id
    other = Actor(kind=ActorKind.ACCOUNT, id=8, role=Role.REPRESENTATIVE, nibs=frozenset({OTHER}))
    inspector = Actor(kind=ActorKind.ACCOUNT, id=9, role=Role.INSPECTOR)
    for stranger in (other, inspector):
        with pytest.raises(NotFound, match="evidence-unknown"):
            await read_page(system, stranger, BUILDER, number, 1)
        with pytest.raises(Forbidden):
            await attach(system, actor=stranger)
        with pytest.raises(Forbidden):
            await evidence_of_employer(system, stranger, BUILDER)
    with pytest.raises(NotFound, match="evidence-unknown"):
        await read_page(system, other, OTHER, number, 1)
    for decide in (accept_evidence(system, HR, BUILDER, number), list_waiting(system, HR)):
        with pytest.raises(Forbidden):
            await decide


async def test_a_decision_is_made_once_and_a_refusal_needs_a_reason(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    number = (await attach(system)).evidence.evidence_id
    with pytest.raises(InvalidInput, match="evidence-reason-missing"):
        await refuse_evidence(system, ANI, BUILDER, number, reason="")
    await refuse_evidence(system, ANI, BUILDER, number, reason="Bukan surat PSN")

    with pytest.raises(Conflict, match="evidence-decided"):
        await accept_evidence(system, BUDI, BUILDER, number)


async def test_a_kind_that_no_rule_names_is_refused_unread(system: System) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    with pytest.raises(InvalidInput, match="evidence-kind-unknown"):
        await attach(system, kind="K-j.9")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (files.encrypted(), "evidence-encrypted"),
        (files.pdf(21), "evidence-too-many-pages"),
        (b"#!/bin/sh\n", "evidence-unreadable"),
    ],
)
async def test_what_cannot_be_read_leaves_nothing_but_its_count(
    system: System, data: bytes, code: str
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    with pytest.raises(StrpError, match=code):
        await attach(system, data)
    assert not (await evidence_of_employer(system, OPERATOR, BUILDER)).attached


async def test_pages_are_sealed_in_bounded_pieces_and_removed_after_their_time(
    system: System, clock: Clock
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    number = (await attach(system, files.noise(1200, 1200))).evidence.evidence_id
    async with system.database.connection() as conn:
        rows = await (await conn.execute("SELECT sealed FROM evidence_chunk")).fetchall()
    assert len(rows) > 1
    assert all(len(sealed) <= CHUNK_BYTES + 32 for (sealed,) in rows)
    assert not any(b"JFIF" in sealed for (sealed,) in rows)

    clock.pass_(days=200)
    await forget_expired(system)

    with pytest.raises(NotFound, match="evidence-unknown"):
        await read_page(system, ANI, BUILDER, number, 1)
    async with system.database.connection() as conn:
        left = await (await conn.execute("SELECT count(*) FROM evidence_chunk")).fetchone()
    assert left == (0,)
