"""What strangers get: their turns, and what is the same for everybody, before anybody works.

The block takes its turn first; only then is a page looked for, so that asking for kept pages alone
is no way round a share. Who is inside, by an admission, a key or a session, takes no turns, as long
as it is within what one of these may take.
"""

from http import HTTPStatus
from typing import Any, Final

from strp.domain.errors import TooSoon
from strp.domain.shedding import too_many_requests
from strp.domain.text import Language
from strp.front.answers import NO_STORE, Answer, App, problem
from strp.front.asked import Asked, rsgi_client
from strp.front.crowd import BYTES_A_TURN, PAGE, POLL, WORK, Crowd
from strp.front.gate import Gate, Passed
from strp.front.hot import ADMISSION_COOKIE, WaitingRoom
from strp.front.kept_pages import KeptPages
from strp.front.limits import REQUESTS_PER_KEY, REQUESTS_PER_SEAT, Limiter
from strp.front.senders import Sender
from strp.front.shared_answers import SharedAnswers
from strp.usecases import enter
from strp.usecases.process.refusals import Refused
from strp.usecases.system import System

_READING: Final = {"GET", "HEAD"}
_ALIVE: Final = Answer(200, [(b"content-type", b"text/plain; charset=utf-8"), NO_STORE], b"ok\n")


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
        self, system: System, app: App, kept: KeptPages, room: WaitingRoom, gate: Gate
    ) -> None:
        self._system, self._kept, self._room, self._gate = system, kept, room, gate
        self._shared = SharedAnswers(system, app)
        self._ahead_seats = Limiter(REQUESTS_PER_SEAT)
        self._ahead_keys = Limiter(REQUESTS_PER_KEY)
        settings = system.settings
        self.crowd = Crowd(settings.crowd_per_s)
        self._polls = Crowd(POLL * settings.polls_per_s / settings.web_processes)

    async def find(self, asked: Asked, sender: Sender) -> Answer | None:
        """Take a turn, and find what is the same for everybody.

        Args:
            asked: the request.
            sender: of it.

        Returns:
            None where somebody has to work for the answer.
        """
        if not self.is_inside(asked, sender) and (refused := await self.turn(asked, PAGE)):
            return refused
        if asked.path == "/healthz" and asked.method in _READING:
            return _ALIVE
        answer = await self._shared.find(asked) or await self._kept.find(asked)
        if answer is None or asked.method == "HEAD" or len(answer.body) <= BYTES_A_TURN:
            return answer
        return await self.turn(asked, len(answer.body) / BYTES_A_TURN) or answer

    async def work(self, asked: Asked, passed: Passed) -> Answer | None:
        """Take the turns of what has to be made, unless somebody inside asks for it."""
        if passed.seat is not None or passed.sender.actor is not None:
            return None
        return await self.turn(asked, WORK)

    async def turn(self, asked: Asked, cost: float) -> Answer | None:
        """Wait for turns; what to answer where too many of the block wait already."""
        try:
            await self.crowd.turn(asked.client, cost)
        except TooSoon as error:
            self._system.refusals.count(Refused.TURN)
            return self.limited(asked, error)
        return None

    async def poll(self, asked: Asked) -> Answer:
        """The document of the crowd."""
        try:
            await self._poll_turn(asked.client)
        except TooSoon as error:
            self._system.refusals.count(Refused.TURN)
            return problem(error, asked.language, status=HTTPStatus.TOO_MANY_REQUESTS)
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
            answer = problem(error, Language.ID, status=HTTPStatus.TOO_MANY_REQUESTS)
            told = [(name.decode(), value.decode()) for name, value in answer.headers]
            return answer.status, told, answer.body
        return self._room.crowd_document(scope.headers.get("if-none-match") or "")

    def limited(self, asked: Asked, error: TooSoon) -> Answer:
        """429, as a page or as a document."""
        after_s = error.retry_after_s or 1
        if asked.wants_page:
            return self._gate.busy(asked, after_s)._replace(status=429)
        return problem(
            too_many_requests(after_s), asked.language, status=HTTPStatus.TOO_MANY_REQUESTS
        )

    def is_inside(self, asked: Asked, sender: Sender) -> bool:
        """Whether somebody inside asks, within what one of them may take."""
        now = self._system.clock()
        if sender.actor is not None:
            inside = not self._ahead_keys.retry_after_s(sender.actor.label, now)
        else:
            held = asked.cookies.get(ADMISSION_COOKIE)
            admission = enter.holds_leave(self._system, held) if held else None
            inside = admission is not None and not self._ahead_seats.retry_after_s(
                admission.seat.hex(), now
            )
        if inside:
            self.crowd.inside()
        return inside

    async def _poll_turn(self, client: str) -> None:
        """While a line stands its polls have turns of their own, as many as it was told to send."""
        crowd = self._polls if self._system.room.stands else self.crowd
        await crowd.turn(client, POLL)
