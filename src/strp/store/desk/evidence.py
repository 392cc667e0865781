"""Evidence of employers: what state it is in, and its sealed pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from strp.domain.identifiers import Nib, PeriodId
from strp.domain.screening.evidence import Evidence, evidence_decided

CHUNK_BYTES: Final = 128 << 10

_COLUMNS = """evidence_id, nib, period_id, kind, sector, state, pages, size_bytes,
    attached_by, attached_at, read_at, decided_by, decided_at, reason, until_on"""

COUNT_ATTEMPT = """
INSERT INTO evidence_attempt AS a (asker, on_day, attempts, until_at) VALUES (%s, %s, 1, %s)
ON CONFLICT (asker, on_day) DO UPDATE SET attempts = a.attempts + 1 WHERE a.attempts < %s
RETURNING attempts
"""

LOCK_EMPLOYER = "SELECT 1 FROM evidence_attempt WHERE asker = %s AND on_day = %s FOR UPDATE"

BY_KEY = f"""
SELECT {_COLUMNS}, digest FROM evidence WHERE nib = %s AND idempotency_key = %s
"""

REPLACE = """
UPDATE evidence SET state = 'replaced'
WHERE nib = %(nib)s AND period_id = %(period_id)s AND kind = %(kind)s
  AND (state IN ('uploaded', 'being_read') OR (state = 'accepted' AND until_on < %(today)s))
RETURNING evidence_id
"""

FORGET_PAGES = "DELETE FROM evidence_chunk WHERE evidence_id = ANY(%s)"

ADD = f"""
INSERT INTO evidence (nib, period_id, kind, sector, state, pages, size_bytes, digest,
    idempotency_key, attached_by, attached_at, forget_at)
VALUES (%(nib)s, %(period_id)s, %(kind)s, %(sector)s, 'uploaded', %(pages)s, %(size_bytes)s,
    %(digest)s, %(key)s, %(actor)s, %(now)s, %(forget_at)s)
RETURNING {_COLUMNS}
"""

ADD_CHUNK = """
INSERT INTO evidence_chunk (evidence_id, page_no, chunk_no, sealed) VALUES (%s, %s, %s, %s)
"""

OF_EMPLOYER = f"""
SELECT {_COLUMNS} FROM evidence WHERE nib = %s AND state <> 'replaced' AND sector <> ''
ORDER BY evidence_id DESC LIMIT %s
"""

ONE = f"SELECT {_COLUMNS} FROM evidence WHERE nib = %s AND evidence_id = %s"

WAITING = f"""
SELECT {_COLUMNS} FROM evidence WHERE state IN ('uploaded', 'being_read') AND sector <> ''
ORDER BY attached_at LIMIT %s
"""

OF_KINDS = f"""
SELECT {_COLUMNS} FROM evidence
WHERE nib = ANY(%s) AND kind = ANY(%s) AND state <> 'replaced' ORDER BY evidence_id
"""

SETTLE_OF_OBJECTION = """
UPDATE evidence SET state = %s, decided_by = %s, decided_at = %s, reason = %s
WHERE nib = %s AND kind = %s AND state IN ('uploaded', 'being_read')
"""

PAGE = """
SELECT chunk_no, sealed FROM evidence_chunk WHERE evidence_id = %s AND page_no = %s
ORDER BY chunk_no
"""

BEGIN_READING = """
UPDATE evidence SET state = 'being_read', read_at = %s WHERE evidence_id = %s AND state = 'uploaded'
"""

DECIDE = """
UPDATE evidence SET state = %(state)s, decided_by = %(actor)s, decided_at = %(now)s,
    reason = %(reason)s, until_on = %(until_on)s, forget_at = greatest(forget_at, %(forget_at)s)
WHERE evidence_id = %(evidence_id)s
"""

SETTLED = """
SELECT kind FROM evidence WHERE nib = %s AND period_id = %s AND sector = %s
  AND state IN ('accepted', 'proposed') AND (until_on IS NULL OR until_on >= %s)
"""

BIND = """
UPDATE evidence SET ruling_id = %s WHERE nib = %s AND period_id = %s AND sector = %s
  AND state IN ('accepted', 'proposed')
"""

CONFIRM = """
UPDATE evidence SET state = 'accepted' WHERE nib = %s AND ruling_id = %s AND state = 'proposed'
"""

WITHDRAW = """
UPDATE evidence SET state = 'refused', decided_by = %s, decided_at = %s, reason = %s
WHERE nib = %s AND ruling_id = %s AND state = 'accepted'
"""

DECLINE = """
UPDATE evidence SET state = 'being_read', decided_by = NULL, decided_at = NULL, reason = NULL,
    until_on = NULL, ruling_id = NULL
