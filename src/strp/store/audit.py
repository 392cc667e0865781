"""The record of what was done, by whom, to what: ids only, added and never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from strp.domain.identifiers import ApplicationId

INTO = "INSERT INTO audit_event (at, actor, action, subject, detail)"

RECORD = f"{INTO} VALUES (%s, %s, %s, %s, %s)"

OF_SUBJECTS = """
SELECT event_id, at, actor, action, subject, detail FROM audit_event
WHERE subject = ANY(%s) ORDER BY event_id LIMIT %s
"""

# Planned anew each time, so that what is not asked about is left out of the plan.
SEARCH = """
SELECT event_id, at, actor, action, subject, detail FROM audit_event
WHERE (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(action)s::text IS NULL OR action = %(action)s)
  AND (%(subject)s::text IS NULL OR subject = %(subject)s)
  AND (%(from_at)s::timestamptz IS NULL OR at >= %(from_at)s)
  AND (%(until_at)s::timestamptz IS NULL OR at < %(until_at)s)
  AND (%(before)s::bigint IS NULL OR event_id < %(before)s)
ORDER BY event_id DESC LIMIT %(limit)s
"""

NEWEST_AT = "SELECT at FROM audit_event ORDER BY event_id DESC LIMIT 1"

LOOKS_AT_ROW = """
SELECT s.at, s.actor, a.role, a.unit FROM (
    SELECT at, actor FROM audit_event
    WHERE subject = %(subject)s AND action = 'workers-seen'
      AND %(row)s BETWEEN (detail->>'from_row')::integer AND (detail->>'to_row')::integer
    UNION ALL
    SELECT at, actor FROM audit_event
    WHERE subject = 'samples' AND action = 'samples-seen' AND detail->'rows' ? %(place)s) s
LEFT JOIN account a ON s.actor = 'account:' || a.account_id
ORDER BY s.at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One thing that was done."""

    event_id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look of an official at a worker's data.

    Args:
        actor: `account:7`, `operator`.
        role: of the account; None: the operator, or an account that is no more.
        unit: where the official works, if known.
    """

    at: datetime
    actor: str
    role: str | None = None
    unit: str | None = None


async def record(
    conn: AsyncConnection,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Record what was done, in the transaction that does it.

    Args:
        conn: open transaction.
        at: aware time.
        actor: `Actor.label`.
        action: what was done, in the past, words joined by hyphens: `claim-approved`.
        subject: what it was done to, kind and id: `employer:8120001110001`.
        detail: ids, codes and counts; never personal data.
    """
    await conn.execute(RECORD, (at, actor, action, subject, Jsonb(dict(detail or {}))))


class NewEvent(NamedTuple):
    """One thing that was done, to be recorded with others; fields as for `record`."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]


async def record_many(conn: AsyncConnection, events: Sequence[NewEvent]) -> None:
    """Record what was done to many things, in the transaction that does it."""
    async with conn.cursor() as cursor:
        values = [(*event[:4], Jsonb(dict(event.detail))) for event in events]
        await cursor.executemany(RECORD, values)


async def newest_at(conn: AsyncConnection) -> datetime | None:
    """When the event that was written last was written; None: there is none yet."""
    row = await (await conn.execute(NEWEST_AT)).fetchone()
    return None if row is None else row[0]


async def events_of(
    conn: AsyncConnection, subjects: Sequence[str], limit: int = 1000
) -> list[AuditEvent]:
    """What was done to any of these, the oldest first.

    Args:
        subjects: as they were recorded, such as `application:123`.
        limit: most events, counted from the oldest.
    """
    async with conn.cursor(row_factory=class_row(AuditEvent)) as cursor:
        await cursor.execute(OF_SUBJECTS, (list(subjects), limit))
        return await cursor.fetchall()


async def search_events(
    conn: AsyncConnection,
    *,
    actor: str,
    action: str,
    subject: str,
    from_at: datetime | None,
    until_at: datetime | None,
    before: int | None,
    limit: int,
) -> list[AuditEvent]:
    """What was done, the latest first.

    Args:
        conn: open connection.
        actor: who; empty: anybody.
        action: what; empty: anything.
        subject: to what; empty: anything.
        from_at: aware time, included; None: from the beginning.
        until_at: aware time, not included; None: until now.
        before: number of the last event of the page before.
        limit: most events.
    """
    values = {
        "actor": actor or None,
        "action": action or None,
        "subject": subject or None,
        "from_at": from_at,
        "until_at": until_at,
        "before": before,
        "limit": limit,
    }
    async with conn.cursor(row_factory=class_row(AuditEvent)) as cursor:
        await cursor.execute(SEARCH, values, prepare=False)
        return await cursor.fetchall()


async def looks_at_row(
    conn: AsyncConnection, application_id: ApplicationId, row_no: int
) -> list[Look]:
    """Who opened a page of workers or samples that shows this row, the earliest look first.

    Args:
        application_id: of the filing.
        row_no: of the roster; a look at a page that holds it counts.
    """
    values = {
        "subject": f"application:{application_id}",
        "row": row_no,
        "place": f"{application_id}:{row_no}",
    }
    async with conn.cursor(row_factory=class_row(Look)) as cursor:
        await cursor.execute(LOOKS_AT_ROW, values)
        return await cursor.fetchall()
