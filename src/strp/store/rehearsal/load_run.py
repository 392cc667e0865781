"""What a bench asks of the tables: totals, receipts, backends; and employers' keys in bulk."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row, scalar_row

from strp.store.engine.binary_copy import copy_rows, field, postgres_microseconds, text_field

TOTALS = """
SELECT (SELECT count(*) FROM application) AS applications,
       (SELECT coalesce(sum(rows), 0)::bigint FROM application) AS rows,
       (SELECT coalesce(sum(pending), 0)::bigint FROM application) AS pending,
       (SELECT count(*) FROM issue_task) AS tasks,
       (SELECT count(*) FROM worker WHERE state = 'approved') AS approved,
       (SELECT count(*) FROM certificate) AS certificates,
       (SELECT count(DISTINCT serial_no) FROM certificate) AS serials
"""

WAITING = """
SELECT EXISTS (SELECT FROM issue_task) OR EXISTS (SELECT FROM desk)
"""

WRITTEN = """
SELECT coalesce(sum(n_tup_ins), 0)::bigint FROM pg_stat_user_tables WHERE relname = 'certificate'
"""

LEDGERS = """
SELECT application_id, rows, accepted + unchanged, duplicate, exempt, rejected FROM application
"""

SAMPLE = """
SELECT nib, application_id, row_no, sealed FROM certificate WHERE serial_no = ANY (
    SELECT serial_no FROM certificate TABLESAMPLE SYSTEM (%s) LIMIT %s)
"""

BACKENDS = """
SELECT pid, application_name FROM pg_stat_activity WHERE backend_type = 'client backend'
"""

WAL_POSITION = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"

COPY_KEYS = """
COPY api_key (nib, key_hash, label, created_by, created_at) FROM STDIN (FORMAT BINARY)
"""


class DayTotals(NamedTuple):
    """The tables in numbers."""

    applications: int
    rows: int
    pending: int
    tasks: int
    approved: int
    certificates: int
    serials: int


class StoredLedger(NamedTuple):
    """The ledger of one application as stored."""

    application_id: int
    rows: int
    sound: int
    duplicate: int
    exempt: int
    rejected: int


async def day_totals(conn: AsyncConnection) -> DayTotals:
    """Count everything; reads whole tables."""
    async with conn.cursor(row_factory=class_row(DayTotals)) as cursor:
        await cursor.execute("SET statement_timeout = 0")
        await cursor.execute(TOTALS)
        found = await cursor.fetchone()
    assert found is not None
    return found


async def is_work_waiting(conn: AsyncConnection) -> bool:
    """Whether an application waits for an officer or for certificates."""
    return bool(await _one(conn, WAITING))


async def certificates_written(conn: AsyncConnection) -> int:
    """Certificates stored so far, as the statistics know it: cheap, and a moment late."""
    return int(await _one(conn, WRITTEN))


async def wal_position(conn: AsyncConnection) -> int:
    """Bytes of write-ahead log so far."""
    return int(await _one(conn, WAL_POSITION))


async def backends(conn: AsyncConnection) -> dict[int, str]:
    """Process numbers of the server that work for clients, and for whom."""
    return dict(await (await conn.execute(BACKENDS)).fetchall())


async def stored_ledgers(conn: AsyncConnection) -> AsyncIterator[StoredLedger]:
    """The ledger of every application; conn is in a transaction."""
    async with conn.cursor("ledgers") as cursor:
        cursor.itersize = 10_000
        await cursor.execute(LEDGERS)
        async for row in cursor:
            yield StoredLedger(*row)


async def sample_certificates(
    conn: AsyncConnection, share_percent: float, limit: int
) -> list[tuple[int, int, int, bytes]]:
    """Some certificates from all over the table: employer, application, row, sealed token.

    Args:
        share_percent: 0 to 100, of the pages of the table.
        limit: most of them.
    """
    async with conn.cursor(binary=True) as cursor:
        await cursor.execute(SAMPLE, (share_percent, limit))
        return list(await cursor.fetchall())


async def analyze(conn: AsyncConnection) -> None:
    """Bring the statistics of the tables up to date."""
    await conn.execute("ANALYZE application, worker, engagement, certificate, desk, issue_task")


async def add_keys(
    conn: AsyncConnection, keys: Sequence[tuple[int, bytes]], *, label: str, by: str, at: datetime
) -> None:
    """Store many API keys.

    Args:
        keys: employer and hash of the key.
        label: what each is called.
        by: label of the actor who made them.
        at: aware time.
    """
    made = field(postgres_microseconds(at).to_bytes(8))
    rest = text_field(label) + text_field(by) + made
    head = (5).to_bytes(2)
    rows = [head + field(nib.to_bytes(8)) + field(key_hash) + rest for nib, key_hash in keys]
    await copy_rows(conn, COPY_KEYS, rows)


async def _one(conn: AsyncConnection, query: str) -> int:
    async with conn.cursor(row_factory=scalar_row) as cursor:
        return int(await (await cursor.execute(query)).fetchone() or 0)
