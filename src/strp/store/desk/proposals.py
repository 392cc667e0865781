"""Approvals on their way: what each pending worker waits for, and those proposed for a second
official."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection

from strp.domain.civil_time import civil_day
from strp.domain.desk.proposals import Grounds
from strp.domain.employers.employer import EmployerFacts
from strp.domain.filing.application import WorkerCounts
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.store.employers import closures, registry
from strp.store.employers.lock import LOCK_EMPLOYERS, told_when_locked
from strp.store.employers.terms import ask_terms, read_terms
from strp.store.engine.arrays import bigints, integers

OF_APPLICATION = """
SELECT nib, policy_id, period_id, sector FROM application WHERE application_id = %s
"""

# Read once it is held: what others changed until then counts.
STANDING = """
SELECT sector, pending, approved, refused, returned FROM application
WHERE nib = %s AND application_id = %s
"""

# Read only where a decision found nobody: was there ever anybody of this outcome of screening?
STANDING_WITHOUT = """
SELECT pending, approved, refused, returned FROM application a
WHERE nib = %(nib)s AND application_id = %(application)s
  AND NOT EXISTS (SELECT FROM worker w WHERE w.nib = %(nib)s
                  AND w.application_id = %(application)s AND w.screening = %(screening)s)
"""

# The employer's lock comes before the place on the desk, where some are refused too.
HOLD = f"""
SELECT nib FROM desk
WHERE nib = %(nib)s AND application_id = %(application)s
  AND officer_id = %(officer)s AND lease_until >= %(now)s
  AND {closures.not_closed("nib", "%(now)s")}
FOR UPDATE
"""

GROUNDS = """
SELECT w.row_no, w.reasons, p.account_id, p.remark, w.host_sector
FROM worker w
LEFT JOIN proposal p ON p.nib = w.nib AND p.application_id = w.application_id
                    AND p.row_no = w.row_no
WHERE w.nib = %(nib)s AND w.application_id = %(application)s AND w.state = 'pending'
  AND w.screening <> 'PASS'
  AND (%(rows)s::int[] IS NULL OR w.row_no = ANY(%(rows)s::int[]))
ORDER BY w.row_no
"""

PROPOSE = """
INSERT INTO proposal (nib, application_id, row_no, account_id, remark, proposed_at)
SELECT %s, %s, row_no, %s, %s, %s FROM unnest(%s::int[]) AS row_no
"""

FORGET = "DELETE FROM proposal WHERE nib = %s AND application_id = %s AND row_no = ANY(%s::int[])"

# Where all that waits was proposed by one official, the file is for somebody else.
GIVE_ON = """
UPDATE desk SET not_for = %(officer)s, officer_id = NULL, lease_until = NULL,
    escalated_at = NULL, escalated_by = NULL, escalated_because = NULL
WHERE nib = %(nib)s AND application_id = %(application)s
  AND (SELECT count(*) FROM worker WHERE nib = %(nib)s AND application_id = %(application)s
         AND state = 'pending')
    = (SELECT count(*) FROM proposal p JOIN worker w USING (nib, application_id, row_no)
       WHERE p.nib = %(nib)s AND p.application_id = %(application)s
         AND p.account_id = %(officer)s AND w.state = 'pending')
"""

# What another proposed: who proposed it takes it back, and then nobody differs.
DECLINE = """
UPDATE proposal SET declined_by = %(officer)s, declined_at = %(now)s
WHERE nib = %(nib)s AND application_id = %(application)s AND account_id <> %(officer)s
  AND declined_by IS NULL
RETURNING row_no, account_id
"""

TAKE_BACK = """
DELETE FROM proposal WHERE nib = %(nib)s AND application_id = %(application)s
  AND account_id = %(officer)s AND declined_by IS NULL
