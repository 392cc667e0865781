"""Rows of screening again: an employer's waiting workers, page by page, under its lock.

The employer's lock comes first, as everywhere; then the places on the desk, so that nobody decides
these applications meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection

from strp.domain.employers.caps import QuotaUse
from strp.domain.filing.application import WorkerState
from strp.domain.filing.rescreening import StoredRow
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.domain.roster.row import SiteType
from strp.store.employers.lock import lock_employers, told_when_locked
from strp.store.engine.arrays import bigints, integers, same_size_byteas, texts

WAITING = """
SELECT application_id, due_at FROM desk WHERE nib = %s ORDER BY due_at, application_id FOR UPDATE
"""

APPLICATIONS = """
SELECT application_id, period_id, policy_id FROM application
WHERE nib = %s AND application_id = ANY(%s::bigint[]) ORDER BY submitted_at, application_id
"""

PENDING_BY_SITE = """
SELECT count(*) FILTER (WHERE w.site_type = 'pelayanan'),
       count(*) FILTER (WHERE w.site_type = 'administrasi')
FROM worker w
WHERE w.nib = %s AND w.application_id = ANY(%s::bigint[]) AND w.state = 'pending'
  AND w.host_nib IS NULL
"""

QUOTA = """
SELECT service, administration, claims_told FROM quota_use WHERE nib = %s AND period_id = %s
"""

SAVE_QUOTA = """
UPDATE quota_use SET service = %s, administration = %s WHERE nib = %s AND period_id = %s
"""

ROWS = """
SELECT row_no, site_type, reasons, screening, nik_index, host_nib FROM worker
WHERE nib = %s AND application_id = %s AND row_no > %s AND state = 'pending'
ORDER BY row_no LIMIT %s
"""

CHANGE = """
UPDATE worker w SET state = c.state, screening = c.screening, reasons = c.reasons
FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS c (row_no, state, screening, reasons)
WHERE w.nib = %s AND w.application_id = %s AND w.row_no = c.row_no AND w.state = 'pending'
"""

SECTORS_OF_HOSTS = """
UPDATE worker w SET host_sector = s.sector
FROM unnest(%s::bigint[], %s::text[]) AS s (host_nib, sector)
WHERE w.nib = %s AND w.application_id = %s AND w.host_nib = s.host_nib
  AND w.state IN ('pending', 'approved') AND w.host_sector IS DISTINCT FROM s.sector
  AND NOT EXISTS (SELECT FROM certificate c WHERE c.nib = w.nib
                  AND c.application_id = w.application_id AND c.row_no = w.row_no)
"""

HOSTS_WAITING = """
SELECT DISTINCT host_nib FROM worker
WHERE nib = %s AND application_id = ANY(%s::bigint[]) AND state = 'pending'
  AND host_nib IS NOT NULL
"""

FREE = """
DELETE FROM engagement WHERE nik_index = ANY(%s::bytea[]) AND period_id = %s AND nib = %s
"""

# A proposal was made on other grounds: whoever proposed it looks again.
FORGET_PROPOSALS = """
DELETE FROM proposal WHERE nib = %s AND application_id = %s AND row_no = ANY(%s::int[])
"""

MOVE = """
UPDATE application
SET sector = %(sector)s, pending = pending - %(approved)s - %(refused)s,
    approved = approved + %(approved)s, refused = refused + %(refused)s,
    state = CASE WHEN pending = %(approved)s + %(refused)s THEN 'decided' ELSE state END,
    decided_at = CASE WHEN pending = %(approved)s + %(refused)s THEN %(now)s::timestamptz END,
    version = version + 1
