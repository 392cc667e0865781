"""Who acts for which employer, and claims to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import AsyncConnection

from strp.domain.employers.claims import BEFORE_ALL, ClaimPlace
from strp.domain.identifiers import Nib
from strp.domain.people.account import AccountId, ClaimReason, RepresentationState
from strp.domain.text import Language

# Only where somebody acts for the employer: programs that file by key read the answer.
IS_REPRESENTED = "EXISTS (SELECT FROM representation r WHERE r.nib = {nib} AND r.state = 'active')"


COLUMNS = """
r.nib, r.account_id, r.state, r.reason, r.claimed_at, r.active_at, r.decided_at, r.version,
e.name, a.email_index, a.email_sealed, a.language, r.due_at
"""

FROM = "FROM representation r JOIN employer e USING (nib) JOIN account a USING (account_id)"

LOCKED = f"SELECT {COLUMNS} {FROM} WHERE r.nib = %s AND r.account_id = %s FOR UPDATE OF r"

OF_ACCOUNT = f"SELECT {COLUMNS} {FROM} WHERE r.account_id = %s ORDER BY e.name, r.nib"

# A page of them by name; searched by a part of the name or the first digits of the NIB.
PAGE_OF_ACCOUNT = f"""
SELECT {COLUMNS} {FROM}
WHERE r.account_id = %(account)s
  AND (%(search)s = '' OR strpos(lower(e.name), lower(%(search)s)) > 0
       OR starts_with(lpad(r.nib::text, 13, '0'), %(search)s))
  AND (%(after)s::bigint IS NULL
       OR (e.name, r.nib) > ((SELECT name FROM employer WHERE nib = %(after)s), %(after)s))
ORDER BY e.name, r.nib LIMIT %(limit)s
"""

ONE_OF_ACCOUNT = f"SELECT {COLUMNS} {FROM} WHERE r.account_id = %s AND r.nib = %s"

ALL_LOCKED = f"SELECT {COLUMNS} {FROM} WHERE r.account_id = %s ORDER BY r.nib FOR UPDATE OF r"

# Held to the end of the transaction: what is made under a representation is not made while it ends.
HELD = """
SELECT state FROM representation WHERE nib = %s AND account_id = %s AND state = 'active' FOR SHARE
"""

OF_EMPLOYER = f"SELECT {COLUMNS} {FROM} WHERE r.nib = %s ORDER BY r.claimed_at, r.account_id"

_WAITS = "r.reason IS NOT NULL AND r.state IN ('pending_officer', 'active')"
_OF_NIB = "(%(nib)s::bigint IS NULL OR r.nib = %(nib)s)"

# Read along representation_to_decide, a page at a time, however many wait.
TO_DECIDE = f"""
SELECT {COLUMNS} {FROM}
WHERE {_WAITS} AND {_OF_NIB} AND r.claimed_at >= %(at)s
  AND (r.claimed_at, r.nib, r.account_id) > (%(at)s, %(after_nib)s, %(after_account)s)
ORDER BY r.claimed_at, r.nib, r.account_id LIMIT %(limit)s
"""

COUNT_TO_DECIDE = f"SELECT count(*) FROM representation r WHERE {_WAITS} AND {_OF_NIB}"

CLAIM = """
INSERT INTO representation (nib, account_id, state, reason, claimed_at)
VALUES (%(nib)s, %(account)s, %(state)s, %(reason)s, %(at)s)
ON CONFLICT (nib, account_id) DO UPDATE
SET state = excluded.state, reason = excluded.reason, claimed_at = excluded.claimed_at,
    version = representation.version + 1
"""

MOVE = """
UPDATE representation
SET state = %(state)s, reason = %(reason)s, version = version + 1,
    active_at = CASE WHEN %(state)s = 'active' THEN coalesce(active_at, %(at)s) END
WHERE nib = %(nib)s AND account_id = %(account)s
"""

DECIDE = """
UPDATE representation
SET state = %(state)s, reason = NULL, decided_by = %(by)s, decided_at = %(at)s,
    version = version + 1,
    active_at = CASE WHEN %(state)s = 'active' THEN coalesce(active_at, %(at)s) END
