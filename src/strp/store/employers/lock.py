"""The lock of an employer: filings and decisions that change its counts take turns."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable

from strp.domain.errors import Unavailable
from strp.domain.identifiers import Nib
from strp.domain.text import Text
from strp.store.engine.arrays import bigints

# Locked in one order by every process, so that filings of one employer take turns and no two
# processes wait for each other.
LOCK_EMPLOYERS = """
SELECT nib, true FROM (
    SELECT nib, pg_advisory_xact_lock(nib) FROM unnest(%s::bigint[]) AS nib ORDER BY nib) locked
"""


# A set does not wait for an employer whose large roster is being filed at this moment.
TRY_LOCK_EMPLOYERS = """
SELECT nib, pg_try_advisory_xact_lock(nib) FROM unnest(%s::bigint[]) AS nib ORDER BY nib
"""


def employer_busy() -> Unavailable:
    """Another roster of this employer, or a decision on one, is being stored."""
    return Unavailable(
        "employer-busy",
        Text(
            id="Daftar lain dari perusahaan ini sedang disimpan. Coba lagi setelah waktu yang "
            "disebut; dengan Idempotency-Key yang sama tidak ada yang tercatat dua kali.",
            en="Another list of this employer is just being stored. Try again after the time "
            "named; with the same Idempotency-Key nothing is filed twice.",
        ),
        retry_after_s=10,
    )


@asynccontextmanager
async def told_when_locked() -> AsyncIterator[None]:
    """Around what takes the lock of an employer.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain.
    """
    try:
        yield
    except LockNotAvailable as error:
        raise employer_busy() from error


async def lock_employers(conn: AsyncConnection, nibs: Iterable[Nib]) -> None:
    """Take turns with filings and decisions of these employers, until the transaction ends.

    Args:
        conn: open transaction.
        nibs: employers.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain.
    """
    async with told_when_locked():
        await conn.execute(LOCK_EMPLOYERS, (bigints(sorted(set(nibs))),), binary=True)
