"""The compliance list, read from the counts of each employer's days; never from the filings.

Every number has its definition in `domain/figures/definitions.py`.
"""

from datetime import date
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.desk.compliance import (
    MOST_PAIRS,
    SIZE_BOUNDS,
    Apart,
    Filter,
    Group,
    ListedEmployer,
    Pair,
    Size,
    Span,
    Sums,
    TakenOff,
)
from strp.domain.employers.activities import activity_of
from strp.domain.identifiers import Nib
from strp.domain.screening.sector_of import NON_ESSENTIAL

_JAKARTA: Final = "AT TIME ZONE interval '7 hours'"
_STAFF: Final = "e.staff_service + e.staff_administration"
_SIZE: Final = " ".join(
    [
        f"CASE WHEN coalesce({_STAFF}, 0) = 0 THEN '{Size.UNKNOWN}'",
        *(f"WHEN {_STAFF} < {below} THEN '{size}'" for below, size in SIZE_BOUNDS),
        f"ELSE '{Size.LARGE}' END",
    ]
)

# Whose objection succeeded, and until which day their counts are taken off.
_UPHELD = f"""
upheld AS (
    SELECT nib, about, max((decided_at {_JAKARTA})::date) AS decided_on
    FROM objection WHERE outcome = 'upheld' AND about IN ('sector', 'cap') GROUP BY nib, about
)"""

_OBJECTED_AS = "CASE c.kind WHEN 'over_cap' THEN 'cap' WHEN 'attempt' THEN 'sector' END"

_COLUMNS = "nib, day, kind, other_nib, exercise, sector"
# What was added up, and what was filed since.
_REFUSALS = f"""(
    SELECT {_COLUMNS}, filings, workers FROM refusal_count
    UNION ALL SELECT {_COLUMNS}, 1, workers FROM refusal_event
)"""

ADD_UP = f"""
WITH gone AS (DELETE FROM refusal_event RETURNING *)
INSERT INTO refusal_count AS c ({_COLUMNS}, filings, workers)
SELECT nib, day, kind, other_nib, exercise, max(sector), count(*), sum(workers)
FROM gone GROUP BY nib, day, kind, other_nib, exercise
ON CONFLICT (nib, day, kind, other_nib, exercise) DO UPDATE
SET filings = c.filings + EXCLUDED.filings, workers = c.workers + EXCLUDED.workers,
    sector = EXCLUDED.sector
"""

# The counts of the days are read once, to a row for each employer, and all parts of the report are
# made of that; it is gone with the transaction. One group by a number is what is cheap here: by
# employer, kind and other employer, and again by employer, it took twice as long.
READ_DAYS = f"""
CREATE TEMP TABLE counted ON COMMIT DROP AS
SELECT nib,
       sum(filings) FILTER (WHERE kind = 'attempt') AS attempts,
       sum(workers) FILTER (WHERE kind = 'attempt') AS workers,
       sum(workers) FILTER (WHERE kind = 'over_cap') AS over_cap,
       sum(workers) FILTER (WHERE kind = 'named_by_two') AS named_by_two,
       max(sector) FILTER (WHERE kind = 'over_cap') AS capped_sector,
       sum(filings) FILTER (WHERE kind = 'not_proven') AS not_proven,
       sum(workers) FILTER (WHERE kind = 'not_proven') AS not_proven_workers,
       sum(workers) FILTER (WHERE kind = 'at_unlisted_site') AS unlisted_site,
       bool_or(kind = 'asked') AS asked, bool_or(kind = 'claimed') AS claimed
FROM {_REFUSALS} c
WHERE day BETWEEN %(first)s AND %(last)s AND exercise = %(exercise)s
GROUP BY nib
"""

# Few objections succeed: what they take off is found by employer.
READ_OFF = f"""
CREATE TEMP TABLE off ON COMMIT DROP AS
WITH {_UPHELD}
SELECT c.nib,
       sum(c.filings) FILTER (WHERE c.kind = 'attempt')::bigint AS attempts,
       sum(c.workers) FILTER (WHERE c.kind = 'attempt')::bigint AS workers,
       sum(c.workers) FILTER (WHERE c.kind = 'over_cap')::bigint AS over_cap
FROM upheld u JOIN {_REFUSALS} c
  ON c.nib = u.nib AND {_OBJECTED_AS} = u.about AND c.day <= u.decided_on
WHERE c.day BETWEEN %(first)s AND %(last)s AND c.exercise = %(exercise)s
GROUP BY c.nib
"""

# A table that was just made has no statistics: without them each employer is looked up by itself.
_STATISTICS = ("SET LOCAL default_statistics_target = 10", "ANALYZE counted (nib)", "ANALYZE off")

