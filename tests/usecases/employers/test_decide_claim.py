"""An officer decides claims: the list, the decision, the record of the look."""

from datetime import timedelta

import pytest

from strp.domain.employers.claims import BEFORE_ALL
from strp.domain.errors import Conflict, Forbidden
from strp.domain.identifiers import Nib
from strp.domain.people.account import ClaimReason, may_file
from strp.usecases.desk.show_desk import count_other_work
from strp.usecases.employers.claim import ask_officer, my_claims
from strp.usecases.employers.claims_due import WITHOUT_POLICY
from strp.usecases.employers.decide_claim import claims_to_decide, decide_claim
from strp.usecases.process.system import System
from tests.usecases.stage import Clock, People, Post, Register, claim_many

pytestmark = pytest.mark.anyio
NIB = Nib(8120001110001)
REGISTERED = "hrd@perusahaan.example"
ANI, BUDI = "ani@contoh.example", "budi@contoh.example"


@pytest.fixture
def people(system: System, post: Post) -> People:
    return People(system, post, NIB, REGISTERED)


@pytest.fixture
async def nib(register: Register) -> Nib:
    return await register(NIB, REGISTERED)


async def test_the_officers_list_has_pages_that_show_each_claim_once_the_oldest_first(
    system: System, people: People, register: Register, clock: Clock
) -> None:
    for number in range(7):
        await claim_many([system], people, register_one(register, number), 1, f"10.{number}.0.0/24")
        clock.pass_(seconds=number % 2)
    officer = await people.officer()
    seen, after = [], BEFORE_ALL
    while True:
        found = await claims_to_decide(system, officer, after=after, limit=3)
        seen.append([each.nib - 8120002220000 for each in found.claims])
        if found.next is None:
            break
        after = found.next
    assert (seen, found.waiting) == ([[0, 1, 2], [3, 4, 5], [6]], 7)


def register_one(register: Register, number: int) -> Register:
    async def add(_: Nib) -> Nib:
        return await register(Nib(8120002220000 + number))

    return add


async def test_an_officer_finds_the_claims_of_one_employer(
    system: System, people: People, register: Register
) -> None:
    await claim_many([system], people, register, 3, "10.0.0.0/24")
    found = await claims_to_decide(system, await people.officer(), nib=Nib(8120002220001))
    assert [each.nib for each in found.claims] == [8120002220001]


async def approve(system: System, people: People, *, yes: bool) -> None:
    officer = await people.officer()
    for claim in (await claims_to_decide(system, officer)).claims:
        await decide_claim(
            system, officer, claim.nib, claim.account_id, approve=yes, version=claim.version
        )


async def test_the_officers_yes_makes_a_representative(
    system: System, people: People, register: Register
) -> None:
    await register(NIB)
    await people.claim(await people.come(ANI))
    await approve(system, people, yes=True)
    assert may_file(await people.come(ANI), NIB)


async def test_the_claimant_is_told_what_the_officer_decided(
    system: System, people: People, post: Post, register: Register
) -> None:
    await register(NIB)
    await people.claim(await people.come(ANI))
    await approve(system, people, yes=False)
    assert "menolak" in (await post.letters(ANI))[-1].body


async def test_after_a_refusal_the_next_claim_goes_to_an_officer(
    system: System, people: People, nib: Nib
) -> None:
    ani = await people.come(ANI)
    await people.claim(ani)
    await ask_officer(system, ani, nib)
    await approve(system, people, yes=False)
    assert (await people.claim(ani)).reason is ClaimReason.REFUSED_BEFORE


async def test_of_two_officers_one_decides(
    system: System, people: People, register: Register
) -> None:
    await register(NIB)
    await people.claim(await people.come(ANI))
    officer = await people.officer()
    [claim] = (await claims_to_decide(system, officer)).claims
    await decide_claim(system, officer, NIB, claim.account_id, approve=True)
    with pytest.raises(Conflict):
        await decide_claim(system, officer, NIB, claim.account_id, approve=False)


async def test_a_representative_decides_no_claim(system: System, people: People, nib: Nib) -> None:
    ani = await people.represent(ANI)
    with pytest.raises(Forbidden):
        await claims_to_decide(system, ani)


async def test_an_officers_look_is_recorded_once_with_all_that_it_showed(
    system: System, people: People, register: Register
) -> None:
    await claim_many([system], people, register, 3, "10.0.0.0/24")
    officer = await people.officer()
    shown = await claims_to_decide(system, officer)
    async with system.database.connection() as conn:
        rows = await conn.execute(
            "SELECT actor, detail FROM audit_event WHERE action = 'claims-looked-at'"
        )
        found = await rows.fetchall()
    assert found == [(officer.label, {"accounts": [each.account_id for each in shown.claims]})]


async def test_a_claim_before_an_officer_has_a_due_time_and_stands_on_the_desks_count(
    system: System, people: People, register: Register, clock: Clock
) -> None:
    await register(NIB)  # no address: an officer decides
    actor = await people.come(ANI)
    await people.claim(actor)
    [mine] = await my_claims(system, actor)
    assert mine.due_at == clock.now + WITHOUT_POLICY

    officer = await people.officer()
    assert (await count_other_work(system, officer))[:3] == (1, 0, mine.due_at)
    clock.now = mine.due_at + timedelta(minutes=1)
    assert (await count_other_work(system, officer))[:3] == (1, 1, mine.due_at)
    await decide_claim(system, officer, NIB, actor.id, approve=True)  # type: ignore[arg-type]
    assert (await count_other_work(system, officer))[:3] == (0, 0, None)
