"""The waiting room's own addresses: the document of the crowd, tickets, admissions, the order."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec

from strp.api.waiting_room import AdmissionIn, AdmissionOut, TicketIn, TicketOut
from strp.domain.errors import InvalidInput, NotFound, StrpError, TooSoon, Unauthenticated
from strp.domain.overload import Priority, too_many_requests
from strp.domain.people.account import AccountId
from strp.domain.people.sign_in import SESSION_COOKIE, SessionToken, client_block
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import Lane
from strp.domain.waiting_room.ticket import (
    ADMISSION_LIFE_S,
    TICKET_LIFE_S,
    Admission,
    Ticket,
    lasts_s,
)
from strp.front.rate_limits import (
    REPEATS_IN_ALL,
    REPEATS_PER_BLOCK,
    TICKETS_PER_BLOCK,
    UNPROVEN_PER_BLOCK,
    UNQUEUED_PER_BLOCK,
    Limiter,
    share,
)
from strp.front.request import FrontRequest
from strp.front.responses import (
    NO_STORE,
    Headers,
    Response,
    json_answer,
    problem,
    sign_in_first,
)
from strp.front.waiting_room.proofs import Proofs
from strp.http.client_address import is_local
from strp.http.cookies import cookie_header, is_https
from strp.http.etags import is_known
from strp.http.idempotency import IDEMPOTENCY_HEADER, check_idempotency_key
from strp.http.route_class import SMALL_BYTES, BodyLimit, Effort, GateRule, RouteClass
from strp.http.route_table import Declared, RouteTable
from strp.usecases.people.authenticate import authenticate_session
from strp.usecases.process.recent import Recent
from strp.usecases.process.system import System
from strp.usecases.waiting_room import enter
from strp.usecases.waiting_room.published_order import show_opening, show_order
from strp.usecases.waiting_room.repeat_ticket import repeat_ticket

DOCUMENT_PATH: Final = "/waiting-room.json"
SEAT_PATH: Final = "/waiting-room/seat"
PROOF_PATH: Final = "/waiting-room/proof"
TICKET_COOKIE: Final = "strp_ticket"
ADMISSION_COOKIE: Final = "strp_admission"
SEAT_COOKIE: Final = "strp_seat"
MOST_GIVEN: Final = 10_000
_ASKER: Final = ("user-agent", "accept-language", "sec-ch-ua", "authorization")
Body = TypeVar("Body", bound=msgspec.Struct)
_A_SECOND: Final = b"public, max-age=1, stale-if-error=600"


class WaitingRoom:
    """Answers at `/waiting-room…`.

    Args:
        system: the installation.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        processes = system.settings.web_processes
        self._tickets = Limiter(share(TICKETS_PER_BLOCK, processes))
        self._repeats = Limiter(share(REPEATS_PER_BLOCK, processes))
        self._repeats_in_all = Limiter(share(REPEATS_IN_ALL, processes), most=1)
        self._unqueued = Limiter(share(UNQUEUED_PER_BLOCK, processes))
        self._unproven = Limiter(share(UNPROVEN_PER_BLOCK, processes))
        self.proofs = Proofs(system)
        self._secure = is_https(system.settings.address)
        self._given: Recent[str, Response] = Recent(MOST_GIVEN)
        self._etag = b""
        self._plain: list[tuple[str, str]] = []

    def document(self, known_etag: str) -> Response:
        """What the whole crowd reads; the same bytes for everybody."""
        room = self._system.room
        headers: Headers = [
            (b"content-type", b"application/json"),
            (b"cache-control", _A_SECOND),
            (b"etag", room.etag),
            (b"access-control-allow-origin", b"*"),
        ]
        if is_known(room.etag.decode(), known_etag):
            return Response(304, headers)
        return Response(200, headers, room.document)

    def crowd_document(self, known_etag: str) -> tuple[int, list[tuple[str, str]], bytes]:
        """The same for Granian's own interface."""
        room = self._system.room
        if room.etag is not self._etag:
            self._etag = room.etag
            plain = self.document("").headers
            self._plain = [(name.decode(), value.decode()) for name, value in plain]
        if is_known(room.etag.decode(), known_etag):
            return 304, self._plain, b""
        return 200, self._plain, room.document

    async def answer(self, asked: FrontRequest, body: bytes) -> Response:
        """Answer at one of the addresses below `/waiting-room/`.

        Args:
            asked: the request.
            body: of the request, SMALL_BYTES at most.

        Raises:
            StrpError: it is refused, and nothing is told beside why.
        """
        try:
            match "GET" if asked.method == "HEAD" else asked.method, asked.path:
                case "POST", "/waiting-room/tickets":
                    return await self._ticket(asked, body)
                case "POST", "/waiting-room/admissions":
                    return await self._admission(asked, body)
                case "POST" | "GET", "/waiting-room/seat":
                    return await self._seat(asked, body)
                case "GET", "/waiting-room/order.json":
                    return json_answer(200, await show_order(self._system, asked.query))
                case "GET", "/waiting-room/opening.json":
                    return json_answer(200, show_opening(self._system))
                case _:
                    raise _no_such_address(asked)
        except StrpError as error:
            beside = self._told_beside(error)
            if not beside:
                raise
            return problem(error, asked.language, **beside)

    def needs_proof(self, asked: FrontRequest) -> bool:
        """Whether a ticket costs this client some computing."""
        return self.proofs.are_needed and not is_local(asked.client)

    def may_take(self, asked: FrontRequest, proof: str = "") -> bytes | None:
        """Count one more ticket for an address block, and spend its proof.

        Args:
            asked: the request.
            proof: of work, where one is needed.

        Returns:
            The seat that the proof is good for; None where any seat is.

        Raises:
            InvalidInput: the proof is missing or worth nothing.
            TooSoon: the block has had its share; the proof is not spent.
        """
        seat = self.proofs.seat_for(proof) if self.needs_proof(asked) else None
        self._count(self._tickets, asked)
        if seat is not None:
            self.proofs.spend(seat)
        return seat

    def may_take_unproven(self, asked: FrontRequest) -> None:
        """Count one more ticket without proof: a small share, for browsers that run no scripts.

        Raises:
            TooSoon: the block has had its share.
        """
        self._count(self._unproven, asked)

    def _count(self, limiter: Limiter, asked: FrontRequest) -> None:
        if is_local(asked.client):
            return
        after_s = limiter.retry_after_s(client_block(asked.client), self._now())
        if after_s:
            raise too_many_requests(after_s)

    def ticket_cookie(self, ticket: str) -> tuple[bytes, bytes]:
        """The cookie that keeps a place when the browser is closed."""
        return cookie_header(TICKET_COOKIE, ticket, max_age_s=TICKET_LIFE_S, secure=self._secure)

    def within_share(self, asked: FrontRequest, admission: Admission) -> Admission:
        """An admission as it may be handed out: beyond the block's share it lets in all the same,
        and does not hold once a line stands, so that nobody hoards places before one does.

        Args:
            asked: the request; its address block has the share.
            admission: as it was drawn; one that was waited for is given back as it is.
        """
        if admission.used_at is None or is_local(asked.client):
            return admission
        after_s = self._unqueued.retry_after_s(client_block(asked.client), self._now())
        return replace(admission, stays=not after_s)

    async def redeem(
        self, asked: FrontRequest, ticket: str, lane: Lane | None
    ) -> Admission | enter.Waits | enter.Refused:
        """Come in with a ticket, as a page and as a program do.

        Args:
            asked: the request.
            ticket: its text; an empty one is none.
            lane: the line that is asked for; the ticket's own where none is.
        """
        return await enter.redeem_ticket(
            self._system, ticket, lane, may_overtake=lambda own: self._may_overtake(asked, own)
        )

    def _may_overtake(self, asked: FrontRequest, ticket: Ticket) -> bool:
        """Whether a called number lets in ahead of a line that formed after it was called.

        Numbers taken while nobody waits are called at once and can be kept in any number; of
        those, a block brings no more past the line than it has admissions that hold.
        """
        if is_local(asked.client) or not enter.called_before_line(self._system, ticket):
            return True
        return not self._unqueued.retry_after_s(client_block(asked.client), self._now())

    def admission_cookies(self, admission: str) -> Headers:
        """The cookie of whoever is inside; the ticket goes."""
        return [
            cookie_header(
                ADMISSION_COOKIE, admission, max_age_s=ADMISSION_LIFE_S, secure=self._secure
            ),
            cookie_header(TICKET_COOKIE, "", max_age_s=0, secure=self._secure),
        ]

    async def _ticket(self, asked: FrontRequest, body: bytes) -> Response:
        wanted = _decode(body or b"{}", TicketIn)
        key = _repeat_key(asked, wanted)
        again = self._given.get(key)
        if again is not None:
            return again
        seat = self.may_take(asked, wanted.proof)
        ticket = await enter.take_ticket(self._system, wanted.lane, seat)
        if key and self._may_keep(asked):
            ticket = await repeat_ticket(self._system, key, ticket)
        text = enter.write(self._system, ticket)
        answer = json_answer(201, self._told(ticket, text), self.ticket_cookie(text))
        self._remember(key, answer)
        return answer

    def _may_keep(self, asked: FrontRequest) -> bool:
        """Whether a ticket takes one more row; what is not kept, this process remembers."""
        if is_local(asked.client):
            return True
        if self._repeats.retry_after_s(client_block(asked.client), self._now()):
            return False
        return not self._repeats_in_all.retry_after_s("all blocks", self._now())

    def _remember(self, key: str, answer: Response) -> None:
        """Who asks again under the same Idempotency-Key gets the same ticket."""
        if not key:
            return
        self._given[key] = answer

    async def _admission(self, asked: FrontRequest, body: bytes) -> Response:
        shown = _decode(body, AdmissionIn)
        admission = await self.redeem(asked, shown.ticket, shown.lane)
        if not isinstance(admission, Admission):
            raise admission.error
        if not self._system.room.stands:
            admission = self.within_share(asked, admission)
        text = enter.sign_admission(self._system, admission)
        document = AdmissionOut(
            admission=text,
            lane=admission.lane,
            number=admission.number,
            valid_for_s=lasts_s(admission),
        )
        return json_answer(201, document, *self.admission_cookies(text))

    async def _seat(self, asked: FrontRequest, body: bytes) -> Response:
        """Keep the place with the account, or find it again; a page goes on to the line."""
        token = asked.cookies.get(SESSION_COOKIE)
        actor = await authenticate_session(self._system, SessionToken(token)) if token else None
        if actor is None and asked.wants_page:
            return sign_in_first(asked.path)
        if actor is None:
            raise Unauthenticated("sign-in-first", _NOT_SIGNED_IN)
        shown = asked.cookies.get(TICKET_COOKIE)
        if body.startswith(b"{"):
            shown = _decode(body, AdmissionIn).ticket
        kept = await enter.save_place(self._system, AccountId(actor.id), shown)
        if asked.wants_page:
            return to_the_line([] if kept is None else self._seat_cookies(kept))
        if kept is None:
            raise NotFound("no-seat", _NO_SEAT)
        return json_answer(
            200, self._told(kept, enter.write(self._system, kept)), *self._seat_cookies(kept)
        )

    def _seat_cookies(self, kept: Ticket) -> Headers:
        """The ticket, and a mark that the account keeps this one."""
        mark = cookie_header(
            SEAT_COOKIE, seat_mark(kept), max_age_s=TICKET_LIFE_S, secure=self._secure
        )
        return [self.ticket_cookie(enter.write(self._system, kept)), mark]

    def _told(self, ticket: Ticket, text: str) -> TicketOut:
        place = enter.find_place(self._system, ticket)
        return TicketOut(
            ticket=text,
            lane=ticket.lane,
            number=self._system.room.place(ticket),
            ahead=place.people_ahead,
            expected_s=list(place.expected),
            poll_after_s=max(1, round(place.poll_after_s)),
        )

    def _told_beside(self, error: StrpError) -> dict[str, object]:
        """What a program needs besides the error to go on."""
        if isinstance(error, TooSoon) and error.code == "not-your-turn":
            return {"poll_after_s": error.retry_after_s}
        if error.code in {"proof-needed", "proof-invalid"}:
            return {"challenge": self.proofs.challenge()}
        return {}

    def _now(self) -> datetime:
        return self._system.clock()


