"""What strangers get: their turns, and what is the same for everybody, before anybody works.

The block takes its turn first; only then is a page looked for, so that asking for kept pages alone
is no way round a share. Who is inside, by an admission, a key or a session, takes no turns, as long
as it is within what one of these may take. An account that files for nobody is free, and so is an
admission taken while nobody waits: neither passes the turns.
"""

from typing import Any, Final

from strp.domain.errors import StrpError, TooSoon
from strp.domain.overload import too_many_requests
from strp.domain.people.account import Actor, Role
from strp.domain.people.sign_in import SESSION_COOKIE
from strp.domain.text import Language
from strp.domain.waiting_room.ticket import Admission
from strp.front.crowd import (
    BYTES_A_TURN,
    DEAR_WORK,
    FREE_SHARE,
    LOOK_UP,
    PAGE,
    PLACE,
    POLL,
    SENT,
    WORK,
    Crowd,
)
from strp.front.page_cache import PageCache
from strp.front.rate_limits import REQUESTS_PER_KEY, REQUESTS_PER_SEAT, Limiter
from strp.front.request import FrontRequest
from strp.front.responses import NO_STORE, App, Response, problem
from strp.front.senders import STRANGER, Sender
from strp.front.shared_answers import SharedAnswers
from strp.front.waiting_room.endpoints import ADMISSION_COOKIE, WaitingRoom
from strp.front.waiting_room.gate import Gate, LetThrough
from strp.http.client_address import rsgi_client
from strp.http.route_class import Effort, SharedAnswer
from strp.usecases.process.refusals import Refused
from strp.usecases.process.system import System
from strp.usecases.waiting_room import enter

_READING: Final = {"GET", "HEAD"}
_ALIVE_PATH: Final = "/healthz"
_ALIVE: Final = Response(200, [(b"content-type", b"text/plain; charset=utf-8"), NO_STORE], b"ok\n")


def is_free(actor: Actor) -> bool:
    """Whether anybody can have such an account by asking for a letter: it files for nobody."""
    return actor.role is Role.REPRESENTATIVE and not actor.nibs


def _cost_of_kept(asked: FrontRequest) -> float:
    """Turns of what is kept; of what is for operators nobody else needs much."""
    return asked.route.cache.turns if isinstance(asked.route.cache, SharedAnswer) else PAGE


def _cost_of_looking(asked: FrontRequest) -> float:
    """Turns of a request that is not answered from what is kept, if only to refuse it."""
    is_plain = "authorization" not in asked.headers and SESSION_COOKIE not in asked.cookies
    return PLACE if asked.method in _READING and is_plain else SENT


def _cost_of_work(asked: FrontRequest) -> float:
    """Turns of what has to be made."""
    if asked.method in _READING:
        return 2 * WORK if asked.route.effort is Effort.SEARCH else WORK
    return WORK if asked.route.effort is Effort.CHECK else DEAR_WORK


