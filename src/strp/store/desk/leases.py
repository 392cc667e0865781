"""The desk: applications that wait for an officer, lent to one officer at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor, Role
from strp.store import audit
from strp.store.desk.counts import PRESENT
from strp.store.employers import closures

FORGOTTEN_AFTER_H: Final = 12
"""Hours after its due time from which an application comes before all others again."""
READING_M: Final = 10
"""Minutes: what is due sooner is late before an officer has read it."""

# Whoever lends an application also moves it into review and records it, in the same statement: an
# officer's click is one round trip, and happens whole or not at all.
_LEND = f"""
taken AS (
    UPDATE desk d SET officer_id = %(officer)s, lease_until = %(until)s,
        leased_at = CASE WHEN d.officer_id = %(officer)s AND d.lease_until >= %(now)s
                         THEN coalesce(d.leased_at, %(now)s) ELSE %(now)s END
    FROM picked p WHERE d.nib = p.nib AND d.application_id = p.application_id
    RETURNING d.nib, d.application_id, d.due_at, d.officer_id, d.lease_until
), moved AS (
    UPDATE application a SET state = 'in_review', version = version + 1
    FROM taken t
    WHERE a.nib = t.nib AND a.application_id = t.application_id AND a.state = 'received'
), recorded AS (
    {audit.INTO}
    SELECT %(now)s, %(actor)s, 'application-taken', 'application:' || application_id, '{{}}'
    FROM taken
), present AS ({PRESENT.format("taken")})
SELECT nib, application_id, due_at, officer_id, lease_until FROM taken
"""

# What belongs to an employer who is closed is held: nobody takes it, and its due time stays.
OPEN = closures.not_closed("nib", "%(now)s")

# What an officer handed to a supervisor is for supervisors; what two differ on, for a third.
_ALLOWED = """(escalated_at IS NULL
       OR escalated_because = 'disagreement' AND escalated_by <> %(officer)s
          AND not_for IS DISTINCT FROM %(officer)s
       OR escalated_because = 'officer' AND %(supervises)s)"""

_FREE = f"""
SELECT nib, application_id FROM desk
WHERE (officer_id IS NULL OR lease_until < %(now)s)
  AND not_for IS DISTINCT FROM %(officer)s AND {OPEN} AND cannot_open IS NULL AND {_ALLOWED}
"""
_NEAREST = "ORDER BY due_at, application_id LIMIT 1 FOR UPDATE SKIP LOCKED"

# The nearest due time first keeps every promise where all can be kept. Where not all can, it works
# on what is late while the next becomes late too: on simulated days with too few officers it misses
# two to three times as many (tests/rehearsal/desk). So what can still be met comes first, then what
# is late; but nobody is left for longer than half a day.
# SKIP LOCKED: two officers who ask at the same moment get two applications. Each half reads along
# an index of its own, so that a full desk costs no more than an empty one.
CLAIM_NEXT = f"""
WITH mine AS (
    SELECT nib, application_id FROM desk
    WHERE officer_id = %(officer)s AND lease_until >= %(now)s AND {OPEN} AND cannot_open IS NULL
    ORDER BY due_at, application_id LIMIT 1 FOR UPDATE
), escalated AS (
    {_FREE} AND NOT EXISTS (SELECT FROM mine) AND escalated_at IS NOT NULL AND %(supervises)s
    {_NEAREST}
), forgotten AS (
    {_FREE} AND NOT EXISTS (SELECT FROM mine) AND NOT EXISTS (SELECT FROM escalated)
      AND due_at < %(now)s::timestamptz - interval '{FORGOTTEN_AFTER_H} hours' {_NEAREST}
), in_time AS (
    {_FREE} AND NOT EXISTS (SELECT FROM mine) AND NOT EXISTS (SELECT FROM escalated)
      AND NOT EXISTS (SELECT FROM forgotten)
      AND due_at >= %(now)s::timestamptz + interval '{READING_M} minutes' {_NEAREST}
), late AS (
    {_FREE} AND NOT EXISTS (SELECT FROM mine) AND NOT EXISTS (SELECT FROM escalated)
      AND NOT EXISTS (SELECT FROM forgotten) AND NOT EXISTS (SELECT FROM in_time) {_NEAREST}
), picked AS (
    SELECT * FROM mine UNION ALL SELECT * FROM escalated UNION ALL SELECT * FROM forgotten
    UNION ALL SELECT * FROM in_time UNION ALL SELECT * FROM late
), {_LEND}
"""

# The desk has no index by number alone: the application knows its employer.
CLAIM_ONE = f"""
WITH picked AS (
    SELECT nib, application_id FROM desk
    WHERE nib = (SELECT nib FROM application WHERE application_id = %(application)s)
      AND application_id = %(application)s
      AND (officer_id IS NULL OR lease_until < %(now)s OR officer_id = %(officer)s)
      AND {OPEN} AND {_ALLOWED}
    FOR UPDATE
), {_LEND}
"""

HELD = """
SELECT nib, application_id, due_at, officer_id, lease_until FROM desk
WHERE nib = (SELECT nib FROM application WHERE application_id = %(application)s)
  AND application_id = %(application)s
