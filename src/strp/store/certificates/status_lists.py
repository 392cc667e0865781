"""Status lists: what stands in each, which version it has, and what changed since another."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from psycopg import AsyncConnection

from strp.domain.epochs import COUNT_BITS, COUNTED_LIST_BITS, LOWEST_EPOCH, list_of
from strp.store.certificates.issued import LIST_NO, SERIAL_BLOCK
from strp.store.engine.epochs import serial_epochs

STATUSES_OF_LIST = """
SELECT status, kind, string_agg(int4send((serial_no - %s)::int), ''::bytea ORDER BY serial_no)
FROM revocation WHERE serial_no >= %s AND serial_no < %s GROUP BY status, kind
"""

# Which serials changed with each version, so that who knows an earlier one reads only those; where
# they are very many, the list is read again.
MOST_CHANGED = 5_000

TOUCH_LISTS = f"""
WITH touched AS (
    INSERT INTO status_list (list_no, version, changed_at)
    SELECT DISTINCT {LIST_NO}, 1, %(at)s::timestamptz
    FROM unnest(%(serials)s::bigint[]) AS serial_no
    ON CONFLICT (list_no) DO UPDATE
    SET version = status_list.version + 1, changed_at = EXCLUDED.changed_at
    RETURNING list_no, version
)
INSERT INTO status_change (list_no, version, changed_at, serials)
SELECT t.list_no, t.version, %(at)s,
       CASE WHEN count(*) <= {MOST_CHANGED} THEN array_agg(serial_no) END
FROM touched t JOIN unnest(%(serials)s::bigint[]) AS serial_no ON {LIST_NO} = t.list_no
GROUP BY t.list_no, t.version
"""

CHANGED_SINCE = """
SELECT serials FROM status_change WHERE list_no = %s AND version > %s AND version <= %s
ORDER BY version LIMIT 1000
"""

STATUSES_OF = "SELECT serial_no, status, kind FROM revocation WHERE serial_no = ANY(%s::bigint[])"

LIST_VERSIONS = "SELECT list_no, version, changed_at FROM status_list"

_UNCHANGED = (0, datetime.fromtimestamp(0, UTC))

# Lists of before the epochs have sixteen times the entries.
USED = f"""
SELECT (SELECT count(*) FROM epoch WHERE purpose = 'serial' AND epoch > 0)
     + {1 << (COUNTED_LIST_BITS - COUNT_BITS)} * (1 + (
    (CASE WHEN is_called THEN last_value ELSE 0 END + 1) * {SERIAL_BLOCK} - 1
) / {1 << COUNTED_LIST_BITS}) FROM serial_block
"""

NOTE_PERIODS = """
INSERT INTO list_period (list_no, period_id)
SELECT list_no, period_id FROM unnest(%s::bigint[]) AS list_no, unnest(%s::int[]) AS period_id
ON CONFLICT DO NOTHING
"""

# Lists of before the epochs, and the first of an installation, stay: devices take a list that no
# bundle names for one that is younger than the bundle only where its number was drawn.
ENDED_LISTS = f"""
SELECT list_no FROM list_period WHERE list_no >= {LOWEST_EPOCH}
GROUP BY list_no HAVING bool_and(period_id = ANY(%s::int[]))
"""

LAST_BLOCK = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM serial_block"


async def statuses_of_list(
    conn: AsyncConnection, first: int, end: int
) -> Sequence[tuple[int, str, bytes]]:
    """Entries other than VALID between two serial numbers.

    Args:
        first: lowest serial number of the list.
        end: first serial number behind it.

    Returns:
        By status and why, the distances from the first number in ascending order, four bytes each
        (big-endian).
    """
    cursor = await conn.execute(STATUSES_OF_LIST, (first, first, end), binary=True)
    return await cursor.fetchall()


async def changed_statuses(
    conn: AsyncConnection, list_no: int, known: int, version: int
) -> Mapping[int, tuple[int, str] | None] | None:
    """What changed in a status list from one version to another.

    Args:
        known: version that is known.
        version: a later one.

    Returns:
        By serial number the status and why, or None where it is VALID again; None where the whole
        list has to be read.
    """
    cursor = await conn.execute(CHANGED_SINCE, (list_no, known, version))
    changes = [serials for (serials,) in await cursor.fetchall()]
    if len(changes) != version - known or not all(changes):
        return None
    changed = {serial for serials in changes for serial in serials}
    if len(changed) > MOST_CHANGED:
        return None
    cursor = await conn.execute(STATUSES_OF, (list(changed),))
    now = {serial: (status, kind) for serial, status, kind in await cursor.fetchall()}
    return {serial: now.get(serial) for serial in changed}


async def lists_used(conn: AsyncConnection, ended: Collection[int]) -> int:
    """How many lists of an epoch those of a bundle are as large as; it holds `MOST_LISTS`.

    Args:
        ended: periods that ended long ago.
    """
    row = await (await conn.execute(USED)).fetchone()
    return (int(row[0]) if row else 0) - len(await ended_lists(conn, ended))


async def note_periods(
    conn: AsyncConnection, lists: Collection[int], periods: Collection[int]
) -> None:
    """Keep that certificates of these periods stand in these lists.

    Args:
        lists: numbers of lists.
        periods: numbers of periods.
    """
    await conn.execute(NOTE_PERIODS, (list(lists), list(periods)))


async def ended_lists(conn: AsyncConnection, ended: Collection[int]) -> frozenset[int]:
    """Lists in which all certificates are of periods that ended.

    Args:
        ended: numbers of these periods.
    """
    if not ended:
        return frozenset()
    cursor = await conn.execute(ENDED_LISTS, (list(ended),))
    return frozenset([number for (number,) in await cursor.fetchall()])


async def status_list_versions(conn: AsyncConnection) -> dict[int, tuple[int, datetime]]:
    """Version of every status list in use, and since when; 0 where all of its entries are valid."""
    cursor = await conn.execute(LAST_BLOCK)
    (block,) = await cursor.fetchone()  # type: ignore[misc]
    counted = range(list_of((block + 1) * SERIAL_BLOCK - 1) + 1)
    drawn = await serial_epochs(conn)
    cursor = await conn.execute(LIST_VERSIONS)
    changed = {number: (version, at) for number, version, at in await cursor.fetchall()}
    # Processes of the release before this one touch another number: a sixteenth of the list's.
    found = {number: changed.get(number, _UNCHANGED) for number in counted}
    for number in drawn:
        (version, at), (other, other_at) = (
            changed.get(each, _UNCHANGED) for each in (number, number >> 4)
        )
        found[number] = version + other, max(at, other_at)
    return found
