"""Claims of employers: by code, by an officer, disputed."""

import pytest

from strp.domain.account import (
    Actor,
    ActorKind,
    ClaimReason,
    RepresentationState,
    may_file,
)
from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, TooSoon
from strp.domain.identifiers import Nib
from strp.domain.sign_in import CLAIMS_PER_EMPLOYER
from strp.usecases.api_keys import create_api_key
from strp.usecases.authenticate import authenticate_key
from strp.usecases.claim_employer import (
    ask_officer,
    confirm_claim,
    my_claims,
)
from strp.usecases.decide_claim import claims_to_decide, decide_claim
from strp.usecases.dispute_claim import colleagues, dispute
from strp.usecases.system import System
from tests.usecases.stage import Clock, People, Post, Register

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


async def test_the_code_goes_to_the_address_of_the_registry(
    people: People, post: Post, nib: Nib
) -> None:
    await people.claim(await people.come(ANI))
    assert len(await post.letters(REGISTERED)) == 1


async def test_the_address_of_the_registry_is_shown_masked(people: People, nib: Nib) -> None:
    claim = await people.claim(await people.come(ANI))
    assert claim.code_sent_to == "h•••@perusahaan.example"


async def test_a_claim_alone_lets_nobody_file(people: People, nib: Nib) -> None:
    await people.claim(await people.come(ANI))
    assert not may_file(await people.come(ANI), nib)


async def test_the_code_makes_a_representative(people: People, nib: Nib) -> None:
    assert may_file(await people.represent(ANI), nib)


async def test_a_wrong_code_makes_no_representative(
    system: System, people: People, post: Post, nib: Nib
) -> None:
    ani = await people.come(ANI)
    await people.claim(ani)
    wrong = f"{(int(await post.code(REGISTERED)) + 1) % 1_000_000:06d}"
    with pytest.raises(InvalidInput):
        await confirm_claim(system, ani, nib, wrong)
    assert not may_file(await people.come(ANI), nib)


async def test_a_code_is_of_no_use_to_another_claimant(
    system: System, people: People, post: Post, nib: Nib
) -> None:
    await people.claim(await people.come(ANI))
    code = await post.code(REGISTERED)
    budi = await people.come(BUDI)
    with pytest.raises(Conflict):
        await confirm_claim(system, budi, nib, code)


async def test_codes_to_one_employer_are_limited_whoever_asks(
    people: People, clock: Clock, nib: Nib
) -> None:
    for number in range(CLAIMS_PER_EMPLOYER.burst):
        await people.claim(await people.come(f"a{number}@contoh.example"))
    with pytest.raises(TooSoon):
        await people.claim(await people.come(ANI))


async def test_an_unknown_nib_is_told_so(people: People) -> None:
    with pytest.raises(NotFound):
        await people.claim(await people.come(ANI))


async def test_an_officer_does_not_claim_an_employer(people: People, nib: Nib) -> None:
    with pytest.raises(Forbidden):
        await people.claim(await people.officer())


async def test_without_an_address_an_officer_decides(people: People, register: Register) -> None:
    await register(NIB)
    claim = await people.claim(await people.come(ANI))
    assert (claim.state, claim.reason) == (
        RepresentationState.PENDING_OFFICER,
        ClaimReason.NO_ADDRESS,
    )


async def test_an_address_that_nobody_reads_is_no_dead_end(
    system: System, people: People, nib: Nib
) -> None:
    ani = await people.come(ANI)
    await people.claim(ani)
    claim = await ask_officer(system, ani, nib)
    assert claim.state is RepresentationState.PENDING_OFFICER


async def approve(system: System, people: People, *, yes: bool) -> None:
    officer = await people.officer()
    for claim in await claims_to_decide(system, officer):
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
    [claim] = await claims_to_decide(system, officer)
    await decide_claim(system, officer, NIB, claim.account_id, approve=True)
    with pytest.raises(Conflict):
        await decide_claim(system, officer, NIB, claim.account_id, approve=False)


async def test_a_representative_decides_no_claim(system: System, people: People, nib: Nib) -> None:
    ani = await people.represent(ANI)
    with pytest.raises(Forbidden):
        await claims_to_decide(system, ani)


async def test_an_officers_look_at_a_claim_is_recorded(
    system: System, people: People, register: Register
) -> None:
    await register(NIB)
    await people.claim(await people.come(ANI))
    officer = await people.officer()
    await claims_to_decide(system, officer)
    async with system.database.connection() as conn:
        found = await (
            await conn.execute("SELECT actor FROM audit_event WHERE action = 'claim-looked-at'")
        ).fetchall()
    assert found == [(officer.label,)]


async def test_those_who_act_already_are_told_of_a_newcomer(
    people: People, post: Post, nib: Nib
) -> None:
    await people.represent(ANI)
    await people.represent(BUDI)
    assert "b•••@contoh.example" in (await post.letters(ANI))[-1].body


async def test_a_disputed_newcomer_files_no_more(
    system: System, people: People, clock: Clock, nib: Nib
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    [other] = await colleagues(system, ani, nib)
    await dispute(system, ani, nib, other.account_id)
    assert may_file(budi, nib) and not may_file(await people.come(BUDI), nib)


async def test_the_keys_of_a_disputed_newcomer_file_no_more(
    system: System, people: People, clock: Clock, nib: Nib
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    key = await create_api_key(system, budi, nib, "gaji")
    assert budi.account_id is not None
    await dispute(system, ani, nib, budi.account_id)
    assert await authenticate_key(system, key) is None


async def test_a_newcomer_does_not_stop_who_was_first_but_reaches_an_officer(
    system: System, people: People, clock: Clock, nib: Nib
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    assert ani.account_id is not None
    await dispute(system, budi, nib, ani.account_id)
    waiting = await claims_to_decide(system, await people.officer())
    assert may_file(await people.come(ANI), nib)
    assert [each.account_id for each in waiting] == [ani.account_id]


async def test_a_stranger_disputes_nothing(system: System, people: People, nib: Nib) -> None:
    ani, budi = await people.represent(ANI), await people.come(BUDI)
    assert ani.account_id is not None
    with pytest.raises(Forbidden) as raised:
        await dispute(system, budi, nib, ani.account_id)
    assert raised.value.code == "not-your-employer"


async def test_colleagues_see_masked_addresses(system: System, people: People, nib: Nib) -> None:
    ani = await people.represent(ANI)
    await people.represent(BUDI)
    [other] = await colleagues(system, ani, nib)
    assert other.email_masked == "b•••@contoh.example"


async def test_a_claimant_sees_their_claims(system: System, people: People, nib: Nib) -> None:
    ani = await people.represent(ANI)
    assert [(each.nib, each.state) for each in await my_claims(system, ani)] == [
        (nib, RepresentationState.ACTIVE)
    ]


async def test_an_api_key_claims_nothing(people: People, nib: Nib) -> None:
    key = Actor(kind=ActorKind.API_KEY, id=1, nibs=frozenset({nib}))
    with pytest.raises(Forbidden):
        await people.claim(key)
