"""Letters: written in the transaction that needs them, sent by a worker over kept connections.

Codes have senders and connections of their own: however many letters wait, a code waits for none.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec
import structlog

from strp.domain.errors import InvalidInput, Unavailable
from strp.domain.notices.letters import Letter
from strp.outside.mail.message import message_bytes
from strp.outside.mail.smtp import SENT_WITHIN_S, TIMEOUT_S, MailRefused, MailServer, mail_server
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.notices import outbox as store
from strp.store.notices import outbox_state
from strp.store.notices.outbox import Priority, StoredMail
from strp.usecases.process.batched_lookups import BatchedLookups
from strp.usecases.process.stored_values import stored_reader
from strp.usecases.process.supervise import Beat
from strp.usecases.process.system import System

log = structlog.get_logger()

LOOPS: Final = {Priority.CODE: "mail-codes", Priority.LETTER: "mail-letters"}
CONNECTIONS: Final = {Priority.CODE: 3, Priority.LETTER: 8}
AT_ONCE: Final = {Priority.CODE: 5, Priority.LETTER: 20}
# A process sends no more of them in a second, however fast it could: a long queue is not to slow
# those who file. 600,000 letters leave in 67 minutes.
MOST_PER_S: Final = {Priority.CODE: math.inf, Priority.LETTER: 150.0}
# Who finds nothing to send looks again so soon, one of a queue's senders at a time.
LOOK_EVERY_S: Final = {Priority.CODE: 0.25, Priority.LETTER: 1.0}
# A letter that was taken is another sender's after this; who took it begins none in the last part
# of it, in which one letter is connected for, sent and removed.
TAKEN_FOR: Final = timedelta(seconds=120)
BEGUN_WITHIN_S: Final = TAKEN_FOR.total_seconds() - TIMEOUT_S - 2 * SENT_WITHIN_S
SHORTEST_WAIT_S: Final = 10
LONGEST_WAIT_S: Final = 3600
BOUND_S: Final = 300.0


class SealedLetter(msgspec.Struct, array_like=True, frozen=True):
    """What the envelope of a letter holds."""

    to: str
    subject: str
    body: str


_read_letter = stored_reader(SealedLetter)


def seal_letter(system: System, mail_id: UUID, to: str, letter: Letter) -> bytes:
    """A letter in its envelope.

    Args:
        mail_id: of the letter, to which the envelope is bound.
        to: address of the reader.
        letter: its words.
    """
    plain = msgspec.msgpack.encode(SealedLetter(to=to, subject=letter.subject, body=letter.body))
    return system.keys.seal(plain, _aad(mail_id))


async def post(
    conn: Connection,
    system: System,
    to: str,
    letter: Letter,
    *,
    useful_s: int | None = None,
    priority: Priority = Priority.LETTER,
) -> None:
    """Write a letter; a worker sends it.

    Args:
        conn: the use case's transaction: the letter goes out if and only if it commits.
        system: the installation.
        to: address of the reader.
        letter: subject and body.
        useful_s: seconds after which it is not worth sending; None: always worth it.
        priority: CODE for what somebody waits for at a page.
    """
    now = system.clock()
    mail_id = uuid4()
    await store.add_mail(
        conn,
        mail_id,
        seal_letter(system, mail_id, to, letter),
        at=now,
        useful_until=None if useful_s is None else now + timedelta(seconds=useful_s),
        priority=priority,
    )


@dataclass(slots=True)
class _Queue:
    """Those who send letters of one priority.

    Args:
        stop: set when the worker should end.
        looking: held by the one who looks for letters, so that the others only wait.
        removing: what was sent at the same moment is removed together; each sender waits for its
            own letter's removal before it begins the next.
        has_failed: whether one of them failed; then the others end what they hold and return.
        free_at: monotonic seconds from which the pace lets more letters be taken.
    """

    priority: Priority
    stop: asyncio.Event
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    removing: BatchedLookups[UUID, None] = field(default_factory=BatchedLookups)
    has_failed: bool = False
    free_at: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether no other letter is to be begun."""
        return self.has_failed or self.stop.is_set()


async def send_forever(system: System, stop: asyncio.Event) -> None:
    """Send letters until told to stop; a letter that is being sent then is sent."""

    def sending(priority: Priority) -> Callable[[Beat], Awaitable[None]]:
        return lambda beat: _send_queue(system, _Queue(priority, stop), beat)

    async with asyncio.TaskGroup() as group:
        for priority, name in LOOPS.items():
            kept = system.loops.keep(name, sending(priority), bound_s=BOUND_S, stop=stop)
            group.create_task(kept)


async def send_waiting(system: System, priority: Priority = Priority.LETTER) -> int:
    """Send what waits now, over one connection.

    Returns:
        Number of letters taken.

    Raises:
        Unavailable: the mail server does not answer; the letters wait.
    """
    taken = 0
    queue = _Queue(priority, asyncio.Event())
    async with mail_server(system.settings) as server:
        while batch := await _take(system, priority):
            await _send_all(system, server, batch, queue)
            taken += len(batch)
    return taken