WHERE nib = %(nib)s AND account_id = %(account)s
"""

REMOVE = "DELETE FROM representation WHERE nib = %s AND account_id = %s"

SET_DUE = """
UPDATE representation SET due_at = %s WHERE nib = %s AND account_id = %s AND reason IS NOT NULL
"""

REGISTERED = "SELECT name, email_sealed FROM employer WHERE nib = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredEmployer:
    """What the registry says about an employer that is claimed."""

    name: str
    email_sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One account's claim to act for one employer, with what letters and pages need."""

    nib: Nib
    account_id: AccountId
    state: RepresentationState
    reason: ClaimReason | None
    claimed_at: datetime
    active_at: datetime | None
    decided_at: datetime | None
    version: int
    due_at: datetime | None
    employer_name: str
    email_index: bytes
    email_sealed: bytes
    language: Language


async def find_registered(conn: AsyncConnection, nib: Nib) -> RegisteredEmployer | None:
    """The registry's entry for a NIB."""
    row = await (await conn.execute(REGISTERED, (nib,))).fetchone()
    return None if row is None else RegisteredEmployer(name=row[0], email_sealed=row[1])


async def lock_representation(
    conn: AsyncConnection, nib: Nib, account_id: AccountId
) -> Representation | None:
    """The claim of one account on one employer, locked to the end of the transaction.

    Args:
        nib: of the employer.
        account_id: of who claims.
    """
    found = await _all(conn, LOCKED, (nib, account_id))
    return found[0] if found else None


async def lock_all_of_account(conn: AsyncConnection, account_id: AccountId) -> list[Representation]:
    """Everything that an account claims or represents, locked to the end of the transaction."""
    return await _all(conn, ALL_LOCKED, (account_id,))


async def hold_active(conn: AsyncConnection, nib: Nib, account_id: AccountId) -> bool:
    """Whether an account represents an employer; if so, it does to the end of the transaction.

    Args:
        nib: of the employer.
        account_id: of who acts for it.
    """
    return await (await conn.execute(HELD, (nib, account_id))).fetchone() is not None


async def representations_of_account(
    conn: AsyncConnection, account_id: AccountId
) -> list[Representation]:
    """Everything that an account claims or represents, by employer name."""
    return await _all(conn, OF_ACCOUNT, (account_id,))


async def page_of_account(
    conn: AsyncConnection, account_id: AccountId, *, search: str, after: Nib | None, limit: int
) -> list[Representation]:
    """Some of what an account represents or claims, by name.

    Args:
        search: part of a name, or the first digits of a NIB; empty: all.
        after: only those behind this employer.
        limit: most to return.
    """
    values = {"account": account_id, "search": search, "after": after, "limit": limit}
    return await _all(conn, PAGE_OF_ACCOUNT, values)


async def representation_of(
    conn: AsyncConnection, account_id: AccountId, nib: Nib
) -> Representation | None:
    """What an account is to one employer.

    Args:
        account_id: of who acts or claims.
        nib: of the employer.

    Returns:
        None where it never claimed.
    """
    return next(iter(await _all(conn, ONE_OF_ACCOUNT, (account_id, nib))), None)


async def representations_of_employer(conn: AsyncConnection, nib: Nib) -> list[Representation]:
    """Everybody who claims or represents an employer, the earliest first."""
    return await _all(conn, OF_EMPLOYER, (nib,))


async def representations_to_decide(
    conn: AsyncConnection, limit: int, after: ClaimPlace = BEFORE_ALL, nib: Nib | None = None
) -> list[Representation]:
    """Claims and disputes that wait for an officer, the oldest first.

    Args:
        conn: open transaction.
        limit: most to return.
        after: only those behind this place.
        nib: only those of one employer, or None for all.
    """
    values = {"limit": limit, "nib": nib}
    place = {"at": after.claimed_at, "after_nib": after.nib, "after_account": after.account_id}
    rows = await (await conn.execute(TO_DECIDE, values | place)).fetchall()
    return [_representation(row) for row in rows]


