"""Sign-in by code, sessions, sign-out."""

import asyncio

import pytest
from psycopg.sql import SQL, Identifier

from strp.domain.errors import Conflict, Forbidden, InvalidInput
from strp.domain.people.account import OPERATOR, Role
from strp.domain.people.sign_in import CODE_ATTEMPTS, SessionToken
from strp.domain.text import Language
from strp.usecases.operation.forget_expired import forget_expired
from strp.usecases.people.accounts import AccountChange, add_account, close_account
from strp.usecases.people.authenticate import authenticate_session
from strp.usecases.people.begin_session import Entry, SignedIn
from strp.usecases.people.sign_in import request_sign_in_code, sign_in
from strp.usecases.people.sign_out import sign_out
from strp.usecases.process.system import System
from tests.usecases.stage import Clock, Post

pytestmark = pytest.mark.anyio
ANI = "ani@contoh.example"
BLOCK = "203.0.113.0/24"


BROWSER = b"b" * 16


async def ask(system: System, email: str = ANI) -> None:
    await request_sign_in_code(
        system, email, attempt=BROWSER, client_block=BLOCK, language=Language.ID
    )


async def type_in(
    system: System, email: str, code: str, replaces: SessionToken | None = None
) -> SignedIn:
    entry = await _type_in(system, email, code, replaces)
    assert isinstance(entry, SignedIn)
    return entry


async def _type_in(
    system: System, email: str, code: str, replaces: SessionToken | None = None
) -> Entry:
    return await sign_in(
        system,
        email,
        code,
        attempt=BROWSER,
        client_block=BLOCK,
        language=Language.ID,
        replaces=replaces,
    )


async def enter(system: System, post: Post, email: str = ANI) -> SignedIn:
    entry = await begin(system, post, email)
    assert isinstance(entry, SignedIn)
    return entry


async def begin(system: System, post: Post, email: str) -> Entry:
    """Sign in with the code by mail: in, or as far as the second factor."""
    await ask(system, email)
    code = await post.code(email.lower())
    return await _type_in(system, email, code)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def stored_text(system: System) -> str:
    """Every row that sign-in writes, as PostgreSQL prints it: bytes as hexadecimal digits."""
    tables = ["account", "one_time_code", "rate_limit", "session", "audit_event", "mail"]
    tables += ["wrong_code", "mailbox_letters"]
    found = []
    async with system.database.connection() as conn:
        for table in tables:
            query = SQL("SELECT t::text FROM {} t").format(Identifier(table))
            rows = await (await conn.execute(query)).fetchall()
            assert rows, table
            found += rows
    return str(found)


async def test_the_code_that_was_sent_opens_a_session(system: System, post: Post) -> None:
    signed_in = await enter(system, post)
    actor = await authenticate_session(system, signed_in.token)
    assert actor is not None and actor.role is Role.REPRESENTATIVE


async def test_an_official_signs_in_as_what_they_were_added(system: System, post: Post) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, ANI)
    assert (await enter(system, post)).role is Role.OFFICER


async def test_nobody_becomes_an_official_by_signing_in(system: System, post: Post) -> None:
    assert (await enter(system, post, "kepala@strp.example")).role is Role.REPRESENTATIVE


async def test_known_and_unknown_addresses_get_the_same_letter(system: System, post: Post) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, ANI)
    await ask(system, ANI)
    await ask(system, "budi@contoh.example")
    known, unknown = await post.letters()
    code, other = await post.code(ANI), await post.code("budi@contoh.example")
    assert known.body.replace(code, "") == unknown.body.replace(other, "")


async def test_signing_in_twice_is_one_account(system: System, post: Post) -> None:
    first = await authenticate_session(system, (await enter(system, post)).token)
    second = await authenticate_session(
        system, (await enter(system, post, "Ani@Contoh.example")).token
    )
    assert first == second


async def test_a_code_opens_one_session_and_no_second(
    system: System, post: Post, clock: Clock
) -> None:
    await enter(system, post)
    clock.pass_(seconds=31)
    with pytest.raises(InvalidInput) as raised:
        await type_in(system, ANI, await post.code(ANI))
    assert raised.value.code == "wrong-code"


async def test_a_code_that_a_browser_sends_twice_at_once_opens_one_session(
    system: System, post: Post
) -> None:
    await ask(system)
    code = await post.code(ANI)
    answers = await asyncio.gather(*[type_in(system, ANI, code) for _ in range(3)])
    assert len({each.token for each in answers}) == 1
    assert await authenticate_session(system, answers[0].token) is not None


async def test_a_code_that_is_sent_again_after_signing_out_opens_nothing(
    system: System, post: Post
) -> None:
    await sign_out(system, (await enter(system, post)).token)
    with pytest.raises(InvalidInput):
        await type_in(system, ANI, await post.code(ANI))


async def test_a_code_is_for_one_address_alone(system: System, post: Post) -> None:
    await ask(system, ANI)
    await ask(system, "budi@contoh.example")
    code = await post.code(ANI)
    if code != await post.code("budi@contoh.example"):
        with pytest.raises(InvalidInput):
            await type_in(system, "budi@contoh.example", code)


