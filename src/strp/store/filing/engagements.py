"""Who has which worker in a period, looked up by worker."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.filing.sampling import DrawnBecause
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.store.engine.arrays import bigints, integers, same_size_byteas, texts, times

# Two statements: who has a worker is spread by the worker, what was filed by the employer.
ENGAGED = """
SELECT nik_index, nib, application_id, row_no FROM engagement
WHERE nik_index = ANY(%s::bytea[]) AND period_id = %s AND nib >= 0
"""

WORKERS = """
SELECT w.nib, w.application_id, w.row_no, w.state, w.sealed
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS k (nib, application_id, row_no)
CROSS JOIN LATERAL (
    SELECT w.nib, w.application_id, w.row_no, w.state, w.sealed, generate_series(1, 1)
    FROM worker w
    WHERE w.nib = k.nib AND w.application_id = k.application_id AND w.row_no = k.row_no) w
"""

INDEXES = """
SELECT row_no, nik_index FROM worker
WHERE nib = %s AND application_id = %s AND row_no = ANY(%s::int[])
"""

SITES = """
SELECT w.application_id, w.row_no, w.state, w.site_type, w.host_nib
FROM unnest(%s::bigint[], %s::int[]) AS k (application_id, row_no)
JOIN worker w ON w.nib = %s AND w.application_id = k.application_id AND w.row_no = k.row_no
"""

NAMES = "SELECT nib, name FROM employer WHERE nib = ANY(%s::bigint[])"

# One that an officer has looked at already is not drawn again: a look settles it. Whom the lot
# draws belongs to the random part, whatever else it was drawn for before.
DRAW = """
INSERT INTO sample AS s (nib, application_id, row_no, drawn_at, drawn_because)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::timestamptz[], %s::text[])
ON CONFLICT (nib, application_id, row_no) DO UPDATE SET drawn_because = EXCLUDED.drawn_because
WHERE s.checked_at IS NULL AND EXCLUDED.drawn_because = 'lot'
"""


class EngagedWorker(NamedTuple):
    """A pending or approved worker of an employer, personal data sealed."""

    nik_index: bytes
    nib: Nib
    application_id: ApplicationId
    row_no: int
    state: str
    sealed: bytes


class Drawn(NamedTuple):
    """A worker whom an officer looks at afterwards."""

    nib: int
    application_id: int
    row: int
    at: datetime
    because: DrawnBecause


class WorkerAtSite(NamedTuple):
    """Where a worker of an employer was filed to work; `host_nib` is None at its own site."""

    application_id: ApplicationId
    row_no: int
    state: str
    site_type: str
    host_nib: Nib | None


async def sites_of(
    conn: AsyncConnection, nib: Nib, workers: Sequence[tuple[ApplicationId, int]]
) -> list[WorkerAtSite]:
    """Where workers of one employer were filed to work.

    Args:
        workers: application and row of each.
    """
    numbers, rows = bigints([one[0] for one in workers]), integers([one[1] for one in workers])
    async with conn.cursor(row_factory=args_row(WorkerAtSite), binary=True) as cursor:
        await cursor.execute(SITES, (numbers, rows, nib))
        return await cursor.fetchall()


async def engaged_workers(
    conn: AsyncConnection, nik_indexes: Sequence[bytes], period_id: PeriodId
) -> list[EngagedWorker]:
    """The workers behind keyed indexes, of all employers that have them in the period.

    Args:
        nik_indexes: keyed indexes of the workers' NIK.
        period_id: in which employers have them.
    """
    if not nik_indexes:
        return []
    cursor = await conn.execute(ENGAGED, (same_size_byteas(nik_indexes), period_id), binary=True)
    index_of = {tuple(row[1:]): bytes(row[0]) for row in await cursor.fetchall()}
    if not index_of:
        return []
    nibs, numbers, rows = zip(*index_of, strict=True)
    columns = (bigints(nibs), bigints(numbers), integers(rows))
    cursor = await conn.execute(WORKERS, columns, binary=True)
    return [
        EngagedWorker(index_of[nib, number, row], nib, number, row, state, sealed)
        for nib, number, row, state, sealed in await cursor.fetchall()
    ]


async def indexes_of(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, rows: Sequence[int]
) -> dict[int, bytes]:
    """Keyed indexes of workers of an application, by row.

    Args:
        nib: of the employer.
        application_id: of the filing.
        rows: of the workers in the roster.
    """
    cursor = await conn.execute(INDEXES, (nib, application_id, integers(rows)), binary=True)
    return {row: bytes(nik_index) for row, nik_index in await cursor.fetchall()}


async def employer_names(conn: AsyncConnection, nibs: Collection[Nib]) -> dict[Nib, str]:
    """Names of employers as in the registry."""
    cursor = await conn.execute(NAMES, (bigints(list(nibs)),), binary=True)
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def draw(conn: AsyncConnection, workers: Sequence[Drawn]) -> None:
    """Put workers among the samples that officers check; of two causes the first counts."""
    if workers:
        once = {each[:3]: each for each in reversed(workers)}.values()
        nibs, numbers, rows, moments, causes = zip(*once, strict=True)
        columns = (bigints(nibs), bigints(numbers), integers(rows), times(moments), texts(causes))
        await conn.execute(DRAW, columns, binary=True)