def _repeat_key(asked: FrontRequest, wanted: TicketIn) -> str:
    """What tells a repeated request from another person's behind the same address: keys such as
    "1" are everybody's, so the program, the sign-in and the line count too. Not the proof, which
    may be a new one, and no ticket, which the first answer may have set."""
    key = check_idempotency_key(asked.headers.get(IDEMPOTENCY_HEADER))
    if key is None:
        return ""
    asker = [asked.headers.get(name, "") for name in _ASKER]
    parts = (asked.client, key, wanted.lane, asked.cookies.get(SESSION_COOKIE, ""), *asker)
    return hashlib.blake2b(repr(parts).encode(), digest_size=32).hexdigest()


def seat_mark(ticket: Ticket) -> str:
    """Tells the reader's own tickets apart, and nothing else: a part of a random seat."""
    return ticket.seat[:6].hex()


def to_the_line(cookies: Sequence[tuple[bytes, bytes]] = ()) -> Response:
    """To the page that everybody stands in line for."""
    return Response(HTTPStatus.SEE_OTHER, [(b"location", b"/employer"), NO_STORE, *cookies])


def _decode(body: bytes, shape: type[Body]) -> Body:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidInput("unreadable", _UNREADABLE) from None


_FROM_MEMORY: Final = RouteClass(
    body=BodyLimit(most_bytes=SMALL_BYTES, for_anyone=True), effort=Effort.MEMORY
)
_SEAT: Final = RouteClass(
    gate=GateRule.SIGN_IN, body=BodyLimit(most_bytes=SMALL_BYTES, for_anyone=True)
)
WAITING_ROOM_ROUTES: Final = (
    Declared("GET", DOCUMENT_PATH, _FROM_MEMORY),
    Declared("POST", "/waiting-room/tickets", _FROM_MEMORY),
    Declared("POST", "/waiting-room/admissions", _FROM_MEMORY),
    Declared("GET", PROOF_PATH, _FROM_MEMORY),
    Declared("POST", PROOF_PATH, _FROM_MEMORY),
    Declared("GET", SEAT_PATH, _SEAT),
    Declared("POST", SEAT_PATH, _SEAT),
    Declared("GET", "/waiting-room/order.json", RouteClass(priority=Priority.EXPORT)),
    Declared("GET", "/waiting-room/opening.json", _FROM_MEMORY),
)
_OWN: Final = RouteTable(WAITING_ROOM_ROUTES)


def _no_such_address(asked: FrontRequest) -> NotFound:
    if _OWN.methods(asked.path):
        return NotFound("method-not-allowed", _NO_ADDRESS)
    return NotFound("no-such-address", _NO_ADDRESS)


_UNREADABLE = Text(
    id='Isi permintaan tidak dapat dibaca. Kirim JSON seperti {"ticket": "…"}.',
    en='The request cannot be read. Send JSON such as {"ticket": "…"}.',
)
_NO_ADDRESS = Text(
    id="Alamat atau metode ini tidak ada di ruang tunggu.",
    en="The waiting room has no such address or method.",
)
_NOT_SIGNED_IN = Text(
    id="Masuk dahulu, baru tempat dapat disimpan di akun Anda.",
    en="Sign in first; then the place can be kept with your account.",
)
_NO_SEAT = Text(
    id="Tidak ada tiket yang tersimpan di akun ini. Ambil tiket dahulu.",
    en="This account keeps no ticket. Take a ticket first.",
)
