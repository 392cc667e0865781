"""What is stored of a worker, changed after the approval."""

from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.identifiers import ApplicationId, Nib

REWRITE = """
UPDATE worker SET site_type = %s, sealed = %s
WHERE nib = %s AND application_id = %s AND row_no = %s
"""

# An officer looks again, also at one that was looked at before. What is looked at now is the
# correction, not what the rules let pass: it is no part of the lot any more. What was found of the
# one whom the lot drew stays counted (`lot_outcome`).
DRAW_AGAIN = """
INSERT INTO sample (nib, application_id, row_no, drawn_at, drawn_because)
VALUES (%s, %s, %s, %s, 'corrected')
ON CONFLICT (nib, application_id, row_no) DO UPDATE
SET drawn_at = EXCLUDED.drawn_at, drawn_because = EXCLUDED.drawn_because, officer_id = NULL,
    checked_at = NULL, outcome = NULL
"""

# One more at the one kind of site, one less at the other, if there is room.
MOVE_PLACE = """
UPDATE quota_use q
SET service = q.service + %(service)s, administration = q.administration - %(service)s
FROM application a
WHERE a.nib = %(nib)s AND a.application_id = %(application)s
  AND q.nib = a.nib AND q.period_id = a.period_id
  AND (%(most)s::integer IS NULL
       OR CASE WHEN %(service)s > 0 THEN q.service ELSE q.administration END < %(most)s)
RETURNING q.nib
"""


async def rewrite_worker(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    row: int,
    *,
    site_type: str,
    sealed: bytes,
) -> None:
    """Store what is said of a worker from now on.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row: of the worker in the roster.
        site_type: as corrected.
        sealed: name, position and all else of the worker, in an envelope.
    """
    await conn.execute(REWRITE, (site_type, sealed, nib, application_id, row))


async def draw_again(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, row: int, *, at: datetime
) -> None:
    """Put a worker among the samples that officers check.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row: of the worker in the roster.
        at: aware.
    """
    await conn.execute(DRAW_AGAIN, (nib, application_id, row, at))


async def move_place(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    *,
    service: int,
    most: int | None,
) -> bool:
    """Move a place under the caps between the kinds of site; whether there was room.

    Args:
        service: 1 towards service, -1 towards administration.
        most: the cap of the kind of site it moves to; None: no bound.
    """
    values = {"nib": nib, "application": application_id, "service": service, "most": most}
    return await (await conn.execute(MOVE_PLACE, values)).fetchone() is not None