WHERE nib = %s AND ruling_id = %s AND state = 'proposed'
"""


class SentBefore(NamedTuple):
    """What the same idempotency key brought before."""

    evidence: Evidence
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """A piece of evidence to store, its pages aside."""

    nib: Nib
    period_id: PeriodId
    kind: str
    sector: str
    pages: int
    size_bytes: int
    digest: bytes
    key: str | None
    actor: str
    now: datetime
    today: date
    forget_at: datetime


async def count_attempt(
    conn: AsyncConnection, asker: str, day: date, until_at: datetime, most: int
) -> bool:
    """Count a file that is sent; False where the day's share is used up.

    Args:
        asker: whose share it counts for.
        day: in Jakarta.
        until_at: when the count may be removed.
        most: files that one may send on a day.
    """
    cursor = await conn.execute(COUNT_ATTEMPT, (asker, day, until_at, most))
    return await cursor.fetchone() is not None


async def sent_before(conn: AsyncConnection, nib: Nib, key: str) -> SentBefore | None:
    """What an idempotency key of an employer brought before.

    Args:
        nib: of the employer.
        key: as it came with the request.
    """
    cursor = await conn.execute(BY_KEY, (nib, key))
    row = await cursor.fetchone()
    if row is None:
        return None
    *columns, digest = row
    names = [each.strip() for each in _COLUMNS.split(",")]
    return SentBefore(Evidence(**dict(zip(names, columns, strict=True))), digest)


async def add_evidence(conn: AsyncConnection, new: NewEvidence, asker: str) -> Evidence:
    """Store a piece of evidence in the place of one that is not decided.

    Args:
        asker: of the attempt that was counted; its row is held meanwhile.

    Raises:
        Conflict: `evidence-decided`: an officer has accepted one of this kind already.
    """
    values = {name: getattr(new, name) for name in NewEvidence.__dataclass_fields__}
    await conn.execute(LOCK_EMPLOYER, (asker, new.today))
    replaced = await (await conn.execute(REPLACE, values)).fetchall()
    await conn.execute(FORGET_PAGES, ([number for (number,) in replaced],))
    try:
        async with conn.cursor(row_factory=class_row(Evidence)) as cursor:
            await cursor.execute(ADD, values)
            row = await cursor.fetchone()
    except UniqueViolation as error:
        raise evidence_decided() from error
    assert row is not None
    return row


async def add_page(
    conn: AsyncConnection, evidence_id: int, page_no: int, chunks: Sequence[bytes]
) -> None:
    """Store the sealed pieces of one page.

    Args:
        evidence_id: of the piece.
        page_no: from 1.
        chunks: the page in envelopes, in order.
    """
    rows = [(evidence_id, page_no, number, sealed) for number, sealed in enumerate(chunks)]
    async with conn.cursor() as cursor:
        await cursor.executemany(ADD_CHUNK, rows)


async def evidence_of(conn: AsyncConnection, nib: Nib, limit: int) -> Sequence[Evidence]:
    """Evidence of an employer that was not replaced, the newest first.

    Args:
        nib: of the employer.
        limit: most pieces; what belongs to objections is left out.
    """
    async with conn.cursor(row_factory=class_row(Evidence)) as cursor:
        await cursor.execute(OF_EMPLOYER, (nib, limit))
        return await cursor.fetchall()


async def find_evidence(
    conn: AsyncConnection, nib: Nib, evidence_id: int, *, lock: bool = False
) -> Evidence | None:
    """One piece of evidence of an employer; held until the transaction ends where `lock` says.

    Args:
        nib: of the employer; a piece of another is not found.
        evidence_id: of the piece.
        lock: whether it is to be changed.
    """
    statement = ONE + (" FOR UPDATE" if lock else "")
    async with conn.cursor(row_factory=class_row(Evidence)) as cursor:
        await cursor.execute(statement.encode(), (nib, evidence_id))
        return await cursor.fetchone()


async def list_waiting(conn: AsyncConnection, limit: int) -> Sequence[Evidence]:
    """Evidence on which nobody has decided, the earliest first."""
    async with conn.cursor(row_factory=class_row(Evidence)) as cursor:
        await cursor.execute(WAITING, (limit,))
        return await cursor.fetchall()


async def evidence_of_kinds(
    conn: AsyncConnection, nibs: Sequence[Nib], kinds: Sequence[str]
) -> dict[str, Evidence]:
    """The latest piece of each of these kinds, by kind.

    Args:
        nibs: of the employers; a kind is looked for among the evidence of all of them.
        kinds: codes; those of which there is nothing are left out.
    """
    async with conn.cursor(row_factory=class_row(Evidence)) as cursor:
        await cursor.execute(OF_KINDS, (list(nibs), list(kinds)))
        return {each.kind: each for each in await cursor.fetchall()}


async def settle_of_objection(
    conn: AsyncConnection,
    nib: Nib,
    kind: str,
    *,
    state: str,
    actor: str,
    now: datetime,
    reason: str,
) -> None:
    """Decide what is attached to an objection, with it.

    Args:
        nib: of the employer.
        kind: that stands for the objection.
        state: `accepted` or `refused`.
        actor: label of the officer.
        now: aware.
        reason: as the employer reads it.
    """
    await conn.execute(SETTLE_OF_OBJECTION, (state, actor, now, reason, nib, kind))


async def page_chunks(conn: AsyncConnection, evidence_id: int, page_no: int) -> list[bytes]:
    """The sealed pieces of one page; none where it is not kept.

    Args:
        evidence_id: of the piece.
        page_no: from 1.

    Returns:
        In order.
    """
    rows = await (await conn.execute(PAGE, (evidence_id, page_no))).fetchall()
    return [bytes(sealed) for _, sealed in rows]


async def begin_reading(conn: AsyncConnection, evidence_id: int, at: datetime) -> None:
    """Note that an officer has begun to read it.

    Args:
        evidence_id: of the piece; one that is read or decided already stays as it is.
        at: aware.
    """
    await conn.execute(BEGIN_READING, (at, evidence_id))


async def decide_evidence(
    conn: AsyncConnection,
    evidence_id: int,
    *,
    state: str,
    actor: str,
    now: datetime,
    reason: str,
    until_on: date | None,
    forget_at: datetime,
) -> None:
    """Store what an officer decided.

    Args:
        evidence_id: of the piece.
        state: `accepted`, `proposed` or `refused`.
        actor: label of the officer.
        now: aware.
        reason: as the employer reads it.
        until_on: last day on which it counts, in Jakarta; None without end.
        forget_at: when its pages go; only ever moved on.
    """
    values = {
        "evidence_id": evidence_id,
        "state": state,
        "actor": actor,
        "now": now,
        "reason": reason,
        "until_on": until_on,
        "forget_at": forget_at,
    }
    await conn.execute(DECIDE, values)


async def settled_kinds(conn: AsyncConnection, one: Evidence, today: date) -> list[str]:
    """Kinds of the same sector and period that are accepted or proposed.

    Args:
        one: the piece that is decided.
        today: in Jakarta; what ended before it does not count.
    """
    values = (one.nib, one.period_id, one.sector, today)
    return [kind for (kind,) in await (await conn.execute(SETTLED, values)).fetchall()]


async def bind_to_ruling(conn: AsyncConnection, one: Evidence, ruling_id: int) -> None:
    """Note the ruling that follows from the evidence of a sector.

    Args:
        one: the piece that was decided last.
        ruling_id: of the ruling.
    """
    await conn.execute(BIND, (ruling_id, one.nib, one.period_id, one.sector))


async def withdraw_with_ruling(
    conn: AsyncConnection, nib: Nib, ruling_id: int, *, actor: str, at: datetime, reason: str
) -> int:
    """Refuse what a withdrawn ruling rested on, so that other evidence may be attached.

    Args:
        nib: of the employer.
        ruling_id: of the ruling.
        actor: label of the official.
        at: aware.
        reason: as the employer reads it.

    Returns:
        Number of pieces.
    """
    return (await conn.execute(WITHDRAW, (actor, at, reason, nib, ruling_id))).rowcount


async def settle_with_ruling(
    conn: AsyncConnection, nib: Nib, ruling_id: int, *, confirmed: bool
) -> int:
    """Accept what a second official has confirmed with its ruling, or have it read again.

    Args:
        nib: of the employer.
        ruling_id: of the ruling.
        confirmed: whether the second official agrees.

    Returns:
        Number of pieces.
    """
    return (await conn.execute(CONFIRM if confirmed else DECLINE, (nib, ruling_id))).rowcount
