"""Applications as they are read and moved along."""

from collections.abc import Collection, Sequence
from typing import Final

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.filing.application import Application
from strp.domain.identifiers import ApplicationId, Nib
from strp.store.engine.arrays import bigints

COLUMNS = """
nib, application_id, period_id, policy_id, sector, state, submitted_at, due_at, decided_at,
source_format, rows, accepted, unchanged, duplicate, exempt, rejected,
pending, approved, refused, returned, leavers, problems, late_s, late_because, version
"""

BY_ID = f"SELECT {COLUMNS} FROM application WHERE application_id = %s"

OF_EMPLOYERS_BY_ID = f"{BY_ID} AND nib = ANY(%s::bigint[])"

OF_EMPLOYER = f"""
SELECT {COLUMNS} FROM application
WHERE nib = %(nib)s
  AND (submitted_at, application_id) < (
      coalesce((SELECT submitted_at FROM application
                WHERE nib = %(nib)s AND application_id = %(before)s), 'infinity'),
      %(before)s::bigint)
ORDER BY submitted_at DESC, application_id DESC LIMIT %(limit)s
"""

# By the primary key, a bounded number of filings; those that a corrections file brought say so in
# what is kept of the file's name.
MOST_REMARKS_BYTES: Final = 1 << 16
CORRECTIONS_AFTER = f"""
SELECT {COLUMNS} FROM (
    SELECT * FROM application WHERE nib = %(nib)s AND application_id > %(after)s
    ORDER BY application_id LIMIT %(looked_at)s) later
WHERE CASE WHEN octet_length(problems) <= %(most_bytes)s
           THEN position(%(mark)s::bytea IN problems) > 0 ELSE false END
ORDER BY application_id LIMIT %(limit)s
"""

FILED_UNDER = """
SELECT EXISTS (SELECT FROM application WHERE nib = %s AND idempotency_key = %s)
"""

CORRECTION_CHUNKS = """
SELECT chunk_no, sealed FROM correction
WHERE nib = %s AND application_id = %s ORDER BY chunk_no LIMIT %s
"""


async def find_application(
    conn: AsyncConnection, application_id: ApplicationId, nibs: Collection[Nib] | None = None
) -> Application | None:
    """An application by its id; with employers, only where it is one of theirs.

    Args:
        application_id: of the filing.
        nibs: of the employers that may be; None for any, empty for none.
    """
    async with conn.cursor(row_factory=class_row(Application)) as cursor:
        if nibs is None:
            await cursor.execute(BY_ID, (application_id,))
        else:
            await cursor.execute(OF_EMPLOYERS_BY_ID, (application_id, bigints(list(nibs))))
        return await cursor.fetchone()


async def list_applications(
    conn: AsyncConnection, nib: Nib, *, before: ApplicationId | None = None, limit: int
) -> Sequence[Application]:
    """Applications of an employer, the newest first.

    Args:
        before: only those older than this one.
        limit: most applications to return.
    """
    async with conn.cursor(row_factory=class_row(Application)) as cursor:
        values = {"nib": nib, "before": before or 1 << 62, "limit": limit}
        await cursor.execute(OF_EMPLOYER, values)
        return await cursor.fetchall()


async def corrections_after(
    conn: AsyncConnection, nib: Nib, after: ApplicationId, mark: str, *, looked_at: int, limit: int
) -> Sequence[Application]:
    """Filings of an employer that may have brought a corrections file, the earliest first.

    Args:
        nib: the employer.
        after: only those filed after this one.
        mark: what the name of such a file holds.
        looked_at: most filings that are looked at; those with very many problems are passed over.
        limit: most that are returned.
    """
    values = {"nib": nib, "after": after, "mark": mark.encode(), "most_bytes": MOST_REMARKS_BYTES}
    async with conn.cursor(row_factory=class_row(Application)) as cursor:
        await cursor.execute(CORRECTIONS_AFTER, {**values, "looked_at": looked_at, "limit": limit})
        return await cursor.fetchall()


async def is_filed_under(conn: AsyncConnection, nib: Nib, idempotency_key: str) -> bool:
    """Whether an employer filed something under an idempotency key.

    Args:
        nib: of the employer.
        idempotency_key: as it came with the request.
    """
    row = await (await conn.execute(FILED_UNDER, (nib, idempotency_key))).fetchone()
    return bool(row and row[0])


async def read_correction_chunks(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, *, most: int | None = None
) -> Sequence[tuple[int, bytes]]:
    """Sealed chunks of the rows to mend, in order.

    Args:
        nib: the employer.
        application_id: of the filing.
        most: how many of them; None: all.
    """
    cursor = await conn.execute(CORRECTION_CHUNKS, (nib, application_id, most), binary=True)
    return await cursor.fetchall()
