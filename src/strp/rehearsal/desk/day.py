"""A day at the desk of a running system, compressed: companies file, officers decide, some crash.

The day is that of 13 July 2021 in its shape: service from 07:30 to 21:00, more in the morning than
in the evening. Filings come through `POST /api/v1/applications`, officers work on the pages of
`/office` as a browser would. What is promised within five hours is counted in compressed hours.
"""

import asyncio
import itertools
import json
import random
import re
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from strp.domain.people.sign_in import SESSION_COOKIE
from strp.rehearsal.desk.simulated_days import CLOSES_H, PROMISE_H
from strp.rehearsal.load_run.people import MOST_PEOPLE, workers
from strp.rehearsal.surge.connections import NOTHING, Lines, Reply

DAY_S: Final = 150.0
"""Seconds that the day of service takes."""
AFTERWARDS_S: Final = 30.0
"""Seconds that officers go on after it."""
WORKERS_A_FILING: Final = 9
"""1,206,098 workers in 134,927 collective applications by 14 July 2021 (8.94)."""
SPARE: Final = 1.15
"""How much more the officers can decide than comes, were all of them always at work."""
CRASHING_SHARE: Final = 0.04
LOOK_AGAIN_S: Final = 0.5
_NUMBER: Final = re.compile(rb"[Ll]ocation: /office/applications/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDay:
    """What is rehearsed.

    Args:
        port: of the system, on this machine.
        applications: that come in the day.
        keys: NIB and key of the employers that file.
        sessions: tokens of officers who are signed in.
        day_s: seconds that the day of service takes.
    """

    port: int
    applications: int
    keys: Sequence[tuple[int, str]]
    sessions: Sequence[str]
    day_s: float = DAY_S


@dataclass(slots=True)
class DeskTally:
    """What was counted while it ran; times in seconds since it began.

    Args:
        day_s: seconds that the day of service took.
        filed_at: by number of the application.
        decided_at: the same, of the first decision that was taken.
        held_by: officers who hold an application, as they see it.
        double_claims: applications that two officers held at the same moment.
        refused: answers that were not what a browser goes on with, by status.
    """

    day_s: float = DAY_S
    filed_at: dict[int, float] = field(default_factory=dict)
    decided_at: dict[int, float] = field(default_factory=dict)
    held_by: dict[int, int] = field(default_factory=dict)
    double_claims: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    crashed: int = 0

    def within_promise(self) -> int:
        """Applications decided within five compressed hours."""
        promise_s = PROMISE_H / CLOSES_H * self.day_s
        return sum(
            at - self.filed_at[number] <= promise_s
            for number, at in self.decided_at.items()
            if number in self.filed_at
        )


class _Rehearsal:
    def __init__(self, day: DeskDay, chance: random.Random) -> None:
        self._day, self._chance = day, chance
        self._lines = Lines("127.0.0.1", day.port)
        self.tally = DeskTally(day_s=day.day_s)
        self._began = time.monotonic()
        self._run = secrets.token_hex(4)
        self._first = secrets.randbelow(MOST_PEOPLE - day.applications * WORKERS_A_FILING)
        self._think_s = len(day.sessions) * day.day_s / (day.applications * SPARE)

    @property
    def now(self) -> float:
        return time.monotonic() - self._began

    async def run(self) -> DeskTally:
        crashing = max(1, int(len(self._day.sessions) * CRASHING_SHARE))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._file_all())
                for n, token in enumerate(self._day.sessions):
                    crash_s = (
                        self._chance.uniform(0.2, 0.8) * self._day.day_s if n < crashing else None
                    )
                    group.create_task(self._work(n, token, crash_s))
        finally:
            self._lines.close()
        return self.tally

    async def _file_all(self) -> None:
        """Companies file: twice as many an hour before noon as after five."""
        times = sorted(
            min(
                self._chance.triangular(0, self._day.day_s, self._day.day_s * 0.25), self._day.day_s
            )
            for _ in range(self._day.applications)
        )
        async with asyncio.TaskGroup() as group:
            for n, at in enumerate(times):
                await asyncio.sleep(max(0.0, at - self.now))
                group.create_task(self._file(n))

    async def _file(self, n: int) -> None:
        nib, key = self._day.keys[n % len(self._day.keys)]
        first = self._first + n * WORKERS_A_FILING
        roster = {"nib": f"{nib:013d}", "workers": list(workers(first, WORKERS_A_FILING))}
        head = f"Authorization: Bearer {key}\r\nIdempotency-Key: desk-{self._run}-{n}\r\n"
        body = json.dumps(roster).encode()
        for pause_s in (0.5, 1.0, 2.0, 4.0, 0.0):  # as a program does that is told to come back
            reply = await self._ask("POST", "/api/v1/applications", head, body, "application/json")
            if reply.status == 202:
                self.tally.filed_at[int(json.loads(reply.body)["application_id"])] = self.now
                return
            self._count_refused(reply)
            await asyncio.sleep(pause_s)

    async def _work(self, officer: int, token: str, crash_s: float | None) -> None:
        cookie = f"Cookie: {SESSION_COOKIE}={token}\r\n"
        while self.now < self._day.day_s + AFTERWARDS_S:
            reply = await self._ask("POST", "/office/next", cookie)
            found = _NUMBER.search(reply.head)
            if reply.status != 303 or found is None:
                if reply.status != 303:
                    self._count_refused(reply)
                if self._is_over():
                    return
                await asyncio.sleep(LOOK_AGAIN_S)
                continue
            number = int(found[1])
            self._take(number, officer)
            if crash_s is not None and self.now > crash_s:
                self.tally.crashed += 1
                return
            await self._ask("GET", f"/office/applications/{number}", cookie)
            await asyncio.sleep(self._think_s * self._chance.lognormvariate(-0.08, 0.4))
            await self._decide(number, cookie)

    async def _decide(self, number: int, cookie: str) -> None:
        form = b"decision=APPROVE&scope=rest"
        path = f"/office/applications/{number}/decisions"
        kind = "application/x-www-form-urlencoded"
        reply = await self._ask("POST", path, cookie, form, kind)
        self.tally.held_by.pop(number, None)
        if reply.status == 303 and b"/office?done=" in reply.head:
            self.tally.decided_at.setdefault(number, self.now)
        else:
            self._count_refused(reply)

    def _take(self, number: int, officer: int) -> None:
        if self.tally.held_by.get(number, officer) != officer:
            self.tally.double_claims += 1
        self.tally.held_by[number] = officer

    def _is_over(self) -> bool:
        """Whether nothing comes any more and nothing that could be taken is left."""
        return self.now > self._day.day_s + 2 and len(self.tally.decided_at) >= len(
            self.tally.filed_at
        )

    def _count_refused(self, reply: Reply) -> None:
        self.tally.refused[reply.status] = self.tally.refused.get(reply.status, 0) + 1

    async def _ask(
        self, method: str, path: str, head: str, body: bytes = b"", kind: str = ""
    ) -> Reply:
        answered = asyncio.get_running_loop().create_future()
        origin = f"http://127.0.0.1:{self._day.port}"
        lines = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._day.port}\r\n{head}"
        if method == "POST":
            lines += f"Origin: {origin}\r\nSec-Fetch-Site: same-origin\r\n"
            lines += f"Content-Length: {len(body)}\r\n"
        if kind:
            lines += f"Content-Type: {kind}\r\n"
        request = lines.encode() + b"\r\n" + body

        def take(reply: Reply) -> None:
            if not answered.done():
                answered.set_result(reply)

        self._lines.ask(request, take)
        try:
            async with asyncio.timeout(20):
                reply: Reply = await answered
        except TimeoutError:
            return NOTHING
        return reply


async def rehearse_desk(day: DeskDay, seed: int = 13072021) -> DeskTally:
    """Let a day pass at the desk; returns what was counted.

    Args:
        day: what is rehearsed.
        seed: of all that is drawn but who works where.
    """
    return await _Rehearsal(day, random.Random(seed)).run()


def waits_by_hour(tally: DeskTally) -> tuple[list[float], list[float], list[float]]:
    """For each compressed hour: filed, decided, and what waited at its end."""
    hours = range(int(CLOSES_H) + 3)
    hour_s = tally.day_s / CLOSES_H
    filed = [_within(tally.filed_at.values(), n * hour_s, hour_s) for n in hours]
    decided = [_within(tally.decided_at.values(), n * hour_s, hour_s) for n in hours]
    changes = (came - gone for came, gone in zip(filed, decided, strict=True))
    return filed, decided, list(itertools.accumulate(changes))


def _within(moments: Iterable[float], begins: float, length: float) -> float:
    return float(sum(begins <= at < begins + length for at in moments))
