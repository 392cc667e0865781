"""The officers of a day: one process that decides what the rules put before an officer."""

import asyncio
import contextlib
import signal

from strp.domain.account import Actor, ActorKind, Role
from strp.domain.review import OFFICER_REASONS, Decision
from strp.usecases.review import decide_rest, take_next
from strp.usecases.system import System

PAUSE_S = 0.2
ONE_IN = 10
"""One application in so many is refused."""


def officer(number: int) -> Actor:
    """An officer by number."""
    return Actor(kind=ActorKind.ACCOUNT, id=number, role=Role.OFFICER)


async def decide_all(system: System, actor: Actor) -> None:
    """Take one application after the other and decide it, until cancelled."""
    reason = next(iter(OFFICER_REASONS))
    while True:
        lease = await take_next(system, actor)
        if lease is None:
            await asyncio.sleep(PAUSE_S)
        elif lease.application_id % ONE_IN:
            await decide_rest(system, actor, lease.application_id, Decision.APPROVE)
        else:
            await decide_rest(system, actor, lease.application_id, Decision.REFUSE, reason)


async def run(system: System, officers: int) -> None:
    """Let officers work side by side, until SIGTERM; says when they are there."""
    working = asyncio.gather(*(decide_all(system, officer(n + 1)) for n in range(officers)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    print("ready", flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await working
