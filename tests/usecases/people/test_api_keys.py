"""API keys: made, used, withdrawn."""

import pytest

from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, TooMany
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, ApiKeyId, Role, may_file
from strp.domain.people.api_key import KEYS_MADE, KEYS_PER_EMPLOYER
from strp.usecases.people.api_keys import create_api_key, list_api_keys, withdraw_api_key
from strp.usecases.people.authenticate import authenticate_key
from strp.usecases.process.api_key_cache import KEPT_FOR, ApiKeyCache
from strp.usecases.process.system import System
from tests.usecases.stage import Clock, Register

pytestmark = pytest.mark.anyio
NIB, OTHER = Nib(8120001110001), Nib(8120001110002)
ANI = Actor(kind=ActorKind.ACCOUNT, id=7, role=Role.REPRESENTATIVE, nibs=frozenset({NIB}))


@pytest.fixture
async def nib(system: System, register: Register) -> Nib:
    """An employer that account 7 represents."""
    await register(NIB)
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO account OVERRIDING SYSTEM VALUE VALUES"
            " (7, 'representative', 'ani', 'sealed', 'id', now())"
        )
        await conn.execute(
            "INSERT INTO representation (nib, account_id, state, claimed_at, active_at)"
            " VALUES (%s, 7, 'active', now(), now())",
            (NIB,),
        )
    return NIB


async def withdraw_elsewhere(system: System, nib: Nib) -> None:
    """Withdraw the first key as another process would: this one's memory does not hear of it."""
    [key] = await list_api_keys(system, OPERATOR, nib)
    kept = dict(system.known_keys._kept)
    await withdraw_api_key(system, OPERATOR, nib, key.api_key_id)
    system.known_keys._kept.update(kept)


async def test_a_key_files_for_its_employer(system: System, nib: Nib) -> None:
    actor = await authenticate_key(system, await create_api_key(system, ANI, nib, "gaji"))
    assert actor is not None and may_file(actor, nib)


async def test_a_key_files_for_no_other_employer(system: System, nib: Nib) -> None:
    actor = await authenticate_key(system, await create_api_key(system, ANI, nib, "gaji"))
    assert actor is not None and not may_file(actor, OTHER)


async def test_a_mistyped_key_is_nobody(system: System, nib: Nib) -> None:
    key = await create_api_key(system, ANI, nib, "gaji")
    assert await authenticate_key(system, key[:-1]) is None


async def test_a_withdrawn_key_is_nobody(system: System, nib: Nib) -> None:
    key = await create_api_key(system, ANI, nib, "gaji")
    await authenticate_key(system, key)
    [stored] = await list_api_keys(system, ANI, nib)
    await withdraw_api_key(system, ANI, nib, stored.api_key_id)
    assert await authenticate_key(system, key) is None


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_jumps_keeps_no_withdrawn_key_alive(
    system: System, clock: Clock, nib: Nib, days: int
) -> None:
    key = await create_api_key(system, ANI, nib, "gaji")
    await authenticate_key(system, key)
    await withdraw_elsewhere(system, nib)
    clock.pass_(days=days)
    assert await authenticate_key(system, key) is None


async def test_a_key_withdrawn_in_another_process_works_no_longer_than_seconds(
    system: System, clock: Clock, nib: Nib
) -> None:
    key = await create_api_key(system, ANI, nib, "gaji")
    await authenticate_key(system, key)
    await withdraw_elsewhere(system, nib)
    clock.now += KEPT_FOR
    assert await authenticate_key(system, key) is None


async def test_a_key_that_was_just_used_asks_the_database_nothing(system: System, nib: Nib) -> None:
    key = await create_api_key(system, ANI, nib, "gaji")
    await authenticate_key(system, key)
    await system.database.close()
    assert await authenticate_key(system, key) is not None


async def test_a_key_is_stored_in_no_readable_form(system: System, nib: Nib) -> None:
    key = await create_api_key(system, ANI, nib, "gaji")
    async with system.database.connection() as conn:
        stored = await (await conn.execute("SELECT api_key::text FROM api_key")).fetchall()
    assert key not in str(stored) and key.encode().hex() not in str(stored)


async def test_the_day_of_the_last_use_is_kept(system: System, clock: Clock, nib: Nib) -> None:
    await authenticate_key(system, await create_api_key(system, ANI, nib, "gaji"))
    [stored] = await list_api_keys(system, ANI, nib)
    assert stored.last_used_on == clock.now.date()


async def test_nobody_makes_keys_of_an_employer_that_is_not_theirs(
    system: System, register: Register
) -> None:
    await register(OTHER)
    with pytest.raises(Forbidden) as raised:
        await create_api_key(system, ANI, OTHER, "gaji")
    assert raised.value.code == "not-your-employer"


async def test_a_key_makes_no_keys(system: System, nib: Nib) -> None:
    actor = await authenticate_key(system, await create_api_key(system, ANI, nib, "gaji"))
    assert actor is not None
    with pytest.raises(Forbidden):
        await create_api_key(system, actor, nib, "lagi")


async def test_the_operator_makes_keys_for_registered_employers_only(system: System) -> None:
    with pytest.raises(NotFound):
        await create_api_key(system, OPERATOR, NIB, "gaji")


async def test_a_key_needs_a_label(system: System, nib: Nib) -> None:
    with pytest.raises(InvalidInput):
        await create_api_key(system, ANI, nib, "  ")


async def test_withdrawing_a_key_of_another_employer_withdraws_nothing(
    system: System, nib: Nib, register: Register
) -> None:
    await register(OTHER)
    await create_api_key(system, OPERATOR, OTHER, "gaji")
    [theirs] = await list_api_keys(system, OPERATOR, OTHER)
    with pytest.raises(NotFound):
        await withdraw_api_key(system, ANI, nib, ApiKeyId(theirs.api_key_id))


def test_remembered_keys_take_a_bounded_place(clock: Clock) -> None:
    known = ApiKeyCache()
    for number in range(60_000):
        known.keep(number.to_bytes(4), ANI, clock.now)
    assert len(known._kept) == 50_000
    assert known.find((59_999).to_bytes(4), clock.now) == ANI


async def test_an_employer_holds_a_bounded_number_of_keys(
    system: System, nib: Nib, clock: Clock
) -> None:
    for _ in range(KEYS_PER_EMPLOYER):
        await create_api_key(system, ANI, nib, "gaji")
    clock.now += KEYS_MADE.interval
    with pytest.raises(Conflict) as raised:
        await create_api_key(system, ANI, nib, "gaji")
    assert raised.value.code == "too-many-keys"


async def test_making_and_withdrawing_keys_over_and_over_is_bounded(
    system: System, nib: Nib
) -> None:
    for _ in range(KEYS_MADE.burst):
        await create_api_key(system, ANI, nib, "gaji")
        newest = (await list_api_keys(system, ANI, nib))[0]
        await withdraw_api_key(system, ANI, nib, newest.api_key_id)
    with pytest.raises(TooMany):
        await create_api_key(system, ANI, nib, "gaji")


async def test_a_withdrawn_key_makes_room_for_another(
    system: System, nib: Nib, clock: Clock
) -> None:
    for _ in range(KEYS_PER_EMPLOYER):
        await create_api_key(system, ANI, nib, "gaji")
    newest = (await list_api_keys(system, ANI, nib))[0]
    await withdraw_api_key(system, ANI, nib, newest.api_key_id)
    clock.now += KEYS_MADE.interval
    assert await create_api_key(system, ANI, nib, "gaji")