RETURNING row_no
"""

FOR_ANYBODY = "UPDATE desk SET not_for = NULL WHERE nib = %s AND application_id = %s"

NOT_FOR = "UPDATE desk SET not_for = %s WHERE nib = %s AND application_id = %s"

FORGET_OF = "DELETE FROM proposal WHERE account_id = %s"

FOR_ALL_AGAIN = "UPDATE desk SET not_for = NULL WHERE not_for = %s"

BY_OTHER = """
SELECT EXISTS (SELECT FROM proposal
    WHERE nib = (SELECT nib FROM application WHERE application_id = %(application)s)
      AND application_id = %(application)s AND account_id <> %(officer)s AND declined_by IS NULL
      AND (%(rows)s::int[] IS NULL OR row_no = ANY(%(rows)s::int[])))
"""

PROPOSED = """
SELECT p.row_no, p.account_id, p.remark
FROM proposal p JOIN worker w USING (nib, application_id, row_no)
WHERE p.nib = %s AND p.application_id = %s AND p.row_no = ANY(%s::int[]) AND w.state = 'pending'
"""


class ReviewedApplication(NamedTuple):
    """What decides how workers of an application may be approved."""

    nib: Nib
    policy_id: str
    period_id: PeriodId
    sector: str


class HeldApplication(NamedTuple):
    """An application that an officer holds.

    Args:
        sector: code, as it stands now.
        counts: its workers by state.
        grounds: pending workers whom screening did not let pass.
        employer: of the registry, with the terms that this transaction sees; None where the
            registry holds it no more.
    """

    sector: str
    counts: WorkerCounts
    grounds: Sequence[Grounds]
    employer: EmployerFacts | None


class ProposedApproval(NamedTuple):
    """Who proposed to approve a worker, and the remark with it."""

    account_id: int
    remark: str | None


async def reviewed_application(
    conn: AsyncConnection, application_id: ApplicationId
) -> ReviewedApplication | None:
    """An application by its number."""
    row = await (await conn.execute(OF_APPLICATION, (application_id,))).fetchone()
    return None if row is None else ReviewedApplication(*row)


async def standing_without(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, screening: str
) -> WorkerCounts | None:
    """How the workers of an application stand of whom none has an outcome of screening.

    Args:
        nib: of the employer.
        application_id: of the filing.
        screening: the outcome.

    Returns:
        Its workers by state; None where some have this outcome.
    """
    values = {"nib": nib, "application": application_id, "screening": screening}
    row = await (await conn.execute(STANDING_WITHOUT, values)).fetchone()
    return None if row is None else WorkerCounts(*row)


async def hold(
    conn: AsyncConnection,
    found: ReviewedApplication,
    application_id: ApplicationId,
    officer_id: int,
    rows: Sequence[int] | None,
    *,
    now: datetime,
    lock_employer: bool,
) -> HeldApplication | None:
    """Hold an application that the officer has a lease of, until the transaction ends.

    In one round trip: an officer's click is many small statements.

    Args:
        conn: open transaction.
        found: the application.
        application_id: its number.
        officer_id: account of the officer.
        rows: lines of the roster whose workers are asked for, or None for all.
        now: aware time.
        lock_employer: whether workers go out as well, which changes the use of the caps.

    Returns:
        None where the officer has no lease of it, or the employer is closed.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain.
    """
    nib = found.nib
    chosen = None if rows is None else list(rows)
    common = {"nib": nib, "application": application_id, "officer": officer_id, "now": now}
    async with told_when_locked(), conn.pipeline():
        if lock_employer:
            await conn.execute(LOCK_EMPLOYERS, (bigints([nib]),), binary=True)
        held = await conn.execute(HOLD, common)
        standing = await conn.execute(STANDING, (nib, application_id))
        grounds = await conn.execute(GROUNDS, {**common, "rows": chosen})
        employers = await registry.ask_employer(conn, nib)
        terms = await ask_terms(conn, nib, found.period_id, civil_day(now))
    if await held.fetchone() is None:
        return None
    stands = await standing.fetchone()
    assert stands is not None
    facts = (await registry.read_employers(employers)).get(nib)
    told = read_terms(await terms.fetchall()).get(nib)
    return HeldApplication(
        stands[0],
        WorkerCounts(*stands[1:]),
        [
            Grounds(row, tuple(reasons.split()) if reasons else (), account, remark, sector)
            for row, reasons, account, remark, sector in await grounds.fetchall()
        ],
        replace(facts, terms=told) if facts and told else facts,
    )


async def propose(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    rows: Sequence[int],
    *,
    officer_id: int,
    remark: str | None,
    at: datetime,
) -> None:
    """Store approvals that a second official must confirm.

    Args:
        nib: of the employer.
        application_id: of the filing.
        rows: of the workers in the roster; nobody proposed any of them yet.
        officer_id: account that proposes; it may not confirm.
        remark: for the second official, or None.
        at: aware.
    """
    values = (nib, application_id, officer_id, remark, at, list(rows))
    await conn.execute(PROPOSE, values)


async def is_proposed_by_other(
    conn: AsyncConnection,
    application_id: ApplicationId,
    officer_id: int,
    rows: Sequence[int] | None,
) -> bool:
    """Whether another official proposed to approve some of these, and nobody has differed yet.

    Args:
        conn: open connection.
        application_id: of the filing.
        officer_id: account of the official who asks.
        rows: lines of the roster, or None for all.
    """
    chosen = None if rows is None else list(rows)
    values = {"application": application_id, "officer": officer_id, "rows": chosen}
    row = await (await conn.execute(BY_OTHER, values)).fetchone()
    return bool(row and row[0])


async def forget(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, rows: Sequence[int]
) -> None:
    """Remove proposals that are settled.

    Args:
        nib: of the employer.
        application_id: of the filing.
        rows: of the workers in the roster; those of whom nobody did are passed over.
    """
    await conn.execute(FORGET, (nib, application_id, integers(rows)), binary=True)


async def give_on(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, officer_id: int
) -> bool:
    """Put the application back for somebody else, where this officer proposed all that waits.

    Args:
        nib: of the employer.
        application_id: of the filing.
        officer_id: account that proposed; the desk does not lend it the application again.
    """
    values = {"nib": nib, "application": application_id, "officer": officer_id}
    return (await conn.execute(GIVE_ON, values)).rowcount > 0


async def decline_all(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, officer_id: int, now: datetime
) -> tuple[list[int], list[int]]:
    """Note that an official differs on what another proposed, and remove what they proposed
    themselves; a third then decides who is neither.

    Args:
        nib: of the employer.
        application_id: of the filing.
        officer_id: account of who differs.
        now: aware time.

    Returns:
        Rows that a third decides, and rows that are proposed no more.
    """
    values = {"nib": nib, "application": application_id, "officer": officer_id, "now": now}
    taken_back = await (await conn.execute(TAKE_BACK, values)).fetchall()
    declined = await (await conn.execute(DECLINE, values)).fetchall()
    if declined:
        await conn.execute(NOT_FOR, (declined[0][1], nib, application_id))
    elif taken_back:
        await conn.execute(FOR_ANYBODY, (nib, application_id))
    return [row[0] for row in declined], [row[0] for row in taken_back]


async def forget_all_of(conn: AsyncConnection, account_id: int) -> int:
    """Remove what an account proposed and nobody confirmed; their files are for anybody again.

    Returns:
        Number of workers.
    """
    await conn.execute(FOR_ALL_AGAIN, (account_id,))
    return (await conn.execute(FORGET_OF, (account_id,))).rowcount


async def proposed_rows(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, rows: Sequence[int]
) -> dict[int, ProposedApproval]:
    """Who proposed to approve these workers, by row; those of whom nobody did are left out.

    Args:
        nib: of the employer.
        application_id: of the filing.
        rows: of the workers in the roster; those who are decided are left out as well.

    Returns:
        Account and remark of each.
    """
    cursor = await conn.execute(PROPOSED, (nib, application_id, integers(rows)), binary=True)
    return {row: ProposedApproval(*said) for row, *said in await cursor.fetchall()}