async def count_to_decide(conn: AsyncConnection, nib: Nib | None = None) -> int:
    """How many claims and disputes wait for an officer, of one employer or of all."""
    row = await (await conn.execute(COUNT_TO_DECIDE, {"nib": nib})).fetchone()
    assert row is not None
    return int(row[0])


async def save_claim(
    conn: AsyncConnection,
    nib: Nib,
    account_id: AccountId,
    *,
    state: RepresentationState,
    reason: ClaimReason | None,
    at: datetime,
) -> None:
    """Store a new claim, or begin an old one anew.

    Args:
        conn: open transaction.
        nib: employer.
        account_id: who claims it.
        state: where the claim stands.
        reason: why an officer decides it, where one does.
        at: aware time.
    """
    await conn.execute(
        CLAIM, {"nib": nib, "account": account_id, "state": state, "reason": reason, "at": at}
    )


async def move_representation(
    conn: AsyncConnection,
    claim: Representation,
    *,
    state: RepresentationState,
    reason: ClaimReason | None,
    at: datetime,
) -> None:
    """Move a locked claim on.

    Args:
        claim: as it was locked.
        state: where it is from now on.
        reason: why an officer decides it, or None where the code does.
        at: aware.
    """
    values = {"nib": claim.nib, "account": claim.account_id, "at": at}
    await conn.execute(MOVE, values | {"state": state, "reason": reason})


async def set_due(conn: AsyncConnection, nib: Nib, account_id: AccountId, due_at: datetime) -> None:
    """Note by when an officer decides a claim; nothing where no officer does.

    Args:
        nib: of the employer.
        account_id: of who claims.
        due_at: aware.
    """
    await conn.execute(SET_DUE, (due_at, nib, account_id))


async def save_decision(
    conn: AsyncConnection,
    claim: Representation,
    *,
    state: RepresentationState,
    by: str,
    at: datetime,
) -> None:
    """Store an officer's decision on a locked claim.

    Args:
        conn: open transaction.
        claim: as locked.
        state: active or refused.
        by: label of the actor who decided.
        at: aware time.
    """
    values = {"nib": claim.nib, "account": claim.account_id, "at": at}
    await conn.execute(DECIDE, values | {"state": state, "by": by})


async def end_representation(
    conn: AsyncConnection, claim: Representation, *, by: str, at: datetime
) -> None:
    """End a locked claim or representation because its account ends.

    Its state is `refused`: should the account be opened again, an officer sees the next claim.

    Args:
        claim: as it was locked; one that is refused stays as it is.
        by: label of who ends the account.
        at: aware.
    """
    if claim.state is not RepresentationState.REFUSED:
        await save_decision(conn, claim, state=RepresentationState.REFUSED, by=by, at=at)


async def remove_representation(conn: AsyncConnection, claim: Representation) -> None:
    """Remove a locked representation: its account is nothing to the employer, as a newcomer is.

    Args:
        conn: open transaction.
        claim: as locked.
    """
    await conn.execute(REMOVE, (claim.nib, claim.account_id))


async def _all(
    conn: AsyncConnection, query: LiteralString, values: tuple[Any, ...] | dict[str, Any]
) -> list[Representation]:
    rows = await (await conn.execute(query, values)).fetchall()
    return [_representation(row) for row in rows]


def _representation(row: tuple[Any, ...]) -> Representation:
    return Representation(
        nib=Nib(row[0]),
        account_id=AccountId(row[1]),
        state=RepresentationState(row[2]),
        reason=None if row[3] is None else ClaimReason(row[3]),
        claimed_at=row[4],
        active_at=row[5],
        decided_at=row[6],
        version=row[7],
        employer_name=row[8],
        email_index=row[9],
        email_sealed=row[10],
        language=Language(row[11]),
        due_at=row[12],
    )
