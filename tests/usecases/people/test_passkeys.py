"""Passkeys of officials, and those who attack them."""

import asyncio
import json
from dataclasses import replace

import cbor2
import pytest

from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from strp.domain.people.account import OPERATOR, Role
from strp.domain.people.second_factor import CHALLENGE_LIFE, PASSKEYS_PER_ACCOUNT, Factor
from strp.domain.people.sign_in import SessionToken
from strp.store.people import second_factors, sessions
from strp.usecases.people.accounts import add_account, close_account
from strp.usecases.people.authenticate import authenticate_session, refuse_ended, token_hash
from strp.usecases.people.own_security import show_security
from strp.usecases.people.passkeys import (
    add_passkey,
    add_passkey_at_sign_in,
    ask_new,
    ask_new_at_sign_in,
    ask_passkey,
    remove_passkey,
    sign_in_with_passkey,
)
from strp.usecases.process.system import System
from tests.usecases.people.authenticator import PRESENT, Authenticator, b64
from tests.usecases.people.test_second_factor import SITI, Official
from tests.usecases.stage import Clock, Post

pytestmark = pytest.mark.anyio
ORIGIN = "https://strp.kota.example"


@pytest.fixture
def real(system: System) -> System:
    """An installation that is no exercise, at an address with a name."""
    return replace(system, settings=replace(system.settings, exercise=False, public_url=ORIGIN))


@pytest.fixture
async def siti(real: System) -> Official:
    await add_account(real, OPERATOR, Role.OFFICER, SITI)
    return Official(real, Post(real))


async def enrol(official: Official, device: Authenticator) -> SessionToken:
    """Set a passkey up at the first sign-in."""
    step = await official.begin()
    asked = await ask_new_at_sign_in(official.system, step)
    made = device.create(asked.options)
    done = await add_passkey_at_sign_in(official.system, step, made, asked.sealed, "Ponsel")
    official.recovery_codes = tuple(done.recovery_codes)
    return done.signed_in.token


async def come(system: System, device: Authenticator) -> SessionToken:
    asked = ask_passkey(system)
    return (await sign_in_with_passkey(system, device.get(asked.options), asked.sealed)).token


async def refused(system: System, answer: str, sealed: bytes) -> None:
    with pytest.raises(InvalidInput, match="passkey-refused"):
        await sign_in_with_passkey(system, answer, sealed)


