"""Fingerprints of keys, and whether the database holds anything that needs them."""

from collections.abc import Mapping, Sequence

from psycopg import AsyncConnection

READ = "SELECT name, print FROM key_print"
KEEP = """
INSERT INTO key_print (name, print) SELECT * FROM unnest(%s::text[], %s::bytea[])
ON CONFLICT (name) DO NOTHING
"""
FORGET = "DELETE FROM key_print"
IS_FILLED = """
SELECT EXISTS (SELECT FROM application) OR EXISTS (SELECT FROM account)
    OR EXISTS (SELECT FROM api_key) OR EXISTS (SELECT FROM employer WHERE email_sealed IS NOT NULL)
"""
# Another system on this database, by the names under which `strp serve` connects.
IS_IN_USE = """
SELECT EXISTS (SELECT FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()
                 AND application_name IN ('strp web', 'strp worker'))
"""
SOME_WORKERS = "SELECT nib, application_id, row_no, sealed FROM worker LIMIT 5"
SOME_ADDRESSES = "SELECT nib, email_sealed FROM employer WHERE email_sealed IS NOT NULL LIMIT 5"


async def read_prints(conn: AsyncConnection) -> dict[str, bytes]:
    """Fingerprints by the name of the key."""
    return dict(await (await conn.execute(READ)).fetchall())


async def keep_prints(conn: AsyncConnection, prints: Mapping[str, bytes]) -> None:
    """Keep the fingerprints of keys that the database does not know yet."""
    await conn.execute(KEEP, (list(prints), list(prints.values())))


async def forget_prints(conn: AsyncConnection) -> None:
    """Forget all of them: the database is empty and gets other keys."""
    await conn.execute(FORGET)


async def is_filled(conn: AsyncConnection) -> bool:
    """Whether there is anything that only its keys can open or find."""
    [(filled,)] = await (await conn.execute(IS_FILLED)).fetchall()
    return bool(filled)


async def is_in_use(conn: AsyncConnection) -> bool:
    """Whether web or worker processes are connected."""
    [(used,)] = await (await conn.execute(IS_IN_USE)).fetchall()
    return bool(used)


async def some_workers(conn: AsyncConnection) -> Sequence[tuple[int, int, int, bytes]]:
    """Employer, application, row and sealed data of a few workers."""
    return await (await conn.execute(SOME_WORKERS)).fetchall()


async def some_addresses(conn: AsyncConnection) -> Sequence[tuple[int, bytes]]:
    """Employer and sealed address of a few employers."""
    return await (await conn.execute(SOME_ADDRESSES)).fetchall()
