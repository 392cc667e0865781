"""Limits that all processes share, counted inside a use case's transaction."""

from strp.domain.rate_limit import RateLimit, decide_rate
from strp.store.engine.database import Connection
from strp.store.people import one_time_codes
from strp.usecases.process.system import System


async def count(conn: Connection, system: System, limit: RateLimit, what: str) -> int:
    """Count one more of something that is limited, where it may happen now.

    Counted in the database, so that all processes share the limit.

    Args:
        conn: the use case's transaction.
        system: the installation.
        limit: burst and interval.
        what: kind and subject; kept as a keyed index alone.

    Returns:
        0 where it was counted; else whole seconds until it may happen, and nothing is counted.
    """
    now = system.clock()
    bucket = system.keys.index(f"RATE:{what}")
    decision = decide_rate(limit, await one_time_codes.lock_bucket(conn, bucket, now), now)
    if decision.allowed:
        await one_time_codes.save_bucket(conn, bucket, decision.state)
    return decision.retry_after_s
