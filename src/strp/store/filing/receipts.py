"""Whether filings that were receipted are there."""

from collections.abc import Sequence

from psycopg import AsyncConnection

FIND = "SELECT application_id FROM application WHERE application_id = ANY(%s)"


async def find_applications(conn: AsyncConnection, ids: Sequence[int]) -> set[int]:
    """Those of the applications that are stored."""
    return {row[0] for row in await (await conn.execute(FIND, (list(ids),))).fetchall()}