# Who is on the list, a row each; made once as well, for the list and its groups.
LIST_EMPLOYERS = f"""
CREATE TEMP TABLE listed ON COMMIT DROP AS
WITH net AS (
    SELECT c.nib,
           coalesce(c.attempts, 0) - coalesce(o.attempts, 0) AS attempts,
           coalesce(c.workers, 0) - coalesce(o.workers, 0) AS workers,
           coalesce(c.over_cap, 0) - coalesce(o.over_cap, 0) AS over_cap,
           coalesce(c.named_by_two, 0) AS named_by_two, c.capped_sector
    FROM counted c LEFT JOIN off o USING (nib)
)
SELECT c.nib, coalesce(e.name, '') AS name,
       CASE WHEN c.attempts > 0 THEN '{NON_ESSENTIAL}' ELSE c.capped_sector END AS sector,
       coalesce(e.region, '') AS region, coalesce(r.name, e.region, '') AS region_name,
       {_STAFF} AS staff, {_SIZE} AS size, coalesce(e.kbli[1], '') AS kbli,
       coalesce(e.kbli_edition, 0) AS kbli_edition,
       c.attempts, c.workers, c.over_cap, c.named_by_two
FROM net c LEFT JOIN employer e USING (nib) LEFT JOIN region r ON r.code = e.region
WHERE c.attempts > 0 OR c.over_cap > 0
"""

_MATCHES = """
WHERE (%(search)s::text IS NULL OR position(%(search)s IN lower(name)) > 0
       OR starts_with(lpad(nib::text, 13, '0'), %(search)s))
  AND (%(sector)s::text IS NULL OR sector = %(sector)s)
  AND (%(region)s::text IS NULL OR region = %(region)s)
  AND (%(size)s::text IS NULL OR size = %(size)s)
"""

EMPLOYERS = f"""
SELECT nib, name, sector, region, region_name, staff, kbli, kbli_edition, attempts, workers,
       over_cap, named_by_two
FROM listed {_MATCHES}
ORDER BY workers DESC, over_cap DESC, attempts DESC, nib LIMIT %(limit)s OFFSET %(skip)s
"""

# By the first two digits of the class, which name the branch.
GROUPS = f"""
SELECT sector, region, max(region_name), size, left(kbli, 2), kbli_edition, count(*),
       sum(attempts)::bigint, sum(workers)::bigint, sum(over_cap)::bigint
FROM listed {_MATCHES} GROUP BY sector, region, size, left(kbli, 2), kbli_edition
"""

PAIRS = f"""
SELECT c.nib, coalesce(e.name, ''), c.other_nib, coalesce(o.name, ''), c.workers
FROM (
    SELECT nib, other_nib, sum(workers) AS workers FROM {_REFUSALS} each
    WHERE kind = 'named_by_two' AND day BETWEEN %(first)s AND %(last)s AND exercise = %(exercise)s
    GROUP BY nib, other_nib ORDER BY sum(workers) DESC, nib, other_nib LIMIT %(most)s
) c
LEFT JOIN employer e ON e.nib = c.nib LEFT JOIN employer o ON o.nib = c.other_nib
ORDER BY c.workers DESC, c.nib, c.other_nib
"""

APART = """
SELECT count(*) FILTER (WHERE not_proven > 0), coalesce(sum(not_proven), 0)::bigint,
       coalesce(sum(not_proven_workers), 0)::bigint,
       count(*) FILTER (WHERE asked AND NOT claimed AND attempts IS NULL),
       count(*) FILTER (WHERE claimed AND attempts IS NULL),
       count(*) FILTER (WHERE unlisted_site > 0), coalesce(sum(unlisted_site), 0)::bigint
FROM counted
"""

# Also those decided in these days of whom nothing in these days was counted: the next report has
# the note, whichever days it is about.
TAKEN_OFF = f"""
WITH {_UPHELD}
SELECT u.nib, coalesce(max(e.name), ''), u.about, u.decided_on,
       coalesce(sum(c.filings) FILTER (WHERE c.kind = 'attempt'), 0)::bigint,
       coalesce(sum(c.workers) FILTER (WHERE c.kind = 'attempt'), 0)::bigint,
       coalesce(sum(c.workers) FILTER (WHERE c.kind = 'over_cap'), 0)::bigint
FROM upheld u
JOIN {_REFUSALS} c ON c.nib = u.nib AND {_OBJECTED_AS} = u.about AND c.day <= u.decided_on
    AND c.exercise = %(exercise)s
    AND (c.day BETWEEN %(first)s AND %(last)s OR u.decided_on BETWEEN %(first)s AND %(last)s)
LEFT JOIN employer e ON e.nib = u.nib
GROUP BY u.nib, u.about, u.decided_on ORDER BY u.decided_on, u.nib, u.about
"""