WHERE nib = %(nib)s AND application_id = %(application)s
RETURNING pending
"""

LEAVE_DESK = "DELETE FROM desk WHERE nib = %s AND application_id = %s"

STAY_ON_DESK = "UPDATE desk SET not_for = NULL WHERE nib = %s AND application_id = %s"

ASK_TO_ISSUE = """
INSERT INTO issue_task (nib, application_id, due_at) VALUES (%s, %s, %s)
ON CONFLICT (nib, application_id) DO UPDATE SET after_row = 0
"""


class WaitingFile(NamedTuple):
    """An application with workers who wait."""

    application_id: ApplicationId
    period_id: PeriodId
    policy_id: str
    due_at: datetime


class PendingRow(NamedTuple):
    """A worker who waits, as screening found them, and the keyed index."""

    stored: StoredRow
    screening: str
    nik_index: bytes


class Change(NamedTuple):
    """Where screening puts a worker who waited."""

    row: int
    state: WorkerState
    screening: str
    reasons: str | None
    nik_index: bytes


async def lock_waiting(conn: AsyncConnection, nib: Nib) -> list[WaitingFile]:
    """Lock an employer and its places on the desk; its waiting applications, the first filed first.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain.
    """
    async with told_when_locked():
        await lock_employers(conn, [nib])
        rows = await (await conn.execute(WAITING, (nib,))).fetchall()
    due = {row[0]: row[1] for row in rows}
    found = await (await conn.execute(APPLICATIONS, (nib, list(due)))).fetchall()
    return [
        WaitingFile(ApplicationId(number), PeriodId(period), policy, due[number])
        for number, period, policy in found
    ]


async def quota_without(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, applications: Sequence[int]
) -> QuotaUse:
    """The use of the caps, less the workers who wait in these applications.

    Args:
        nib: of the employer.
        period_id: of the caps.
        applications: all of this period.
    """
    row = await (await conn.execute(QUOTA, (nib, period_id))).fetchone()
    used = QuotaUse(*row) if row else QuotaUse()
    row = await (await conn.execute(PENDING_BY_SITE, (nib, list(applications)))).fetchone()
    assert row is not None
    return used.plus(-row[0], -row[1])


async def save_quota(conn: AsyncConnection, nib: Nib, period_id: PeriodId, used: QuotaUse) -> None:
    """Store the new use of the caps.

    Args:
        nib: of the employer.
        period_id: of the caps.
        used: in place of what was stored.
    """
    await conn.execute(SAVE_QUOTA, (used.service, used.administration, nib, period_id))


async def pending_rows(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, after: int, limit: int
) -> list[PendingRow]:
    """Workers who wait, in the order of the roster.

    Args:
        conn: the transaction that holds the employer.
        nib: employer.
        application_id: of the filing.
        after: only rows after this one.
        limit: most rows.
    """
    cursor = await conn.execute(ROWS, (nib, application_id, after, limit), binary=True)
    return [
        PendingRow(
            StoredRow(row, SiteType(site), tuple(reasons.split()) if reasons else (), host),
            screening,
            bytes(index),
        )
        for row, site, reasons, screening, index, host in await cursor.fetchall()
    ]


async def hosts_waiting(conn: AsyncConnection, nib: Nib, applications: Sequence[int]) -> list[Nib]:
    """Whose sites the waiting workers of these applications are at, the employer's own left out.

    Args:
        nib: of the employer.
        applications: of this employer.

    Returns:
        In ascending order.
    """
    rows = await (await conn.execute(HOSTS_WAITING, (nib, list(applications)))).fetchall()
    return sorted(Nib(row[0]) for row in rows)


async def save_sectors(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, sectors: Mapping[Nib, str]
) -> None:
    """Store the sector of each host with the workers there who have no certificate yet.

    Args:
        nib: of the employer.
        application_id: of the filing.
        sectors: by NIB of the host.
    """
    if sectors:
        columns = (bigints(list(sectors)), texts(list(sectors.values())))
        await conn.execute(SECTORS_OF_HOSTS, (*columns, nib, application_id), binary=True)


async def save_changes(
    conn: AsyncConnection, nib: Nib, file: WaitingFile, changes: Sequence[Change]
) -> None:
    """Put workers where screening puts them now; who is out leaves the engagements.

    Args:
        nib: of the employer.
        file: the application.
        changes: of its workers; may be empty.
    """
    if not changes:
        return
    rows, states, screenings, reasons, _ = zip(*changes, strict=True)
    key = nib, file.application_id
    columns = (integers(rows), texts(states), texts(screenings), texts(reasons))
    await conn.execute(CHANGE, (*columns, *key), binary=True)
    await conn.execute(FORGET_PROPOSALS, (*key, integers(rows)), binary=True)
    out = [each.nik_index for each in changes if each.state is WorkerState.REFUSED]
    if out:
        values = (same_size_byteas(out), file.period_id, nib)
        await conn.execute(FREE, values, binary=True)


async def settle_file(
    conn: AsyncConnection,
    nib: Nib,
    file: WaitingFile,
    *,
    sector: str,
    approved: int,
    refused: int,
    now: datetime,
) -> bool:
    """Bring an application, the desk and issuing up to its workers; whether all are decided.

    Args:
        nib: of the employer.
        file: the application.
        sector: whose rules the workers were screened by.
        approved: workers who went from pending to approved.
        refused: workers who went from pending to refused.
        now: aware.
    """
    key = nib, file.application_id
    values = {
        "nib": nib,
        "application": file.application_id,
        "sector": sector,
        "approved": approved,
        "refused": refused,
        "now": now,
    }
    row = await (await conn.execute(MOVE, values)).fetchone()
    assert row is not None
    await conn.execute(STAY_ON_DESK if row[0] else LEAVE_DESK, key)
    if approved:
        await conn.execute(ASK_TO_ISSUE, (*key, file.due_at))
    return not row[0]
