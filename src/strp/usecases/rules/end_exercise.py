"""The end of an exercise for what officials did in it: nothing of it reaches real life.

What they ruled is marked, and counts for filings of exercises alone. What they closed is lifted,
and what they proposed is declined: by the change of the rules that ends the exercise, or, where
a regulation took over at its first midnight, by a worker process within a minute. What was filed in
it and waits for an officer is taken back by a worker process, a piece at a time.
"""

from datetime import datetime

from strp.domain.desk.reasons import EXERCISE_OVER
from strp.domain.errors import Unavailable
from strp.domain.identifiers import format_nib
from strp.store import audit
from strp.store.desk import decisions
from strp.store.desk.evidence import settle_with_ruling
from strp.store.desk.waiting_work import waiting_of_exercises
from strp.store.employers import closures, rulings
from strp.store.engine.database import Connection
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

SYSTEM = "system"
PIECE = 200
QUIET_LOOKS = 3
"""After so many looks that found nothing no filing of an exercise is on its way any more."""
WHY = "Latihan berakhir. / The exercise is over."


class ExerciseEnd:
    """Ends exercises wherever one is over; run again and again.

    Args:
        system: the installation.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._quiet = 0

    async def look(self) -> None:
        """End what is over; what waits is looked for until some looks found nothing."""
        if not await end_exercise_where_over(self._system):
            self._quiet = 0
        elif self._quiet < QUIET_LOOKS:
            self._quiet = 0 if await take_back_waiting(self._system) else self._quiet + 1


async def take_back_waiting(system: System) -> int:
    """Take filings of exercises back that nobody has decided; each by itself.

    Returns:
        How many were taken back, and how many of an employer who is busy are left for the next
        time. What nobody can take back is not counted, or it would be looked for without end.
    """
    found = 0
    async with system.database.connection() as conn:
        for nib, number in await waiting_of_exercises(conn, PIECE):
            now = system.clock()
            try:
                taken = await decisions.withdraw(
                    conn, nib, number, SYSTEM, now=now, reason=EXERCISE_OVER
                )
            except Unavailable as error:
                if error.code != "employer-busy":
                    raise
                found += 1
            else:
                found += taken is not None
    return found


async def end_exercise_where_over(system: System) -> bool:
    """Do the same while no exercise is in force.

    Returns:
        Whether none is.
    """
    policy = await policy_if_any(system)
    if policy is not None and policy.follows_today:
        return False
    async with system.database.transaction() as conn:
        is_changed = await end_exercise(conn, system.clock())
    if is_changed:
        system.trust.read_at = None
        system.bell.notify()
    return True


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
