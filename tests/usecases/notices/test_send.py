"""Letters: sent over SMTP once their transaction has ended, and then removed."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strp.domain.errors import Unavailable
from strp.domain.notices.letters import Letter
from strp.outside.keys import load_keys
from strp.outside.mail.catcher import catching_mail, list_mail
from strp.store.notices.outbox import Priority, count_waiting, take_some
from strp.usecases.notices.send import (
    CONNECTIONS,
    SHORTEST_WAIT_S,
    TAKEN_FOR,
    post,
    send_forever,
    send_waiting,
)
from strp.usecases.process.system import System
from tests.outside.mail.stage import answering
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
ANI = "ani@contoh.example"
LETTER = Letter(subject="Kode masuk STRP", body="Kode: 048213 — berlaku 10 menit.\n")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
async def mailing(system: System, inbox: Path) -> AsyncIterator[System]:
    """The system with a mail server that takes every letter."""
    async with catching_mail(inbox) as port:
        settings = replace(system.settings, smtp_url=f"smtp://127.0.0.1:{port}")
        yield replace(system, settings=settings)


async def write(
    system: System, to: str = ANI, useful_s: int | None = None, priority: Priority = Priority.LETTER
) -> None:
    async with system.database.transaction() as conn:
        await post(conn, system, to, LETTER, useful_s=useful_s, priority=priority)


async def waiting(system: System) -> int:
    async with system.database.connection() as conn:
        return sum((await count_waiting(conn)).values())


@asynccontextmanager
async def sending(system: System) -> AsyncIterator[None]:
    """Somebody who sends letters, told to stop in the end."""
    stop = asyncio.Event()
    sender = asyncio.create_task(send_forever(system, stop))
    yield
    stop.set()
    await asyncio.wait_for(sender, 20)


async def arrived(inbox: Path, number: int, within_s: float = 20) -> list[str]:
    """To whom letters came, in their order, once there are so many."""
    async with asyncio.timeout(within_s):
        while len(caught := list_mail(inbox)) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return [mail.to for mail in reversed(caught)]


async def test_a_letter_reaches_its_reader_as_it_was_written(mailing: System, inbox: Path) -> None:
    await write(mailing)
    await send_waiting(mailing)
    [mail] = list_mail(inbox)
    assert (mail.to, mail.subject) == (ANI, LETTER.subject)
    assert mail.body.splitlines() == LETTER.body.splitlines()


async def test_a_letter_that_was_sent_is_kept_no_longer(mailing: System) -> None:
    await write(mailing)
    await send_waiting(mailing)
    assert await waiting(mailing) == 0


async def test_two_who_send_at_once_send_each_letter_once(mailing: System, inbox: Path) -> None:
    for _ in range(50):
        await write(mailing)
    assert sum(await asyncio.gather(send_waiting(mailing), send_waiting(mailing))) == 50
    assert len(list_mail(inbox)) == 50


async def test_a_code_that_is_too_old_is_not_sent_any_more(
    mailing: System, inbox: Path, clock: Clock
) -> None:
    await write(mailing, useful_s=600)
    clock.pass_(minutes=10)
    await send_waiting(mailing)
    assert list_mail(inbox) == [] and await waiting(mailing) == 0


async def test_a_letter_waits_while_the_mail_server_is_away(system: System) -> None:
    away = replace(system, settings=replace(system.settings, smtp_url="smtp://127.0.0.1:1"))
    await write(away)
    for _ in range(2):
        with pytest.raises(Unavailable, match="mail-server-away"):
            await send_waiting(away)
    assert await waiting(away) == 1


async def test_a_letter_that_a_dead_process_had_taken_is_sent_later(
    mailing: System, inbox: Path, clock: Clock
) -> None:
    await write(mailing)
    async with mailing.database.connection() as conn:
        until = clock() + TAKEN_FOR
        await take_some(conn, Priority.LETTER, now=clock(), until=until, limit=10)
    await send_waiting(mailing)
    assert list_mail(inbox) == []
    clock.pass_(seconds=TAKEN_FOR.total_seconds())
    await send_waiting(mailing)
    assert len(list_mail(inbox)) == 1


async def test_a_letter_refused_for_now_is_tried_again_later_and_others_go_on(
    system: System, clock: Clock
) -> None:
    answers = {"RCPT": {"busy@bank.example": "450 later", "gone@bank.example": "550 nobody"}}
    async with answering(answers) as server:
        settings = replace(system.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        mailing = replace(system, settings=settings)
        for to in ("busy@bank.example", "gone@bank.example", ANI):
            await write(mailing, to)
        await send_waiting(mailing)
        assert (server.taken, await waiting(system)) == ([ANI], 1)
        answers.clear()
        clock.pass_(seconds=SHORTEST_WAIT_S)
        await send_waiting(mailing)
        assert (server.taken, await waiting(system)) == ([ANI, "busy@bank.example"], 0)


async def test_a_letter_refused_for_good_is_recorded_without_its_address(system: System) -> None:
    async with answering({"RCPT": {ANI: "550 nobody"}}) as server:
        settings = replace(system.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        await write(system)
        await send_waiting(replace(system, settings=settings))
    async with system.database.connection() as conn:
        events = await (await conn.execute("SELECT action, subject FROM audit_event")).fetchall()
    assert [action for action, _ in events] == ["mail-refused"] and "ani" not in str(events)


async def test_letters_share_connections(system: System) -> None:
    async with answering({}) as server:
        settings = replace(system.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        for _ in range(150):
            await write(system)
        await send_waiting(replace(system, settings=settings))
        assert (len(server.taken), server.connections) == (150, 2)


async def test_a_code_waits_for_no_letter(mailing: System, inbox: Path) -> None:
    for number in range(300):
        await write(mailing, f"hr{number}@contoh.example")
    await write(mailing, useful_s=600, priority=Priority.CODE)
    async with sending(mailing):
        async with asyncio.timeout(20):
            while ANI not in (to := [mail.to for mail in list_mail(inbox)]):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert len(to) < 150


async def test_codes_go_out_while_the_letters_connections_hang(system: System) -> None:
    async with answering({"DATA": {"slow@bank.example": ""}}) as server:
        settings = replace(system.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        mailing = replace(system, settings=settings)
        for _ in range(20):
            await write(mailing, "slow@bank.example")
        await write(mailing, useful_s=600, priority=Priority.CODE)
        stop = asyncio.Event()
        sender = asyncio.create_task(send_forever(mailing, stop))
        async with asyncio.timeout(10):
            while ANI not in server.taken:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


async def test_letters_go_on_once_the_mail_server_is_back(
    system: System, inbox: Path, clock: Clock
) -> None:
    async with catching_mail(inbox) as port:
        pass
    mailing = replace(
        system, settings=replace(system.settings, smtp_url=f"smtp://127.0.0.1:{port}")
    )
    await write(mailing)
    async with sending(mailing):
        await asyncio.sleep(1)
        clock.pass_(seconds=1)
        async with catching_mail(inbox, port=port):
            assert await arrived(inbox, 1) == [ANI]


async def test_a_letter_is_written_with_its_transaction_or_not_at_all(system: System) -> None:
    with pytest.raises(RuntimeError):
        async with system.database.transaction() as conn:
            await post(conn, system, ANI, LETTER)
            raise RuntimeError
    assert await waiting(system) == 0


@pytest.mark.drill
async def test_a_sender_that_is_killed_loses_no_letter_and_repeats_at_most_those_in_its_hands(
    system: System, database_url: str, inbox: Path, tmp_path: Path, clock: Clock
) -> None:
    letters, killed_at = 150, 40  # the catcher keeps 200
    clock.now = datetime.now(UTC)  # the worker's clock is the true one
    own = replace(system, keys=load_keys(tmp_path / "keys"))
    async with catching_mail(inbox) as port:
        for number in range(letters):
            await write(own, f"hr{number}@bank.example")
        environment = {
            **os.environ,
            "STRP_DATA_DIR": str(tmp_path),
            "STRP_DATABASE_URL": database_url,
            "STRP_SMTP_URL": f"smtp://127.0.0.1:{port}",
        }
        for enough in (killed_at, letters):
            sender = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "strp.cli", "worker", env=environment
            )
            await arrived(inbox, enough, within_s=90)
            sender.kill()
            await sender.wait()
            async with own.database.connection() as conn:
                await conn.execute("UPDATE mail SET try_at = now()")
    came = Counter(mail.to for mail in list_mail(inbox))
    assert len(came) == letters
    assert came.total() - letters <= 2 * CONNECTIONS[Priority.LETTER]
