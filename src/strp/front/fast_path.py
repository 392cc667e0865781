"""The express way of the front: small filings of employers' programs, before any translation.

The same shares, slots and deadlines as at the door; whoever is refused there goes there, so that
one place says why.
"""

import time
from typing import Any, Protocol

from strp.api.fast_path import Reply, file_express, language_of_program, may_be_express
from strp.domain.errors import StrpError
from strp.domain.overload import Priority, deadline_s, shed, too_slow
from strp.domain.people.account import Actor
from strp.front.bodies import FIRST_S
from strp.front.deadlines import Deadlines
from strp.front.pipeline import FrontDoor
from strp.front.responses import Message, problem
from strp.usecases.people.authenticate import FOUND_FOR
from strp.usecases.process.system import System


class AsgiExchange(Protocol):
    """One request and its answer."""

    async def receive(self) -> Message:
        """The next piece of the body."""
        ...

    def give_back(self, message: Message) -> None:
        """Let whoever asks next receive this again."""
        ...


class ExpressWay:
    """Files what comes in the usual form.

    Args:
        system: the installation.
        door: whose shares and slots count.
    """

    def __init__(self, system: System, door: FrontDoor) -> None:
        self._system = system
        self._door = door
        self._deadlines = Deadlines()

    async def answer(self, scope: Any, exchange: AsgiExchange) -> Reply | None:
        """The answer to a request, or None where it must go through the door.

        Args:
            scope: RSGI scope.
            exchange: the request; what was read of it is given back.
        """
        headers = scope.headers
        if not may_be_express(scope.method, scope.path, headers):
            return None
        if len(headers.get_all("host")) != 1:
            return None  # the door says why
        actor = await self._door.known_program(scope)
        if actor is None:
            return None
        found_s = time.monotonic()
        try:
            with self._door.arriving.key_share(actor, int(headers["content-length"])):
                with self._deadlines.within(FIRST_S):
                    message = await exchange.receive()
                reply = await self._file(scope, message, actor, found_s)
        except TimeoutError:
            return self._refused(scope, too_slow())
        except StrpError as error:
            return self._refused(scope, error)
        if reply is None:
            exchange.give_back(message)
        return reply

    async def _file(
        self, scope: Any, message: Message, actor: Actor, found_s: float
    ) -> Reply | None:
        if message["type"] != "http.request" or message.get("more_body", False):
            return None
        self._door.strangers.inside()
        async with self._door.filings.one(Priority.FILING):
            try:
                with self._deadlines.within(deadline_s(Priority.FILING)):
                    is_just_found = time.monotonic() - found_s < FOUND_FOR.total_seconds()
                    return await file_express(
                        self._system,
                        scope.headers,
                        scope.query_string,
                        message["body"],
                        found=actor if is_just_found else None,
                    )
            except TimeoutError:
                self._system.room.measures.shed()
                raise shed(30) from None

    def _refused(self, scope: Any, error: StrpError) -> Reply:
        self._system.refusals.count_error(error.code)
        language = language_of_program(scope.headers)
        answer = problem(error, language)
        about = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
        ]
        return Reply(answer.status, about, answer.body)
