"""A visitor of the rehearsal: reads, stands in line, comes in, files, asks again, gives up."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple

from strp.domain.waiting_room.lanes import Lane, poll_interval_s
from strp.rehearsal.load_run.people import workers
from strp.rehearsal.surge.connections import Reply

ONLY_READS: Final = 0.7
FILES: Final = 0.25
WITHOUT_SCRIPT: Final = 0.1
MOST_TRIES: Final = 8
WORKERS_A_FILING: Final = 9
"""1,206,098 workers in 134,927 collective filings until 14 July 2021."""

_PLACE = re.compile(rb'data-place="(\d+)"')
_POLLS = re.compile(rb'data-polls="([\d.]+)"')
_REFRESH = re.compile(rb'data-refresh="(\d+)"')
_COOKIE = re.compile(rb"(?i)set-cookie: ((?:__Host-)?strp_(?:ticket|admission)=[^;\r]+)")
_AFTER = re.compile(rb"(?i)retry-after: (\d+)")


class Kind(StrEnum):
    """What is asked for."""

    FRONT = "front"
    ROOM = "room"
    PAGE = "page"
    FILING = "filing"
    RECEIPT = "receipt"


class Ending(StrEnum):
    """How a visit ended."""

    READ = "read"
    LEFT_INSIDE = "looked"
    FILED = "filed"
    GAVE_UP = "gave_up"
    FAILED = "failed"


class Ask(NamedTuple):
    """What a visitor does next."""

    after_s: float
    kind: Kind
    request: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """What all visitors share.

    Args:
        host: for the Host header.
        keys: NIB and API key of employers that file.
        pace: 1 as in life; smaller is quicker.
        patience_s: mean time that somebody waits in line.
        only_reads: share of visitors who only read.
        random: of this run.
    """

    host: str
    keys: Sequence[tuple[int, str]]
    pace: float
    patience_s: float
    random: Random
    only_reads: float = ONLY_READS
    documents: dict[bytes, dict[str, int]] = field(default_factory=dict)

    def serving(self, body: bytes, lane: str) -> int:
        """The number served, read once for all who got the same bytes.

        Args:
            body: the document of the crowd, as it came.
            lane: its name.

        Returns:
            0 for a lane that the document does not name.
        """
        known = self.documents.get(body)
        if known is None:
            self.documents.clear()
            known = self.documents[body] = json.loads(body)["serving"]
        return known.get(lane, 0)


class Visitor:
    """One visitor.

    Args:
        number: which one.
        town: what all share.
        now: time of arrival.
    """

    __slots__ = (
        "_cookie",
        "_filing",
        "_number",
        "_path",
        "_patient_until",
        "_place",
        "_polls",
        "_script",
        "_step",
        "_town",
        "_tries",
        "admitted_at",
        "ending",
        "filed_id",
        "waited",
    )

    def __init__(self, number: int, town: Town, now: float) -> None:
        draw = town.random.random
        self._number, self._town = number, town
        self._step = "arrive"
        self._cookie = b""
        self._path = "/"
        self._filing = draw() < FILES
        self._script = draw() >= WITHOUT_SCRIPT
        self._patient_until = now + town.random.expovariate(1 / town.patience_s)
        self._place, self._polls, self._tries = 0, 2500.0, 0
        self.waited = False
        self.admitted_at: float | None = None
        self.filed_id: int | None = None
        self.ending: Ending | None = None

    def begin(self) -> Ask:
        """The first page."""
        return self._get("/", Kind.FRONT, 0.0)

    def go_on(self, reply: Reply, now: float) -> Ask | None:
        """What to do after an answer; None where the visit has ended.

        Args:
            reply: to the last request; status 0 where the connection broke.
            now: in seconds, as at the visitor's arrival.
        """
        if reply.status in {0, 429, 500, 502, 503, 504} or reply.status == 408:
            return self._again(reply)
        match self._step:
            case "arrive":
                return self._after_front()
            case "read":
                return self._end(Ending.READ)
            case "enter":
                return self._at_the_gate(reply, now)
            case "poll":
                return self._compare(reply, now)
            case "inside":
                return self._after_page()
            case "file":
                return self._after_filing(reply)
            case _:
                return self._end(Ending.FILED)

    @property
    def is_waiting(self) -> bool:
        """Whether the visitor stands in line."""
        return self.waited and self.admitted_at is None and self.ending is None

    def _after_front(self) -> Ask:
        if self._town.random.random() < self._town.only_reads:
            self._step = "read"
            return self._get("/eligibility/answer?role=worker", Kind.FRONT, self._think(2, 6))
        self._step = "enter"
        return self._get("/employer", Kind.PAGE, self._think(1, 4))

    def _at_the_gate(self, reply: Reply, now: float) -> Ask | None:
        self._keep_cookie(reply)
        place = _PLACE.search(reply.body)
        if place is None:
            self.admitted_at, self._step, self._tries = now, "inside", 0
            return self._get("/sign-in?next=%2Femployer", Kind.PAGE, self._think(0.5, 2))
        self.waited, self._place = True, int(place[1])
        polls, refresh = _POLLS.search(reply.body), _REFRESH.search(reply.body)
        self._polls = float(polls[1]) if polls else self._polls
        after_s = float(refresh[1]) if refresh else 10.0
        if now + after_s > self._patient_until:
            return self._end(Ending.GAVE_UP)
        self._step = "poll" if self._script else "enter"
        return self._ask_room(after_s)

    def _ask_room(self, after_s: float) -> Ask:
        if self._script:
            return self._get("/waiting-room.json", Kind.ROOM, after_s)
        return self._get("/employer", Kind.PAGE, after_s)

    def _compare(self, reply: Reply, now: float) -> Ask | None:
        distance = self._place - self._town.serving(reply.body, Lane.EMPLOYERS.value)
        if distance <= 0:
            self._step = "enter"
            return self._get("/employer", Kind.PAGE, 0.0)
        after_s = poll_interval_s(distance, self._polls, draw=self._town.random.random())
        if now + after_s > self._patient_until:
            return self._end(Ending.GAVE_UP)
        return self._ask_room(after_s)

    def _after_page(self) -> Ask | None:
        if not self._filing:
            return self._end(Ending.LEFT_INSIDE)
        self._step = "file"
        return self._file(self._think(1, 5))

    def _after_filing(self, reply: Reply) -> Ask | None:
        if reply.status != 202:
            return self._end(Ending.FAILED)
        receipt = json.loads(reply.body)
        self.filed_id = int(receipt["application_id"])
        self._step = "receipt"
        return self._get(f"/api/v1/applications/{self.filed_id}", Kind.RECEIPT, self._think(0.2, 1))

    def _again(self, reply: Reply) -> Ask | None:
        """The same once more, when told to come back."""
        self._tries += 1
        if self._tries > MOST_TRIES:
            return self._end(Ending.GAVE_UP)
        told = _AFTER.search(reply.head)
        after_s = float(told[1]) if told else self._think(2, 10)
        if self._step == "file":
            return self._file(after_s)
        kind = Kind.PAGE if self._step in {"enter", "inside"} else Kind.FRONT
        return self._get(self._path, Kind.ROOM if self._step == "poll" else kind, after_s)

    def _end(self, ending: Ending) -> Ask | None:
        self.ending = ending
        return None

    def _think(self, least_s: float, most_s: float) -> float:
        return self._town.random.uniform(least_s, most_s) * self._town.pace

    def _keep_cookie(self, reply: Reply) -> None:
        for cookie in _COOKIE.findall(reply.head):
            if not cookie.endswith(b"="):
                self._cookie = cookie

    def _key(self) -> tuple[int, str]:
        return self._town.keys[self._number % len(self._town.keys)]

    def _get(self, path: str, kind: Kind, after_s: float) -> Ask:
        self._path = path
        return Ask(after_s, kind, self._head("GET", path) + b"\r\n")

    def _file(self, after_s: float) -> Ask:
        nib, _ = self._key()
        first = self._number * WORKERS_A_FILING
        roster = {"nib": f"{nib:013d}", "workers": list(workers(first, WORKERS_A_FILING))}
        body = json.dumps(roster).encode()
        head = (
            self._head("POST", "/api/v1/applications")
            + (
                f"Content-Type: application/json\r\nIdempotency-Key: rehearsal-{self._number}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            ).encode()
        )
        return Ask(after_s, Kind.FILING, head + body)

    def _head(self, method: str, path: str) -> bytes:
        address = f"10.{self._number >> 16 & 255}.{self._number >> 8 & 255}.{self._number & 255}"
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self._town.host}",
            "Accept: text/html",
            f"X-Forwarded-For: {address}",
        ]
        if path.startswith("/api/"):
            lines += [f"Authorization: Bearer {self._key()[1]}"]
        head = "\r\n".join(lines).encode()
        return head + (b"\r\nCookie: " + self._cookie if self._cookie else b"") + b"\r\n"
