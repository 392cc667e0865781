"""What was derived from a right ends with it: one test for each thing that could live on."""

import pytest

from strp.domain.errors import Conflict, Forbidden, NotFound
from strp.domain.identifiers import Nib
from strp.domain.people.account import (
    OPERATOR,
    Actor,
    ActorKind,
    RepresentationState,
    Role,
    may_file,
)
from strp.domain.screening.hosting import HostingState, HostingWord
from strp.domain.waiting_room.lanes import Lane
from strp.domain.waiting_room.ticket import SEAT_BYTES, Ticket
from strp.store.waiting_room import lanes
from strp.usecases.desk.confirm_host import answer_for_host
from strp.usecases.desk.rule_employer import confirm_ruling, rule_employer
from strp.usecases.employers.claim import confirm_claim, my_claims
from strp.usecases.employers.decide_claim import claims_to_decide, decide_claim
from strp.usecases.employers.dispute_claim import dispute
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.accounts import AccountChange, add_account, close_account, list_accounts
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.people.authenticate import authenticate_key, authenticate_session
from strp.usecases.people.sign_in_guard import issue_link
from strp.usecases.process.api_key_cache import KEPT_FOR
from strp.usecases.process.system import System
from strp.usecases.waiting_room.enter import save_place
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_rule_employer import draft, register
from tests.usecases.stage import Clock, People, Post, Register

pytestmark = pytest.mark.anyio
NIB = Nib(8120001110001)
REGISTERED = "hrd@perusahaan.example"
ANI, BUDI, OFFICER = "ani@contoh.example", "budi@contoh.example", "petugas@strp.example"


@pytest.fixture
async def nib(register: Register) -> Nib:
    return await register(NIB, REGISTERED)


@pytest.fixture
def people(system: System, post: Post, nib: Nib) -> People:
    return People(system, post, nib, REGISTERED)


async def test_a_closed_accounts_session_ends(system: System, people: People) -> None:
    token = await people.sign_in(ANI)
    await close_account(system, OPERATOR, ANI)
    assert await authenticate_session(system, token) is None


async def test_a_link_in_a_letter_ends_with_the_account(system: System, people: People) -> None:
    await people.come(ANI)
    async with system.database.transaction() as conn:
        await issue_link(conn, system, ANI)
    await close_account(system, OPERATOR, ANI)
    async with system.database.connection() as conn:
        links = await (await conn.execute("SELECT count(*) FROM sign_in_link")).fetchone()
    assert links == (0,)


async def test_a_closed_accounts_key_files_no_more(system: System, people: People) -> None:
    key = await create_api_key(system, await people.represent(ANI), NIB, "gaji")
    assert await authenticate_key(system, key) is not None
    await close_account(system, OPERATOR, ANI)
    assert await authenticate_key(system, key) is None


async def test_another_process_forgets_the_key_within_seconds(
    system: System, people: People, clock: Clock
) -> None:
    key = await create_api_key(system, await people.represent(ANI), NIB, "gaji")
    await authenticate_key(system, key)
    kept = dict(system.known_keys._kept)
    await close_account(system, OPERATOR, ANI)
    system.known_keys._kept.update(kept)
    clock.now += KEPT_FOR
    assert await authenticate_key(system, key) is None


async def test_a_closed_account_represents_nobody(system: System, people: People) -> None:
    ani = await people.represent(ANI)
    await close_account(system, OPERATOR, ANI)
    assert [each.state for each in await my_claims(system, ani)] == [RepresentationState.REFUSED]


async def test_a_closed_accounts_claim_is_confirmed_by_no_code(
    system: System, people: People, post: Post
) -> None:
    ani = await people.come(ANI)
    await people.claim(ani)
    await close_account(system, OPERATOR, ANI)
    with pytest.raises(Conflict):
        await confirm_claim(system, ani, NIB, await post.code(REGISTERED))


async def test_a_closed_account_keeps_no_ticket(system: System, people: People) -> None:
    ani = await people.come(ANI)
    assert ani.account_id is not None
    ticket = Ticket(
        lane=Lane.EMPLOYERS,
        number=5,
        issued_at=int(system.clock().timestamp()),
        seat=b"s" * SEAT_BYTES,
    )
    async with system.database.transaction() as conn:
        await lanes.save_place(conn, ani.account_id, Lane.EMPLOYERS, 5, str(ticket), system.clock())
    await close_account(system, OPERATOR, ANI)
    assert await save_place(system, ani.account_id, None) is None


async def test_a_closed_officers_files_go_back_to_the_desk(system: System, people: People) -> None:
    officer = await people.officer()
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO desk VALUES (%s, 1, now(), %s, now() + interval '15 min')",
            (NIB, officer.id),
        )
    await close_account(system, OPERATOR, OFFICER)
    async with system.database.connection() as conn:
        held = await (await conn.execute("SELECT officer_id, lease_until FROM desk")).fetchall()
    assert held == [(None, None)]


async def test_keys_that_the_operator_made_stay(system: System, people: People) -> None:
    await people.represent(ANI)
    key = await create_api_key(system, OPERATOR, NIB, "gaji")
    await close_account(system, OPERATOR, ANI)
    assert await authenticate_key(system, key) is not None


async def test_keys_that_a_colleague_made_stay(system: System, people: People) -> None:
    await people.represent(ANI)
    key = await create_api_key(system, await people.represent(BUDI), NIB, "gaji")
    await close_account(system, OPERATOR, ANI)
    assert await authenticate_key(system, key) is not None


