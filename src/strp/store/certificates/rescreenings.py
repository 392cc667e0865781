"""Certificates that stand, screened again: what is to be done, whom it touches, and the rows.

The employer's lock comes first, as everywhere. What is suspended so carries the number of an act
(`group_act`), by which an official undoes it, and by which it is told from other suspensions.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row, class_row

from strp.domain.identifiers import Nib, PeriodId
from strp.domain.rules.filing_rules import Unfit
from strp.domain.screening.standing import Rescreening

ASK = """
INSERT INTO rescreening (cause, subject, period_id, unfit, before, before_activated_on, actor,
    asked_at, due_at)
VALUES (%(cause)s, %(subject)s, %(period)s, %(unfit)s, %(before)s::jsonb, %(before_activated_on)s,
    %(actor)s, %(asked_at)s, %(due_at)s)
RETURNING rescreening_id
"""

_SHOWN = """
SELECT r.rescreening_id, r.cause, r.subject, r.unfit, r.asked_at, r.due_at, r.act_id, r.employers,
       r.suspended, r.restored,
       (SELECT count(*) FROM standing_task t
        WHERE t.rescreening_id = r.rescreening_id AND t.looked_at IS NULL)::int AS left,
       (SELECT count(*) FROM standing_task t
        WHERE t.rescreening_id = r.rescreening_id AND t.looked_at IS NOT NULL)::int AS waiting,
       r.done_at
FROM rescreening r
"""

LIST = f"{_SHOWN} ORDER BY r.rescreening_id DESC LIMIT %s"

FIND = f"{_SHOWN} WHERE r.rescreening_id = %s"

# Something is suspended by an earlier change, or may be yet.
ANY_OPEN = """
SELECT EXISTS (SELECT FROM rescreening WHERE done_at IS NULL)
    OR EXISTS (SELECT FROM revocation r JOIN rescreening s USING (act_id)
               WHERE r.kind = 'suspended')
"""

SUSPENDED_OF = """
SELECT count(*) FROM revocation r JOIN rescreening s USING (act_id)
WHERE r.nib = %s AND r.kind = 'suspended'
"""

UNDERWAY = f"""
{_SHOWN} WHERE r.done_at IS NULL AND r.unfit <> 'run-out' AND r.due_at <= %s
  AND (r.employers IS NULL OR EXISTS (
    SELECT FROM standing_task t WHERE t.rescreening_id = r.rescreening_id AND t.looked_at IS NULL))
ORDER BY r.rescreening_id LIMIT 1
"""

# One process at a time: filing beside it keeps its pace.
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('strp rescreening', 0))"

NEXT = """
SELECT rescreening_id, cause, subject, period_id, unfit, before::text AS before,
       before_activated_on, act_id, employers IS NOT NULL AS is_planned
FROM rescreening WHERE done_at IS NULL AND due_at <= %s
ORDER BY due_at, rescreening_id
"""

ADD_TASKS = """
INSERT INTO standing_task (rescreening_id, nib, may_suspend)
SELECT %s, nib, %s FROM unnest(%s::bigint[]) AS nib ORDER BY nib
ON CONFLICT DO NOTHING
"""

# Employers some of whose certificates an earlier change suspends still: they may fit again.
ADD_SUSPENDED = """
INSERT INTO standing_task (rescreening_id, nib, may_suspend)
SELECT DISTINCT %s::bigint, r.nib, false FROM revocation r JOIN rescreening s USING (act_id)
WHERE r.kind = 'suspended' AND r.nib IS NOT NULL
ON CONFLICT DO NOTHING
"""

PLANNED = """
UPDATE rescreening SET employers = (
    SELECT count(*) FROM standing_task t WHERE t.rescreening_id = r.rescreening_id)
FROM rescreening r WHERE r.rescreening_id = %s AND rescreening.rescreening_id = r.rescreening_id
"""

# Those looked at before come again later, after all others.
TASKS = """
SELECT nib, may_suspend FROM standing_task
WHERE rescreening_id = %s AND (looked_at IS NULL OR looked_at < %s)
ORDER BY looked_at NULLS FIRST, nib LIMIT %s
"""

# Certificates that are still being made are looked at once they are there.
STILL_MADE = "SELECT DISTINCT nib FROM issue_task WHERE nib = ANY(%s::bigint[])"

LOOK_AGAIN = """
UPDATE standing_task SET looked_at = %s WHERE rescreening_id = %s AND nib = ANY(%s::bigint[])
"""

END_TASKS = "DELETE FROM standing_task WHERE rescreening_id = %s AND nib = ANY(%s::bigint[])"

END_ALL = "DELETE FROM standing_task WHERE rescreening_id = %s"

END = """
UPDATE rescreening r SET done_at = %s
WHERE r.rescreening_id = %s AND NOT EXISTS (
    SELECT FROM standing_task t WHERE t.rescreening_id = r.rescreening_id)
