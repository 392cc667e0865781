"""The gate: who comes in, who waits, and what whoever waits is shown."""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from strp.domain.errors import InvalidInput, StrpError, TooSoon
from strp.domain.people.sign_in import SESSION_COOKIE
from strp.domain.rate_limit import TokenBucket
from strp.domain.waiting_room.lanes import WAITING_LANES, Lane, lane_polls
from strp.domain.waiting_room.ticket import Admission, Ticket, Turn, is_to_renew
from strp.front.request import FrontRequest
from strp.front.responses import (
    NO_STORE,
    READ_ANYWHERE_HEADERS,
    Headers,
    Response,
    encode,
    problem,
    sign_in_first,
)
from strp.front.senders import STRANGER, Sender
from strp.front.waiting_room.endpoints import (
    ADMISSION_COOKIE,
    PROOF_PATH,
    SEAT_COOKIE,
    SEAT_PATH,
    TICKET_COOKIE,
    WaitingRoom,
    seat_mark,
)
from strp.front.waiting_room.pages import WaitingPages, clock_after, grouped, moment, span
from strp.http.local_path import local_path
from strp.http.programs import is_api
from strp.http.route_class import GateRule, RouteClass
from strp.http.route_table import RouteTable
from strp.usecases.process.system import System
from strp.usecases.waiting_room import enter

_OPEN_TO_SESSIONS: Final = {GateRule.SESSION, GateRule.SIGN_IN}
_OF_PEOPLE: Final = {PROOF_PATH, SEAT_PATH}
"""Forms and links of the waiting room; its other addresses are of programs."""
_SIGN_IN_SHARE: Final = 0.1
_LAST_RESORT_S: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LetThrough:
    """Leave to go on.

    Args:
        seat: of the visitor, or None where nobody has to be told apart.
        sender: of the request.
        headers: to add to whatever is answered.
    """

    seat: bytes | None = None
    sender: Sender = STRANGER
    headers: Headers = field(default_factory=list)