class Strangers:
    """The strangers of one process.

    Args:
        system: the installation.
        app: pages and JSON door.
        kept: pages that say the same to everybody.
        room: has the document of the crowd.
        gate: has the page for whoever is turned away.
    """

    def __init__(
        self, system: System, app: App, kept: PageCache, room: WaitingRoom, gate: Gate
    ) -> None:
        self._system, self._kept, self._room, self._gate = system, kept, room, gate
        self._shared = SharedAnswers(system, app)
        self._ahead_seats = Limiter(REQUESTS_PER_SEAT)
        self._ahead_keys = Limiter(REQUESTS_PER_KEY)
        settings = system.settings
        self.crowd = Crowd(settings.stranger_pages_per_s)
        self._free = Crowd(FREE_SHARE * settings.stranger_pages_per_s)
        self._polls = Crowd(POLL * settings.polls_per_s / settings.web_processes)

    async def find(
        self, asked: FrontRequest, sender: Sender, *, looks_up: bool = False
    ) -> Response | None:
        """Take a turn, and find what is the same for everybody.

        What is kept costs the same whatever is sent beside it: nobody looks at that.

        Args:
            asked: the request.
            sender: of it.
            looks_up: whether the database is asked next who the sender is.

        Returns:
            None where somebody has to work for the answer.
        """
        is_kept = self.keeps(asked)
        cost = LOOK_UP if looks_up else _cost_of_looking(asked)
        if is_kept:
            cost = _cost_of_kept(asked)
        is_inside = self.is_inside(asked, sender)
        if not is_inside and (refused := await self.turn(asked, cost, sender)):
            return refused
        answer = await self._kept_answer(asked) if is_kept else None
        if answer is None or asked.method == "HEAD" or len(answer.body) <= BYTES_A_TURN:
            return answer
        return await self.turn(asked, len(answer.body) / BYTES_A_TURN, sender) or answer

    def keeps(self, asked: FrontRequest) -> bool:
        """Whether the answer to a request is the same for everybody, and kept."""
        if asked.method not in _READING:
            return False
        return asked.path == _ALIVE_PATH or self._shared.has(asked) or self._kept.has(asked)

    async def _kept_answer(self, asked: FrontRequest) -> Response | None:
        if asked.path == _ALIVE_PATH:
            return _ALIVE
        return await self._shared.find(asked) or await self._kept.find(asked)

    async def work(self, asked: FrontRequest, passed: LetThrough) -> Response | None:
        """Take the turns of what has to be made, unless somebody inside asks for it.

        Args:
            asked: the request.
            passed: what the gate found out of its sender.

        Returns:
            None where it may go on, or the answer that refuses it.
        """
        sender = passed.sender
        if sender.actor is not None and not is_free(sender.actor):
            return None
        if sender.actor is None and self._earned(asked) is not None:
            return None
        return await self.turn(asked, _cost_of_work(asked), sender)

    async def turn(
        self, asked: FrontRequest, cost: float, sender: Sender = STRANGER
    ) -> Response | None:
        """Wait for turns; what to answer where too many of the block wait already.

        Accounts that file for nobody take turns among themselves: no stranger is before them.

        Args:
            asked: the request; its client's address block is what waits.
            cost: turns that it takes.
            sender: a stranger, or an account that files for nobody.

        Returns:
            None where it may go on, or the answer that refuses it.
        """
        crowd = self.crowd if sender.actor is None else self._free
        try:
            await crowd.turn(asked.client, cost)
        except TooSoon as error:
            self._system.refusals.count(Refused.TURN)
            return self.limited(asked, error)
        return None

    async def poll(self, asked: FrontRequest) -> Response:
        """The document of the crowd."""
        try:
            await self._poll_turn(asked.client)
        except TooSoon as error:
            self._system.refusals.count(Refused.TURN)
            return problem(error, asked.language)
        return self._room.document(asked.headers.get("if-none-match", ""))

    async def poll_at_once(
        self, scope: Any, trusted: frozenset[str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """The same for Granian's own interface.

        Args:
            scope: RSGI scope of a GET.
            trusted: addresses of our own proxies.
        """
        try:
            await self._poll_turn(rsgi_client(scope, trusted))
        except TooSoon as error:
            self._system.refusals.count(Refused.TURN)
            answer = problem(error, Language.ID)
            told = [(name.decode(), value.decode()) for name, value in answer.headers]
            return answer.status, told, answer.body
        return self._room.crowd_document(scope.headers.get("if-none-match") or "")

    def limited(self, asked: FrontRequest, error: StrpError) -> Response:
        """429, as a page or as a document.

        Args:
            asked: the request; it says whether a person or a program reads.
            error: tells when to come back; a second from now where it does not.
        """
        after_s = error.retry_after_s or 1
        if asked.wants_page:
            return self._gate.busy(asked, after_s)._replace(status=429)
        return self._gate.refused(asked, too_many_requests(after_s))

    def is_inside(self, asked: FrontRequest, sender: Sender) -> bool:
        """Whether somebody inside asks, within what one of them may take.

        Args:
            asked: the request; its admission counts where nobody is signed in.
            sender: of it.
        """
        now = self._system.clock()
        if sender.actor is not None:
            inside = not is_free(sender.actor) and not self._ahead_keys.retry_after_s(
                sender.actor.label, now
            )
        else:
            admission = self._earned(asked)
            inside = admission is not None and not self._ahead_seats.retry_after_s(
                admission.seat.hex(), now
            )
        if inside:
            self.inside()
        return inside

    def inside(self) -> None:
        """Somebody inside is being served; for a moment everybody else gets less."""
        self.crowd.inside()
        self._free.inside()

    def _earned(self, asked: FrontRequest) -> Admission | None:
        """The admission of whoever waited for it, or holds one while others wait.

        Where nobody waits an admission is free, and anybody could pass all turns with a few.
        """
        held = asked.cookies.get(ADMISSION_COOKIE)
        admission = enter.read_valid_admission(self._system, held) if held else None
        if admission is None or admission.used_at is None or self._system.room.stands:
            return admission
        return None

    async def _poll_turn(self, client: str) -> None:
        """While a line stands its polls have turns of their own, as many as it was told to send."""
        crowd = self._polls if self._system.room.stands else self.crowd
        await crowd.turn(client, POLL)
