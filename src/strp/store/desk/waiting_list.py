"""The list of the desk: a page of what waits in the order of due times, narrowed by a filter.

A page looks at so many applications of the desk and no more, however few of them fit: a filter
that nothing fits costs as much as one that all fit. The list then says how far it has looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection

from strp.domain.desk.waiting_filter import DeskPlace, WaitingFilter
from strp.domain.identifiers import ApplicationId, Nib
from strp.store.employers import closures

MOST_LOOKED_AT: Final = 10_000
"""Applications that one page looks at."""

SEEN = f"""
SELECT nib, application_id, due_at, officer_id, lease_until, escalated_because FROM desk
WHERE {closures.not_closed("nib", "%(now)s")} AND cannot_open IS NULL
  AND (%(after_due)s::timestamptz IS NULL
       OR (due_at, application_id) > (%(after_due)s::timestamptz, %(after_number)s::bigint))
  AND (%(due_from)s::timestamptz IS NULL OR due_at >= %(due_from)s::timestamptz)
  AND (%(due_before)s::timestamptz IS NULL OR due_at < %(due_before)s::timestamptz)
  AND (%(nib)s::bigint IS NULL OR nib = %(nib)s::bigint)
ORDER BY due_at, application_id
"""

FITS = """(%(sector)s::text IS NULL OR a.sector = %(sector)s)
  AND (%(name)s::text IS NULL OR strpos(lower(e.name), lower(%(name)s)) > 0)"""
"""What of a filter the application `a` and the employer `e` tell."""

# A set-returning function in its list keeps what belongs to a line a look-up by key, however large
# the tables have grown (see `certificates`).
PAGE = f"""
SELECT d.nib, d.application_id, d.due_at, d.officer_id, d.lease_until, d.escalated_because, e.name,
       a.sector, a.submitted_at, a.pending, count(*) OVER ()
FROM ({SEEN} LIMIT %(looked_at)s) d
CROSS JOIN LATERAL (SELECT sector, submitted_at, pending, generate_series(1, 1) FROM application
                    WHERE nib = d.nib AND application_id = d.application_id) a
CROSS JOIN LATERAL (SELECT name, generate_series(1, 1) FROM employer WHERE nib = d.nib) e
WHERE {FITS}
  AND (%(reason)s::text IS NULL OR EXISTS (
       SELECT FROM worker w
       WHERE w.nib = d.nib AND w.application_id = d.application_id AND w.state = 'pending'
         AND w.state <> 'approved' AND %(reason)s = ANY (string_to_array(w.reasons, ' '))))
ORDER BY d.due_at, d.application_id LIMIT %(limit)s
"""

# Where no filter needs a look-up, no more lines are read than are shown.
LAST_SEEN = f"SELECT due_at, application_id FROM ({SEEN} OFFSET %(looked_at)s - 1 LIMIT 1) last"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingApplication:
    """A line of the desk's list."""

    nib: Nib
    application_id: ApplicationId
    due_at: datetime
    officer_id: int | None
    lease_until: datetime | None
    escalated_because: str | None
    employer_name: str
    sector: str
    submitted_at: datetime
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """A page of the list.

    Args:
        lines: the nearest due time first.
        found: how many fit among those that were looked at; None where nothing was filtered.
        next_after: the place to go on after, or None at the end.
    """

    lines: Sequence[WaitingApplication]
    found: int | None
    next_after: DeskPlace | None


async def list_waiting(
    conn: AsyncConnection,
    wanted: WaitingFilter,
    *,
    now: datetime,
    after: DeskPlace | None = None,
    limit: int,
) -> WaitingPage:
    """A page of the desk's list, less what is on hold.

    Args:
        conn: open connection.
        wanted: what the list is narrowed to.
        now: aware time.
        after: only what is behind this place.
        limit: most lines.
    """
    filtered = wanted != WaitingFilter()
    values = filter_values(wanted, now, after) | {
        "looked_at": MOST_LOOKED_AT if filtered else limit + 1,
        "limit": limit + 1,
    }
    found = await (await conn.execute(PAGE, values)).fetchall()
    lines = [_line(row) for row in found[:limit]]
    if len(found) > limit:
        next_after: DeskPlace | None = DeskPlace(lines[-1].due_at, lines[-1].application_id)
    else:
        next_after = await _last_seen(conn, values) if filtered else None
    count = found[0][-1] if found else 0
    return WaitingPage(lines=lines, found=count if filtered else None, next_after=next_after)


def filter_values(
    wanted: WaitingFilter, now: datetime, after: DeskPlace | None = None
) -> dict[str, Any]:
    """The values of `SEEN` and `FITS`.

    Args:
        wanted: what the list is narrowed to.
        now: aware time.
        after: only what is behind this place.
    """
    due_from, due_before = wanted.age.between(now) if wanted.age else (None, None)
    return {
        "now": now,
        "after_due": after and after.due_at,
        "after_number": after and after.application_id,
        "due_from": due_from,
        "due_before": due_before,
        "nib": wanted.nib,
        "name": wanted.name,
        "sector": wanted.sector,
        "reason": wanted.reason,
    }


async def _last_seen(conn: AsyncConnection, values: dict[str, Any]) -> DeskPlace | None:
    """The last application that was looked at, or None where those were all."""
    row = await (await conn.execute(LAST_SEEN, values)).fetchone()
    return None if row is None else DeskPlace(*row)


def _line(row: tuple[Any, ...]) -> WaitingApplication:
    nib, number, due_at, officer_id, lease_until, because, *rest = row
    name, sector, submitted_at, pending, _ = rest
    return WaitingApplication(
        nib=nib,
        application_id=number,
        due_at=due_at,
        officer_id=officer_id,
        lease_until=lease_until,
        escalated_because=because,
        employer_name=name,
        sector=sector,
        submitted_at=submitted_at,
        pending=pending,
    )
