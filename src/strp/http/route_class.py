"""What a route is to everything that stands before it; declared at the route, as `opt={ROUTE: …}`.

When it starts, the front builds its one table of addresses from these (`http/route_table.py`), and
`deploy/nginx/strp.conf` is written from the same. So an address stands in one place: at its route.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from strp.domain.overload import Priority
from strp.domain.rules.policy import Policy
from strp.domain.waiting_room.lanes import Lane
from strp.outside.paper.evidence_refusals import EVIDENCE_MAX_BYTES
from strp.usecases.process.system import System

ROUTE: Final = "route"
"""Option of a route handler: its RouteClass."""
SMALL_BYTES: Final = 4 << 10
SIGN_IN_BYTES: Final = 16 << 10
JSON_BYTES: Final = 64 << 10
FORM_BYTES: Final = 1 << 20
"""What a form may be larger than the file in it."""


class GateRule(StrEnum):
    """What lets a visitor pass while a line stands before a route; without a lane it means nothing.

    ADMISSION: leave to come in, and nothing else. SESSION: being signed in, too. SIGN_IN: the
    same, and whoever waits is sent to sign in for it, past the line. TARGET: what holds for the
    page that the address names as `next`, where that page is for officials; else ADMISSION.
    """

    ADMISSION = "admission"
    SESSION = "session"
    SIGN_IN = "sign-in"
    TARGET = "target"


class Effort(StrEnum):
    """What an answer costs that nobody keeps, where it is not the usual of its method.

    USUAL: reading makes a page, sending writes rows or letters. SEARCH: reading looks through many
    rows. CHECK: what was sent is judged, and nothing is written. MEMORY: the front answers alone.
    """

    USUAL = "usual"
    SEARCH = "search"
    CHECK = "check"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimit:
    """The body that a route takes.

    Args:
        most_bytes: that are taken in; a form of 64 KiB is taken apart in milliseconds, one of
            1 MiB held the event loop for a tenth of a second.
        with_roster: whether the largest roster of the installation may come on top of them.
        for_anyone: whether strangers may send.
        answers_itself: whether the route says in its own words that a body is too large.
        text_bytes: that the texts of a form may have together, beside any file in it.
    """

    most_bytes: int = JSON_BYTES
    with_roster: bool = False
    for_anyone: bool = False
    answers_itself: bool = False
    text_bytes: int = JSON_BYTES

    def bytes_with(self, roster_bytes: int) -> int:
        """Bytes that are taken in where the largest roster has so many."""
        return self.most_bytes + (roster_bytes if self.with_roster else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page that says the same to everybody in one language: made in the background, and kept.

    It is written as a file for nginx, too, where its address has no parameter and nobody waits
    before it.

    Args:
        queries: that lead to a page of their own, which is kept as well.
        knows: whether an address with a parameter or another query leads to one, by the rules in
            force; without it none does.
        behind_gate: whether it is only for whoever was let in.
    """

    queries: tuple[str, ...] = ()
    knows: Callable[[Policy | None, str], bool] | None = None
    behind_gate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedAnswer:
    """A document that says the same to everybody: made once for all who ask in that time.

    Args:
        fresh_s: seconds after which it is made anew.
        turns: of a stranger that one costs, as many kept pages would.
        variants: name and value in the query that lead to a document of their own.
        by_accept: media types that may be asked for, and the address of the document then.
        exists: whether there is one at an address with a parameter; without it there always is.
    """

    fresh_s: float
    turns: float = 1.0
    variants: tuple[tuple[str, str], ...] = ()
    by_accept: tuple[tuple[str, str], ...] = ()
    exists: Callable[[System, str], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadShare:
    """What one employer's keys, or one account, may be given of a kind of answers.

    Counted by size, as an answer with more rows in it costs more to make. Each web process counts
    for itself.

    Args:
        kind: its name; what is read of one kind takes nothing from another.
        at_once_bytes: that may be had at one moment.
        bytes_per_s: that may be had on and on.
        least_bytes: that an answer counts as, however small it is.
        ahead_bytes: that are counted until its size is known.
    """

    kind: str
    at_once_bytes: int
    bytes_per_s: int
    least_bytes: int
    ahead_bytes: int


READ_PAGES: Final = ReadShare(
    kind="pages",
    at_once_bytes=16 << 20,
    bytes_per_s=1 << 20,
    least_bytes=2 << 10,
    ahead_bytes=64 << 10,
)
"""Whatever says nothing else."""
READ_ROWS: Final = ReadShare(
    kind="rows",
    at_once_bytes=4 << 20,
    bytes_per_s=512 << 10,
    least_bytes=8 << 10,
    ahead_bytes=512 << 10,
)
"""Sealed rows by the hundred: a worker is half a kilobyte and some 60 microseconds."""
READ_SEARCHES: Final = ReadShare(
    kind="searches",
    at_once_bytes=30 << 20,
    bytes_per_s=2 << 20,
    least_bytes=1 << 20,
    ahead_bytes=1 << 20,
)
"""What looks through thousands of rows and gives few: 30 at once, then two a second."""
READ_FILES: Final = ReadShare(
    kind="files",
    at_once_bytes=64 << 20,
    bytes_per_s=2 << 20,
    least_bytes=2 << 20,
    ahead_bytes=8 << 20,
)
"""Papers and archives: 32 small ones at once, then one a second."""
READ_TABLES: Final = ReadShare(
    kind="tables",
    at_once_bytes=16 << 20,
    bytes_per_s=512 << 10,
    least_bytes=512 << 10,
    ahead_bytes=4 << 20,
)
"""Files with a line for each of many people: 32 small ones at once, then one a second."""
READ_PICTURES: Final = ReadShare(
    kind="pictures",
    at_once_bytes=64 << 20,
    bytes_per_s=4 << 20,
    least_bytes=16 << 10,
    ahead_bytes=1 << 20,
)
"""Pages of evidence, as an officer turns them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteClass:
    """What one route is.

    What a route does not say is what is safest: whoever is unknown sends nothing, nobody goes
    first, nothing is kept.

    Args:
        priority: which requests are turned away first where there are too many.
        lane: the line before it; None where nobody waits for it. OFFICIALS never waits, and nor
            does whoever signs in for a page of that lane.
        gate: what lets a visitor pass that line.
        body: what a POST, PUT or PATCH may bring.
        effort: what an answer costs that is not kept.
        cache: how the front keeps the answer for others; None where each is made anew.
        from_any_site: whether pages of other sites may send to it: it changes nothing, and needs no
            cookie.
        read_anywhere: whether pages of other sites may read its answers, refusals among them.
        for_operators: whether a proxy lets only this machine read it.
        has_secret: whether its parameter opens something; then no log keeps the address.
        reads: what one reader may be given of its answers; None for what `read_share` says.
    """

    priority: Priority = Priority.PEOPLE
    lane: Lane | None = None
    gate: GateRule = GateRule.ADMISSION
    body: BodyLimit = BodyLimit()
    effort: Effort = Effort.USUAL
    cache: KeptPage | SharedAnswer | None = None
    from_any_site: bool = False
    read_anywhere: bool = False
    for_operators: bool = False
    has_secret: bool = False
    reads: ReadShare | None = None


ROSTER_BODY: Final = BodyLimit(most_bytes=FORM_BYTES, with_roster=True, answers_itself=True)
EVIDENCE_BODY: Final = BodyLimit(most_bytes=EVIDENCE_MAX_BYTES + FORM_BYTES, answers_itself=True)
"""A file that is a little too large still gets an answer that says so."""


def route_of(scope: Mapping[str, Any]) -> RouteClass:
    """What the route is that the web framework found for a request.

    Args:
        scope: ASGI scope, once a route was found.
    """
    declared: RouteClass = scope["route_handler"].opt.get(ROUTE, NO_ROUTE)
    return declared


def read_share(method: str, route: RouteClass) -> ReadShare | None:
    """What share of a reader an answer counts against; None where it is no reading.

    Args:
        method: upper case.
        route: that answers.
    """
    if route.reads is not None:
        return route.reads
    if route.priority is Priority.EXPORT:
        return READ_FILES
    if route.effort is Effort.SEARCH:
        return READ_SEARCHES
    is_reading = method in {"GET", "HEAD"} and route.effort is not Effort.MEMORY
    return READ_PAGES if is_reading else None


NO_ROUTE: Final = RouteClass()
"""Stands for an address or a method that nobody serves; known by identity."""

PAGE: Final = RouteClass()
"""A page for anybody that nobody waits for."""
KEPT_PAGE: Final = RouteClass(cache=KeptPage())
"""A page that says the same to everybody."""
LOOK_UP: Final = RouteClass(priority=Priority.LOOK_UP)
"""A page, or an answer, about one thing that somebody looks up."""
NEWCOMER_PAGE: Final = RouteClass(lane=Lane.EMPLOYERS)
"""A page where a company begins: the crowd waits before it, signed in or not."""
EMPLOYER_PAGE: Final = RouteClass(lane=Lane.EMPLOYERS, gate=GateRule.SESSION)
"""A page of one employer."""
FILED_PAGE: Final = RouteClass(
    priority=Priority.ACKNOWLEDGED, lane=Lane.EMPLOYERS, gate=GateRule.SESSION
)
"""A page about what an employer has filed."""
OFFICE_PAGE: Final = RouteClass(priority=Priority.ACKNOWLEDGED, lane=Lane.OFFICIALS)
"""A page for officials."""
SIGN_IN_STEP: Final = RouteClass(
    priority=Priority.ACKNOWLEDGED, body=BodyLimit(most_bytes=SIGN_IN_BYTES, for_anyone=True)
)
"""A step of a sign-in that was begun."""
EMPLOYER_PICTURE: Final = replace(EMPLOYER_PAGE, reads=READ_PICTURES)
"""A page of an employer's evidence."""
OFFICE_PICTURE: Final = replace(OFFICE_PAGE, reads=READ_PICTURES)
"""The same, to officials."""
FILED_SEARCH: Final = replace(FILED_PAGE, reads=READ_SEARCHES)
"""A page that looks through what an employer has filed."""
OFFICE_FILE: Final = RouteClass(
    priority=Priority.ACKNOWLEDGED,
    lane=Lane.OFFICIALS,
    body=BodyLimit(most_bytes=FORM_BYTES, text_bytes=FORM_BYTES),
)
"""A form for officials with a file in it, refused unread to everybody else."""

API_CALL: Final = RouteClass(body=BodyLimit(most_bytes=JSON_BYTES))
"""A call of a program."""
API_LOOK_UP: Final = RouteClass(priority=Priority.LOOK_UP, body=BodyLimit(most_bytes=JSON_BYTES))
"""A call about one thing that somebody looks up."""
API_FILED: Final = RouteClass(priority=Priority.ACKNOWLEDGED)
"""A call about what was filed, or about the process itself."""
API_EXPORT: Final = RouteClass(priority=Priority.EXPORT)
"""A file with many people in it: the first to be turned away."""
API_ROWS: Final = RouteClass(priority=Priority.ACKNOWLEDGED, reads=READ_ROWS)
"""People by the hundred, as a program reads them."""
API_PICTURE: Final = RouteClass(reads=READ_PICTURES)
"""A page of evidence."""
API_TABLE: Final = RouteClass(priority=Priority.EXPORT, reads=READ_TABLES)
"""A file with a line for each of many people."""
