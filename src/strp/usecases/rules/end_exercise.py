"""The end of an exercise for what officials did in it: nothing of it reaches real life.

What they ruled is marked, and counts for filings of exercises alone. What they closed is lifted,
and what they proposed is declined: by the change of the rules that ends the exercise, or, where
a regulation took over at its first midnight, by a worker process within a minute.
"""

from datetime import datetime

from strp.domain.identifiers import format_nib
from strp.store import audit
from strp.store.desk.evidence import settle_with_ruling
from strp.store.employers import closures, rulings
from strp.store.engine.database import Connection
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

SYSTEM = "system"
WHY = "Latihan berakhir. / The exercise is over."


async def end_exercise_where_over(system: System) -> None:
    """Do the same while no exercise is in force; run again and again."""
    policy = await policy_if_any(system)
    if policy is not None and policy.follows_today:
        return
    async with system.database.transaction() as conn:
        is_changed = await end_exercise(conn, system.clock())
    if is_changed:
        system.trust.read_at = None
        system.bell.notify()


async def end_exercise(conn: Connection, at: datetime) -> bool:
    """Lift what was closed and decline what was proposed in an exercise that is over.

    Nobody is told: the letters that said it were marked as an exercise's.

    Args:
        conn: open transaction.
        at: aware.

    Returns:
        Whether there was anything.
    """
    lifted = await closures.lift_closures_of_exercise(conn, reason=WHY, actor=SYSTEM, at=at)
    for closure in lifted:
        await audit.record(
            conn,
            at=at,
            actor=SYSTEM,
            action="closure-lifted",
            subject=f"employer:{format_nib(closure.nib)}",
            detail={"closures": [closure.closure_id]},
        )
    declined = await rulings.decline_all_of_exercise(conn, actor=SYSTEM, at=at)
    for nib, number in declined:
        await settle_with_ruling(conn, nib, number, confirmed=False)
        await audit.record(
            conn,
            at=at,
            actor=SYSTEM,
            action="ruling-declined",
            subject=f"employer:{format_nib(nib)}",
            detail={"ruling": number},
        )
    return bool(lifted or declined)
