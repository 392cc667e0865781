"""Screening again those whom other employers have at a host's sites, after something about the host
changed: each employer in a transaction of its own, so that no two wait for each other's locks."""

from strp.domain.rules.policy import Policy
from strp.store.employers import closures, rescreen_queue
from strp.usecases.filing.rescreen import forget_employer, rescreen_one
from strp.usecases.process.system import System
from strp.usecases.rules.current import facts_under_lock, policy_if_any

MOST_AT_ONCE = 100


async def rescreen_guests(system: System) -> int:
    """Screen again the waiting workers of employers for whom it was asked; run again and again.

    Returns:
        Number of employers.
    """
    policy, done = await policy_if_any(system), 0
    if policy is not None:
        await _ask_after_closures(system, policy)
    while policy is not None and done < MOST_AT_ONCE:
        async with system.database.transaction() as conn:
            nib = await rescreen_queue.take_rescreen_task(conn)
            if nib is None:
                break
            current = await facts_under_lock(system, conn, nib, policy)
            result = await rescreen_one(system, conn, current)
        forget_employer(system, nib)
        if result.approved:
            system.bell.notify()
        done += 1
    return done


async def _ask_after_closures(system: System, policy: Policy) -> None:
    """A closure ends, or begins, with nobody doing anything; who waits at that host hears of it."""
    now = system.clock()
    async with system.database.transaction() as conn:
        closed = {each.nib for each in await closures.closures_in_force(conn, now)}
        await rescreen_queue.ask_guests_of_closed(conn, policy.period.number, now, closed)
