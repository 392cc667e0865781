"""Asks an ASGI application without a server between."""

import base64
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.domain.text import Language
from strp.front import shares
from strp.front.pipeline import FrontDoor
from strp.front.server import Lifespan
from strp.store.people import accounts, sessions
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.own_credentials import write_session_token
from strp.usecases.process.room_state import RoomState
from strp.usecases.process.system import System
from strp.usecases.waiting_room.synchronise import exchange
from strp.wiring.routes import shipped_routes


@dataclass(slots=True)
class Reply:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((value for each, value in self.headers if each == name), "")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def cookie(self, name: str) -> str:
        for each, value in self.headers:
            if each == "set-cookie" and value.startswith(f"{name}=") and "Max-Age=0" not in value:
                return value.split(";")[0]
        return ""


@dataclass(slots=True)
class Inner:
    """Stands for pages and JSON door; counts what reaches it."""

    asked: list[str] = field(default_factory=list)
    status: int = 200

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        self.asked.append(f"{scope['method']} {scope['path']} {scope['client'][0]}")
        headers = [(b"content-type", b"text/html"), (b"cache-control", b"public, max-age=60")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": f"page {scope['path']}".encode()})


async def live(receive: Any, send: Any) -> None:
    """Start and end without more ado."""
    for _ in range(2):
        told = await receive()
        await send({"type": f"{told['type']}.complete"})


@dataclass(slots=True)
class Front:
    """The front of one process."""

    system: System
    inner: Inner
    door: FrontDoor

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        client: str = "203.0.113.9",
        **headers: str,
    ) -> Reply:
        reply, (bare, _, query) = Reply(), path.partition("?")
        sent = [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": bare,
            "query_string": query.encode(),
            "headers": [(b"accept", b"text/html"), *sent],
            "client": (client, 1),
        }
        content = json.dumps(body).encode() if isinstance(body, dict) else body or b""

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = [(n.decode(), v.decode()) for n, v in message["headers"]]
            else:
                reply.body += message.get("body", b"")

        await self.door(scope, receive, send)
        return reply

    async def ticket(self, **asked: str) -> str:
        return str((await self.ask("POST", "/waiting-room/tickets", body=asked)).json["ticket"])

    async def admission(self, ticket: str, **more: str) -> Reply:
        return await self.ask("POST", "/waiting-room/admissions", body={"ticket": ticket, **more})

    async def session(self, role: Role = Role.REPRESENTATIVE, *, is_tagged: bool = True) -> str:
        """The cookie of an account that has just signed in, or did under an earlier release."""
        secret, at = secrets.token_bytes(32), self.system.clock()
        old = base64.urlsafe_b64encode(secret).decode().rstrip("=")
        token = write_session_token(self.system, secret) if is_tagged else old
        async with self.system.database.transaction() as conn:
            account = await accounts.add_account(
                conn,
                role=role,
                email_index=secrets.token_bytes(16),
                email_sealed=b"sealed",
                language=Language.ID,
                at=at,
            )
            await sessions.add_session(conn, token_hash(token), account.account_id, at)
        return f"strp_session={token}"

    async def key(self) -> str:
        """The key of an employer, as behind `Authorization`."""
        nib = Nib(8_120_001_110_001)
        async with self.system.database.transaction() as conn:
            await conn.execute(
                "INSERT INTO employer VALUES (%s, 'Contoh', '{64121}', 2020, 'private', '3171',"
                " 10, 10, NULL, 1, now())",
                (nib,),
            )
        return f"Bearer {await create_api_key(self.system, OPERATOR, nib, 'program')}"

    async def tick(self, seconds: float = 1.0) -> None:
        """Let the room go on as if that much time had passed."""
        async with self.system.database.transaction() as conn:
            await conn.execute(
                "UPDATE waiting_room SET ticked_at = ticked_at - make_interval(secs => %s)",
                (seconds,),
            )
        await exchange(self.system)

    def restarted(self) -> "Front":
        """The front of another process over the same database."""
        old = self.system
        new = System(
            settings=old.settings,
            authority=old.authority,
            database=old.database,
            keys=old.keys,
            clock=old.clock,
            intake=old.intake,
            bell=old.bell,
            room=RoomState(),
        )
        return Front(new, self.inner, FrontDoor(new, self.inner, shipped_routes()))

    @contextlib.asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """From when the server says that it is ready, until it ends."""
        life = Lifespan(self.door)
        await life.start()
        yield
        await life.stop()

    async def set_mode(self, mode: str) -> None:
        async with self.system.database.transaction() as conn:
            await conn.execute("UPDATE waiting_room SET mode = %s", (mode,))
        await self.tick()


@pytest.fixture
async def front(system: System, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Front]:
    """A front before an inner application that only counts; no refusal waits for its second."""
    monkeypatch.setattr(shares, "HELD_S", 0.0)
    inner = Inner()
    yield Front(system, inner, FrontDoor(system, inner, shipped_routes()))
