"""Certificates: issued in sets, found by serial, taken back through the status list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import Struct
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row, class_row

from strp.domain.epochs import COUNT_BITS, COUNTED_END, COUNTED_LIST_BITS
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber
from strp.store.certificates.issuing_stop import GOES_ON
from strp.store.employers import closures
from strp.store.employers.hostings import Site
from strp.store.engine.arrays import bigints
from strp.store.engine.binary_copy import copy_rows, postgres_microseconds

SERIAL_BLOCK = 1000  # numbers that processes leased at once before there were epochs
LIST_NO = f"""
CASE WHEN serial_no < {COUNTED_END} THEN serial_no >> {COUNTED_LIST_BITS}
     ELSE serial_no >> {COUNT_BITS} END
"""
_INDEX = f"""
(CASE WHEN serial_no < {COUNTED_END} THEN serial_no & {(1 << COUNTED_LIST_BITS) - 1}
      ELSE serial_no & {(1 << COUNT_BITS) - 1} END)::int
"""

# Applications of more workers than this are gone on with a set at a time, beside all others.
# The number stands in the index `issue_task_large` too.
LARGE_WORKERS = 1500

# The row stays locked until the certificates are stored: a process that dies gives it back.
# Locked is only what fits into a set, and of the large ones the one that is gone on with: a
# process beside this one takes the others.
# Tasks are taken before anything is looked up for them. A set-returning function in its list keeps
# each look-up one by key, so that a set costs the same however many wait and however large the
# other tables are; OFFSET 0 would do the same, but Citus does not push that down.
_SMALL = f"coalesce(workers, 0) <= {LARGE_WORKERS} AND {closures.not_closed('nib', '%(now)s')}"
TAKE_TASKS = f"""
WITH small AS MATERIALIZED (
    SELECT nib, application_id, due_at, after_row, put_off_because FROM issue_task
    WHERE {_SMALL} AND {GOES_ON}
    ORDER BY due_at, nib, application_id
    LIMIT (SELECT greatest(1, count(*)) FROM (
               SELECT sum(coalesce(workers, 1)) OVER (ORDER BY due_at, nib, application_id) AS held
               FROM (SELECT workers, due_at, nib, application_id FROM issue_task WHERE {_SMALL}
                     ORDER BY due_at, nib, application_id LIMIT %(most)s) first) fitting
           WHERE held <= %(room)s)
    FOR NO KEY UPDATE SKIP LOCKED
), large AS MATERIALIZED (
    SELECT nib, application_id, due_at, after_row, put_off_because FROM issue_task
    WHERE workers > {LARGE_WORKERS} AND {closures.not_closed("nib", "%(now)s")} AND {GOES_ON}
    ORDER BY due_at, nib, application_id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
), taken AS MATERIALIZED (
    SELECT *, false AS is_large FROM small UNION ALL SELECT *, true FROM large
)
SELECT t.nib, t.application_id, t.after_row, e.name AS employer_name, e.region,
       a.period_id, a.policy_id, a.sector, a.accepted, a.approved, t.is_large,
       t.put_off_because IS NOT NULL AS is_put_off
FROM taken t
CROSS JOIN LATERAL (SELECT period_id, policy_id, sector, accepted, approved, generate_series(1, 1)
                    FROM application
                    WHERE nib = t.nib AND application_id = t.application_id) a
CROSS JOIN LATERAL (SELECT name, region, generate_series(1, 1) FROM employer
                    WHERE nib = t.nib) e
