"""The officers of a day: one process that decides what the rules put before an officer."""

import asyncio
import contextlib
import signal

from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict
from strp.domain.people.account import Actor, ActorKind, Role
from strp.usecases.desk.review import decide_rest, take_next
from strp.usecases.process.system import System

PAUSE_S = 0.2
ONE_IN = 10
"""One application in so many is refused."""


_NOT_HIS_TO_APPROVE = frozenset({"ruling-needed", "four-eyes-same-account"})
"""Sector or staff is unknown, or another official confirms; here they are refused instead."""


def officer(number: int) -> Actor:
    """An officer by number."""
    return Actor(kind=ActorKind.ACCOUNT, id=number, role=Role.OFFICER)


async def decide_all(system: System, actor: Actor) -> None:
    """Take one application after the other and decide it, until cancelled."""
    reason = system.reasons.offered[0].code
    while True:
        lease = await take_next(system, actor)
        if lease is None:
            await asyncio.sleep(PAUSE_S)
        elif lease.application_id % ONE_IN:
            try:
                await decide_rest(system, actor, lease.application_id, Decision.APPROVE)
            except Conflict as error:
                if error.code not in _NOT_HIS_TO_APPROVE:
                    raise
                await decide_rest(system, actor, lease.application_id, Decision.REFUSE, reason)
        else:
            await decide_rest(system, actor, lease.application_id, Decision.REFUSE, reason)


async def run(system: System, officers: int) -> None:
    """Let officers work side by side, until SIGTERM; says when they are there."""
    working = asyncio.gather(*(decide_all(system, officer(n + 1)) for n in range(officers)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    print("ready", flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await working
