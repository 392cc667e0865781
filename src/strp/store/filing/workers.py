"""Workers of applications, read in pages and decided in sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row, class_row

from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber
from strp.store.engine.arrays import bigints, integers

# Rows of a large application that are looked at for one set of certificates, and
MOST_READ = 20_000
# for one page of those approved.
MOST_SEEN = 100_000

# Which workers make a page is settled along the key first; only for those is the certificate looked
# up, as a value and by its whole key. So a page costs what it shows, whatever the planner knows of
# tables that have just grown.
_PAGE = """
SELECT w.row_no, w.site_type, w.state, w.screening, w.reasons, w.remark, w.sealed,
       w.host_nib, w.host_sector,
       (SELECT c.serial_no FROM certificate c WHERE c.nib = w.nib
        AND c.application_id = w.application_id AND c.row_no = w.row_no) AS serial_no
FROM ({rows}) w ORDER BY w.row_no
"""
_OF_APPLICATION = """
SELECT * FROM worker
WHERE nib = %(nib)s AND application_id = %(application)s AND row_no > %(after)s
"""

ONE = _PAGE.format(
    rows="SELECT * FROM worker WHERE nib = %s AND application_id = %s AND row_no = %s"
)

PAGE_OF_ALL = _PAGE.format(rows=f"{_OF_APPLICATION} ORDER BY row_no LIMIT %(limit)s")

# By the index `worker_not_approved`.
PAGE_OF_STATE = _PAGE.format(
    rows=f"""{_OF_APPLICATION} AND state = %(state)s AND state <> 'approved'
    ORDER BY row_no LIMIT %(limit)s"""
)

# Pending workers whom screening says the same of: one group, one decision.
PAGE_OF_GROUP = _PAGE.format(
    rows=f"""{_OF_APPLICATION} AND state = 'pending' AND state <> 'approved'
    AND screening || ':' || coalesce(reasons, '') = %(group)s
    ORDER BY row_no LIMIT %(limit)s"""
)

# Most workers are approved, and an index of those would cost each filing something: where few are,
# so many rows are looked at for a page and no more.
PAGE_OF_APPROVED = _PAGE.format(
    rows=f"""SELECT * FROM ({_OF_APPLICATION} ORDER BY row_no LIMIT %(most)s) seen
    WHERE state = 'approved' ORDER BY row_no LIMIT %(limit)s"""
)

# Whether a worker has a certificate is asked as a value, which always looks it up by its whole key:
# as a join, a plan made while the table was small would read all certificates of a large
# application for each worker.
_WITHOUT_CERTIFICATE = """
w.row_no > {after_row} AND w.state = 'approved' AND w.reasons IS DISTINCT FROM 'left'
AND (SELECT c.serial_no FROM certificate c WHERE c.nib = w.nib
     AND c.application_id = w.application_id AND c.row_no = w.row_no) IS NULL
"""

# Looked up only for workers at another employer's site: the certificate names where they work.
_REGION_OF_HOST = """
CASE WHEN w.host_nib IS NOT NULL
     THEN (SELECT e.region FROM employer e WHERE e.nib = w.host_nib) END"""

# A large one is read along the key, as many as a set holds, and no further than so many rows: an
# officer's decision asks again for all that have no certificate, and most of them may have one.
TO_ISSUE_OF_LARGE = f"""
SELECT %s::bigint, w.row_no, w.site_type, w.sealed, w.host_sector, {_REGION_OF_HOST}
FROM (SELECT * FROM worker WHERE nib = %s AND application_id = %s AND row_no > %s
      ORDER BY row_no LIMIT %s) w
WHERE {_WITHOUT_CERTIFICATE.format(after_row="0")}
ORDER BY w.row_no LIMIT %s
"""

ROW_AFTER = """
SELECT row_no FROM worker WHERE nib = %s AND application_id = %s AND row_no > %s
ORDER BY row_no OFFSET %s LIMIT 1
"""

# One statement for tasks that fit into a set: most applications have only a few workers. A
# set-returning function in the list keeps each a look-up of its own (see `certificates`).
TO_ISSUE = f"""
SELECT t.position, w.row_no, w.site_type, w.sealed, w.host_sector, w.region
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) WITH ORDINALITY
     AS t (nib, application_id, after_row, position)
CROSS JOIN LATERAL (
    SELECT w.row_no, w.site_type, w.sealed, w.host_sector, {_REGION_OF_HOST} AS region,
           generate_series(1, 1)
    FROM worker w
    WHERE w.nib = t.nib AND w.application_id = t.application_id
      AND {_WITHOUT_CERTIFICATE.format(after_row="t.after_row")}) w
ORDER BY t.position, w.row_no LIMIT %s
"""


LAST_ROWS = """
SELECT row_no FROM (
    SELECT row_no, row_number() OVER (ORDER BY row_no) AS place,
           count(*) OVER () AS total
    FROM worker WHERE nib = %(nib)s AND application_id = %(application)s
      AND (%(state)s::text IS NULL OR state = %(state)s)) numbered