async def _send_queue(system: System, queue: _Queue, beat: Beat) -> None:
    """Send letters of one queue over its connections, until it is over or one of them fails."""

    async def send_over_one() -> None:
        try:
            async with mail_server(system.settings) as server:
                await _send_over(system, server, queue, beat)
        except BaseException:
            queue.has_failed = True
            raise

    senders = [send_over_one() for _ in range(CONNECTIONS[queue.priority])]
    for outcome in await asyncio.gather(*senders, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _send_over(system: System, server: MailServer, queue: _Queue, beat: Beat) -> None:
    while not queue.is_over:
        async with queue.looking:
            if queue.is_over:
                return
            await _pause(queue.stop, queue.free_at - time.monotonic())
            if queue.is_over:
                return
            batch = await _take(system, queue.priority)
            queue.free_at = time.monotonic() + len(batch) / MOST_PER_S[queue.priority]
            beat()
            if not batch:
                await _pause(queue.stop, LOOK_EVERY_S[queue.priority])
        await _send_all(system, server, batch, queue)


async def _take(system: System, priority: Priority) -> Sequence[StoredMail]:
    now = system.clock()
    async with system.database.connection() as conn:
        return await store.take_some(
            conn, priority, now=now, until=now + TAKEN_FOR, limit=AT_ONCE[priority]
        )


async def _send_all(
    system: System, server: MailServer, batch: Sequence[StoredMail], queue: _Queue
) -> None:
    """Send letters that were taken, one after another; those not begun are given back.

    Raises:
        Unavailable: the mail server does not answer.
    """
    until = time.monotonic() + BEGUN_WITHIN_S
    for place, stored in enumerate(batch):
        if queue.is_over or time.monotonic() >= until:
            await _put_back(system, batch[place:])
            return
        try:
            await _send(system, server, stored, queue)
        except Unavailable as error:
            if error.code == "mail-server-away":
                await _put_back(system, batch[place:])
            raise


async def _put_back(system: System, left: Sequence[StoredMail]) -> None:
    async with system.database.connection() as conn:
        await store.put_back(conn, [each.mail_id for each in left], system.clock())


async def _send(system: System, server: MailServer, stored: StoredMail, queue: _Queue) -> None:
    """Send a letter and remove it; one that the mail server does not take now waits.

    A letter that it refuses for good is kept for `strp mail resend`, and the refusal recorded. Who
    dies between the server's answer and the removal sends that letter once more, under the same
    Message-ID: SMTP has no way to ask whether a letter was taken. No transaction is open while the
    server talks.

    Raises:
        Unavailable: the mail server does not answer, whichever letter it is.
    """
    if stored.useful_until is None or system.clock() < stored.useful_until:
        try:
            await server.send(*_message(system, stored))
        except MailRefused as error:
            await _keep_refused(system, stored.mail_id, error.smtp_code)
            return
        except InvalidInput:
            await _keep_refused(system, stored.mail_id, None)
            return
        except Unavailable as error:
            match error.code:
                case "mail-unavailable":
                    await _leave(system, stored)
                case "seal-broken":
                    await _keep_refused(system, stored.mail_id, None)
                case _:
                    raise
            return
    await queue.removing.find(stored.mail_id, lambda sent: _remove(system, sent))


async def _remove(system: System, sent: Sequence[UUID]) -> Mapping[UUID, None]:
    async with system.database.connection() as conn:
        await store.remove_mail(conn, sent)
    return {}


async def _leave(system: System, stored: StoredMail) -> None:
    """Try a letter again after a pause that doubles: 10 seconds at first, an hour at most."""
    wait_s = min(SHORTEST_WAIT_S * 2 ** min(stored.tries - 1, 16), LONGEST_WAIT_S)
    async with system.database.connection() as conn:
        at = system.clock() + timedelta(seconds=wait_s)
        await store.try_later(conn, stored.mail_id, at)


async def _keep_refused(system: System, mail_id: UUID, smtp_code: int | None) -> None:
    """Keep a letter that was refused, record it, and say so: often all are refused alike."""
    at = system.clock()
    async with system.database.transaction() as conn:
        await outbox_state.refuse_mail(conn, mail_id, at, smtp_code)
        await audit.record(
            conn,
            at=at,
            actor="worker",
            action="mail-refused",
            subject=f"mail:{mail_id}",
            detail={} if smtp_code is None else {"smtp": smtp_code},
        )
    log.error("letter_refused", mail=str(mail_id), smtp=smtp_code)


def _message(system: System, stored: StoredMail) -> tuple[str, bytes]:
    """The reader's address, and the letter as it goes over the wire."""
    plain = system.keys.open(stored.sealed, _aad(stored.mail_id))
    letter = _read_letter(plain)
    sender = system.settings.mail_from
    message = message_bytes(
        sender=sender,
        to=letter.to,
        subject=letter.subject,
        body=letter.body,
        at=system.clock(),
        message_id=f"{stored.mail_id}@{_domain(sender)}",
    )
    return letter.to, message


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    """Rest; less where the process is told to stop."""
    if seconds <= 0:
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip("> ")


def _aad(mail_id: UUID) -> bytes:
    return b"mail:" + mail_id.bytes
