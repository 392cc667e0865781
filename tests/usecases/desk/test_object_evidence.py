"""Objections with evidence, and those of a claimant: who sees them, and what becomes of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from strp.domain.desk.objection import MOST_OPEN, About, Objection, Outcome
from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.evidence import EvidenceState, kind_of_objection
from strp.usecases.desk.decide_evidence import list_waiting, read_page, refuse_evidence
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.desk.show_desk import count_other_work
from strp.usecases.desk.show_objections import list_open_objections, objections_of, show_objection
from strp.usecases.employers.claim import my_claims
from strp.usecases.employers.decide_claim import decide_claim
from strp.usecases.filing.attach_evidence import attach_evidence, evidence_of_employer
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.outside.paper import evidence_files as files
from tests.usecases.desk.test_object import CICI, WHY, representative
from tests.usecases.desk.test_rule_employer import ANI, BUDI, file, register
from tests.usecases.stage import People, Post, Register

pytestmark = pytest.mark.anyio
RIVAL = Nib(8120001110001)


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


@pytest.fixture
async def objection(system: System) -> Objection:
    """A law firm objects to the refusal of its three workers."""
    nib = await register(system, "69100", staff=(1000, 1000))
    number = await file(system, nib)
    return await file_objection(system, representative(nib), About.SECTOR, str(number), WHY)


async def attach(system: System, actor: Actor, objection: Objection) -> int:
    async def content() -> bytes:
        return files.pdf(2)

    kind = kind_of_objection(objection.objection_id)
    attached = await attach_evidence(system, actor, objection.nib, kind, content)
    return attached.evidence.evidence_id


async def test_evidence_is_read_with_the_objection_and_shares_its_fate(
    system: System, objection: Objection
) -> None:
    hr = representative(objection.nib)
    number = await attach(system, hr, objection)
    listed = await list_open_objections(system, CICI)
    assert listed.evidence[objection.objection_id].pages == 2
    assert (await read_page(system, CICI, objection.nib, number, 1)).startswith(b"\xff\xd8")

    await decide_objection(system, CICI, objection.objection_id, Outcome.REJECTED, "Bukan")

    _, one = await show_objection(system, hr, objection.objection_id)
    assert one is not None
    assert (one.state, one.reason) == (EvidenceState.REFUSED, "Bukan")


async def test_evidence_of_an_objection_is_no_evidence_of_a_sector(
    system: System, objection: Objection
) -> None:
    number = await attach(system, representative(objection.nib), objection)
    assert await list_waiting(system, CICI) == []
    assert (await evidence_of_employer(system, OPERATOR, objection.nib)).attached == []
    with pytest.raises(NotFound):
        await refuse_evidence(system, CICI, objection.nib, number, reason="Bukan")
    await file(system, objection.nib)
    assert (await count_other_work(system, CICI)).evidence == 0


async def test_a_second_file_takes_the_place_of_the_first(
    system: System, objection: Objection
) -> None:
    hr = representative(objection.nib)
    first, second = [await attach(system, hr, objection) for _ in range(2)]
    shown = await objections_of(system, hr, objection.nib)
    assert shown.evidence[objection.objection_id].evidence_id == second != first


async def test_nothing_is_attached_to_what_is_decided_or_anothers(
    system: System, objection: Objection
) -> None:
    other = representative(Nib(8120001119999), 71)
    with pytest.raises(InvalidInput, match="evidence-kind-unknown"):
        await attach(system, other, objection)
    await decide_objection(system, CICI, objection.objection_id, Outcome.REJECTED, "Bukan")
    with pytest.raises(Conflict, match="evidence-decided"):
        await attach(system, representative(objection.nib), objection)


async def test_objections_stand_on_the_desk_with_the_next_due_time(
    system: System, objection: Objection
) -> None:
    other = await count_other_work(system, CICI)
    assert (other.objections, other.objections_due_at) == (1, objection.due_at)


async def refused_claimant(
    system: System, post: Post, register: Register, email: str = "ani@contoh.example"
) -> Actor:
    """Somebody whose claim on the bank an officer has refused."""
    people = People(system, post, RIVAL, "")
    actor = await people.come(email)
    await people.claim(actor)
    await decide_claim(system, ANI, RIVAL, actor.id, approve=False)  # type: ignore[arg-type]
    return await people.come(email)


async def test_a_claimant_objects_with_evidence_and_gets_a_clock_and_a_letter(
    system: System, post: Post, register: Register
) -> None:
    await register(RIVAL)
    claimant = await refused_claimant(system, post, register)
    made = await file_objection(system, claimant, About.CLAIM, f"{RIVAL:013d}", WHY)
    number = await attach(system, claimant, made)
    assert (await objections_of(system, claimant, RIVAL)).claim_only
    assert await read_page(system, claimant, RIVAL, number, 2)

    await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "Akta cocok")

    [claim] = await my_claims(system, claimant)
    assert claim.state == "pending_officer"
    assert claim.due_at is not None and claim.due_at > system.clock()
    letter = (await post.letters("ani@contoh.example"))[-1]
    assert "diperiksa petugas lagi" in letter.body and WHY not in letter.body


async def test_nobody_of_the_employer_sees_a_claimants_objection(
    system: System, post: Post, register: Register
) -> None:
    await register(RIVAL)
    claimant = await refused_claimant(system, post, register)
    made = await file_objection(system, claimant, About.CLAIM, f"{RIVAL:013d}", WHY)
    number = await attach(system, claimant, made)
    hr = representative(RIVAL, 80)
    assert (await objections_of(system, hr, RIVAL)).objections == []
    with pytest.raises(NotFound):
        await show_objection(system, hr, made.objection_id)
    with pytest.raises(NotFound):
        await read_page(system, hr, RIVAL, number, 1)
    with pytest.raises(InvalidInput, match="evidence-kind-unknown"):
        await attach(system, hr, made)


async def test_claimants_take_none_of_an_employers_objections(
    system: System, post: Post, register: Register, objection: Objection
) -> None:
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO objection (about, nib, thing, body, filed_by, filed_at, due_at, first_by)"
            " SELECT 'claim', %s, 'claim' || n, 'x', 'account:' || n, now(), now(), '{}'"
            " FROM generate_series(1, %s) n",
            (objection.nib, MOST_OPEN),
        )
    hr = replace(representative(objection.nib), id=90)
    ref = f"{objection.application_id}/1"
    assert await file_objection(system, hr, About.WORKER, ref, WHY)


async def test_a_claimants_objections_sent_together_are_bounded_like_those_one_by_one(
    system: System, post: Post, register: Register
) -> None:
    refused = [Nib(RIVAL + 1_000 * n) for n in range(1, 6)]
    claimant = await People(system, post, RIVAL, "").come("ani@contoh.example")
    for nib in refused:
        await register(nib)
        await People(system, post, nib, "").claim(claimant)
        await decide_claim(system, ANI, nib, claimant.id, approve=False)  # type: ignore[arg-type]
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO objection (about, nib, thing, body, filed_by, filed_at, due_at, first_by)"
            " SELECT 'claim', %s, 'claim' || n, 'x', %s, now(), now(), '{}'"
            " FROM generate_series(1, %s) n",
            (refused[0], claimant.label, MOST_OPEN - 1),
        )
    sent = [
        file_objection(system, claimant, About.CLAIM, f"{nib:013d}", WHY, idempotency_key=str(nib))
        for nib in refused
    ]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    codes = [one.code for one in answers if isinstance(one, Conflict)]
    assert codes == ["too-many-objections"] * (len(refused) - 1)
    assert len([one for one in answers if isinstance(one, Objection)]) == 1


async def test_a_stranger_sees_no_objections(system: System, objection: Objection) -> None:
    stranger = Actor(kind=ActorKind.ACCOUNT, id=99, role=Role.REPRESENTATIVE)
    with pytest.raises(Forbidden):
        await objections_of(system, stranger, objection.nib)
