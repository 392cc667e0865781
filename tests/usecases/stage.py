"""What tests of use cases hold in their hands: the clock, the registry, the letters."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from strp.domain.identifiers import Nib
from strp.usecases.send_mail import SealedLetter
from strp.usecases.system import System

Register = Callable[..., Awaitable[Nib]]


@dataclass(slots=True)
class Clock:
    """The time, as the test sets it."""

    now: datetime = datetime(2021, 7, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, slots=True)
class Post:
    """The letters that wait to be sent."""

    system: System

    async def letters(self, to: str | None = None) -> list[SealedLetter]:
        """Letters in the order in which they were written, opened."""
        async with self.system.database.connection() as conn:
            rows = await (
                await conn.execute("SELECT mail_id, sealed FROM mail ORDER BY ctid")
            ).fetchall()
        opened = [
            msgspec.msgpack.decode(
                self.system.keys.open(sealed, b"mail:" + mail_id.bytes), type=SealedLetter
            )
            for mail_id, sealed in rows
        ]
        return [letter for letter in opened if to in (None, letter.to)]

    async def code(self, to: str) -> str:
        """The code in the last letter to an address."""
        body = (await self.letters(to))[-1].body
        return next(line.strip() for line in body.splitlines() if line.startswith("    "))