async def test_a_new_code_makes_the_old_one_worthless(system: System, post: Post) -> None:
    await ask(system)
    old = await post.code(ANI)
    await ask(system)
    if old != await post.code(ANI):
        with pytest.raises(InvalidInput):
            await type_in(system, ANI, old)


async def test_a_code_is_too_old_after_ten_minutes(
    system: System, post: Post, clock: Clock
) -> None:
    await ask(system)
    clock.pass_(minutes=10)
    with pytest.raises(InvalidInput):
        await type_in(system, ANI, await post.code(ANI))


async def test_guessing_ends_after_five_tries_though_they_come_at_once(
    system: System, post: Post
) -> None:
    await ask(system)
    code = await post.code(ANI)
    guesses = [type_in(system, ANI, another(code)) for _ in range(8)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    codes = [each.code for each in answers if isinstance(each, InvalidInput)]
    assert codes.count("wrong-code") == CODE_ATTEMPTS and codes.count("code-used-up") == 3


async def test_the_right_code_after_five_wrong_ones_opens_nothing(
    system: System, post: Post
) -> None:
    await ask(system)
    code = await post.code(ANI)
    for _ in range(CODE_ATTEMPTS):
        with pytest.raises(InvalidInput):
            await type_in(system, ANI, another(code))
    with pytest.raises(InvalidInput) as raised:
        await type_in(system, ANI, code)
    assert raised.value.code == "code-used-up"


async def test_what_is_no_address_is_told_so(system: System) -> None:
    with pytest.raises(InvalidInput) as raised:
        await ask(system, "ani")
    assert raised.value.fields[0].field == "email"


async def test_no_address_and_no_code_is_stored_in_clear(system: System, post: Post) -> None:
    token = (await enter(system, post)).token
    code = await post.code(ANI)
    await ask(system)
    with pytest.raises(InvalidInput):
        await type_in(system, ANI, another(await post.code(ANI)))
    stored = await stored_text(system)
    secrets = ANI, code, token, BLOCK
    assert not [each for each in secrets if each in stored or each.encode().hex() in stored]


async def test_signing_in_ends_the_session_that_the_browser_held(
    system: System, post: Post
) -> None:
    old = (await enter(system, post)).token
    await ask(system)
    code = await post.code(ANI)
    await type_in(system, ANI, code, replaces=old)
    assert await authenticate_session(system, old) is None


async def test_signing_out_ends_the_session(system: System, post: Post) -> None:
    token = (await enter(system, post)).token
    await sign_out(system, token)
    assert await authenticate_session(system, token) is None


async def test_a_made_up_token_is_nobody(system: System) -> None:
    assert await authenticate_session(system, SessionToken("x" * 43)) is None


async def test_an_officers_session_ends_when_it_is_not_used_for_half_an_hour(
    system: System, post: Post, clock: Clock
) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, ANI)
    token = (await enter(system, post)).token
    clock.pass_(minutes=30)
    assert await authenticate_session(system, token) is None


async def test_an_officers_session_goes_on_while_it_is_used(
    system: System, post: Post, clock: Clock
) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, ANI)
    token = (await enter(system, post)).token
    seen = []
    for _ in range(4):
        clock.pass_(minutes=20)
        seen.append(await authenticate_session(system, token))
    assert None not in seen


async def test_a_disabled_account_is_signed_out_at_once(system: System, post: Post) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, ANI)
    token = (await enter(system, post)).token
    await close_account(system, OPERATOR, ANI)
    assert await authenticate_session(system, token) is None


async def test_a_disabled_account_does_not_sign_in_again(system: System, post: Post) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, ANI)
    await close_account(system, OPERATOR, ANI)
    with pytest.raises(Forbidden) as raised:
        await enter(system, post)
    assert raised.value.code == "account-disabled"


async def test_adding_an_account_again_changes_nothing(system: System) -> None:
    first, _ = await add_account(system, OPERATOR, Role.OFFICER, ANI)
    again = await add_account(system, OPERATOR, Role.OFFICER, ANI)
    assert again == (first, AccountChange.UNCHANGED)


async def test_one_address_does_not_get_two_roles(system: System, post: Post) -> None:
    await enter(system, post)
    with pytest.raises(Conflict) as raised:
        await add_account(system, OPERATOR, Role.OFFICER, ANI)
    assert raised.value.code == "account-exists"


async def test_a_representative_adds_no_accounts(system: System, post: Post) -> None:
    actor = await authenticate_session(system, (await enter(system, post)).token)
    assert actor is not None
    with pytest.raises(Forbidden):
        await add_account(system, actor, Role.OFFICER, "budi@contoh.example")


async def test_what_time_has_ended_is_forgotten(system: System, post: Post, clock: Clock) -> None:
    await enter(system, post)
    await ask(system)
    clock.pass_(days=8)
    await forget_expired(system)
    async with system.database.connection() as conn:
        left = await (
            await conn.execute(
                "SELECT token_hash FROM session UNION SELECT code_mac FROM one_time_code"
                " UNION SELECT bucket FROM rate_limit UNION SELECT sealed FROM mail"
                " UNION SELECT scope FROM wrong_code UNION SELECT mailbox FROM mailbox_letters"
                " UNION SELECT secret_hash FROM sign_in_link"
            )
        ).fetchall()
    assert left == []
