"""The physical limit: what this machine does at most with the same rows and the same bytes."""

from collections.abc import Sequence
from pathlib import Path

from strp.store.engine.database import single_connection
from strp.store.rehearsal import raw_copy

TABLES = ("application", "worker", "engagement", "certificate")


async def prepare_share(
    url: str, folder: Path, part: int, parts: int, most_tokens: int
) -> tuple[list[bytes], int]:
    """Take a share of what is stored out of the database.

    Args:
        url: address of the database.
        folder: where the share is written, a file a table.
        part: number of the share, from 0.
        parts: how many shares there are.
        most_tokens: how many certificates are given back, at most.

    Returns:
        Some of its certificates, and how many it has.
    """
    certificates = 0
    async with single_connection(url) as conn:
        for table in TABLES:
            certificates = await raw_copy.write_out(
                conn, table, _file(folder, table, part), part, parts
            )
        return await raw_copy.certificates_of(conn, part, parts, most_tokens), certificates


async def make_yardstick(url: str, tables: Sequence[str] = TABLES) -> None:
    """Make empty tables of the same shape.

    Args:
        url: address of the database.
        tables: whose shape they have.
    """
    async with single_connection(url) as conn:
        await raw_copy.make_tables(conn, tables)


async def drop_yardstick(url: str) -> None:
    """Drop them again."""
    async with single_connection(url) as conn:
        await raw_copy.drop_tables(conn)


async def copy_share(url: str, folder: Path, part: int, tables: Sequence[str] = TABLES) -> None:
    """COPY a share into the empty tables: one transaction a table.

    Args:
        url: address of the database.
        folder: where `prepare_share` wrote it.
        part: number of the share, from 0.
        tables: into which it goes, in this order.
    """
    async with single_connection(url) as conn:
        for table in tables:
            await raw_copy.copy_in(conn, table, _file(folder, table, part))


def _file(folder: Path, table: str, part: int) -> Path:
    return folder / f"{table}.{part}"