async def test_no_key_is_made_by_a_request_that_was_let_in_before_the_right_ended(
    system: System, people: People
) -> None:
    ani = await people.represent(ANI)
    await close_account(system, OPERATOR, ANI)
    with pytest.raises(Forbidden):
        await create_api_key(system, ani, NIB, "gaji")


async def test_adding_a_closed_account_opens_it_again(system: System, people: People) -> None:
    await people.officer()
    await close_account(system, OPERATOR, OFFICER)
    _, change = await add_account(system, OPERATOR, Role.OFFICER, OFFICER)
    assert (change, (await people.come(OFFICER)).role) == (AccountChange.REOPENED, Role.OFFICER)


async def test_opening_an_account_again_is_recorded(system: System, people: People) -> None:
    await people.officer()
    await close_account(system, OPERATOR, OFFICER)
    await add_account(system, OPERATOR, Role.OFFICER, OFFICER)
    async with system.database.connection() as conn:
        found = await conn.execute(
            "SELECT action FROM audit_event WHERE action ~ '^account-' ORDER BY event_id"
        )
        actions = [action for (action,) in await found.fetchall()]
    assert actions == ["account-added", "account-closed", "account-reopened"]


@pytest.fixture
async def reopened(system: System, people: People) -> tuple[str, str, Actor]:
    """A key and a session of an account that was closed and opened again, and who signs in now."""
    ani = await people.represent(ANI)
    key, token = await create_api_key(system, ani, NIB, "gaji"), await people.sign_in(ANI)
    await close_account(system, OPERATOR, ANI)
    await add_account(system, OPERATOR, Role.REPRESENTATIVE, ANI)
    return key, token, await people.come(ANI)


async def test_no_key_revives_with_its_account(
    system: System, reopened: tuple[str, str, Actor]
) -> None:
    assert await authenticate_key(system, reopened[0]) is None


async def test_no_representation_revives_with_its_account(
    reopened: tuple[str, str, Actor],
) -> None:
    assert not may_file(reopened[2], NIB)


async def test_who_was_closed_and_claims_again_meets_an_officer(
    people: People, reopened: tuple[str, str, Actor]
) -> None:
    assert (await people.claim(reopened[2])).state is RepresentationState.PENDING_OFFICER


async def test_a_refused_representatives_key_files_no_more(
    system: System, people: People, clock: Clock
) -> None:
    ani = await people.represent(ANI)
    key = await create_api_key(system, ani, NIB, "gaji")
    clock.pass_(minutes=1)
    assert ani.account_id is not None
    await dispute(system, await people.represent(BUDI), NIB, ani.account_id)
    officer = await people.officer()
    [claim] = (await claims_to_decide(system, officer)).claims
    await decide_claim(system, officer, NIB, claim.account_id, approve=False)
    assert await authenticate_key(system, key) is None


async def test_a_refused_newcomers_key_files_no_more_in_this_process_at_once(
    system: System, people: People, clock: Clock
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    key = await create_api_key(system, budi, NIB, "gaji")
    assert await authenticate_key(system, key) is not None and budi.account_id is not None
    await dispute(system, ani, NIB, budi.account_id)
    await decide_claim(system, await people.officer(), NIB, budi.account_id, approve=False)
    assert await authenticate_key(system, key) is None


async def test_a_key_goes_on_when_the_dispute_is_settled_for_its_maker(
    system: System, people: People, clock: Clock
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(minutes=1)
    budi = await people.represent(BUDI)
    key = await create_api_key(system, budi, NIB, "gaji")
    assert budi.account_id is not None
    await dispute(system, ani, NIB, budi.account_id)
    await decide_claim(system, await people.officer(), NIB, budi.account_id, approve=True)
    assert await authenticate_key(system, key) is not None


async def test_the_operator_sees_closed_accounts_of_officials(
    system: System, people: People
) -> None:
    await people.officer()
    await people.come(ANI)
    await close_account(system, OPERATOR, OFFICER)
    listed = await list_accounts(system, OPERATOR)
    assert [(each.email, each.closed_at) for each in listed] == [(OFFICER, system.clock())]


async def test_what_a_closed_official_proposed_is_confirmed_by_nobody(
    system: System, people: People
) -> None:
    """Four eyes are those of two officials: of a worker, an employer, a work site."""
    await load_reference(system, OPERATOR)
    first = await people.officer()
    nib = await register(system, "41011", nib=Nib(8120001119001))
    host = await register(system, "64121", staff=(20, 20), nib=Nib(8120001119002))
    ruling = (await rule_employer(system, first, nib, draft("K-l"))).ruling
    [guard] = fresh_workers(1)
    rows = [{**guard, "lokasi_kerja": str(host)}]
    await file_workers(system, OPERATOR, nib, rows, digest=bytes(16))
    word = HostingWord(state=HostingState.CONFIRMED, service=1)
    assert (await answer_for_host(system, first, host, nib, word)).proposed

    await close_account(system, OPERATOR, OFFICER)

    with pytest.raises(NotFound):
        await confirm_ruling(system, BUDI_OFFICER, nib, ruling.ruling_id)
    assert (await answer_for_host(system, BUDI_OFFICER, host, nib, word)).proposed
    async with system.database.connection() as conn:
        left = await (await conn.execute("SELECT count(*) FROM proposal")).fetchone()
    assert left == (0,)


BUDI_OFFICER = Actor(kind=ActorKind.ACCOUNT, id=99, role=Role.OFFICER)
