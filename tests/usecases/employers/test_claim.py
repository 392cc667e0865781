"""Claims of employers: by code, by an officer, disputed."""

from dataclasses import replace

import pytest

from strp.domain.employers.claims import (
    CLAIMS_PER_BLOCK,
    LETTERS_PER_EMPLOYER,
    TURN_KEPT,
    UNCONFIRMED_KEPT,
    LetterState,
)
from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, TooSoon
from strp.domain.identifiers import Nib
from strp.domain.people.account import (
    Actor,
    ActorKind,
    ClaimReason,
    RepresentationState,
    Role,
    may_file,
)
from strp.domain.people.guessing import WRONG_CLAIM_CODES_IN_ALL
from strp.domain.people.sign_in import CODE_ATTEMPTS
from strp.domain.text import Language
from strp.usecases.employers.claim import ask_officer, claim_employer, confirm_claim, my_claims
from strp.usecases.employers.decide_claim import claims_to_decide, decide_claim
from strp.usecases.employers.dispute_claim import colleagues, dispute
from strp.usecases.operation.forget_expired import forget_expired
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.people.authenticate import authenticate_key
from strp.usecases.people.sign_in_guard import claim_scopes, count_wrong
from strp.usecases.process.api_key_cache import ApiKeyCache
from strp.usecases.process.system import System
from tests.usecases.stage import Clock, People, Post, Register, add_representative, claim_many

pytestmark = pytest.mark.anyio
NIB = Nib(8120001110001)
REGISTERED = "hrd@perusahaan.example"
BLOCK = "198.51.100.0/24"
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
    assert claim.letter is not None and claim.letter.to == "h•••@perusahaan.example"


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


async def test_while_a_botnet_guesses_at_claims_an_officer_decides(
    system: System, people: People, post: Post, nib: Nib
) -> None:
    ani = await people.come(ANI)
    await people.claim(ani)
    async with system.database.transaction() as conn:
        for _ in range(WRONG_CLAIM_CODES_IN_ALL.most):
            await count_wrong(conn, system, claim_scopes(system))
    with pytest.raises(InvalidInput) as raised:
        await confirm_claim(system, ani, nib, await post.code(REGISTERED))
    assert raised.value.code == "claim-codes-off"
    asked = await ask_officer(system, ani, nib)
    assert asked.state is RepresentationState.PENDING_OFFICER


async def test_a_code_is_of_no_use_to_another_claimant(
    system: System, people: People, post: Post, nib: Nib
) -> None:
    await people.claim(await people.come(ANI))
    code = await post.code(REGISTERED)
    budi = await people.come(BUDI)
    with pytest.raises(Conflict):
        await confirm_claim(system, budi, nib, code)


async def strangers_claim(people: People, times: int) -> None:
    """Throw-away accounts, each from a block of its own, claim the employer."""
    for number in range(times):
        stranger = await people.come(f"a{number}@contoh.example", f"198.51.{number}.0/24")
        await people.claim(stranger, f"198.51.{number}.0/24")


async def test_letters_to_one_employer_are_limited_whoever_asks(
    people: People, post: Post, nib: Nib
) -> None:
    await strangers_claim(people, LETTERS_PER_EMPLOYER.burst + 3)
    assert len(await post.letters(REGISTERED)) == LETTERS_PER_EMPLOYER.burst


async def test_whatever_strangers_claim_the_true_representatives_claim_is_kept(
    system: System, people: People, nib: Nib
) -> None:
    await strangers_claim(people, LETTERS_PER_EMPLOYER.burst)
    ani = await people.come(ANI)
    claim = await people.claim(ani)
    kept = [each.state for each in await my_claims(system, ani)]
    assert claim.letter is not None
    assert (claim.letter.state, kept) == (LetterState.NOT_NOW, [RepresentationState.PENDING_CODE])


