"""Rows of escalations: an application on the desk that waits for a supervisor, or for a third."""

from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.desk.escalation import EscalatedBecause, Escalation, NotForAll
from strp.domain.identifiers import ApplicationId

_THE_ONE = """
nib = (SELECT nib FROM application WHERE application_id = %(application)s)
  AND application_id = %(application)s
"""

ESCALATE = f"""
UPDATE desk SET escalated_at = %(now)s, escalated_by = %(officer)s, escalated_because = %(because)s,
    escalation_note = %(note)s, officer_id = NULL, lease_until = NULL
WHERE {_THE_ONE} AND officer_id = %(officer)s AND lease_until >= %(now)s
RETURNING application_id
"""

# Two officials differ, whoever holds the application.
DIFFER = f"""
UPDATE desk SET escalated_at = %(now)s, escalated_by = %(officer)s,
    escalated_because = 'disagreement', officer_id = NULL, lease_until = NULL
WHERE {_THE_ONE}
"""

ANSWER = f"""
UPDATE desk SET escalated_at = NULL, escalated_by = NULL, escalated_because = NULL,
    escalation_note = %(note)s, officer_id = NULL, lease_until = NULL
WHERE {_THE_ONE} AND escalated_because = 'officer'
  AND officer_id = %(officer)s AND lease_until >= %(now)s
RETURNING application_id
"""

FIND = f"""
SELECT escalated_because, escalated_by, escalated_at, escalation_note, not_for FROM desk
WHERE {_THE_ONE}
"""

COUNT = """
SELECT count(*) FROM (SELECT FROM desk WHERE escalated_at IS NOT NULL LIMIT %s) waiting
"""

NOT_FOR_ALL = """
SELECT escalated_because, not_for, escalated_by, count(*) FROM desk
WHERE (escalated_at IS NOT NULL OR not_for IS NOT NULL) AND cannot_open IS NULL GROUP BY 1, 2, 3
"""


async def escalate(
    conn: AsyncConnection,
    application_id: ApplicationId,
    officer_id: int,
    *,
    note: str,
    now: datetime,
) -> bool:
    """Hand an application that the officer holds to a supervisor; whether they held it.

    Args:
        application_id: of the filing.
        officer_id: account of the officer.
        note: to the supervisor.
        now: aware time.
    """
    values = {
        "application": application_id,
        "officer": officer_id,
        "because": EscalatedBecause.OFFICER,
        "note": note,
        "now": now,
    }
    return await (await conn.execute(ESCALATE, values)).fetchone() is not None


async def differ(
    conn: AsyncConnection, application_id: ApplicationId, officer_id: int, now: datetime
) -> None:
    """Put an application on the desk for a third official.

    Args:
        application_id: of the filing.
        officer_id: account of who differs.
        now: aware time.
    """
    values = {"application": application_id, "officer": officer_id, "now": now}
    await conn.execute(DIFFER, values)


async def answer(
    conn: AsyncConnection,
    application_id: ApplicationId,
    supervisor_id: int,
    *,
    note: str,
    now: datetime,
) -> bool:
    """Give an application back to the officers with an answer; whether the supervisor held it.

    Args:
        application_id: of the filing.
        supervisor_id: account of the supervisor.
        note: to the officers.
        now: aware time.
    """
    values = {
        "application": application_id,
        "officer": supervisor_id,
        "note": note,
        "now": now,
    }
    return await (await conn.execute(ANSWER, values)).fetchone() is not None


async def find_escalation(
    conn: AsyncConnection, application_id: ApplicationId
) -> tuple[Escalation | None, str | None, int | None]:
    """How an application is escalated, the note that stands at it, and for whom it is not.

    Args:
        application_id: of the filing.

    Returns:
        The escalation or None; a supervisor's answer, where it was given back; an account.
    """
    row = await (await conn.execute(FIND, {"application": application_id})).fetchone()
    if row is None:
        return None, None, None
    because, by, at, note, not_for = row
    if because is None:
        return None, note, not_for
    return Escalation(EscalatedBecause(because), by, at, note), None, not_for


async def count_escalated(conn: AsyncConnection, most: int) -> int:
    """How many applications are escalated, counted up to a number.

    Args:
        most: where counting ends.
    """
    row = await (await conn.execute(COUNT, (most,))).fetchone()
    return 0 if row is None else int(row[0])


async def not_for_all(conn: AsyncConnection) -> list[NotForAll]:
    """What waits and is not for every official, grouped by for whom it is not."""
    rows = await (await conn.execute(NOT_FOR_ALL)).fetchall()
    return [
        NotForAll(EscalatedBecause(because) if because else None, proposer, other, count)
        for because, proposer, other, count in rows
    ]
