"""What tests of use cases hold in their hands: the clock, the registry, the letters."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from strp.domain.errors import TooSoon
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, AccountId, Actor, ActorKind, Role
from strp.domain.people.sign_in import SessionToken
from strp.domain.text import Language
from strp.usecases.employers.claim import Claim, claim_employer, confirm_claim
from strp.usecases.notices.send import SealedLetter
from strp.usecases.people.accounts import add_account
from strp.usecases.people.authenticate import authenticate_session
from strp.usecases.people.begin_session import SignedIn
from strp.usecases.people.sign_in import new_attempt, request_sign_in_code, sign_in
from strp.usecases.process.system import System

Register = Callable[..., Awaitable[Nib]]
Edit = Callable[[str, str, str], None]
REAL, FIRST = "inmendagri-18-2021", "inmendagri-15-2021"


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
                await conn.execute(
                    "SELECT mail_id, sealed FROM mail ORDER BY xmin::text::bigint, ctid"
                )
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


@dataclass(frozen=True, slots=True)
class People:
    """Signs people in and lets them act for one employer."""

    system: System
    post: Post
    nib: Nib
    registered: str

    async def sign_in(self, email: str, block: str = "unknown") -> SessionToken:
        of_browser = {"attempt": new_attempt(), "client_block": block, "language": Language.ID}
        await request_sign_in_code(self.system, email, **of_browser)
        code = await self.post.code(email)
        entry = await sign_in(self.system, email, code, **of_browser)
        assert isinstance(entry, SignedIn)
        return entry.token

    async def come(self, email: str, block: str = "unknown") -> Actor:
        actor = await authenticate_session(self.system, await self.sign_in(email, block))
        assert actor is not None
        return actor

    async def officer(self, email: str = "petugas@strp.example") -> Actor:
        await add_account(self.system, OPERATOR, Role.OFFICER, email)
        return await self.come(email)

    async def claim(self, actor: Actor, block: str = "192.0.2.0/24") -> Claim:
        return await claim_employer(
            self.system, actor, self.nib, client_block=block, language=Language.ID
        )

    async def represent(self, email: str) -> Actor:
        actor = await self.come(email)
        await self.claim(actor)
        code = await self.post.code(self.registered)
        await confirm_claim(self.system, actor, self.nib, code)
        return await self.come(email)


async def claim_many(
    processes: list[System], people: People, register: Register, times: int, block: str
) -> list[int]:
    """Waits told to accounts of one block that claim employers in turn, 0 where one was kept."""
    waits = []
    for number in range(times):
        nib = await register(Nib(8120002220000 + number))
        stranger = Actor(
            kind=ActorKind.ACCOUNT,
            id=await add_representative(people.system, f"b{number}@contoh.example"),
            role=Role.REPRESENTATIVE,
        )
        process = processes[number % len(processes)]
        try:
            await claim_employer(process, stranger, nib, client_block=block, language=Language.ID)
            waits.append(0)
        except TooSoon as error:
            waits.append(error.retry_after_s or 0)
    return waits


async def add_representative(system: System, email: str) -> AccountId:
    return (await add_account(system, OPERATOR, Role.REPRESENTATIVE, email)).account_id