async def test_the_officers_way_works_where_no_letter_goes(
    system: System, people: People, nib: Nib
) -> None:
    await strangers_claim(people, LETTERS_PER_EMPLOYER.burst)
    ani = await people.come(ANI)
    await people.claim(ani)
    await ask_officer(system, ani, nib)
    officer = await people.officer()
    [waiting] = (await claims_to_decide(system, officer)).claims
    await decide_claim(system, officer, nib, waiting.account_id, approve=True)
    assert [each.state for each in await my_claims(system, ani)] == [RepresentationState.ACTIVE]


async def test_the_claimant_is_told_when_a_letter_may_go(people: People, nib: Nib) -> None:
    await strangers_claim(people, LETTERS_PER_EMPLOYER.burst)
    claim = await people.claim(await people.come(ANI))
    assert claim.letter is not None
    assert 0 < claim.letter.retry_after_s <= LETTERS_PER_EMPLOYER.interval.total_seconds()


async def test_one_block_cannot_use_up_the_letters_of_an_employer(people: People, nib: Nib) -> None:
    for number in range(10):
        await people.claim(await people.come(f"a{number}@contoh.example"), "198.51.100.0/24")
    claim = await people.claim(await people.come(ANI), "192.0.2.0/24")
    assert claim.letter is not None and claim.letter.state is LetterState.SENT


async def test_a_code_that_was_sent_stays_good_when_no_other_letter_goes(
    system: System, people: People, post: Post, nib: Nib
) -> None:
    ani = await people.come(ANI)
    await people.claim(ani)
    code = await post.code(REGISTERED)
    await strangers_claim(people, LETTERS_PER_EMPLOYER.burst)
    await people.claim(ani)
    claim = await confirm_claim(system, ani, nib, code)
    assert claim.state is RepresentationState.ACTIVE


async def test_what_others_guess_spends_nobody_elses_code(
    system: System, people: People, post: Post, nib: Nib
) -> None:
    ani, budi = await people.come(ANI), await people.come(BUDI)
    await people.claim(ani)
    code = await post.code(REGISTERED)
    await people.claim(budi)
    for _ in range(2 * CODE_ATTEMPTS):
        with pytest.raises(InvalidInput):
            await confirm_claim(system, budi, nib, "no")
    assert (await confirm_claim(system, ani, nib, code)).state is RepresentationState.ACTIVE


def elsewhere(system: System) -> System:
    """Another web process on the same database."""
    return replace(system, known_keys=ApiKeyCache())


async def test_a_block_makes_thirty_claims_a_minute_over_all_processes(
    system: System, people: People, register: Register
) -> None:
    processes = [system, elsewhere(system)]
    waits = await claim_many(processes, people, register, 40, "198.51.100.0/24")
    assert waits.count(0) == CLAIMS_PER_BLOCK.burst == 30


async def flood(people: People, register: Register) -> Nib:
    """Strangers of a block claim until it has had its share; the employer everybody claims next."""
    await claim_many([people.system], people, register, CLAIMS_PER_BLOCK.burst, BLOCK)
    return await register(NIB, REGISTERED)


async def wait_for(system: System, email: str, nib: Nib) -> int:
    """Seconds that an account of the block is told to wait, 0 where the claim is kept."""
    account = await add_representative(system, email)
    actor = Actor(kind=ActorKind.ACCOUNT, id=account, role=Role.REPRESENTATIVE)
    try:
        await claim_employer(system, actor, nib, client_block=BLOCK, language=Language.ID)
    except TooSoon as error:
        return error.retry_after_s or 0
    return 0


async def others_ask(system: System, nib: Nib, accounts: int) -> None:
    for number in range(accounts):
        await wait_for(system, f"a{number}@contoh.example", nib)


