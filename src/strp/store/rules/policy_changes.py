"""What was before each change of the rules, and what a change touches."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg.rows import args_row
from psycopg.types.json import Jsonb

from strp.domain.employers.caps import QuotaUse, Staff
from strp.domain.employers.employer import EmployerFacts, EmployerKind
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.rules.policy import Period
from strp.domain.text import Text
from strp.store.engine.arrays import bigints
from strp.store.engine.database import Connection

NOTE = """
INSERT INTO policy_change (at, actor, action, policy_id, before)
SELECT %s, %s, %s, policy_id, jsonb_build_object(
    'activated_at', activated_at, 'active_document', active_document,
    'activation_no', activation_no,
    'periods', (SELECT coalesce(jsonb_agg(to_jsonb(q)), '[]') FROM period q))
FROM policy WHERE policy_id = %s
"""

LAST = """
SELECT change_no, at, action, policy_id,
       (before->>'activated_at')::timestamptz AS activated_at,
       (before->>'activation_no')::bigint AS activation_no,
       before->'active_document' AS active_document, before->'periods' AS periods
FROM policy_change WHERE undone_at IS NULL ORDER BY change_no DESC LIMIT 1
"""

# A document that was never active before stays: what was filed under it is still shown by it.
RESTORE = """
UPDATE policy SET activated_at = %s, activation_no = %s,
    active_document = coalesce(%s::jsonb, active_document)
WHERE policy_id = %s
"""

UNDONE = "UPDATE policy_change SET undone_at = %s, undone_by = %s WHERE change_no = %s"

# Counting reads every certificate of a period.
ALLOW_LONG = "SET LOCAL statement_timeout = '30min'"

# Two questions, since Citus joins no local table to distributed ones like that.
CERTIFICATES = """
SELECT c.nib, count(*)
FROM certificate c JOIN application a USING (nib, application_id)
WHERE a.period_id = %s AND c.issued_at >= %s
GROUP BY c.nib
"""

REVOKED = "SELECT serial_no FROM revocation WHERE status = 1"

OF_THESE = """
SELECT c.nib, count(*)
FROM certificate c JOIN application a USING (nib, application_id)
WHERE a.period_id = %s AND c.issued_at >= %s AND c.serial_no = ANY(%s::bigint[])
GROUP BY c.nib
"""

PLACES = """
SELECT e.nib, e.name, e.kbli, e.kbli_edition, e.kind, e.region, e.staff_service,
       e.staff_administration, q.service, q.administration
FROM quota_use q JOIN employer e USING (nib)
WHERE q.period_id = %s AND q.service + q.administration > 0
"""


USE_OF = """
SELECT nib, service, administration FROM quota_use
WHERE period_id = %s AND nib = ANY(%s::bigint[]) AND service + administration > 0
"""

GUESTS_OF = """
SELECT DISTINCT nib FROM hosting WHERE period_id = %s AND host_nib = ANY(%s::bigint[])
"""

# Those at other employers' sites take no place under the caps of their own.
AT_HOSTS = """
SELECT w.nib, w.host_nib, count(*) FILTER (WHERE w.site_type = 'pelayanan')::int,
       count(*) FILTER (WHERE w.site_type = 'administrasi')::int
FROM worker w JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
WHERE w.host_nib IS NOT NULL AND a.period_id = %s AND w.state IN ('pending', 'approved')
  AND NOT EXISTS (
    SELECT FROM revocation r WHERE r.nib = w.nib AND r.application_id = w.application_id
      AND r.row_no = w.row_no AND r.kind IN ('revoked', 'ended'))