"""

# Of an application whose lease ran out unseen the officer is the last holder still, unless another
# took it. A page that closed makes a lease shorter, never longer.
KEEP = f"""
WITH kept AS (
    UPDATE desk SET lease_until =
        CASE WHEN %(shorten)s THEN least(lease_until, %(until)s) ELSE %(until)s END
    WHERE nib = (SELECT nib FROM application WHERE application_id = %(application)s)
      AND application_id = %(application)s AND officer_id = %(officer)s AND {OPEN}
    RETURNING application_id
), present AS ({PRESENT.format("kept WHERE NOT %(shorten)s")})
SELECT application_id FROM kept
"""

RELEASE = """
UPDATE desk SET officer_id = NULL, lease_until = NULL
WHERE application_id = %s AND officer_id = %s
RETURNING application_id
"""

RELEASE_ALL = "UPDATE desk SET officer_id = NULL, lease_until = NULL WHERE officer_id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An application on the desk, and who holds it until when."""

    nib: Nib
    application_id: ApplicationId
    due_at: datetime
    officer_id: int | None
    lease_until: datetime | None

    def is_held_by(self, officer_id: int, now: datetime) -> bool:
        """Whether an official holds it.

        Args:
            officer_id: account of the official.
            now: aware time.
        """
        until = self.lease_until
        return self.officer_id == officer_id and until is not None and until > now


async def lease_next(
    conn: AsyncConnection, actor: Actor, *, now: datetime, until: datetime
) -> Lease | None:
    """Lend the application with the nearest deadline, or the one that the officer holds already.

    Args:
        actor: the officer.
        now: aware; whose lease ended before it holds nothing.
        until: aware; end of the lease.

    Returns:
        None where nothing waits that this officer may take.
    """
    return await _claim(conn, CLAIM_NEXT, actor, now, until)


async def lease_one(
    conn: AsyncConnection,
    application_id: ApplicationId,
    actor: Actor,
    *,
    now: datetime,
    until: datetime,
) -> Lease | None:
    """Lend one application, or None where it is not on the desk or another officer holds it.

    Args:
        application_id: of the filing.
        actor: the officer.
        now: aware; whose lease ended before it holds nothing.
        until: aware; end of the lease.
    """
    return await _claim(conn, CLAIM_ONE, actor, now, until, application_id)


async def _claim(
    conn: AsyncConnection,
    query: str,
    actor: Actor,
    now: datetime,
    until: datetime,
    application_id: ApplicationId | None = None,
) -> Lease | None:
    values = {
        "officer": actor.id,
        "actor": actor.label,
        "now": now,
        "until": until,
        "application": application_id,
        "supervises": actor.role is Role.SUPERVISOR,
    }
    async with conn.cursor(row_factory=class_row(Lease)) as cursor:
        await cursor.execute(query, values, prepare=True)
        return await cursor.fetchone()


async def find_lease(conn: AsyncConnection, application_id: ApplicationId) -> Lease | None:
    """The desk's row of an application, as it stands."""
    async with conn.cursor(row_factory=class_row(Lease)) as cursor:
        await cursor.execute(HELD, {"application": application_id})
        return await cursor.fetchone()


async def keep(
    conn: AsyncConnection,
    application_id: ApplicationId,
    officer_id: int,
    *,
    now: datetime,
    until: datetime,
    shorten: bool,
) -> bool:
    """Move the end of a lease; whether the officer holds it.

    Args:
        application_id: of the filing.
        officer_id: account of the officer.
        now: aware time.
        until: the new end.
        shorten: whether to leave an end that is nearer.
    """
    values = {
        "application": application_id,
        "officer": officer_id,
        "now": now,
        "until": until,
        "shorten": shorten,
    }
    return await (await conn.execute(KEEP, values)).fetchone() is not None


async def release(conn: AsyncConnection, application_id: ApplicationId, officer_id: int) -> bool:
    """Give an application back to the desk; whether the officer held it.

    Args:
        application_id: of the filing.
        officer_id: account of the officer.
    """
    cursor = await conn.execute(RELEASE, (application_id, officer_id))
    return await cursor.fetchone() is not None


async def release_all_of(conn: AsyncConnection, officer_id: int) -> None:
    """Give everything that an officer holds back to the desk."""
    await conn.execute(RELEASE_ALL, (officer_id,))