async def test_a_newcomer_gets_in_at_its_turn_while_others_of_its_block_never_stop_asking(
    system: System, people: People, register: Register, clock: Clock
) -> None:
    nib = await flood(people, register)
    await others_ask(system, nib, 14)
    told = await wait_for(elsewhere(system), ANI, nib)
    for _ in range(told):
        clock.pass_(seconds=1)
        await others_ask(system, nib, 14)
    assert (told, await wait_for(system, ANI, nib)) == (30, 0)


async def test_asking_again_before_ones_turn_takes_no_other(
    system: System, people: People, register: Register
) -> None:
    nib = await flood(people, register)
    waits = [await wait_for(system, ANI, nib) for _ in range(3)]
    assert [*waits, await wait_for(system, BUDI, nib)] == [2, 2, 2, 4]


async def test_a_turn_lets_one_claim_in(
    system: System, people: People, register: Register, clock: Clock
) -> None:
    nib = await flood(people, register)
    clock.pass_(seconds=await wait_for(system, ANI, nib))
    assert [await wait_for(system, ANI, nib) for _ in range(2)] == [0, 2]


async def test_a_turn_that_nobody_used_ends(
    system: System, people: People, register: Register, clock: Clock
) -> None:
    nib = await flood(people, register)
    told = await wait_for(system, ANI, nib)
    await others_ask(system, nib, 40)
    clock.pass_(seconds=told + TURN_KEPT.total_seconds())
    assert await wait_for(system, ANI, nib) == 84 - told - TURN_KEPT.total_seconds()


async def test_another_block_is_not_refused_for_a_flood(
    system: System, people: People, register: Register
) -> None:
    await claim_many([system], people, register, 31, "198.51.100.0/24")
    await register(NIB, REGISTERED)
    claim = await people.claim(await people.come(ANI), "192.0.2.0/24")
    assert claim.letter is not None and claim.letter.state is LetterState.SENT


async def test_claims_that_nobody_confirmed_are_forgotten(
    system: System, people: People, clock: Clock, nib: Nib
) -> None:
    ani = await people.come(ANI)
    await people.claim(ani)
    clock.now += UNCONFIRMED_KEPT
    await forget_expired(system)
    assert await my_claims(system, ani) == []


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


async def test_those_who_act_already_are_told_of_a_newcomer(
    people: People, post: Post, nib: Nib
) -> None:
    await people.represent(ANI)
    await people.represent(BUDI)
    assert "b•••@contoh.example" in (await post.letters(ANI))[-1].body


async def test_a_dismissed_employee_does_not_stop_whom_the_registrys_code_let_in(
    system: System, people: People, clock: Clock, nib: Nib
) -> None:
    dismissed = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    key = await create_api_key(system, budi, nib, "gaji")
    [other] = await colleagues(system, dismissed, nib)
    await dispute(system, dismissed, nib, other.account_id)
    assert may_file(await people.come(BUDI), nib)
    assert await authenticate_key(system, key) is not None


async def test_a_disputed_claim_waits_for_an_officer_and_not_for_its_code(
    system: System, people: People, nib: Nib
) -> None:
    ani, budi = await people.represent(ANI), await people.come(BUDI)
    await people.claim(budi)
    assert budi.account_id is not None
    await dispute(system, ani, nib, budi.account_id)
    [claim] = await my_claims(system, budi)
    assert claim.state is RepresentationState.PENDING_OFFICER


async def test_a_newcomer_does_not_stop_who_was_first_but_reaches_an_officer(
    system: System, people: People, clock: Clock, nib: Nib
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    assert ani.account_id is not None
    await dispute(system, budi, nib, ani.account_id)
    waiting = (await claims_to_decide(system, await people.officer())).claims
    assert may_file(await people.come(ANI), nib)
    assert [each.account_id for each in waiting] == [ani.account_id]


async def test_what_is_disputed_is_not_disputed_again(
    system: System, people: People, clock: Clock, nib: Nib
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    assert budi.account_id is not None
    await dispute(system, ani, nib, budi.account_id)
    with pytest.raises(Conflict):
        await dispute(system, ani, nib, budi.account_id)


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