OF_EMPLOYER = f"""
WITH {_UPHELD}
SELECT coalesce(sum(c.filings) FILTER (WHERE c.kind = 'attempt'), 0)::bigint,
       coalesce(sum(c.workers) FILTER (WHERE c.kind = 'attempt'), 0)::bigint,
       coalesce(sum(c.workers) FILTER (WHERE c.kind = 'over_cap'), 0)::bigint
FROM refusal_count c
LEFT JOIN upheld u ON u.nib = c.nib AND u.about = {_OBJECTED_AS} AND c.day <= u.decided_on
WHERE c.nib = %(nib)s AND c.exercise = %(exercise)s AND c.day >= %(first)s AND u.nib IS NULL
"""

ONE_MOMENT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL client_min_messages = warning",
)


async def add_up(conn: AsyncConnection) -> None:
    """Add what was filed since the last time to the counts of employers' days."""
    await conn.execute(ADD_UP)


async def read_days(conn: AsyncConnection, span: Span, *, exercise: bool) -> None:
    """Read the counts of some days, for the parts of one report.

    Args:
        conn: a transaction in which nothing was read yet; it sees one moment from now on.
        span: days.
        exercise: of whose filings.
    """
    for statement in ONE_MOMENT:
        await conn.execute(statement.encode())
    await conn.execute(READ_DAYS.encode(), _values(span, exercise))
    await conn.execute(READ_OFF.encode(), _values(span, exercise))
    for statement in _STATISTICS:
        await conn.execute(statement.encode())
    await conn.execute(LIST_EMPLOYERS.encode())


async def listed_employers(
    conn: AsyncConnection, only: Filter, *, limit: int | None = None, skip: int = 0
) -> list[ListedEmployer]:
    """Employers of the list, the most workers first.

    Args:
        conn: transaction with the days that were read.
        only: which of them.
        limit: most of them.
        skip: that were shown before.
    """
    values = {**_of(only), "limit": limit, "skip": skip}
    rows = await (await conn.execute(EMPLOYERS.encode(), values)).fetchall()
    names = ListedEmployer.__dataclass_fields__
    return [ListedEmployer(**dict(zip(names, row, strict=True))) for row in rows]


async def groups_of(conn: AsyncConnection, only: Filter) -> list[Group]:
    """The same employers in groups of one sector, region, size and branch."""
    rows = await (await conn.execute(GROUPS.encode(), _of(only))).fetchall()
    return [
        Group(sector, region, name, Size(size), activity_of(division, edition), Sums(*sums))
        for sector, region, name, size, division, edition, *sums in rows
    ]


async def pairs_of(conn: AsyncConnection, span: Span, *, exercise: bool) -> list[Pair]:
    """Employers who named the same workers.

    Args:
        span: days of the report.
        exercise: whether filings of the exercise are meant, or the true ones.
    """
    async with conn.cursor(row_factory=args_row(Pair)) as cursor:
        values = {**_values(span, exercise), "most": MOST_PAIRS}
        await cursor.execute(PAIRS.encode(), values)
        return await cursor.fetchall()


async def apart_of(conn: AsyncConnection) -> Apart:
    """What is counted beside the list."""
    [row] = await (await conn.execute(APART)).fetchall()
    return Apart(*row)


async def taken_off(conn: AsyncConnection, span: Span, *, exercise: bool) -> list[TakenOff]:
    """Employers whose objection succeeded.

    Args:
        span: days of the report.
        exercise: whether filings of the exercise are meant, or the true ones.
    """
    async with conn.cursor(row_factory=args_row(TakenOff)) as cursor:
        await cursor.execute(TAKEN_OFF.encode(), _values(span, exercise))
        return await cursor.fetchall()


async def sums_of_employer(conn: AsyncConnection, nib: Nib, first: date, *, exercise: bool) -> Sums:
    """What the list says of one employer from a day on; without the minute that runs.

    Args:
        nib: of the employer.
        first: first day, in Jakarta.
        exercise: whether filings of the exercise are meant, or the true ones.
    """
    values = {"nib": nib, "exercise": exercise, "first": first}
    [row] = await (await conn.execute(OF_EMPLOYER.encode(), values)).fetchall()
    return Sums(1 if any(row) else 0, *row)


def _values(span: Span, exercise: bool) -> dict[str, Any]:
    return {"first": span.first, "last": span.last, "exercise": exercise}


def _of(only: Filter) -> dict[str, Any]:
    return {
        "search": only.search,
        "sector": only.sector,
        "region": only.region,
        "size": only.size,
    }
