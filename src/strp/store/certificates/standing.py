"""Certificates that stand, and those that a change of rules or registry suspends: counted by site,
and those of them that were filed last or first."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.identifiers import Nib, PeriodId
from strp.store.certificates.life import Touched
from strp.store.certificates.status_lists import TOUCH_LISTS

# A worker whom an official let in although the rules refused stays in.
_STANDING = """
FROM worker w
JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
JOIN certificate c ON c.nib = w.nib AND c.application_id = w.application_id AND c.row_no = w.row_no
LEFT JOIN revocation r ON r.serial_no = c.serial_no
LEFT JOIN rescreening s ON s.act_id = r.act_id AND r.kind = 'suspended'
WHERE w.nib = ANY(%(nibs)s::bigint[]) AND a.period_id = %(period)s AND w.state = 'approved'
  AND w.screening <> 'REFUSE'
"""

GROUPS = f"""
SELECT w.nib, w.host_nib, w.site_type, count(*) FILTER (WHERE r.serial_no IS NULL)::int AS standing,
       count(*) FILTER (WHERE s.act_id IS NOT NULL)::int AS suspended
{_STANDING}
GROUP BY w.nib, w.host_nib, w.site_type
"""

# Who was filed last goes first, and comes back last.
_RANKED = """
SELECT serial_no FROM (
    SELECT c.serial_no, g.most, row_number() OVER (
        PARTITION BY w.nib, w.host_nib, w.site_type
        ORDER BY a.submitted_at {order}, w.application_id {order}, w.row_no {order}) AS place
    FROM unnest(%(group_nibs)s::bigint[], %(hosts)s::bigint[], %(sites)s::text[], %(most)s::int[])
         AS g (nib, host_nib, site_type, most)
    JOIN worker w ON w.nib = g.nib AND w.site_type = g.site_type
                 AND w.host_nib IS NOT DISTINCT FROM g.host_nib
    JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
    JOIN certificate c ON c.nib = w.nib AND c.application_id = w.application_id
                      AND c.row_no = w.row_no
    LEFT JOIN revocation r ON r.serial_no = c.serial_no
    LEFT JOIN rescreening s ON s.act_id = r.act_id AND r.kind = 'suspended'
    WHERE a.period_id = %(period)s AND w.state = 'approved' AND w.screening <> 'REFUSE'
      AND {which}) ranked
WHERE place <= most
"""

STANDING_LAST = _RANKED.format(order="DESC", which="r.serial_no IS NULL")
SUSPENDED_FIRST = _RANKED.format(order="ASC", which="s.act_id IS NOT NULL")

RESTORE = """
DELETE FROM revocation WHERE serial_no = ANY(%s::bigint[]) AND kind = 'suspended'
RETURNING nib, application_id, row_no, serial_no
"""


class Group(NamedTuple):
    """Certificates of one employer for one kind of site at one host.

    Args:
        host_nib: None at the employer's own sites.
        standing: those that nothing suspends.
        suspended: those that a change of rules or registry suspends.
    """

    nib: Nib
    host_nib: Nib | None
    site_type: str
    standing: int
    suspended: int


async def groups_of(conn: AsyncConnection, nibs: Sequence[Nib], period: PeriodId) -> list[Group]:
    """Certificates of employers in a period, counted by host and site type.

    Args:
        conn: open transaction.
        nibs: employers.
        period: of the certificates.
    """
    async with conn.cursor(row_factory=args_row(Group)) as cursor:
        await cursor.execute(GROUPS, {"nibs": list(nibs), "period": period})
        return await cursor.fetchall()


async def serials_last_filed(
    conn: AsyncConnection, groups: Sequence[tuple[Group, int]], period: PeriodId
) -> list[int]:
    """Of each group so many standing certificates, those filed last.

    Args:
        conn: open transaction.
        groups: each with the number wanted of it.
        period: of the certificates.
    """
    return await _ranked(conn, STANDING_LAST, groups, period)


async def serials_first_suspended(
    conn: AsyncConnection, groups: Sequence[tuple[Group, int]], period: PeriodId
) -> list[int]:
    """Of each group so many certificates that a change suspends, those filed first.

    Args:
        conn: open transaction.
        groups: each with the number wanted of it.
        period: of the certificates.
    """
    return await _ranked(conn, SUSPENDED_FIRST, groups, period)


async def _ranked(
    conn: AsyncConnection, query: str, groups: Sequence[tuple[Group, int]], period: PeriodId
) -> list[int]:
    if not groups:
        return []
    values = {
        "group_nibs": [group.nib for group, _ in groups],
        "hosts": [group.host_nib for group, _ in groups],
        "sites": [group.site_type for group, _ in groups],
        "most": [most for _, most in groups],
        "period": period,
    }
    cursor = await conn.execute(query.encode(), values)
    return [serial for (serial,) in await cursor.fetchall()]


async def restore(conn: AsyncConnection, serials: Sequence[int], at: datetime) -> list[Touched]:
    """End the suspension of certificates.

    Args:
        conn: the transaction that holds their employers.
        serials: of certificates that are suspended.
        at: aware time.
    """
    if not serials:
        return []
    async with conn.cursor(row_factory=args_row(Touched)) as cursor:
        await cursor.execute(RESTORE, (list(serials),))
        touched = await cursor.fetchall()
    if touched:
        await conn.execute(TOUCH_LISTS, {"at": at, "serials": [each.serial_no for each in touched]})
    return touched