GROUP BY w.nib, w.host_nib
"""

GRANTED = """
SELECT nib, host_nib, service, administration FROM hosting
WHERE period_id = %s AND state = 'confirmed'
"""


class AtHost(NamedTuple):
    """Workers of one employer at another's site.

    Args:
        used: workers, pending or approved, by site type.
        granted: places that the host has confirmed.
    """

    nib: Nib
    host_nib: Nib
    used: QuotaUse
    granted: QuotaUse


class Change(NamedTuple):
    """A change of the rules that has not been undone.

    Args:
        activated_at: of the policy before, or None.
        activation_no: of the policy before.
        active_document: of the policy before, or None.
        periods: rows of every period as it was before.
    """

    change_no: int
    at: datetime
    action: str
    policy_id: str
    activated_at: datetime | None
    activation_no: int
    active_document: dict[str, Any] | None
    periods: Sequence[dict[str, Any]]

    def periods_before(self) -> tuple[Period, ...]:
        """The periods as they were before."""
        return tuple(
            Period(
                PeriodId(row["period_id"]),
                row["code"],
                Text(row["name_id"], row["name_en"]),
                date.fromisoformat(row["starts_on"]),
                date.fromisoformat(row["ends_on"]),
                row["exercise"],
            )
            for row in self.periods
        )


async def note_change(
    conn: Connection, policy_id: str, *, action: str, actor: str, at: datetime
) -> None:
    """Keep what is before a change of a policy; nothing where there is no such policy.

    Args:
        policy_id: as in its file.
        action: what is done to it, by its code.
        actor: label of who does it.
        at: aware.
    """
    await conn.execute(NOTE, (at, actor, action, policy_id))


async def last_change(conn: Connection) -> Change | None:
    """The last change that has not been undone."""
    async with conn.cursor(row_factory=args_row(Change)) as cursor:
        await cursor.execute(LAST)
        return await cursor.fetchone()


async def restore(conn: Connection, change: Change, *, actor: str, at: datetime) -> None:
    """Bring a policy back to what it was before a change.

    Args:
        change: that is taken back.
        actor: label of who takes it back.
        at: aware.
    """
    document = change.active_document and Jsonb(change.active_document)
    await conn.execute(
        RESTORE, (change.activated_at, change.activation_no, document, change.policy_id)
    )
    await conn.execute(UNDONE, (at, actor, change.change_no))


async def allow_long_counting(conn: Connection) -> None:
    """Let statements of this transaction take as long as a count over millions needs."""
    await conn.execute(ALLOW_LONG)


async def count_certificates(
    conn: Connection, period: PeriodId, issued_from: datetime
) -> dict[Nib, int]:
    """Certificates of a period that are not revoked, by employer.

    Args:
        issued_from: aware; those issued earlier are left out.
    """
    found: dict[Nib, int] = dict(
        await (await conn.execute(CERTIFICATES, (period, issued_from))).fetchall()
    )
    revoked = [serial for (serial,) in await (await conn.execute(REVOKED)).fetchall()]
    if revoked:
        values = (period, issued_from, bigints(revoked))
        for nib, count in await (await conn.execute(OF_THESE, values)).fetchall():
            found[nib] -= count
    return {nib: count for nib, count in found.items() if count}


async def list_places(conn: Connection, period: PeriodId) -> list[tuple[EmployerFacts, QuotaUse]]:
    """Employers with workers in a period, pending or approved, and how many by site type."""
    rows = await (await conn.execute(PLACES, (period,))).fetchall()
    return [
        (
            EmployerFacts(
                nib=Nib(nib),
                name=name,
                kbli=tuple(kbli),
                kbli_edition=edition,
                kind=EmployerKind(kind),
                region=region,
                staff=Staff(*staff),
            ),
            QuotaUse(service, administration),
        )
        for nib, name, kbli, edition, kind, region, *staff, service, administration in rows
    ]


async def use_of(conn: Connection, period: PeriodId, nibs: Sequence[Nib]) -> dict[Nib, QuotaUse]:
    """What employers have taken under their caps in a period; those with nobody are left out.

    Args:
        conn: open transaction.
        period: of the filings.
        nibs: employers.
    """
    rows = await (await conn.execute(USE_OF, (period, list(nibs)))).fetchall()
    return {Nib(nib): QuotaUse(*use) for nib, *use in rows}


async def guests_of(conn: Connection, period: PeriodId, hosts: Sequence[Nib]) -> list[Nib]:
    """Employers that have, or had, people at the sites of these hosts.

    Args:
        conn: open transaction.
        period: of the hostings.
        hosts: employers whose sites they are.
    """
    rows = await (await conn.execute(GUESTS_OF, (period, list(hosts)))).fetchall()
    return [Nib(nib) for (nib,) in rows]


async def list_at_hosts(conn: Connection, period: PeriodId) -> list[AtHost]:
    """Who has workers at another employer's site in a period, pending or approved, and how many."""
    granted = {
        (nib, host): QuotaUse(*places)
        for nib, host, *places in await (await conn.execute(GRANTED, (period,))).fetchall()
    }
    return [
        AtHost(Nib(nib), Nib(host), QuotaUse(*used), granted.get((nib, host), QuotaUse()))
        for nib, host, *used in await (await conn.execute(AT_HOSTS, (period,))).fetchall()
    ]