class Gate:
    """Stands before the pages that are worth waiting for.

    Args:
        system: the installation.
        room: answers of the waiting room.
        pages: its pages.
        routes: of the installation.
    """

    def __init__(
        self, system: System, room: WaitingRoom, pages: WaitingPages, routes: RouteTable
    ) -> None:
        self._system = system
        self._room = room
        self._pages = pages
        self._routes = routes
        self._signing_in = TokenBucket(20.0, 1.0)

    async def pass_(self, asked: FrontRequest, sender: Sender) -> LetThrough | Response:
        """Let a request through, or say what to answer instead.

        Args:
            asked: the request.
            sender: of it.
        """
        found = await self._pass(asked, sender)
        return found if isinstance(found, Response) else replace(found, sender=sender)

    async def _pass(self, asked: FrontRequest, sender: Sender) -> LetThrough | Response:
        lane = self._lane(asked)
        held = asked.cookies.get(ADMISSION_COOKIE)
        admission = enter.read_valid_admission(self._system, held) if held else None
        if admission is not None:
            self._system.room.measures.seen(admission.seat)
        if lane is None or admission is not None:
            return self._inside(asked, admission)
        if sender.actor is not None and asked.route.gate in _OPEN_TO_SESSIONS:
            # Whoever is signed in may leave a roster at the door, and see its receipt.
            return LetThrough()
        if not self._system.room.stands:
            return await self._at_once(asked, lane)
        if asked.method not in {"GET", "HEAD"}:
            return self.busy(asked, 30)
        return self._to_sign_in(asked) or await self._by_number(asked, lane)

    def _inside(self, asked: FrontRequest, admission: Admission | None) -> LetThrough:
        """Let in whoever was inside before; an admission that is used is renewed."""
        if admission is None:
            return LetThrough()
        if not is_to_renew(admission, self._system.clock()):
            return LetThrough(seat=admission.seat)
        renewed = self._room.within_share(asked, enter.renew(self._system, admission))
        if not renewed.stays and admission.stays:
            return LetThrough(seat=admission.seat)  # what it held goes on to its end
        text = enter.sign_admission(self._system, renewed)
        return LetThrough(seat=admission.seat, headers=self._room.admission_cookies(text))

    async def wait(self, asked: FrontRequest) -> Response | None:
        """A place in line for a page that found no slot; None where no page was asked for."""
        lane = self._lane(asked)
        if lane is None or asked.method != "GET" or ADMISSION_COOKIE in asked.cookies:
            return None
        return await self._new_place(asked, lane)

    def busy(self, asked: FrontRequest, retry_after_s: int) -> Response:
        """The page for what was turned away, with a time to come back.

        Args:
            asked: the request; after a form the page does not come back by itself.
            retry_after_s: when to ask again.

        Returns:
            503.
        """
        now = self._system.clock()
        return self._pages.fill(
            "busy",
            asked.language,
            {"at": clock_after(retry_after_s, now, asked.language), "refresh": str(retry_after_s)},
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            retry_after_s=retry_after_s,
            # After a form it would ask for the form's address, and what was typed would be gone.
            refresh_s=retry_after_s if asked.method == "GET" else None,
        )

    def refused(self, asked: FrontRequest, error: StrpError) -> Response:
        """What the front refuses, as its reader takes it: a page for a person, else a document.

        Args:
            asked: the request.
            error: why it was refused.
        """
        if asked.wants_page and (asked.path in _OF_PEOPLE or not is_api(asked.path)):
            told = self._pages.refusal(error, asked.language)
        else:
            told = problem(error, asked.language)
            if asked.route.read_anywhere:
                told = told._replace(headers=[*told.headers, *READ_ANYWHERE_HEADERS])
        if told.status != HTTPStatus.METHOD_NOT_ALLOWED:
            return told
        # RFC 9110, 15.5.6: who asks in another way is told which ways there are.
        allowed = ", ".join(self._routes.methods(asked.path)).encode()
        return told._replace(headers=[*told.headers, (b"allow", allowed)])

    def _to_sign_in(self, asked: FrontRequest) -> LetThrough | Response | None:
        """The way from the line to the sign-in; None for everything that has to wait.

        It takes a tenth of the rate at most, so it is no second door for the crowd.
        """
        if asked.route.gate is GateRule.SIGN_IN:
            return sign_in_first(asked.path)
        if (
            asked.route.gate is not GateRule.TARGET
            or self._target(asked).gate is not GateRule.SIGN_IN
        ):
            return None
        rate = _SIGN_IN_SHARE * self._system.room.controller.rate
        has_room = self._signing_in.has_room(rate, time.monotonic())
        return LetThrough() if has_room else self.busy(asked, 30)

    async def prove(self, asked: FrontRequest, body: bytes) -> Response:
        """Take the form that `_ask_for_proof` shows: a ticket for a proof of work.

        A browser that runs no scripts sends no proof, and gets a ticket out of a smaller share.

        Args:
            asked: the request.
            body: the form, `next` and `proof`.
        """
        form = parse_qs(body.decode("latin-1"))
        onward, proof = (form.get(name, [""])[0] for name in ("next", "proof"))
        location = local_path(onward)
        if self._routes.find("GET", location.partition("?")[0]).lane not in WAITING_LANES:
            location = "/employer"
        headers: Headers = [(b"location", location.encode()), NO_STORE]
        if asked.method != "POST":
            return Response(HTTPStatus.SEE_OTHER, headers)
        try:
            if proof or not self._room.needs_proof(asked):
                seat = self._room.may_take(asked, proof)
            else:
                self._room.may_take_unproven(asked)
                seat = None
        except InvalidInput:
            return self._ask_for_proof(asked, onward)._replace(status=422)
        except TooSoon as error:
            return self.busy(asked, error.retry_after_s or 30)._replace(status=429)
        ticket = await enter.take_ticket(self._system, Lane.EMPLOYERS, seat)
        headers.append(self._room.ticket_cookie(enter.write(self._system, ticket)))
        return Response(HTTPStatus.SEE_OTHER, headers)

    def _ask_for_proof(self, asked: FrontRequest, onward: str) -> Response:
        challenge = encode(self._room.proofs.challenge()).decode()
        gaps = {"challenge": challenge, "next": onward}
        return self._pages.fill("proof", asked.language, gaps)

    async def _at_once(self, asked: FrontRequest, lane: Lane) -> LetThrough | Response:
        """Nobody waits: come in, with leave to stay should a line form meanwhile.

        More at once than can be served would come in before anybody could have measured it;
        those beyond get a place, and are called a moment later.
        """
        if asked.method not in {"GET", "HEAD"}:
            return LetThrough()
        room = self._system.room
        if not room.at_once.has_room(room.controller.rate, time.monotonic()):
            return await self._new_place(asked, lane)
        return self._admitted(
            self._room.within_share(asked, enter.admit_directly(self._system, lane))
        )

    async def _by_number(self, asked: FrontRequest, lane: Lane) -> LetThrough | Response:
        shown = asked.cookies.get(TICKET_COOKIE, "")
        found = await self._room.redeem(asked, shown, lane)
        if isinstance(found, enter.Waits):
            return self._waiting(asked, found.place, [])
        if isinstance(found, enter.Refused):
            return await self._new_place(asked, lane, anew=found.is_read)
        return self._admitted(found)

    def _admitted(self, admission: Admission) -> LetThrough:
        self._system.room.measures.seen(admission.seat)
        text = enter.sign_admission(self._system, admission)
        return LetThrough(seat=admission.seat, headers=self._room.admission_cookies(text))

    async def _new_place(self, asked: FrontRequest, lane: Lane, *, anew: bool = False) -> Response:
        if self._room.needs_proof(asked):
            return self._ask_for_proof(asked, f"{asked.path}?{asked.query}".rstrip("?"))
        try:
            self._room.may_take(asked)
        except StrpError as error:
            return self.busy(asked, error.retry_after_s or 30)
        ticket: Ticket = await enter.take_ticket(self._system, lane)
        text = enter.write(self._system, ticket)
        place = enter.find_place(self._system, ticket)
        return self._waiting(asked, place, [self._room.ticket_cookie(text)], anew=anew)

    def _waiting(
        self, asked: FrontRequest, place: enter.Place, cookies: Headers, *, anew: bool = False
    ) -> Response:
        room, now, language = self._system.room, self._system.clock(), asked.language
        refresh_s = max(1, round(self._refresh_s(place, now)))
        opening = room.opening
        gaps = {
            "place": str(room.place(place.ticket)),
            "lane": place.ticket.lane.value,
            "polls": str(lane_polls(self._system.settings.polls_per_s, place.ticket.lane)),
            "refresh": str(refresh_s),
            "number": grouped(room.place(place.ticket), language),
            "ahead": grouped(place.people_ahead, language),
            "expected": span(place.expected, language),
            "at": clock_after(refresh_s, now, language),
            "opens": moment(opening.opens_at, language) if opening else "",
            "promise": opening.commitment.hex() if opening else "",
        }
        state = self._state(asked, place)
        if anew and state not in {"early", "paused"}:
            state = "anew"
        later_s = 2 * refresh_s + _LAST_RESORT_S
        page = self._pages.fill(state, language, gaps, retry_after_s=refresh_s, refresh_s=later_s)
        return page._replace(headers=[*page.headers, *cookies])

    def _state(self, asked: FrontRequest, place: enter.Place) -> str:
        room = self._system.room
        if not room.is_open:
            return "early"
        if not room.known:
            return "paused"
        if place.turn is Turn.COME:
            return "called"
        if SESSION_COOKIE not in asked.cookies:
            return "waiting"
        kept = asked.cookies.get(SEAT_COOKIE)
        return "kept" if kept == seat_mark(place.ticket) else "signed-in"

    def _refresh_s(self, place: enter.Place, now: datetime) -> float:
        opening = self._system.room.opening
        if opening is None or self._system.room.is_open:
            return place.poll_after_s
        until = max(0.0, (opening.opens_at - now).total_seconds())
        # Nobody knows yet who will be first, so all come back over the time they need for it.
        waiting = self._system.room.lanes[place.ticket.lane].waiting
        spread_s = waiting / lane_polls(self._system.settings.polls_per_s, place.ticket.lane)
        return min(until + 1 + spread_s * (place.ticket.seat[0] / 255), 3600.0 + spread_s)

    def _lane(self, asked: FrontRequest) -> Lane | None:
        """The line before a route, or None where nobody waits for it."""
        lane = asked.route.lane
        if asked.route.gate is GateRule.TARGET and self._target(asked).lane is Lane.OFFICIALS:
            return None
        return lane if lane in WAITING_LANES else None

    def _target(self, asked: FrontRequest) -> RouteClass:
        """The route that a sign-in leads to."""
        onward = parse_qs(asked.query).get("next", [""])[0]
        return self._routes.find("GET", onward.partition("?")[0])
