"""Acts on all certificates of an employer, a sector or a period, and what each one touched."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.certificates.scope import GroupAct, InScope, Scope
from strp.domain.identifiers import Nib
from strp.store.certificates.life import Touched
from strp.store.certificates.status_lists import TOUCH_LISTS

# A worker at a host's site carries the host's sector, as the certificate does.
_IN_SCOPE = """
FROM certificate c
JOIN application a ON a.nib = c.nib AND a.application_id = c.application_id
JOIN worker w ON w.nib = c.nib AND w.application_id = c.application_id AND w.row_no = c.row_no
WHERE (%(nib)s::bigint IS NULL OR c.nib = %(nib)s)
  AND (%(period)s::smallint IS NULL OR a.period_id = %(period)s)
  AND (%(sector)s::text IS NULL OR coalesce(w.host_sector, a.sector) = %(sector)s)
"""

COUNT_IN_SCOPE = f"""
SELECT count(*), count(DISTINCT nib), count(*) FILTER (WHERE kind = 'suspended'),
       count(*) FILTER (WHERE kind = 'ended'), count(*) FILTER (WHERE kind = 'revoked')
FROM (SELECT c.nib, (SELECT r.kind FROM revocation r WHERE r.serial_no = c.serial_no) AS kind
      {_IN_SCOPE}) scope
"""

EMPLOYERS_IN_SCOPE = f"SELECT DISTINCT c.nib {_IN_SCOPE} ORDER BY 1"

SERIALS_IN_SCOPE = f"SELECT c.serial_no {_IN_SCOPE} AND c.nib = ANY(%(nibs)s::bigint[])"

BEGIN_ACT = """
INSERT INTO group_act (act, nib, sector, period_id, reason, actor, at)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING act_id
"""

ADD_TO_ACT = "UPDATE group_act SET certificates = certificates + %s WHERE act_id = %s"

END_ACT = "UPDATE group_act SET done_at = %s WHERE act_id = %s"

LIST_ACTS = """
SELECT act_id, act, nib, sector, period_id, reason, actor, at, certificates, done_at, undone_at
FROM group_act ORDER BY act_id DESC LIMIT %s
"""

FIND_ACT = """
SELECT act_id, act, nib, sector, period_id, reason, actor, at, certificates, done_at, undone_at
FROM group_act WHERE act_id = %s FOR UPDATE
"""

EMPLOYERS_OF_ACT = """
SELECT DISTINCT nib FROM revocation WHERE act_id = %s AND kind = 'suspended' ORDER BY nib
"""

COUNT_OF_ACT = "SELECT count(*) FROM revocation WHERE act_id = %s AND kind = 'suspended'"

UNDO_ACT = """
DELETE FROM revocation
WHERE act_id = %s AND kind = 'suspended' AND nib = ANY(%s::bigint[])
RETURNING nib, application_id, row_no, serial_no
"""

MARK_UNDONE = """
UPDATE group_act SET undone_at = %s, undone_by = %s, undo_reason = %s WHERE act_id = %s
"""


def _values(scope: Scope) -> dict[str, object]:
    return {"nib": scope.nib, "sector": scope.sector, "period": scope.period}


async def count_in_scope(conn: AsyncConnection, scope: Scope) -> InScope:
    """How many certificates a scope holds; replaced ones left out."""
    async with conn.cursor(row_factory=args_row(InScope)) as cursor:
        await cursor.execute(COUNT_IN_SCOPE, _values(scope))
        found = await cursor.fetchone()
    assert found is not None
    return found


async def employers_in_scope(conn: AsyncConnection, scope: Scope) -> list[Nib]:
    """Employers that have certificates in a scope."""
    cursor = await conn.execute(EMPLOYERS_IN_SCOPE, _values(scope))
    return [Nib(nib) for (nib,) in await cursor.fetchall()]


async def serials_in_scope(conn: AsyncConnection, scope: Scope, nibs: Sequence[Nib]) -> list[int]:
    """Serial numbers of some employers' certificates in a scope.

    Args:
        scope: what the certificates have in common.
        nibs: of the employers whose turn it is; those of others are left out.
    """
    cursor = await conn.execute(SERIALS_IN_SCOPE, {**_values(scope), "nibs": list(nibs)})
    return [serial for (serial,) in await cursor.fetchall()]


async def begin_act(
    conn: AsyncConnection, act: str, scope: Scope, *, reason: str, actor: str, at: datetime
) -> int:
    """Note an act before it is carried out; its number.

    Args:
        act: what is done to each, by its code.
        scope: what the certificates have in common.
        reason: kept with the record; no personal data.
        actor: label of who does it.
        at: aware.
    """
    values = (act, scope.nib, scope.sector, scope.period, reason, actor, at)
    (act_id,) = await (await conn.execute(BEGIN_ACT, values)).fetchone()  # type: ignore[misc]
    return int(act_id)


async def add_to_act(conn: AsyncConnection, act_id: int, certificates: int) -> None:
    """Count what an act changed, in the transaction that changes it.

    Args:
        act_id: of `begin_act`.
        certificates: that were changed, beside those counted before.
    """
    await conn.execute(ADD_TO_ACT, (certificates, act_id))


async def end_act(conn: AsyncConnection, act_id: int, at: datetime) -> None:
    """Note that an act has reached all.

    Args:
        act_id: of `begin_act`.
        at: aware.
    """
    await conn.execute(END_ACT, (at, act_id))


async def list_acts(conn: AsyncConnection, limit: int) -> list[GroupAct]:
    """The latest acts, the newest first."""
    async with conn.cursor(row_factory=args_row(GroupAct)) as cursor:
        await cursor.execute(LIST_ACTS, (limit,))
        return await cursor.fetchall()


async def find_act(conn: AsyncConnection, act_id: int) -> GroupAct | None:
    """An act by its number, locked for a change."""
    async with conn.cursor(row_factory=args_row(GroupAct)) as cursor:
        await cursor.execute(FIND_ACT, (act_id,))
        return await cursor.fetchone()


async def count_of_act(conn: AsyncConnection, act_id: int) -> int:
    """How many certificates an act suspends still."""
    (count,) = await (await conn.execute(COUNT_OF_ACT, (act_id,))).fetchone()  # type: ignore[misc]
    return int(count)


async def employers_of_act(conn: AsyncConnection, act_id: int) -> list[Nib]:
    """Employers some of whose certificates an act suspends still."""
    cursor = await conn.execute(EMPLOYERS_OF_ACT, (act_id,))
    return [Nib(nib) for (nib,) in await cursor.fetchall()]


async def undo_act(
    conn: AsyncConnection, act_id: int, nibs: Sequence[Nib], at: datetime
) -> list[Touched]:
    """End what an act suspends still, of some employers.

    Args:
        act_id: of `begin_act`.
        nibs: of the employers whose turn it is.
        at: aware; their status lists count as changed then.

    Returns:
        Certificates that are not suspended by it any more.
    """
    async with conn.cursor(row_factory=args_row(Touched)) as cursor:
        await cursor.execute(UNDO_ACT, (act_id, list(nibs)))
        touched = await cursor.fetchall()
    if touched:
        serials = [one.serial_no for one in touched]
        await conn.execute(TOUCH_LISTS, {"at": at, "serials": serials})
    return touched


async def mark_undone(
    conn: AsyncConnection, act_id: int, *, reason: str, actor: str, at: datetime
) -> None:
    """Note that an act was undone.

    Args:
        act_id: of `begin_act`.
        reason: kept with the record; no personal data.
        actor: label of who undid it.
        at: aware.
    """
    await conn.execute(MARK_UNDONE, (at, actor, reason, act_id))
