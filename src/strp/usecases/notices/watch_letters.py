"""Whether letters go out: what waits and for how long, what was refused, and refused ones again."""

from datetime import datetime
from typing import Final

import structlog

from strp.domain.people.account import Actor, may_manage_accounts, not_your_task
from strp.store import audit
from strp.store.notices import outbox_state
from strp.store.notices.outbox import Priority
from strp.store.notices.outbox_state import QueueState, RefusedLetter
from strp.usecases.process.system import System

log = structlog.get_logger()

LOOK_EVERY_S: Final = 10.0
WATCH_EVERY_S: Final = 30.0
LATE_AFTER_S: Final = {Priority.CODE: 60.0, Priority.LETTER: 900.0}
"""Age of the oldest letter from which a queue counts as late."""
MOST_LISTED: Final = 100


async def queue_states(system: System) -> dict[Priority, QueueState]:
    """How every queue of letters stands.

    Raises:
        Unavailable: the database does not answer.
    """
    async with system.database.connection() as conn:
        return await outbox_state.queue_states(conn, system.clock())


async def watch_letters(system: System) -> None:
    """Say in the log when letters begin to be late and when they no longer are; until cancelled."""
    late: set[Priority] = set()

    async def look() -> None:
        for priority, state in (await queue_states(system)).items():
            _tell(priority, state, late)

    await system.loops.every("letters", look, lambda: WATCH_EVERY_S, within_s=20, bound_s=120)


def _tell(priority: Priority, state: QueueState, late: set[Priority]) -> None:
    is_late = state.oldest_s > LATE_AFTER_S[priority]
    if is_late is (priority in late):
        return
    told = {"queue": priority.name.lower(), "waiting": state.waiting, "refused": state.refused}
    if is_late:
        late.add(priority)
        log.error("letters_late", oldest_s=round(state.oldest_s), **told)
    else:
        late.discard(priority)
        log.warning("letters_on_time", **told)


async def watch_codes(system: System) -> None:
    """Keep in mind whether codes arrive late, so that pages can say so; until cancelled."""

    async def look() -> None:
        async with system.database.connection() as conn:
            system.post.oldest_code_s = await outbox_state.oldest_code_s(conn, system.clock())

    await system.loops.every("codes", look, lambda: LOOK_EVERY_S, within_s=20, bound_s=120)


def codes_are_late(system: System) -> bool:
    """Whether somebody who waits for a code should be told that it will be a while."""
    return system.post.oldest_code_s > LATE_AFTER_S[Priority.CODE]


async def refused_letters(system: System, actor: Actor) -> list[RefusedLetter]:
    """Letters that the mail server refused; kept for seven days.

    Raises:
        Forbidden: not the operator or an administrator.
    """
    _permit(actor)
    async with system.database.connection() as conn:
        return list(await outbox_state.refused_letters(conn, MOST_LISTED))


async def send_again(system: System, actor: Actor) -> int:
    """Have every refused letter sent again; codes that are of no more use go instead.

    Returns:
        Number of letters.

    Raises:
        Forbidden: not the operator or an administrator.
    """
    _permit(actor)
    now: datetime = system.clock()
    async with system.database.transaction() as conn:
        letters = await outbox_state.send_again(conn, now)
        if letters:
            await audit.record(
                conn,
                at=now,
                actor=actor.label,
                action="mail-sent-again",
                subject="mail",
                detail={"letters": len(letters)},
            )
    return len(letters)


def _permit(actor: Actor) -> None:
    if not may_manage_accounts(actor):
        raise not_your_task()