async def test_a_passkey_signs_in_without_a_code_by_mail(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    letters = len(await siti.post.letters(SITI))
    actor = await siti.behind(await come(siti.system, device))
    assert actor.role is Role.OFFICER
    assert len(await siti.post.letters(SITI)) == letters
    assert len(siti.recovery_codes) == 10


async def test_several_passkeys_have_names_and_what_they_said_is_kept(siti: Official) -> None:
    phone, laptop = Authenticator(ORIGIN), Authenticator(ORIGIN, flags=0x04 | 0x08 | 0x10)
    token = await enrol(siti, phone)
    actor = await siti.behind(token)
    asked = await ask_new(siti.system, actor, token)
    assert b64(phone.credential_id) in asked.options
    made = laptop.create(asked.options)
    assert await add_passkey(siti.system, actor, token, made, asked.sealed, " Laptop ") == []
    await come(siti.system, phone)
    own = await show_security(siti.system, actor, token)
    told = [(each.name, each.sign_count, each.backup_eligible) for each in own.passkeys]
    assert told == [("Ponsel", 1, False), ("Laptop", 0, True)]
    assert own.passkeys[1].backed_up and own.passkeys[0].last_used_at


async def test_an_answer_signs_in_once_also_at_the_same_moment(siti: Official) -> None:
    device = Authenticator(ORIGIN, count=0)
    await enrol(siti, device)
    asked = ask_passkey(siti.system)
    answer = device.get(asked.options)
    tries = [sign_in_with_passkey(siti.system, answer, asked.sealed) for _ in range(4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(each, Exception) for each in answers) == 1
    await refused(siti.system, answer, asked.sealed)


async def test_an_answer_that_counts_nothing_is_not_replayed_either(siti: Official) -> None:
    device = Authenticator(ORIGIN, count=-1)
    device.count = 0
    await enrol(siti, device)
    device.count = -1  # get() makes it 0: the device counts nothing
    asked = ask_passkey(siti.system)
    answer = device.get(asked.options)
    await sign_in_with_passkey(siti.system, answer, asked.sealed)
    await refused(siti.system, answer, asked.sealed)


async def test_an_answer_belongs_to_the_browser_that_asked(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    answer = device.get(ask_passkey(siti.system).options)
    await refused(siti.system, answer, ask_passkey(siti.system).sealed)


async def test_a_challenge_is_too_old_after_five_minutes(siti: Official, clock: Clock) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    asked = ask_passkey(siti.system)
    answer = device.get(asked.options)
    clock.now += CHALLENGE_LIFE
    await refused(siti.system, answer, asked.sealed)


async def test_a_clock_that_steps_back_revives_no_challenge(siti: Official, clock: Clock) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    asked = ask_passkey(siti.system)
    answer = device.get(asked.options)
    clock.now -= CHALLENGE_LIFE
    await refused(siti.system, answer, asked.sealed)


@pytest.mark.parametrize(
    ("origin", "rp_id", "flags"),
    [
        ("https://strp-kota.example", None, 0x04),
        ("http://strp.kota.example", None, 0x04),
        ("https://strp.kota.example:8443", None, 0x04),
        (ORIGIN, "kota.example", 0x04),
        (ORIGIN, None, 0x00),
    ],
    ids=["other-site", "no-tls", "other-port", "other-rp", "user-not-verified"],
)
async def test_an_answer_for_elsewhere_or_of_nobody_is_refused(
    siti: Official, origin: str, rp_id: str | None, flags: int
) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    device.origin, device.flags = origin, flags
    device.rp_id = rp_id or device.rp_id
    asked = ask_passkey(siti.system)
    await refused(siti.system, device.get(asked.options), asked.sealed)


async def test_another_key_under_a_known_credential_is_refused(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    thief = Authenticator(ORIGIN, credential_id=device.credential_id, user=device.user)
    thief.rp_id = device.rp_id
    asked = ask_passkey(siti.system)
    await refused(siti.system, thief.get(asked.options), asked.sealed)


async def test_another_accounts_handle_is_refused(siti: Official) -> None:
    device, other = Authenticator(ORIGIN), Authenticator(ORIGIN)
    await enrol(siti, device)
    await add_account(siti.system, OPERATOR, Role.SUPERVISOR, "budi@kota.example")
    await enrol(Official(siti.system, siti.post, "budi@kota.example"), other)
    device.user = other.user
    asked = ask_passkey(siti.system)
    await refused(siti.system, device.get(asked.options), asked.sealed)


async def test_a_credential_that_somebody_has_is_added_to_nobody_else(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    await add_account(siti.system, OPERATOR, Role.SUPERVISOR, "budi@kota.example")
    copy = Authenticator(ORIGIN, credential_id=device.credential_id)
    with pytest.raises(InvalidInput, match="passkey-not-added"):
        await enrol(Official(siti.system, siti.post, "budi@kota.example"), copy)


async def test_a_counter_that_goes_back_is_refused_and_recorded(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    device.count = 7
    await come(siti.system, device)
    device.count = 3
    asked = ask_passkey(siti.system)
    await refused(siti.system, device.get(asked.options), asked.sealed)
    async with siti.system.database.connection() as conn:
        query = "SELECT count(*) FROM audit_event WHERE action = 'passkey-count-back'"
        assert await (await conn.execute(query)).fetchone() == (1,)


async def test_a_removed_passkey_opens_nothing_and_its_sessions_are_told(siti: Official) -> None:
    phone, laptop = Authenticator(ORIGIN), Authenticator(ORIGIN)
    token = await enrol(siti, phone)
    actor = await siti.behind(token)
    asked = await ask_new(siti.system, actor, token)
    await add_passkey(
        siti.system, actor, token, laptop.create(asked.options), asked.sealed, "Laptop"
    )
    lost, kept = await come(siti.system, phone), await come(siti.system, laptop)
    await remove_passkey(siti.system, actor, kept, phone.credential_id)
    assert await authenticate_session(siti.system, lost) is None
    with pytest.raises(Unauthenticated, match="passkey-removed"):
        await refuse_ended(siti.system, lost)
    assert await authenticate_session(siti.system, kept) is not None
    asked = ask_passkey(siti.system)
    await refused(siti.system, phone.get(asked.options), asked.sealed)


async def test_the_only_passkey_is_not_removed_and_its_sessions_go_on(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    token = await enrol(siti, device)
    actor = await siti.behind(token)
    with pytest.raises(Conflict, match="last-factor"):
        await remove_passkey(siti.system, actor, token, device.credential_id)
    assert await authenticate_session(siti.system, token) is not None


async def test_nobody_removes_another_ones_passkey(siti: Official) -> None:
    device, other = Authenticator(ORIGIN), Authenticator(ORIGIN)
    await enrol(siti, device)
    await add_account(siti.system, OPERATOR, Role.SUPERVISOR, "budi@kota.example")
    budi = Official(siti.system, siti.post, "budi@kota.example")
    token = await enrol(budi, other)
    with pytest.raises(NotFound, match="no-such-factor"):
        await remove_passkey(siti.system, await budi.behind(token), token, device.credential_id)


async def test_a_mail_code_alone_adds_no_passkey_where_there_is_a_factor(siti: Official) -> None:
    step = await siti.begin()
    asked = await ask_new_at_sign_in(siti.system, step)
    await enrol(siti, Authenticator(ORIGIN))
    with pytest.raises(Conflict, match="factor-there"):
        await add_passkey_at_sign_in(
            siti.system, step, Authenticator(ORIGIN).create(asked.options), asked.sealed, "Pencuri"
        )


async def test_a_challenge_given_to_one_session_adds_nothing_in_another(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    token = await enrol(siti, device)
    actor = await siti.behind(token)
    other = await come(siti.system, device)
    asked = await ask_new(siti.system, actor, token)
    made = Authenticator(ORIGIN).create(asked.options)
    with pytest.raises(InvalidInput, match="passkey-not-added"):
        await add_passkey(siti.system, actor, other, made, asked.sealed, "Laptop")


async def test_a_passkey_of_an_unverified_user_is_not_kept(siti: Official) -> None:
    with pytest.raises(InvalidInput, match="passkey-not-added"):
        await enrol(siti, Authenticator(ORIGIN, flags=PRESENT))


@pytest.mark.parametrize(
    "hostile",
    [
        cbor2.CBORTag(30, [1, 3]),
        cbor2.CBORTag(4, [9, 1]),
        [cbor2.CBORTag(2, b"\x01" * 9)],
        1.5,
        [[[[[[[[[[[1]]]]]]]]]]],
        [0] * 2000,
    ],
    ids=["rational", "decimal", "bignum", "float", "deep", "many"],
)
async def test_an_authenticator_writes_plain_cbor_alone(siti: Official, hostile: object) -> None:
    for device in (
        Authenticator(ORIGIN, in_key={-70_000: hostile}),
        Authenticator(ORIGIN, in_attestation={"more": hostile}),
    ):
        with pytest.raises(InvalidInput, match="passkey-not-added"):
            await enrol(siti, device)


async def test_what_an_authenticator_adds_in_plain_cbor_does_no_harm(siti: Official) -> None:
    device = Authenticator(ORIGIN, in_key={-70_000: 1}, in_attestation={"more": [True, b"x"]})
    await enrol(siti, device)
    await come(siti.system, device)


async def test_a_session_left_open_adds_no_passkey(siti: Official, clock: Clock) -> None:
    token = await enrol(siti, Authenticator(ORIGIN))
    actor = await siti.behind(token)
    clock.pass_(minutes=16)
    with pytest.raises(Forbidden, match="sign-in-again"):
        await ask_new(siti.system, actor, token)


async def test_an_account_has_ten_passkeys_at_most(siti: Official) -> None:
    token = await enrol(siti, Authenticator(ORIGIN))
    actor = await siti.behind(token)
    for number in range(PASSKEYS_PER_ACCOUNT - 1):
        asked = await ask_new(siti.system, actor, token)
        made = Authenticator(ORIGIN).create(asked.options)
        await add_passkey(siti.system, actor, token, made, asked.sealed, f"Kunci {number}")
    with pytest.raises(Conflict, match="too-many-passkeys"):
        await ask_new(siti.system, actor, token)


async def test_the_passkey_of_a_closed_account_opens_nothing(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    await enrol(siti, device)
    await close_account(siti.system, OPERATOR, SITI)
    await add_account(siti.system, OPERATOR, Role.OFFICER, SITI)
    asked = ask_passkey(siti.system)
    await refused(siti.system, device.get(asked.options), asked.sealed)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 3000,
        json.dumps({"rawId": 7, "response": {"authenticatorData": None}}),
        json.dumps({"rawId": "AA", "response": {"authenticatorData": b64(bytes(37))}}),
        json.dumps({"rawId": "AA", "response": {"authenticatorData": b64(b"\xff" * 60)}}),
    ],
)
async def test_what_no_browser_sends_is_refused(siti: Official, answer: str) -> None:
    await refused(siti.system, answer, ask_passkey(siti.system).sealed)
    await refused(siti.system, answer, b"made up")


async def test_who_is_refused_leaves_no_row(siti: Official) -> None:
    device = Authenticator(ORIGIN)
    device.rp_id = "strp.kota.example"
    query = "SELECT (SELECT count(*) FROM rate_limit) + (SELECT count(*) FROM session)"
    async with siti.system.database.connection() as conn:
        before = await (await conn.execute(query)).fetchone()
    for _ in range(3):
        asked = ask_passkey(siti.system)
        await refused(siti.system, device.get(asked.options), asked.sealed)
    async with siti.system.database.connection() as conn:
        assert await (await conn.execute(query)).fetchone() == before


async def test_a_session_knows_what_began_it(siti: Official) -> None:
    token = await enrol(siti, Authenticator(ORIGIN))
    async with siti.system.database.connection() as conn:
        session = await sessions.find_session(conn, token_hash(token))
        assert session is not None and session.factor is Factor.PASSKEY
        assert (await second_factors.enrolled(conn, session.account_id)).passkeys == 1