ORDER BY t.is_large, t.due_at, t.nib, t.application_id
"""

WAKE_ISSUERS = "SELECT pg_notify('strp_issue', '')"

FINISH_TASKS = """
DELETE FROM issue_task t USING unnest(%s::bigint[], %s::bigint[]) AS d (nib, application_id)
WHERE t.nib = d.nib AND t.application_id = d.application_id
"""

CONTINUE_TASK = """
UPDATE issue_task SET after_row = %s, workers = greatest(workers, %s)
WHERE nib = %s AND application_id = %s
"""

PUT_OFF_TASK = """
UPDATE issue_task SET due_at = greatest(due_at, %s), put_off_because = %s
WHERE nib = %s AND application_id = %s
"""

LIST_PUT_OFF = """
SELECT application_id, put_off_because FROM issue_task
WHERE put_off_because IS NOT NULL ORDER BY application_id LIMIT %s
"""

COUNT_TASKS = "SELECT count(*), count(put_off_because) FROM issue_task"

COPY_CERTIFICATES = """
COPY certificate (nib, application_id, row_no, serial_no, issued_at, sealed)
FROM STDIN (FORMAT BINARY)
"""

BY_SERIAL = """
SELECT nib, application_id, row_no, serial_no, issued_at, sealed
FROM certificate WHERE serial_no = %s
"""

OF_APPLICATION = """
SELECT nib, application_id, row_no, serial_no, issued_at, sealed
FROM certificate WHERE nib = %s AND application_id = %s AND row_no > %s ORDER BY row_no LIMIT %s
"""

COUNT_OF_EMPLOYER = "SELECT count(*) FROM certificate WHERE nib = %s"

# Per employer and list, the places of its certificates in that list: one value instead of a row
# each, four bytes a place.
PLACES_OF_EMPLOYERS = f"""
SELECT nib, {LIST_NO} AS list_no, string_agg(int4send({_INDEX}), ''::bytea) AS places
FROM certificate WHERE nib = ANY(%s::bigint[]) GROUP BY nib, list_no
"""

PLACES_AT_HOST = f"""
SELECT {LIST_NO} AS list_no, string_agg(int4send({_INDEX}), ''::bytea) AS places
FROM worker w
JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
JOIN certificate c ON c.nib = w.nib AND c.application_id = w.application_id AND c.row_no = w.row_no
WHERE w.nib = %s AND w.host_nib = %s AND a.period_id = %s
GROUP BY list_no
"""

AT_HOST = """
SELECT c.application_id, c.serial_no
FROM worker w
JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
JOIN certificate c ON c.nib = w.nib AND c.application_id = w.application_id AND c.row_no = w.row_no
WHERE w.nib = %s AND w.host_nib = %s AND a.period_id = %s
  AND (%s::bigint[] IS NULL OR w.application_id = ANY(%s::bigint[]))
  AND (%s::bigint[] IS NULL OR c.serial_no = ANY(%s::bigint[]))
"""

_ROW = Struct(">hiqiqiiiqiqi").pack


class IssueTask(NamedTuple):
    """An application with approved workers that wait for certificates.

    Args:
        after_row: the row to go on after.
        accepted: all of its workers.
        approved: its approved workers, those with a certificate too.
        is_large: whether it is gone on with a set at a time.
        is_put_off: whether its certificates could not be made so far.
    """

    nib: Nib
    application_id: ApplicationId
    after_row: int
    employer_name: str
    region: str
    period_id: int
    policy_id: str
    sector: str
    accepted: int
    approved: int
    is_large: bool = False
    is_put_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One signed certificate as stored: it names its holder, so it is sealed."""

    nib: Nib
    application_id: ApplicationId
    row_no: int
    serial_no: SerialNumber
    issued_at: datetime
    sealed: bytes


async def take_issue_tasks(
    conn: AsyncConnection, limit: int, now: datetime, *, room: int = 2_000
) -> Sequence[IssueTask]:
    """Take applications to issue for, the nearest deadline first, past those that others hold.

    Those of an employer who is closed now stay where they are.

    Args:
        limit: most applications that are not large; one large one comes with them, as the last.
        room: workers that fit into a set.
    """
    async with conn.cursor(row_factory=args_row(IssueTask), binary=True) as cursor:
        await cursor.execute(TAKE_TASKS, {"now": now, "most": limit, "room": room})
        return await cursor.fetchall()


async def finish_issue_tasks(conn: AsyncConnection, tasks: Sequence[IssueTask]) -> None:
    """Remove tasks whose workers all have certificates."""
    nibs, numbers = [task.nib for task in tasks], [task.application_id for task in tasks]
    await conn.execute(FINISH_TASKS, (bigints(nibs), bigints(numbers)))


async def continue_issue_task(conn: AsyncConnection, task: IssueTask, after_row: int) -> None:
    """Leave a task for another turn, from the row after this one.

    Args:
        task: as it was taken.
        after_row: last row of the roster that is done.
    """
    place = (after_row, task.accepted, task.nib, task.application_id)
    await conn.execute(CONTINUE_TASK, place)


async def put_off(conn: AsyncConnection, task: IssueTask, until: datetime, why: str) -> None:
    """Let other tasks go first until a time, and keep the code of the error that says why.

    Args:
        task: as it was taken.
        until: aware.
        why: code of the error.
    """
    await conn.execute(PUT_OFF_TASK, (until, why, task.nib, task.application_id))


