"""Open objections whose matter may be settled by something else than a decision on them."""

from collections.abc import Sequence

from psycopg import AsyncConnection
from psycopg.abc import Params
from psycopg.rows import class_row

from strp.domain.desk.objection import About, Objection
from strp.domain.identifiers import Nib
from strp.store.desk.objections import COLUMNS
from strp.store.engine.arrays import bigints, integers

# Who decides one right now holds it; it is looked at again a minute later.
TAKE_OPEN = f"""
SELECT {COLUMNS} FROM objection
WHERE decided_at IS NULL AND about <> 'closure' AND objection_id > %(after)s
  AND (%(nib)s::bigint IS NULL OR nib = %(nib)s)
ORDER BY objection_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

# Of workers: refused, or with a certificate that an official took back.
REFUSED_WORKERS = """
SELECT o.number
FROM unnest(%(numbers)s::bigint[], %(nibs)s::bigint[], %(applications)s::bigint[], %(rows)s::int[])
     AS o (number, nib, application_id, row_no)
JOIN worker w ON w.nib = o.nib AND w.application_id = o.application_id AND w.row_no = o.row_no
JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
WHERE w.state = 'refused' AND a.state <> 'withdrawn'
"""

TAKEN_BACK = """
SELECT o.number
FROM unnest(%(numbers)s::bigint[], %(nibs)s::bigint[], %(applications)s::bigint[], %(rows)s::int[])
     AS o (number, nib, application_id, row_no)
JOIN revocation r ON r.nib = o.nib AND r.application_id = o.application_id AND r.row_no = o.row_no
WHERE r.kind IN ('suspended', 'revoked')
"""

# Sector and caps are the employer's: as long as anybody of it is refused, whatever for.
REFUSED_EMPLOYERS = """
SELECT DISTINCT nib FROM application
WHERE nib = ANY(%s::bigint[]) AND refused > 0 AND state <> 'withdrawn'
"""

SUSPENDED_EMPLOYERS = """
SELECT DISTINCT r.nib FROM revocation r JOIN rescreening s USING (act_id)
WHERE r.nib = ANY(%s::bigint[]) AND r.kind = 'suspended'
"""

REFUSED_CLAIMS = """
SELECT o.number
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS o (number, nib, filed_by)
JOIN representation r ON r.nib = o.nib AND r.account_id = substring(o.filed_by from 9)::bigint
WHERE o.filed_by ~ '^account:[0-9]{1,18}$' AND r.state = 'refused'
"""


async def take_open(
    conn: AsyncConnection, *, nib: Nib | None, after: int, limit: int
) -> list[Objection]:
    """Open objections, those to closures aside, held until the transaction ends.

    Args:
        nib: of one employer, or None for all.
        after: number of the last that was taken before.
        limit: most of them.
    """
    values = {"nib": nib, "after": after, "limit": limit}
    async with conn.cursor(row_factory=class_row(Objection)) as cursor:
        await cursor.execute(TAKE_OPEN, values)
        return await cursor.fetchall()


async def still_refused(conn: AsyncConnection, objections: Sequence[Objection]) -> set[int]:
    """Numbers of the objections whose matter is refused still.

    Args:
        objections: open ones, none to a closure.
    """
    found = await _workers(conn, [each for each in objections if each.about == About.WORKER])
    claims = [each for each in objections if each.about == About.CLAIM]
    if claims:
        numbers = bigints([each.objection_id for each in claims])
        values = (numbers, bigints([each.nib for each in claims]), [x.filed_by for x in claims])
        found |= await _numbers(conn, REFUSED_CLAIMS, values)
    rest = [each for each in objections if each.about in (About.SECTOR, About.CAP)]
    if rest:
        nibs = (bigints(sorted({each.nib for each in rest})),)
        held = await _numbers(conn, REFUSED_EMPLOYERS, nibs)
        held |= await _numbers(conn, SUSPENDED_EMPLOYERS, nibs)
        found |= {each.objection_id for each in rest if each.nib in held}
    return found


async def _workers(conn: AsyncConnection, objections: Sequence[Objection]) -> set[int]:
    named = [
        (each.objection_id, each.nib, each.application_id, each.row_no)
        for each in objections
        if each.application_id is not None and each.row_no is not None
    ]
    if not named:
        return set()
    numbers, nibs, applications, rows = zip(*named, strict=True)
    values = {
        "numbers": bigints(numbers),
        "nibs": bigints(nibs),
        "applications": bigints(applications),
        "rows": integers(rows),
    }
    return await _numbers(conn, REFUSED_WORKERS, values) | await _numbers(conn, TAKEN_BACK, values)


async def _numbers(conn: AsyncConnection, query: str, values: Params) -> set[int]:
    rows = await (await conn.execute(query, values)).fetchall()
    return {number for (number,) in rows}
