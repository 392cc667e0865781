"""A mail server that keeps letters in a folder instead of sending them on: for demo and tests."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 200
_LARGEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMail:
    """One letter in the inbox.

    Args:
        name: name of its file.
        to: address of the reader.
        subject: subject line.
        body: text.
        sent_at: when it was written, aware; None where the letter does not say.
    """

    name: str
    to: str
    subject: str
    body: str
    sent_at: datetime | None


@asynccontextmanager
async def catching_mail(inbox: Path, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """Take every letter and keep it in `inbox`.

    Args:
        inbox: folder; made if it is not there.
        host: address to listen on.
        port: port to listen on; 0: any free one.

    Yields:
        The port.
    """
    loop = asyncio.get_running_loop()
    catcher = _Catcher(inbox)

    def session() -> SMTP:
        return SMTP(catcher, data_size_limit=_LARGEST_BYTES, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(session, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def list_mail(inbox: Path) -> list[CaughtMail]:
    """The letters kept, newest first."""
    found = (_read(path) for path in sorted(inbox.glob("*.eml"), reverse=True))
    return [letter for letter in found if letter is not None]


class _Catcher:
    def __init__(self, inbox: Path) -> None:
        inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._inbox = inbox
        self._numbers = itertools.count()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self._keep(envelope.original_content or b"")
        return "250 Kept"

    def _keep(self, letter: bytes) -> None:
        name = f"{time.time_ns():020d}-{next(self._numbers):06d}.eml"
        draft = self._inbox / f".{name}"
        draft.touch(mode=0o600)
        draft.write_bytes(letter)
        draft.replace(self._inbox / name)
        for old in sorted(self._inbox.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)


def _read(path: Path) -> CaughtMail | None:
    """A letter; None where it made room for a later one since the folder was listed."""
    try:
        letter = path.read_bytes()
    except FileNotFoundError:
        return None
    message = message_from_bytes(letter, policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    date = message["Date"]
    return CaughtMail(
        name=path.name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        body=body.get_content() if body else "",
        sent_at=parsedate_to_datetime(str(date)) if date else None,
    )
