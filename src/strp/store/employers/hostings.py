"""Hostings: one row an employer, period and host, written under the employer's lock.

The table stays small and on one node; what is asked of workers is a statement of its own.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row, class_row

from strp.domain.employers.caps import QuotaUse
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.screening.hosting import Hosting, HostingState, HostingWord
from strp.store.engine.arrays import bigints

_COLUMNS = """nib, host_nib, period_id, state, service, administration, until_on, reason, asked_at,
    decided_by, decided_at, proposed_by"""

AT_HOSTS = f"""
SELECT {_COLUMNS} FROM hosting
WHERE nib = %s AND period_id = %s AND host_nib = ANY(%s::bigint[])
"""

LOCK_ONE = f"""
SELECT {_COLUMNS} FROM hosting WHERE nib = %s AND period_id = %s AND host_nib = %s FOR UPDATE
"""

OF_HOST = f"""
SELECT {_COLUMNS} FROM hosting WHERE host_nib = %s AND period_id = %s AND nib > %s
ORDER BY nib LIMIT %s
"""

OF_EMPLOYER = f"""
SELECT {_COLUMNS} FROM hosting WHERE nib = %s AND period_id = %s AND host_nib > %s
ORDER BY host_nib LIMIT %s
"""

ASKED = f"""
SELECT {_COLUMNS} FROM hosting WHERE state = 'asked' AND period_id = %s
ORDER BY asked_at, nib, host_nib LIMIT %s OFFSET %s
"""

COUNT_ASKED = "SELECT count(*) FROM hosting WHERE nib = %s AND period_id = %s AND state = 'asked'"

ASK = """
INSERT INTO hosting (nib, period_id, host_nib, state, asked_at)
SELECT %s, %s, host_nib, 'asked', %s FROM unnest(%s::bigint[]) AS host_nib ORDER BY host_nib
ON CONFLICT DO NOTHING
"""

# Two filings of one moment must not both count the letters of today; the second tells nobody.
HOLD_LETTERS = """
SELECT host_nib FROM unnest(%s::bigint[]) AS host_nib
WHERE pg_try_advisory_xact_lock(hashtextextended('strp hosting ' || host_nib, 0))
"""

# One letter an employer, host and day, and few a host and day, whoever asks.
TELL = """
UPDATE hosting h SET told_at = %(at)s
WHERE h.nib = %(nib)s AND h.period_id = %(period)s AND h.host_nib = ANY(%(hosts)s::bigint[])
  AND (h.told_at IS NULL OR h.told_at < %(since)s)
  AND (SELECT count(*) FROM hosting o
       WHERE o.host_nib = h.host_nib AND o.told_at >= %(since)s) < %(most)s
RETURNING h.host_nib
"""

GRANTED = """
SELECT coalesce(sum(service), 0)::int, coalesce(sum(administration), 0)::int FROM hosting
WHERE host_nib = %s AND period_id = %s AND nib <> %s AND state = 'confirmed'
  AND (until_on IS NULL OR until_on >= %s)
"""

CONFIRM = """
UPDATE hosting SET state = 'confirmed', service = %(service)s, administration = %(administration)s,
    until_on = %(until)s, reason = '', decided_by = %(actor)s, decided_at = %(at)s,
    confirmed_at = coalesce(confirmed_at, %(at)s), proposed_by = NULL
WHERE nib = %(nib)s AND period_id = %(period)s AND host_nib = %(host)s
"""

END = """
UPDATE hosting SET state = %(state)s, reason = %(reason)s, decided_by = %(actor)s,
    decided_at = %(at)s, proposed_by = NULL
WHERE nib = %(nib)s AND period_id = %(period)s AND host_nib = %(host)s
"""

PROPOSE = """
UPDATE hosting SET proposed_by = %(actor)s, proposed_service = %(service)s,
    proposed_administration = %(administration)s, proposed_until = %(until)s
WHERE nib = %(nib)s AND period_id = %(period)s AND host_nib = %(host)s
"""

FORGET_OF = "UPDATE hosting SET proposed_by = NULL WHERE proposed_by = %s"

PROPOSED = """
SELECT proposed_service, proposed_administration, proposed_until FROM hosting
WHERE nib = %s AND period_id = %s AND host_nib = %s
"""

# What was confirmed once and does not hold now: certificates for that site are suspended meanwhile.
LAPSED = """
SELECT nib, host_nib, period_id FROM hosting
WHERE confirmed_at IS NOT NULL AND (%(nib)s::bigint IS NULL OR nib = %(nib)s)
  AND (state <> 'confirmed' OR until_on < %(today)s OR host_nib = ANY(%(closed)s::bigint[]))
"""

# Places that workers have at hosts: approved and not out, and, where asked, about to be decided.
USED = """
WITH gone AS MATERIALIZED (
    SELECT application_id, row_no FROM revocation
    WHERE nib = %(nib)s AND kind IN ('revoked', 'ended')
)
SELECT w.host_nib, count(*) FILTER (WHERE w.site_type = 'pelayanan')::int,
       count(*) FILTER (WHERE w.site_type = 'administrasi')::int
