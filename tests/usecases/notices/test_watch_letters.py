"""Letters that do not go out: kept, counted, told, and sent again."""

from dataclasses import replace

import pytest

from strp.domain.errors import Forbidden
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.text import Language
from strp.store.notices import outbox_state
from strp.store.notices.outbox import Priority
from strp.usecases.notices.send import send_waiting
from strp.usecases.notices.watch_letters import queue_states, refused_letters, send_again
from strp.usecases.people.accounts import add_account
from strp.usecases.people.sign_in import give_link, sign_in_by_link
from strp.usecases.process.system import System
from tests.outside.mail.stage import answering
from tests.usecases.notices.test_send import ANI, write
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio


async def refused_by_relay(system: System) -> System:
    """A system whose one letter was refused with 554."""
    async with answering({"RCPT": {ANI: "554 Relay access denied"}}) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        mailing = replace(system, settings=replace(system.settings, smtp_url=url))
        await write(mailing)
        await send_waiting(mailing)
        assert server.taken == []
    return mailing


async def test_a_letter_that_is_refused_for_good_is_kept_with_the_code(system: System) -> None:
    await refused_by_relay(system)
    [letter] = await refused_letters(system, OPERATOR)
    assert letter.refusal == 554
    state = (await queue_states(system))[Priority.LETTER]
    assert (state.waiting, state.refused) == (0, 1)


async def test_a_refused_letter_is_not_tried_by_itself(system: System) -> None:
    mailing = await refused_by_relay(system)
    async with answering({}) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        mailing = replace(mailing, settings=replace(mailing.settings, smtp_url=url))
        assert await send_waiting(mailing) == 0


async def test_a_refused_letter_is_sent_again_once_somebody_says_so(system: System) -> None:
    mailing = await refused_by_relay(system)
    assert await send_again(mailing, OPERATOR) == 1
    async with answering({}) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        mailing = replace(mailing, settings=replace(mailing.settings, smtp_url=url))
        await send_waiting(mailing)
        assert server.taken == [ANI]
    assert (await queue_states(system))[Priority.LETTER] == (0, 0.0, 0)


async def test_an_officer_may_not_have_letters_sent_again(system: System) -> None:
    officer = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
    with pytest.raises(Forbidden):
        await send_again(system, officer)


async def test_a_link_of_the_operator_signs_an_official_in_and_is_recorded(system: System) -> None:
    address = "petugas@kantor.example"
    account, _ = await add_account(system, OPERATOR, Role.OFFICER, address)
    link = await give_link(system, OPERATOR, address)
    secret = link.rpartition("/")[2]
    signed_in = await sign_in_by_link(system, secret, language=Language.ID)
    assert signed_in.role is Role.OFFICER
    async with system.database.connection() as conn:
        found = await conn.execute(
            "SELECT subject FROM audit_event WHERE action = 'sign-in-link-given'"
        )
        assert await found.fetchall() == [(f"account:{account}",)]


async def test_only_the_operator_gives_links(system: System) -> None:
    administrator = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.ADMINISTRATOR)
    with pytest.raises(Forbidden):
        await give_link(system, administrator, "petugas@kantor.example")


async def test_a_long_queue_is_looked_at_where_it_begins_and_its_length_estimated(
    system: System, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_state, "MOST_SEEN", 2)
    for _ in range(5):
        await write(system)
        clock.pass_(seconds=10)
    async with system.database.connection() as conn:
        await conn.execute("ANALYZE mail")
    assert (await queue_states(system))[Priority.LETTER] == (5, 50.0, 0)
    assert (await queue_states(system))[Priority.CODE] == (0, 0.0, 0)


async def test_a_letter_that_was_damaged_is_kept_and_the_others_go_out(system: System) -> None:
    for to in (ANI, "budi@contoh.example"):
        await write(system, to)
    async with system.database.connection() as conn:
        await conn.execute(
            "UPDATE mail SET sealed = sealed || '\\x00'"
            " WHERE mail_id = (SELECT mail_id FROM mail LIMIT 1)"
        )
    async with answering({}) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        mailing = replace(system, settings=replace(system.settings, smtp_url=url))
        await send_waiting(mailing)
    assert len(server.taken) == 1
    assert (await queue_states(system))[Priority.LETTER] == (0, 0.0, 1)