WHERE place %% %(size)s = 0 AND place < total ORDER BY row_no
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWorker:
    """One worker as stored; personal data stay sealed."""

    row_no: int
    site_type: str
    state: str
    screening: str
    reasons: str | None
    remark: str | None
    sealed: bytes
    serial_no: SerialNumber | None
    host_nib: Nib | None
    host_sector: str | None

    @property
    def reason_codes(self) -> tuple[str, ...]:
        """Reasons of screening or decision."""
        return tuple(self.reasons.split()) if self.reasons else ()


class WorkerToIssue(NamedTuple):
    """An approved worker without a certificate, of the task at a position from 1.

    `host_sector` and `host_region` are those of the employer at whose site the worker is, where
    that is not the employer's own.
    """

    position: int
    row_no: int
    site_type: str
    sealed: bytes
    host_sector: str | None = None
    host_region: str | None = None


async def list_workers(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    *,
    state: WorkerState | None,
    after: int,
    limit: int,
    group: str | None = None,
) -> tuple[Sequence[StoredWorker], int | None]:
    """A page of workers in row order.

    Args:
        state: only workers in this state, or None for all.
        after: only rows after this one.
        limit: most workers to return.
        group: screening outcome and reason codes, `REFER:nik-age`: of those who are pending, only
            the workers with just these.

    Returns:
        Workers, and the row to go on after, or None at the end. A page of those approved may be
        short before the end.
    """
    place = {"nib": nib, "application": application_id, "after": after}
    values = {**place, "state": state, "limit": limit + 1, "most": MOST_SEEN, "group": group}
    query = PAGE_OF_GROUP if group else _PAGES.get(state, PAGE_OF_STATE)
    async with conn.cursor(row_factory=class_row(StoredWorker), binary=True) as cursor:
        await cursor.execute(query, values)
        found = await cursor.fetchall()
    if len(found) > limit:
        return found[:limit], found[limit - 1].row_no
    if group or state is not WorkerState.APPROVED:
        return found, None
    return found, await _row_after(conn, (nib, application_id, after), MOST_SEEN)


async def last_rows_of_pages(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    *,
    state: WorkerState | None,
    size: int,
) -> Sequence[int]:
    """The last row of each page but the last one; reads all workers of the application.

    Args:
        nib: the employer.
        application_id: of the filing.
        state: only workers in this state, or None for all.
        size: workers a page.
    """
    values = {"nib": nib, "application": application_id, "state": state, "size": size}
    cursor = await conn.execute(LAST_ROWS, values, binary=True)
    return [int(row) for (row,) in await cursor.fetchall()]


_PAGES = {None: PAGE_OF_ALL, WorkerState.APPROVED: PAGE_OF_APPROVED}


async def _row_after(conn: AsyncConnection, place: tuple[int, int, int], count: int) -> int | None:
    """The row so many workers after one, or None where there are fewer."""
    read = await (await conn.execute(ROW_AFTER, (*place, count - 1))).fetchone()
    return None if read is None else int(read[0])


async def find_worker(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, row_no: int
) -> StoredWorker | None:
    """One worker of an application.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row_no: of the roster.
    """
    async with conn.cursor(row_factory=class_row(StoredWorker), binary=True) as cursor:
        await cursor.execute(ONE, (nib, application_id, row_no))
        return await cursor.fetchone()


async def workers_to_issue(
    conn: AsyncConnection, tasks: Sequence[tuple[int, int, int]], limit: int
) -> Sequence[WorkerToIssue]:
    """Approved workers without a certificate, task by task, in row order.

    Args:
        tasks: employer, application and the row to go on after; together they hold hardly more
            workers than the limit.
        limit: most workers in all.
    """
    nibs, numbers, after = zip(*tasks, strict=True)
    async with conn.cursor(row_factory=args_row(WorkerToIssue), binary=True) as cursor:
        columns = bigints(nibs), bigints(numbers), integers(after)
        await cursor.execute(TO_ISSUE, (*columns, limit))
        return await cursor.fetchall()


async def large_to_issue(
    conn: AsyncConnection, task: tuple[int, int, int], limit: int, *, position: int
) -> tuple[Sequence[WorkerToIssue], int | None]:
    """Some approved workers without a certificate of one application of any size.

    Args:
        task: employer, application and the row to go on after.
        limit: most workers.
        position: of the task in its set.

    Returns:
        Workers in row order, and the row to go on after, or None where all were looked at.
    """
    async with conn.cursor(row_factory=args_row(WorkerToIssue), binary=True) as cursor:
        await cursor.execute(TO_ISSUE_OF_LARGE, (position, *task, MOST_READ, limit))
        found = await cursor.fetchall()
    if len(found) == limit:
        return found, found[-1].row_no
    return found, await _row_after(conn, task, MOST_READ)
