"""One-time codes, kept as keyed hashes, and the state of the rate rule."""

from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.people.sign_in import CodePurpose, StoredCode

REPLACE = """
INSERT INTO one_time_code (purpose, subject, code_mac, expires_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (purpose, subject) DO UPDATE
SET code_mac = excluded.code_mac, attempts = 0, expires_at = excluded.expires_at, used_at = NULL
"""

# Locked, so that tries that come at the same moment are counted one after another.
LOCKED = """
SELECT code_mac, attempts, expires_at, used_at FROM one_time_code
WHERE purpose = %s AND subject = %s FOR UPDATE
"""

COUNT = "UPDATE one_time_code SET attempts = attempts + 1 WHERE purpose = %s AND subject = %s"

REMOVE = "DELETE FROM one_time_code WHERE purpose = %s AND subject = %s"

USE = "UPDATE one_time_code SET used_at = %s WHERE purpose = %s AND subject = %s"

# Makes the bucket where there is none, locks it, and tells its state, in one statement.
LOCK_BUCKET = """
INSERT INTO rate_limit (bucket, busy_until) VALUES (%s, %s)
ON CONFLICT (bucket) DO UPDATE SET busy_until = rate_limit.busy_until
RETURNING busy_until
"""

SAVE_BUCKET = "UPDATE rate_limit SET busy_until = %s WHERE bucket = %s"


async def replace_code(
    conn: AsyncConnection, purpose: CodePurpose, subject: bytes, mac: bytes, expires_at: datetime
) -> None:
    """Store a code; the one before it is worth nothing from now on.

    Args:
        conn: open transaction.
        purpose: what the code is good for.
        subject: whom it is for: an address and the browser that asked, or an employer and an
            account.
        mac: keyed hash of the code, 32 bytes.
        expires_at: aware time.
    """
    await conn.execute(REPLACE, (purpose, subject, mac, expires_at))


async def lock_code(
    conn: AsyncConnection, purpose: CodePurpose, subject: bytes
) -> StoredCode | None:
    """The live code of a subject, locked to the end of the transaction.

    Args:
        purpose: what the code is for.
        subject: keyed index of whom it was sent to.
    """
    row = await (await conn.execute(LOCKED, (purpose, subject))).fetchone()
    if row is None:
        return None
    return StoredCode(mac=row[0], attempts=row[1], expires_at=row[2], used_at=row[3])


async def count_attempt(conn: AsyncConnection, purpose: CodePurpose, subject: bytes) -> None:
    """Count one wrong try.

    Args:
        purpose: what the code is for.
        subject: keyed index of whom it was sent to.
    """
    await conn.execute(COUNT, (purpose, subject))


async def use_code(
    conn: AsyncConnection, purpose: CodePurpose, subject: bytes, at: datetime
) -> None:
    """Use a code up; it is kept a while for the browser that sends it twice at once.

    Args:
        purpose: what the code is for.
        subject: keyed index of whom it was sent to.
        at: aware.
    """
    await conn.execute(USE, (at, purpose, subject))


async def remove_code(conn: AsyncConnection, purpose: CodePurpose, subject: bytes) -> None:
    """Remove a code whose right has ended.

    Args:
        purpose: what the code is for.
        subject: keyed index of whom it was sent to.
    """
    await conn.execute(REMOVE, (purpose, subject))


async def lock_bucket(conn: AsyncConnection, bucket: bytes, now: datetime) -> datetime:
    """State of a bucket of the rate rule, locked to the end of the transaction.

    Args:
        conn: open transaction.
        bucket: keyed index of what is counted, 16 bytes.
        now: aware time, the state of a bucket that is new.
    """
    row = await (await conn.execute(LOCK_BUCKET, (bucket, now))).fetchone()
    assert row is not None
    busy_until: datetime = row[0]
    return busy_until


async def save_bucket(conn: AsyncConnection, bucket: bytes, busy_until: datetime) -> None:
    """Remember the state that the rate rule decided on.

    Args:
        bucket: key of what is bounded.
        busy_until: aware.
    """
    await conn.execute(SAVE_BUCKET, (busy_until, bucket))
