"""Lists that were handed over: for what, to whom, and their sealed bytes."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.desk.handover import Handover

_COLUMNS = """handover_id, at, made_by, recipient, purpose, from_day, until_day, form, exercise,
    employers, size_bytes, sha256"""

ADD = f"""
INSERT INTO handover (at, made_by, recipient, purpose, from_day, until_day, form, exercise,
    employers, size_bytes, sha256)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}
"""

ADD_CHUNK = "INSERT INTO handover_chunk (handover_id, chunk_no, sealed) VALUES (%s, %s, %s)"

LATEST = f"""
SELECT {_COLUMNS} FROM handover
WHERE (%(before)s::bigint IS NULL OR handover_id < %(before)s)
  AND (%(sha256)s::bytea IS NULL OR sha256 = %(sha256)s)
ORDER BY handover_id DESC LIMIT %(limit)s
"""

FIND = f"SELECT {_COLUMNS} FROM handover WHERE handover_id = %s"

CHUNKS = "SELECT sealed FROM handover_chunk WHERE handover_id = %s ORDER BY chunk_no"

COUNT_SINCE = "SELECT count(*) FROM handover WHERE at > %s"


async def add_handover(conn: AsyncConnection, made: Handover) -> Handover:
    """Store the record; its number is given by the database."""
    values = (
        made.at,
        made.made_by,
        made.recipient,
        made.purpose,
        made.from_day,
        made.until_day,
        made.form,
        made.exercise,
        made.employers,
        made.size_bytes,
        made.sha256,
    )
    async with conn.cursor(row_factory=class_row(Handover)) as cursor:
        await cursor.execute(ADD, values)
        stored = await cursor.fetchone()
    assert stored is not None
    return stored


async def add_chunks(conn: AsyncConnection, handover_id: int, sealed: Sequence[bytes]) -> None:
    """Store what was handed over, a sealed chunk a row.

    Args:
        handover_id: of the list.
        sealed: envelopes, in order.
    """
    async with conn.cursor() as cursor:
        await cursor.executemany(
            ADD_CHUNK, [(handover_id, number, chunk) for number, chunk in enumerate(sealed)]
        )


async def latest_handovers(
    conn: AsyncConnection, limit: int, *, before: int | None = None, sha256: bytes | None = None
) -> list[Handover]:
    """Records, the newest first.

    Args:
        conn: connection.
        limit: most of them.
        before: only those with a smaller number.
        sha256: only those of a file with this digest.
    """
    async with conn.cursor(row_factory=class_row(Handover)) as cursor:
        await cursor.execute(LATEST, {"limit": limit, "before": before, "sha256": sha256})
        return await cursor.fetchall()


async def find_handover(conn: AsyncConnection, handover_id: int) -> Handover | None:
    """The record, or None."""
    async with conn.cursor(row_factory=class_row(Handover)) as cursor:
        await cursor.execute(FIND, (handover_id,))
        return await cursor.fetchone()


async def chunks_of(conn: AsyncConnection, handover_id: int) -> list[bytes]:
    """The sealed chunks of what was handed over, in order."""
    rows = await (await conn.execute(CHUNKS, (handover_id,), binary=True)).fetchall()
    return [bytes(sealed) for (sealed,) in rows]


async def count_since(conn: AsyncConnection, since: datetime) -> int:
    """How many were made after a moment."""
    [(count,)] = await (await conn.execute(COUNT_SINCE, (since,))).fetchall()
    return int(count)
