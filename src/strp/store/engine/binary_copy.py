"""Rows as the bytes of PostgreSQL's binary COPY, built without a call per cell.

Source: PostgreSQL documentation, COPY, "Binary Format".
"""

from datetime import UTC, datetime, timedelta
from struct import Struct

from psycopg import AsyncConnection

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LENGTH = Struct(">i").pack


def postgres_microseconds(at: datetime) -> int:
    """A time as PostgreSQL counts it: microseconds since the year 2000."""
    return (at - _POSTGRES_EPOCH) // _MICROSECOND


def field(content: bytes) -> bytes:
    """One field of variable length."""
    return _LENGTH(len(content)) + content


def text_field(content: str | None) -> bytes:
    """One text field, or NULL."""
    return NULL if content is None else field(content.encode())


async def copy_rows(conn: AsyncConnection, statement: str, rows: list[bytes]) -> None:
    """Send rows by COPY.

    Args:
        conn: open transaction.
        statement: `COPY table (columns) FROM STDIN (FORMAT BINARY)`.
        rows: each a row in binary format, its number of fields first.
    """
    async with conn.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(HEADER + b"".join(rows) + TRAILER)