FROM worker w JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
WHERE w.nib = %(nib)s AND w.host_nib = ANY(%(hosts)s::bigint[]) AND a.period_id = %(period)s
  AND (w.state = 'approved' OR %(pending)s AND w.state = 'pending' AND NOT
       string_to_array(coalesce(w.reasons, ''), ' ')
           && ARRAY['host-unconfirmed', 'host-unknown', 'host-undetermined'])
  AND NOT EXISTS (SELECT FROM gone g
                  WHERE g.application_id = w.application_id AND g.row_no = w.row_no)
GROUP BY w.host_nib
"""

WAITING = """
SELECT count(*) FILTER (WHERE w.site_type = 'pelayanan')::int,
       count(*) FILTER (WHERE w.site_type = 'administrasi')::int
FROM worker w JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
WHERE w.nib = %s AND w.host_nib = %s AND w.state = 'pending' AND a.period_id = %s
"""

DECLINED_FILINGS = """
SELECT DISTINCT w.application_id FROM worker w
JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
WHERE w.nib = %s AND w.host_nib = %s AND a.period_id = %s AND w.state = 'refused'
  AND string_to_array(w.reasons, ' ') && ARRAY['host-declined']
ORDER BY w.application_id
"""

DECLINED_BY = """
SELECT DISTINCT decided_by FROM hosting
WHERE nib = %s AND state = 'declined' AND decided_by IS NOT NULL
"""


class Site(NamedTuple):
    """An employer at a host in a period."""

    nib: Nib
    host_nib: Nib
    period_id: PeriodId


async def hostings_at(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, hosts: Sequence[Nib]
) -> dict[Nib, Hosting]:
    """What these hosts have said of an employer, by host; those never asked are left out.

    Args:
        nib: of the employer whose workers go there.
        period_id: a hosting is of one period.
        hosts: each once, in any order.
    """
    async with conn.cursor(row_factory=class_row(Hosting)) as cursor:
        await cursor.execute(AT_HOSTS, (nib, period_id, list(hosts)))
        return {each.host_nib: each for each in await cursor.fetchall()}


async def lock_hosting(conn: AsyncConnection, site: Site) -> Hosting | None:
    """One hosting, held until the transaction ends."""
    async with conn.cursor(row_factory=class_row(Hosting)) as cursor:
        await cursor.execute(LOCK_ONE, (site.nib, site.period_id, site.host_nib))
        return await cursor.fetchone()


async def hostings_of_host(
    conn: AsyncConnection, host: Nib, period_id: PeriodId, after: int, limit: int
) -> Sequence[Hosting]:
    """Employers that name a host, by NIB, those after one of them.

    Args:
        period_id: a hosting is of one period.
        after: NIB of the last one that was read, 0 for the first page.
        limit: rows of a page.
    """
    async with conn.cursor(row_factory=class_row(Hosting)) as cursor:
        await cursor.execute(OF_HOST, (host, period_id, after, limit))
        return await cursor.fetchall()


async def hostings_of_employer(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, after: int, limit: int
) -> Sequence[Hosting]:
    """Hosts that an employer names, by NIB, those after one of them.

    Args:
        period_id: a hosting is of one period.
        after: NIB of the last host that was read, 0 for the first page.
        limit: rows of a page.
    """
    async with conn.cursor(row_factory=class_row(Hosting)) as cursor:
        await cursor.execute(OF_EMPLOYER, (nib, period_id, after, limit))
        return await cursor.fetchall()


async def hostings_asked(
    conn: AsyncConnection, period_id: PeriodId, limit: int, offset: int
) -> Sequence[Hosting]:
    """Hostings that nobody has confirmed or declined, the earliest first.

    Args:
        period_id: a hosting is of one period.
        limit: rows of a page.
        offset: rows of the pages before.
    """
    async with conn.cursor(row_factory=class_row(Hosting)) as cursor:
        await cursor.execute(ASKED, (period_id, limit, offset))
        return await cursor.fetchall()


async def count_asked(conn: AsyncConnection, nib: Nib, period_id: PeriodId) -> int:
    """Hosts of an employer that wait to be confirmed.

    Args:
        nib: of the employer whose workers go there.
        period_id: a hosting is of one period.
    """
    (count,) = await (await conn.execute(COUNT_ASKED, (nib, period_id))).fetchone()  # type: ignore[misc]
    return int(count)


async def ask(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, hosts: Sequence[Nib], at: datetime
) -> None:
    """Note which hosts an employer names; those known stay as they are.

    Args:
        nib: of the employer whose workers go there.
        period_id: a hosting is of one period.
        hosts: each once, in any order.
        at: aware; the moment of asking.
    """
    await conn.execute(ASK, (nib, period_id, at, list(hosts)))


async def take_to_tell(
    conn: AsyncConnection,
    nib: Nib,
    period_id: PeriodId,
    hosts: Sequence[Nib],
    *,
    at: datetime,
    since: datetime,
    most: int,
) -> list[Nib]:
    """Those of the hosts that get a letter now; they are noted as told.

    Args:
        since: aware; the beginning of the civil day.
        most: letters to one host since then.
    """
    held = await (await conn.execute(HOLD_LETTERS, (list(hosts),))).fetchall()
    values = {
        "nib": nib,
        "period": period_id,
        "hosts": [row[0] for row in held],
        "at": at,
        "since": since,
        "most": most,
    }
    return [row[0] for row in await (await conn.execute(TELL, values)).fetchall()]


async def granted_to_others(conn: AsyncConnection, site: Site, today: date) -> QuotaUse:
    """Places that a host has confirmed to all other employers.

    Args:
        site: its host counts, less what its employer has.
        today: civil day in Jakarta.
    """
    values = (site.host_nib, site.period_id, site.nib, today)
    row = await (await conn.execute(GRANTED, values)).fetchone()
    assert row is not None
    return QuotaUse(row[0], row[1])


async def save_word(
    conn: AsyncConnection, site: Site, word: HostingWord, *, actor: str, at: datetime
) -> None:
    """Store what a host, or an official, says of an employer.

    Args:
        site: must have been asked before.
        word: confirms with its places, or ends the hosting with its reason.
        actor: who says it, as the audit log names people.
        at: aware.
    """
    values = _values(site, word, actor, at)
    await conn.execute(CONFIRM if word.state is HostingState.CONFIRMED else END, values)


async def propose(
    conn: AsyncConnection, site: Site, word: HostingWord, *, actor: str, at: datetime
) -> None:
    """Store what an official would confirm, until a second one does.

    Args:
        site: must have been asked before.
        word: of an official; it confirms.
        actor: who proposes it, as the audit log names people.
        at: aware.
    """
    await conn.execute(PROPOSE, _values(site, word, actor, at))


async def forget_proposals_of(conn: AsyncConnection, label: str) -> int:
    """Forget what an official would have confirmed; returns how many."""
    return (await conn.execute(FORGET_OF, (label,))).rowcount


async def proposed_word(conn: AsyncConnection, site: Site) -> HostingWord:
    """What an official would confirm."""
    values = (site.nib, site.period_id, site.host_nib)
    row = await (await conn.execute(PROPOSED, values)).fetchone()
    assert row is not None
    return HostingWord(
        state=HostingState.CONFIRMED, service=row[0], administration=row[1], until_on=row[2]
    )


async def lapsed(
    conn: AsyncConnection, today: date, closed: Sequence[Nib], nib: Nib | None = None
) -> list[Site]:
    """Sites that were confirmed once, and let nobody in now.

    Args:
        today: civil day in Jakarta.
        closed: employers that are closed now.
        nib: only of this employer, or None for all.
    """
    values = {"today": today, "closed": list(closed), "nib": nib}
    async with conn.cursor(row_factory=args_row(Site)) as cursor:
        await cursor.execute(LAPSED, values)
        return await cursor.fetchall()


async def used_places(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, hosts: Sequence[Nib], *, pending: bool
) -> dict[Nib, QuotaUse]:
    """Places that an employer's workers have at hosts, by host.

    Args:
        pending: whether those count who wait for a decision on themselves.
    """
    values = {"nib": nib, "period": period_id, "hosts": bigints(hosts), "pending": pending}
    rows = await (await conn.execute(USED, values, binary=True)).fetchall()
    return {Nib(host): QuotaUse(service, administration) for host, service, administration in rows}


async def waiting_workers(conn: AsyncConnection, site: Site) -> QuotaUse:
    """How many workers of an employer wait at a host, by site type."""
    row = await (await conn.execute(WAITING, (site.nib, site.host_nib, site.period_id))).fetchone()
    assert row is not None
    return QuotaUse(row[0], row[1])


async def declined_filings(conn: AsyncConnection, site: Site) -> list[int]:
    """Filings with workers who were refused because the host declined."""
    values = (site.nib, site.host_nib, site.period_id)
    return [row[0] for row in await (await conn.execute(DECLINED_FILINGS, values)).fetchall()]


async def declined_by(conn: AsyncConnection, nib: Nib) -> frozenset[str]:
    """Labels of those who declined an employer's sites."""
    rows = await (await conn.execute(DECLINED_BY, (nib,))).fetchall()
    return frozenset(row[0] for row in rows)


def _values(site: Site, word: HostingWord, actor: str, at: datetime) -> dict[str, object]:
    return {
        "nib": site.nib,
        "period": site.period_id,
        "host": site.host_nib,
        "state": word.state,
        "service": word.service,
        "administration": word.administration,
        "until": word.until_on,
        "reason": word.reason,
        "actor": actor,
        "at": at,
    }