async def list_put_off(conn: AsyncConnection, limit: int) -> Sequence[tuple[int, str]]:
    """Applications whose certificates could not be made, each with the code that says why."""
    cursor = await conn.execute(LIST_PUT_OFF, (limit,))
    return await cursor.fetchall()


def certificate_rows(
    issued_at: datetime, certificates: Iterable[tuple[int, int, int, int, bytes]]
) -> list[bytes]:
    """Certificates as rows of binary COPY.

    Args:
        issued_at: aware time of all of them.
        certificates: employer, application, row, serial number, sealed token.
    """
    at = postgres_microseconds(issued_at)
    return [
        _ROW(6, 8, nib, 8, application_id, 4, row_no, 8, serial_no, 8, at, len(sealed)) + sealed
        for nib, application_id, row_no, serial_no, sealed in certificates
    ]


async def save_certificates(conn: AsyncConnection, rows: list[bytes]) -> None:
    """Store certificates; the primary key holds that a worker never gets two."""
    await copy_rows(conn, COPY_CERTIFICATES, rows)


async def find_certificate(conn: AsyncConnection, serial: SerialNumber) -> Certificate | None:
    """A certificate by its serial number."""
    async with conn.cursor(row_factory=class_row(Certificate), binary=True) as cursor:
        await cursor.execute(BY_SERIAL, (serial,))
        return await cursor.fetchone()


async def list_certificates(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, *, after: int, limit: int
) -> Sequence[Certificate]:
    """Certificates of an application in row order, a page at a time.

    Args:
        nib: of the employer.
        application_id: of the filing.
        after: row of the last one of the page before; -1 for the first page.
        limit: most of them.
    """
    async with conn.cursor(row_factory=class_row(Certificate), binary=True) as cursor:
        await cursor.execute(OF_APPLICATION, (nib, application_id, after, limit))
        return await cursor.fetchall()


async def count_certificates(conn: AsyncConnection, nib: Nib) -> int:
    """Number of certificates of an employer."""
    cursor = await conn.execute(COUNT_OF_EMPLOYER, (nib,))
    (count,) = await cursor.fetchone()  # type: ignore[misc]
    return int(count)


async def places_of_employers(
    conn: AsyncConnection, nibs: Sequence[Nib]
) -> Sequence[tuple[Nib, int, bytes]]:
    """Where the certificates of employers have their status.

    Returns:
        Employer, number of the list, and the indexes in it, four bytes each (big-endian).
    """
    cursor = await conn.execute(PLACES_OF_EMPLOYERS, (bigints(nibs),), binary=True)
    return await cursor.fetchall()


async def places_at_host(conn: AsyncConnection, site: Site) -> Sequence[tuple[int, bytes]]:
    """Where the certificates of an employer's workers at a host have their status.

    Returns:
        Number of the list, and the indexes in it, four bytes each (big-endian).
    """
    cursor = await conn.execute(PLACES_AT_HOST, site_values(site), binary=True)
    return await cursor.fetchall()


async def certificates_at_host(
    conn: AsyncConnection,
    site: Site,
    *,
    applications: Sequence[int] | None = None,
    serials: Sequence[int] | None = None,
) -> Sequence[tuple[ApplicationId, SerialNumber]]:
    """Certificates of an employer's workers at a host: of some applications, or some of them.

    Args:
        site: employer, host and period.
        applications: None for all.
        serials: None for all.
    """
    numbers = None if applications is None else list(applications)
    asked = None if serials is None else list(serials)
    values = (*site_values(site), numbers, numbers, asked, asked)
    return await (await conn.execute(AT_HOST, values)).fetchall()


def site_values(site: Site) -> tuple[object, ...]:
    """A site as these statements ask for it."""
    return (site.nib, site.host_nib, site.period_id)


async def wake_issuers(conn: AsyncConnection) -> None:
    """Tell every process that issues that something was approved, after the commit."""
    await conn.execute(WAKE_ISSUERS)


async def count_issue_tasks(conn: AsyncConnection) -> tuple[int, int]:
    """Number of applications that wait for certificates, and of those that were put off."""
    cursor = await conn.execute(COUNT_TASKS)
    waiting, put_off = await cursor.fetchone()  # type: ignore[misc]
    return int(waiting), int(put_off)
