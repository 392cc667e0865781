"""The books: what must add up at every moment, asked of the tables themselves.

Each query answers with applications (or employers) for which a rule does not hold. All of them
run in one snapshot, so that filings going on meanwhile are seen whole or not at all.
"""

from collections.abc import Mapping

from psycopg.errors import QueryCanceled
from psycopg.rows import scalar_row

from strp.store.engine.database import Connection

# Every row of a roster ends in one column, and every accepted one is a worker in one state.
LEDGER = """
SELECT application_id FROM application
WHERE rows <> accepted + unchanged + duplicate + exempt + rejected
   OR accepted <> pending + approved + refused + returned
"""

COUNTS = """
SELECT application_id
FROM (SELECT nib, application_id, pending, approved, refused, returned FROM application) a
FULL JOIN (
    SELECT nib, application_id,
           count(*) FILTER (WHERE state = 'pending') AS pending,
           count(*) FILTER (WHERE state = 'approved') AS approved,
           count(*) FILTER (WHERE state = 'refused') AS refused,
           count(*) FILTER (WHERE state = 'returned') AS returned
    FROM worker GROUP BY nib, application_id) w USING (nib, application_id)
WHERE a.pending IS NULL
   OR (a.pending, a.approved, a.refused, a.returned) IS DISTINCT FROM
      (coalesce(w.pending, 0), coalesce(w.approved, 0), coalesce(w.refused, 0),
       coalesce(w.returned, 0))
"""

# A certificate belongs to an approved worker; its key holds that a worker has no second one.
CERTIFICATES = """
SELECT c.application_id FROM certificate c
LEFT JOIN worker w USING (nib, application_id, row_no)
WHERE w.state IS DISTINCT FROM 'approved'
"""

SERIALS = """
WITH former AS MATERIALIZED (SELECT serial_no, application_id FROM former_certificate)
SELECT min(application_id)
FROM (SELECT serial_no, application_id FROM certificate
      UNION ALL SELECT serial_no, application_id FROM former) c
GROUP BY serial_no HAVING count(*) > 1
"""

# Citus joins what is on the coordinator alone with distributed tables only by way of a query.
ISSUING = """
WITH waiting AS MATERIALIZED (SELECT nib, application_id, after_row FROM issue_task)
SELECT w.application_id FROM worker w
WHERE w.state = 'approved' AND w.reasons IS DISTINCT FROM 'left'
  AND NOT EXISTS (SELECT FROM certificate c WHERE c.nib = w.nib
                  AND c.application_id = w.application_id AND c.row_no = w.row_no)
  AND NOT EXISTS (SELECT FROM waiting t WHERE t.nib = w.nib
                  AND t.application_id = w.application_id AND t.after_row < w.row_no)
"""

DESK = """
SELECT application_id FROM application a
FULL JOIN desk d USING (nib, application_id)
WHERE (d.due_at IS NOT NULL) IS DISTINCT FROM (coalesce(a.pending, 0) > 0)
"""

# Whose certificate is revoked or ended is out, though approved once.
_OUT = """
WITH gone AS MATERIALIZED (
    SELECT nib, application_id, row_no FROM revocation WHERE kind IN ('revoked', 'ended')
)"""
_NOT_OUT = """
w.reasons IS DISTINCT FROM 'left' AND
NOT EXISTS (SELECT FROM gone g WHERE g.nib = w.nib AND g.application_id = w.application_id
            AND g.row_no = w.row_no)
"""

ENGAGEMENTS = f"""{_OUT}
SELECT application_id
FROM (SELECT w.nib, w.application_id, w.row_no, w.nik_index, a.period_id
      FROM worker w JOIN application a USING (nib, application_id)
      WHERE w.state IN ('pending', 'approved') AND {_NOT_OUT}) live
FULL JOIN (SELECT * FROM engagement WHERE nib >= 0) e
    USING (nib, application_id, row_no, nik_index, period_id)
WHERE live.nib IS NULL OR e.nib IS NULL
"""

QUOTA = f"""{_OUT}
SELECT nib
FROM (SELECT w.nib, a.period_id,
             count(*) FILTER (WHERE w.site_type = 'pelayanan') AS service,
             count(*) FILTER (WHERE w.site_type = 'administrasi') AS administration
      FROM worker w JOIN application a USING (nib, application_id)
      WHERE w.state IN ('pending', 'approved') AND w.host_nib IS NULL AND {_NOT_OUT}
      GROUP BY w.nib, a.period_id) live
FULL JOIN quota_use q USING (nib, period_id)
WHERE (coalesce(live.service, 0), coalesce(live.administration, 0)) IS DISTINCT FROM
      (coalesce(q.service, 0), coalesce(q.administration, 0))
"""

PROPOSALS = """
SELECT p.application_id FROM proposal p LEFT JOIN worker w USING (nib, application_id, row_no)
WHERE w.state IS DISTINCT FROM 'pending'
"""

RULES: Mapping[str, str] = {
    "ledger": LEDGER,
    "counts": COUNTS,
    "certificates": CERTIFICATES,
    "serials": SERIALS,
    "issuing": ISSUING,
    "desk": DESK,
    "engagements": ENGAGEMENTS,
    "quota": QUOTA,
    "proposals": PROPOSALS,
}


async def imbalances(
    conn: Connection, rule: str, limit: int, within_s: float | None = None
) -> list[int] | None:
    """Applications, or for `quota` employers, for which a rule does not hold.

    Args:
        conn: open transaction; REPEATABLE READ where several rules are asked.
        rule: a key of `RULES`.
        limit: most to name.
        within_s: longest that it may take; None: as long as it takes.

    Returns:
        None where it took longer.
    """
    try:
        async with conn.transaction(), conn.cursor(row_factory=scalar_row) as cursor:
            if within_s is not None:
                await cursor.execute(_WITHIN, (str(max(1, round(within_s * 1000))),))
            await cursor.execute(f"SELECT DISTINCT * FROM ({RULES[rule]}) wrong LIMIT %s", (limit,))
            return list(await cursor.fetchall())
    except QueryCanceled:
        return None


_WITHIN = "SELECT set_config('statement_timeout', %s, true)"


async def read_as_of_now(conn: Connection) -> None:
    """Let every query of this transaction see the same moment, however long it takes."""
    await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    await conn.execute("SET LOCAL statement_timeout = 0")
