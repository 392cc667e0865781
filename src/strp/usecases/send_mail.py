"""Letters: written in the transaction that needs them, sent by a worker."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID, uuid4

import msgspec

from strp.domain.errors import InvalidInput
from strp.domain.letters import Letter
from strp.outside import mail as outside_mail
from strp.store import audit, jobs
from strp.store import mail as store_mail
from strp.store.database import Connection
from strp.usecases.system import System

TASK = "send_mail"


class SealedLetter(msgspec.Struct, array_like=True, frozen=True):
    """What the envelope of a letter holds."""

    to: str
    subject: str
    body: str


async def post(
    conn: Connection,
    system: System,
    to: str,
    letter: Letter,
    *,
    useful_s: int | None = None,
) -> None:
    """Write a letter and the job that sends it.

    Args:
        conn: the use case's transaction: the letter goes out if and only if it commits.
        system: the installation.
        to: address of the reader.
        letter: subject and body.
        useful_s: seconds after which it is not worth sending; None: always worth it.
    """
    now = system.clock()
    mail_id = uuid4()
    plain = msgspec.msgpack.encode(SealedLetter(to=to, subject=letter.subject, body=letter.body))
    await store_mail.add_mail(
        conn,
        mail_id,
        system.keys.seal(plain, _aad(mail_id)),
        at=now,
        useful_until=None if useful_s is None else now + timedelta(seconds=useful_s),
    )
    await jobs.defer(conn, TASK, {"mail_id": str(mail_id)})


async def send_mail(system: System, mail_id: UUID) -> None:
    """Send a letter and remove it; the job behind it tries again when this raises.

    A letter that the mail server refuses for good is removed, and the refusal recorded.
    A worker that dies between sending and removing sends the letter twice: better than never.
    No transaction is open while the mail server talks.

    Args:
        system: the installation.
        mail_id: of the stored letter.

    Raises:
        Unavailable: the mail server does not answer or refuses for now.
    """
    async with system.database.connection() as conn:
        stored = await store_mail.find_mail(conn, mail_id)
    if stored is None:
        return
    taken = True
    if stored.useful_until is None or system.clock() < stored.useful_until:
        plain = system.keys.open(stored.sealed, _aad(mail_id))
        letter = msgspec.msgpack.decode(plain, type=SealedLetter)
        taken = await _hand_over(system, _message(system, letter, mail_id))
    async with system.database.transaction() as conn:
        await store_mail.remove_mail(conn, mail_id)
        if not taken:
            await _record_refusal(conn, system, mail_id)


async def _hand_over(system: System, message: EmailMessage) -> bool:
    """Whether the mail server took the letter; False where it never will."""
    try:
        await outside_mail.send(system.settings, message)
    except InvalidInput as error:
        if error.code != "mail-refused":
            raise
        return False
    return True


async def _record_refusal(conn: Connection, system: System, mail_id: UUID) -> None:
    await audit.record(
        conn, at=system.clock(), actor="worker", action="mail-refused", subject=f"mail:{mail_id}"
    )


def _message(system: System, letter: SealedLetter, mail_id: UUID) -> EmailMessage:
    message = EmailMessage()
    message["From"] = system.settings.mail_from
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(system.clock())
    # The same id when it is sent twice, so that mail programs show it once.
    message["Message-ID"] = f"<{mail_id}@{_domain(system.settings.mail_from)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip("> ")


def _aad(mail_id: UUID) -> bytes:
    return b"mail:" + mail_id.bytes
