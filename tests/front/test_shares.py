"""What one reader may be given is bounded by size, whichever door it reads at."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, ActorKind, Role
from strp.front import shares
from strp.front.pipeline import FrontDoor
from strp.front.rate_limits import REQUESTS_PER_ACCOUNT
from strp.front.shares import MOST_OWED_S, ReadShares
from strp.http.route_class import READ_FILES, READ_ROWS, ReadShare, read_share
from strp.wiring.routes import shipped_routes
from tests.front.asking import Front

pytestmark = pytest.mark.anyio
NOW = datetime(2021, 7, 5, 8, 0, tzinfo=UTC)
MIB = 1 << 20
WORKERS = "/api/v1/applications/1/workers"
READ = sorted(
    (declared.method, re.sub(r"{\w+:\w+}", "1", declared.path), share)
    for declared in shipped_routes()
    if declared.route.cache is None
    and (share := read_share(declared.method, declared.route)) is not None
    and not declared.path.startswith("/waiting-room")
    and declared.path != "/healthz"
)


@dataclass(slots=True)
class Large:
    """Stands for the doors; each answer has this many bytes, in pieces."""

    size: int
    given: int = 0
    piece: bytes = field(default=b"x" * MIB)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        left = self.size
        while left > 0:
            part = self.piece[:left]
            left -= len(part)
            self.given += len(part)
            await send({"type": "http.response.body", "body": part, "more_body": left > 0})


def before(front: Front, size: int) -> tuple[Front, Large]:
    inner = Large(size)
    return Front(front.system, front.inner, FrontDoor(front.system, inner, shipped_routes())), inner


def pass_s(front: Front, seconds: float) -> None:
    front.system.clock.pass_(seconds=seconds)  # type: ignore[attr-defined]


def pages_at_once(reads: ReadShares, share: ReadShare, now: datetime, size: int) -> int:
    """Answers of a size that one reader is given at one moment."""
    given = 0
    while not reads.take("employers:1", share, now):
        reads.settle("employers:1", share, now, size)
        given += 1
        assert given < 100_000
    return given


def test_a_reader_is_given_so_much_at_once_and_then_so_much_a_second() -> None:
    reads = ReadShares()
    page = READ_ROWS.ahead_bytes
    assert pages_at_once(reads, READ_ROWS, NOW, page) == READ_ROWS.at_once_bytes // page
    later = NOW + timedelta(seconds=4)
    assert pages_at_once(reads, READ_ROWS, later, page) == 4 * READ_ROWS.bytes_per_s // page


def test_who_comes_back_when_told_is_given_the_next() -> None:
    reads, now = ReadShares(), NOW
    for _ in range(200):
        after_s = reads.take("employers:1", READ_ROWS, now)
        now += timedelta(seconds=after_s)
        assert not after_s or not reads.take("employers:1", READ_ROWS, now)
        reads.settle("employers:1", READ_ROWS, now, 600 << 10)


def test_a_file_larger_than_the_share_is_given_and_what_follows_waits_a_minute_at_most() -> None:
    reads = ReadShares()
    assert reads.take("account:1", READ_FILES, NOW) == 0
    reads.settle("account:1", READ_FILES, NOW, 5 << 30)
    after_s = reads.take("account:1", READ_FILES, NOW)
    assert MOST_OWED_S <= after_s <= MOST_OWED_S + 5
    assert reads.take("account:1", READ_FILES, NOW + timedelta(seconds=after_s)) == 0


def test_a_clock_that_steps_back_keeps_nobody_out() -> None:
    reads = ReadShares()
    pages_at_once(reads, READ_ROWS, NOW, READ_ROWS.ahead_bytes)
    assert reads.take("employers:1", READ_ROWS, NOW - timedelta(days=1)) == 0


def test_what_is_read_of_one_kind_takes_nothing_from_another() -> None:
    reads = ReadShares()
    pages_at_once(reads, READ_ROWS, NOW, READ_ROWS.ahead_bytes)
    assert reads.take("employers:1", READ_FILES, NOW) == 0


async def test_a_key_that_reads_on_is_told_when_to_come_back_and_others_are_not(
    front: Front,
) -> None:
    door, inner = before(front, 512 << 10)
    key, cookie = await front.key(), await front.session(Role.OFFICER)
    replies = [await door.ask("GET", WORKERS, authorization=key) for _ in range(20)]
    refused = [reply for reply in replies if reply.status == 429]
    assert len(refused) == 12 and inner.given == READ_ROWS.at_once_bytes
    assert refused[0].json["code"] == "too-many-requests"
    assert refused[0].header("retry-after") == "1"
    assert (await door.ask("GET", WORKERS, cookie=cookie)).status == 200


async def test_a_refusal_waits_and_a_share_that_comes_free_meanwhile_is_given(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, _ = before(front, 512 << 10)
    key = await front.key()
    statuses = [(await door.ask("GET", WORKERS, authorization=key)).status for _ in range(9)]
    assert statuses == [200] * 8 + [429]
    monkeypatch.setattr(shares, "HELD_S", 0.3)
    began = time.monotonic()
    assert (await door.ask("GET", WORKERS, authorization=key)).status == 429
    assert time.monotonic() - began >= 0.3
    waiting = asyncio.create_task(door.ask("GET", WORKERS, authorization=key))
    await asyncio.sleep(0)
    pass_s(front, 1)
    assert (await waiting).status == 200


async def test_requests_beyond_their_number_wait_before_they_are_refused(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = await front.session(Role.OFFICER)
    for _ in range(REQUESTS_PER_ACCOUNT.burst):
        assert (await front.ask("POST", "/office/next", cookie=cookie)).status == 200
    monkeypatch.setattr(shares, "HELD_S", 0.3)
    began = time.monotonic()
    assert (await front.ask("POST", "/office/next", cookie=cookie)).status == 429
    assert time.monotonic() - began >= 0.3


async def test_what_is_not_given_is_not_counted(front: Front) -> None:
    door, inner = before(front, 10)
    key = await front.key()
    most = READ_ROWS.at_once_bytes // READ_ROWS.least_bytes - 64
    for _ in range(most):
        assert (await door.ask("GET", WORKERS, authorization=key)).status == 200
    assert inner.given == 10 * most


async def test_all_keys_of_an_employer_read_as_one() -> None:
    one, other = (
        shares._reader(Actor(kind=ActorKind.API_KEY, id=number, nibs=frozenset({Nib(8)})))
        for number in (1, 2)
    )
    assert one == other


@pytest.mark.parametrize(("method", "path", "share"), READ)
async def test_at_each_door_a_reader_is_given_no_more_than_its_share(
    front: Front, method: str, path: str, share: ReadShare
) -> None:
    door, inner = before(front, 2 * MIB)
    cookie = await front.session(Role.SUPERVISOR)
    statuses = []
    while 429 not in statuses:
        reply = await door.ask(method, path, cookie=cookie, sec_fetch_site="same-origin")
        statuses.append(reply.status)
        assert len(statuses) < 100
    assert set(statuses) <= {200, 429} and 200 in statuses
    assert inner.given <= share.at_once_bytes + inner.size


def test_every_route_that_reads_for_somebody_known_has_such_a_share() -> None:
    """So a route that says nothing of it has the share of a page."""
    assert len(READ) > 60
    kinds = {share.kind for _, _, share in READ}
    assert kinds == {"pages", "rows", "searches", "files", "tables", "pictures"}