"""

SET_ACT = "UPDATE rescreening SET act_id = %s WHERE rescreening_id = %s"

COUNT = """
UPDATE rescreening SET suspended = suspended + %s, restored = restored + %s
WHERE rescreening_id = %s
"""

# What waits in a period of theirs is screened by the rules in force, not by those it was filed by.
MOVE_WAITING = """
UPDATE application SET policy_id = %s
WHERE nib = ANY(%s::bigint[]) AND period_id = %s AND pending > 0 AND policy_id <> %s
"""

WAITING = "SELECT DISTINCT nib FROM desk WHERE nib = ANY(%s::bigint[]) ORDER BY nib"


class Task(NamedTuple):
    """A rescreening that is due.

    Args:
        before: document of the policy that was in force; None for a change of the registry.
    """

    rescreening_id: int
    cause: str
    subject: str
    period_id: PeriodId
    unfit: Unfit
    before: str | None
    before_activated_on: date | None
    act_id: int | None
    is_planned: bool


async def ask(
    conn: AsyncConnection,
    *,
    cause: str,
    subject: str,
    period: PeriodId,
    unfit: Unfit,
    before: tuple[str, date] | None,
    actor: str,
    asked_at: datetime,
    due_at: datetime,
) -> int:
    """Have what stands screened again, in the transaction that makes it due; its number.

    Args:
        cause: `rules` or `registry`.
        subject: the policy, or the number of the import.
        period: of the certificates.
        unfit: what becomes of who fits no more.
        before: document and day of activation of the policy in force before.
        actor: who made it due.
        asked_at: aware.
        due_at: aware; when it begins.
    """
    document, activated_on = before or (None, None)
    values = {
        "cause": cause,
        "subject": subject,
        "period": period,
        "unfit": unfit,
        "before": document,
        "before_activated_on": activated_on,
        "actor": actor,
        "asked_at": asked_at,
        "due_at": due_at,
    }
    (number,) = await (await conn.execute(ASK, values)).fetchone()  # type: ignore[misc]
    return int(number)


async def list_rescreenings(conn: AsyncConnection, limit: int) -> list[Rescreening]:
    """The latest, the newest first.

    Args:
        conn: open connection.
        limit: most to return.
    """
    async with conn.cursor(row_factory=class_row(Rescreening)) as cursor:
        await cursor.execute(LIST, (limit,))
        found = await cursor.fetchall()
    return [replace(each, unfit=Unfit(each.unfit)) for each in found]


async def find_rescreening(conn: AsyncConnection, rescreening_id: int) -> Rescreening:
    """One of them by its number, which exists.

    Args:
        conn: open connection.
        rescreening_id: its number.
    """
    async with conn.cursor(row_factory=class_row(Rescreening)) as cursor:
        await cursor.execute(FIND, (rescreening_id,))
        found = await cursor.fetchone()
    assert found is not None
    return found


async def any_open(conn: AsyncConnection) -> bool:
    """Whether an earlier change suspends something still, or may suspend something yet."""
    (found,) = await (await conn.execute(ANY_OPEN)).fetchone()  # type: ignore[misc]
    return bool(found)


async def suspended_of(conn: AsyncConnection, nib: Nib) -> int:
    """How many certificates of an employer a change of rules or registry suspends.

    Args:
        conn: open connection.
        nib: of the employer.
    """
    (count,) = await (await conn.execute(SUSPENDED_OF, (nib,))).fetchone()  # type: ignore[misc]
    return int(count)


async def underway(conn: AsyncConnection, until: datetime) -> Rescreening | None:
    """One that is due, may suspend and has employers left, or None.

    Args:
        conn: open connection.
        until: aware; due by then.
    """
    async with conn.cursor(row_factory=class_row(Rescreening)) as cursor:
        await cursor.execute(UNDERWAY, (until,))
        return await cursor.fetchone()


async def due(conn: AsyncConnection, now: datetime) -> list[Task]:
    """Those to work on, the earliest first; none while another process is at it.

    Args:
        conn: open transaction.
        now: aware time.
    """
    row = await (await conn.execute(TRY_LOCK)).fetchone()
    if row is None or not row[0]:
        return []
    async with conn.cursor(row_factory=args_row(Task)) as cursor:
        await cursor.execute(NEXT, (now,))
        found = await cursor.fetchall()
    return [each._replace(unfit=Unfit(each.unfit)) for each in found]


async def plan(
    conn: AsyncConnection,
    rescreening_id: int,
    unfit: Sequence[Nib],
    changed: Sequence[Nib],
    *,
    and_suspended: bool = True,
) -> None:
    """Note whom a rescreening touches.

    Args:
        conn: open transaction.
        rescreening_id: its number.
        unfit: employers whose certificates may be suspended.
        changed: employers whose certificates may only be restored, and whose waiting workers are
            screened again; those of `unfit` may be among them.
        and_suspended: whether those too some of whose certificates an earlier change suspends.
    """
    await conn.execute(ADD_TASKS, (rescreening_id, True, list(unfit)))
    await conn.execute(ADD_TASKS, (rescreening_id, False, list(changed)))
    if and_suspended:
        await conn.execute(ADD_SUSPENDED, (rescreening_id,))
    await conn.execute(PLANNED, (rescreening_id,))


async def next_employers(
    conn: AsyncConnection, rescreening_id: int, *, before: datetime, limit: int
) -> dict[Nib, bool]:
    """Employers to look at, and whether their certificates may be suspended.

    Args:
        rescreening_id: its number.
        before: aware; those looked at once come again if that was earlier.
        limit: most employers.
    """
    cursor = await conn.execute(TASKS, (rescreening_id, before, limit))
    return {Nib(nib): may_suspend for nib, may_suspend in await cursor.fetchall()}


async def waiting_employers(
    conn: AsyncConnection, nibs: Sequence[Nib], period: PeriodId, policy_id: str | None
) -> list[Nib]:
    """Those of the employers who have workers waiting.

    Args:
        nibs: employers, locked.
        period: whose applications go over to other rules.
        policy_id: of these rules; None: they stay under those that they were filed by.
    """
    if policy_id is not None:
        await conn.execute(MOVE_WAITING, (policy_id, list(nibs), period, policy_id))
    cursor = await conn.execute(WAITING, (list(nibs),))
    return [Nib(nib) for (nib,) in await cursor.fetchall()]


async def count(
    conn: AsyncConnection, rescreening_id: int, *, suspended: int, restored: int
) -> None:
    """Add to what a rescreening did.

    Args:
        conn: open transaction.
        rescreening_id: its number.
        suspended: certificates suspended by this transaction.
        restored: certificates restored by it.
    """
    await conn.execute(COUNT, (suspended, restored, rescreening_id))


async def set_act(conn: AsyncConnection, rescreening_id: int, act_id: int) -> None:
    """Note under which act a rescreening suspends.

    Args:
        conn: open transaction.
        rescreening_id: its number.
        act_id: of the act.
    """
    await conn.execute(SET_ACT, (act_id, rescreening_id))


async def settle(
    conn: AsyncConnection, rescreening_id: int, nibs: Sequence[Nib], now: datetime
) -> None:
    """Note that employers were looked at; whose certificates are being made is looked at again.

    Args:
        conn: open transaction.
        rescreening_id: its number.
        nibs: employers, locked.
        now: aware time.
    """
    cursor = await conn.execute(STILL_MADE, (list(nibs),))
    again = {Nib(nib) for (nib,) in await cursor.fetchall()}
    await conn.execute(LOOK_AGAIN, (now, rescreening_id, list(again)))
    await conn.execute(END_TASKS, (rescreening_id, [nib for nib in nibs if nib not in again]))


async def end_all(conn: AsyncConnection, rescreening_id: int) -> None:
    """Look at no more employers.

    Args:
        conn: open transaction.
        rescreening_id: its number.
    """
    await conn.execute(END_ALL, (rescreening_id,))


async def end_if_done(conn: AsyncConnection, rescreening_id: int, now: datetime) -> bool:
    """Note that a rescreening has reached all; whether it has.

    Args:
        conn: open transaction.
        rescreening_id: its number.
        now: aware time.
    """
    return (await conn.execute(END, (now, rescreening_id))).rowcount == 1
