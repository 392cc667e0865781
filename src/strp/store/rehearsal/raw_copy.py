"""Raw COPY of rows that are stored already, into empty tables of the same shape: a yardstick."""

from collections.abc import Sequence
from pathlib import Path

from psycopg import AsyncConnection, sql
from psycopg.rows import scalar_row

SCHEMA = sql.Identifier("yardstick")
PIECE_BYTES = 1 << 18

DROP = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(SCHEMA)
CREATE = sql.SQL("CREATE SCHEMA {}").format(SCHEMA)
LIKE = sql.SQL("CREATE TABLE {}.{} (LIKE public.{} INCLUDING ALL)")
PAGES = "SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int"
# The planner reads just these pages (TID range scan).
OUT = sql.SQL("COPY (SELECT {} FROM {} WHERE ctid >= {} AND ctid < {}) TO STDOUT (FORMAT BINARY)")
CERTIFICATES = sql.SQL("SELECT sealed FROM certificate WHERE ctid >= {} AND ctid < {} LIMIT {}")
IN = sql.SQL("COPY {}.{} FROM STDIN (FORMAT BINARY)")


async def make_tables(conn: AsyncConnection, tables: Sequence[str]) -> None:
    """Make empty tables with the same columns, checks and indexes, in a schema of their own."""
    await conn.execute(DROP)
    await conn.execute(CREATE)
    for table in tables:
        name = sql.Identifier(table)
        await conn.execute(LIKE.format(SCHEMA, name, name))


async def drop_tables(conn: AsyncConnection) -> None:
    """Drop what `make_tables` made."""
    await conn.execute(DROP)


async def write_out(conn: AsyncConnection, table: str, path: Path, part: int, parts: int) -> int:
    """Write a share of a table to a file, as binary COPY has it, in the order of its pages.

    Args:
        table: name of the table.
        path: file to write.
        part: number of the share, from 0.
        parts: shares in all.

    Returns:
        Number of rows.
    """
    first, end = await _stretch(conn, table, part, parts)
    query = OUT.format(sql.SQL("*"), sql.Identifier(table), first, end)
    async with conn.cursor() as cursor:
        with path.open("wb") as file:
            async with cursor.copy(query) as copy:
                async for piece in copy:
                    file.write(piece)
        return cursor.rowcount


async def certificates_of(conn: AsyncConnection, part: int, parts: int, most: int) -> list[bytes]:
    """The first certificates of a share of the table, sealed as they are.

    Args:
        part: from 0.
        parts: into which the table is cut.
        most: certificates.
    """
    first, end = await _stretch(conn, "certificate", part, parts)
    async with conn.cursor(row_factory=scalar_row, binary=True) as cursor:
        await cursor.execute(CERTIFICATES.format(first, end, most))
        return list(await cursor.fetchall())


async def copy_in(conn: AsyncConnection, table: str, path: Path) -> None:
    """COPY a file that `write_out` wrote into the empty table of the same shape.

    Args:
        table: name of it.
        path: of the file.
    """
    query = IN.format(SCHEMA, sql.Identifier(table))
    async with conn.cursor() as cursor, cursor.copy(query) as copy:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                await copy.write(piece)


async def _stretch(
    conn: AsyncConnection, table: str, part: int, parts: int
) -> tuple[sql.Literal, sql.Literal]:
    async with conn.cursor(row_factory=scalar_row) as cursor:
        pages = int(await (await cursor.execute(PAGES, (table,))).fetchone() or 0)
    first, end = pages * part // parts, pages * (part + 1) // parts
    return sql.Literal(f"({first},0)"), sql.Literal(f"({end},0)")
