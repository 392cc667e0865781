"""What became of certificates after their issue, and what follows for their workers.

A row of `revocation` says that a serial is not VALID and why. Who changes a certificate holds the
lock of its employer, that intake counts caps under, so that two changes take turns.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row, class_row

from strp.domain.certificates.certificate import Status
from strp.domain.certificates.life import CertificateStatus, SuspendedBy
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber
from strp.store.certificates.issued import Certificate
from strp.store.certificates.status_lists import TOUCH_LISTS
from strp.store.employers.lock import lock_employers
from strp.store.engine.arrays import bigints, integers

FORMER = """
SELECT nib, application_id, row_no, serial_no, issued_at, sealed
FROM former_certificate WHERE serial_no = %s
"""

SERIALS_OF_EMPLOYER = "SELECT serial_no FROM certificate WHERE nib = %s ORDER BY serial_no"

EMPLOYERS_OF = "SELECT DISTINCT nib FROM certificate WHERE serial_no = ANY(%s::bigint[])"

# A suspension that is part of a screening by changed rules is told from an official's own.
FATES = """
SELECT r.serial_no, r.kind, r.reason,
       CASE WHEN r.kind = 'suspended' THEN
           CASE WHEN EXISTS (SELECT FROM rescreening s WHERE s.act_id = r.act_id)
                THEN 'rules' ELSE 'official' END END
FROM revocation r WHERE r.serial_no = ANY(%s::bigint[])
"""

# Who is no representative of an employer is an official; `system` carries out what employers filed.
CHANGED_BY_OFFICE = """
SELECT coalesce(r.actor = 'operator' OR a.role <> 'representative', false)
FROM revocation r
LEFT JOIN account a ON a.account_id = substring(r.actor from '^account:(\\d{1,18})$')::bigint
WHERE r.serial_no = %s
"""

LATEST = """
SELECT serial_no FROM certificate WHERE nib = %s AND application_id = %s AND row_no = %s
"""

FORMER_OF = """
SELECT DISTINCT ON (row_no) row_no, serial_no FROM former_certificate
WHERE nib = %s AND application_id = %s AND row_no = ANY(%s::int[])
ORDER BY row_no, issued_at DESC, serial_no DESC
"""

COUNT_FORMER = """
SELECT count(*) FROM former_certificate WHERE nib = %s AND application_id = %s AND row_no = %s
"""

REQUEST_KEY = "SELECT request_key FROM former_certificate WHERE serial_no = %s"

# One count a kind, each from the index `revocation_by_kind` alone: to group the 200,000 of a giant
# took four times as long.
COUNTS = """
SELECT a.application_id, k.kind, (
    SELECT count(*) FROM revocation r
    WHERE r.nib = %s AND r.application_id = a.application_id AND r.kind = k.kind
) AS number
FROM unnest(%s::bigint[]) AS a (application_id)
CROSS JOIN (VALUES ('suspended'), ('revoked'), ('ended')) AS k (kind)
"""

# Only the latest certificate of a worker is in `certificate`: one that was replaced stays so. What
# is suspended may end or be revoked, and what has ended may be revoked; nothing else changes.
SET_KIND = """
INSERT INTO revocation AS r (serial_no, status, kind, reason, actor, revoked_at, nib,
    application_id, row_no, act_id)
SELECT serial_no, %(status)s, %(kind)s, %(reason)s, %(actor)s, %(at)s, nib, application_id, row_no,
       %(act)s::bigint
FROM certificate WHERE serial_no = ANY(%(serials)s::bigint[])
ON CONFLICT (serial_no) DO UPDATE
SET status = EXCLUDED.status, kind = EXCLUDED.kind, reason = EXCLUDED.reason,
    actor = EXCLUDED.actor, revoked_at = EXCLUDED.revoked_at, nib = EXCLUDED.nib,
    application_id = EXCLUDED.application_id, row_no = EXCLUDED.row_no, act_id = EXCLUDED.act_id
WHERE r.kind = 'suspended' AND EXCLUDED.kind <> 'suspended'
   OR r.kind = 'ended' AND EXCLUDED.kind = 'revoked'
RETURNING nib, application_id, row_no, serial_no
"""

RESTORE = "DELETE FROM revocation WHERE serial_no = %s AND kind = 'suspended' RETURNING serial_no"

# A mark stays of a revocation for cause (`engaged.revoked_mark`).
# Who is out leaves the engagements, and gives a place under the caps back: once, also where the
# worker was out before or has been filed again since.
RELEASE = """
WITH gone AS (
    SELECT w.nik_index, w.site_type, w.host_nib, w.nib, w.application_id, w.row_no, a.period_id
    FROM unnest(%(nibs)s::bigint[], %(applications)s::bigint[], %(rows)s::int[])
         AS g (nib, application_id, row_no)
    JOIN worker w ON w.nib = g.nib AND w.application_id = g.application_id AND w.row_no = g.row_no
    JOIN application a ON a.nib = w.nib AND a.application_id = w.application_id
), released AS (
    DELETE FROM engagement e USING gone g
    WHERE e.nik_index = g.nik_index AND e.period_id = g.period_id AND e.nib = g.nib
      AND e.application_id = g.application_id AND e.row_no = g.row_no
    RETURNING g.nib, g.period_id, g.site_type, g.host_nib
), given_back AS (
    UPDATE quota_use q
    SET service = greatest(0, q.service - f.service),
        administration = greatest(0, q.administration - f.administration)
    FROM (SELECT nib, period_id, count(*) FILTER (WHERE site_type = 'pelayanan') AS service,
                 count(*) FILTER (WHERE site_type = 'administrasi') AS administration
          FROM released WHERE host_nib IS NULL GROUP BY nib, period_id) f
    WHERE q.nib = f.nib AND q.period_id = f.period_id
), marked AS (
    INSERT INTO engagement (nik_index, period_id, nib, application_id, row_no)
    SELECT DISTINCT ON (nik_index, period_id, nib) nik_index, period_id, -1 - nib,
           application_id, row_no
    FROM gone WHERE %(for_cause)s
    ON CONFLICT DO NOTHING
)
SELECT site_type, count(*) FROM released WHERE host_nib IS NULL GROUP BY site_type
"""

MOVE_AWAY = """
WITH moved AS (
    DELETE FROM certificate WHERE nib = %(nib)s AND serial_no = %(serial)s
    RETURNING serial_no, nib, application_id, row_no, issued_at, sealed
)
INSERT INTO former_certificate (serial_no, nib, application_id, row_no, issued_at, sealed,
    request_key)
SELECT *, %(request_key)s::bytea FROM moved
"""

# Due at once: before everything whose deadline is still to come. A task that is there already
# goes back to the row, where it was past it.
ASK_AGAIN = """
INSERT INTO issue_task AS t (nib, application_id, due_at, after_row)
VALUES (%(nib)s, %(application)s, %(at)s, %(row)s - 1)
ON CONFLICT (nib, application_id) DO UPDATE
SET after_row = least(t.after_row, EXCLUDED.after_row), due_at = least(t.due_at, EXCLUDED.due_at),
    put_off_because = NULL
"""


class Touched(NamedTuple):
    """A certificate that was changed."""

    nib: Nib
    application_id: ApplicationId
    row_no: int
    serial_no: SerialNumber


class Fate(NamedTuple):
    """What became of a certificate, why, and what suspends it, where it is suspended."""

    status: CertificateStatus
    reason: str | None = None
    by: SuspendedBy | None = None


STANDING = Fate(CertificateStatus.STANDING)


async def lock_employers_of(conn: AsyncConnection, serials: Sequence[int]) -> None:
    """Take turns with filings of all employers whose certificates these are.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain.
    """
    cursor = await conn.execute(EMPLOYERS_OF, (list(serials),))
    await lock_employers(conn, [Nib(nib) for (nib,) in await cursor.fetchall()])


async def find_former(conn: AsyncConnection, serial: SerialNumber) -> Certificate | None:
    """A certificate that was replaced, by its serial number."""
    async with conn.cursor(row_factory=class_row(Certificate), binary=True) as cursor:
        await cursor.execute(FORMER, (serial,))
        return await cursor.fetchone()


async def request_key_of(conn: AsyncConnection, serial: SerialNumber) -> bytes | None:
    """The key under which a replacement was asked for, or None."""
    row = await (await conn.execute(REQUEST_KEY, (serial,))).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


async def latest_serial(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, row_no: int
) -> SerialNumber | None:
    """Serial number of a worker's latest certificate; None while it is being made.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row_no: of the worker in the roster.
    """
    row = await (await conn.execute(LATEST, (nib, application_id, row_no))).fetchone()
    return SerialNumber(row[0]) if row else None


async def count_former(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, row_no: int
) -> int:
    """How often a worker's certificate was replaced.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row_no: of the worker in the roster.
    """
    row = await (await conn.execute(COUNT_FORMER, (nib, application_id, row_no))).fetchone()
    return int(row[0]) if row else 0


async def former_of(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, rows: Sequence[int]
) -> Mapping[int, SerialNumber]:
    """The last replaced certificate of workers, by row.

    Args:
        nib: of the employer.
        application_id: of the filing.
        rows: of the workers in the roster; those with no such certificate are left out.
    """
    cursor = await conn.execute(FORMER_OF, (nib, application_id, list(rows)))
    return dict(await cursor.fetchall())


async def serials_of_employer(conn: AsyncConnection, nib: Nib) -> list[int]:
    """Serial numbers of an employer's certificates, replaced ones left out."""
    cursor = await conn.execute(SERIALS_OF_EMPLOYER, (nib,), binary=True)
    return [serial for (serial,) in await cursor.fetchall()]


async def fates_of(conn: AsyncConnection, serials: Sequence[int]) -> Mapping[int, Fate]:
    """What became of certificates by serial number; those that stand are left out."""
    cursor = await conn.execute(FATES, (list(serials),))
    return {
        serial: Fate(CertificateStatus(kind), reason, SuspendedBy(by) if by else None)
        for serial, kind, reason, by in await cursor.fetchall()
    }


async def is_changed_by_office(conn: AsyncConnection, serial: SerialNumber) -> bool:
    """Whether officials made of a certificate what it is now, and not its employer.

    Args:
        serial: of the certificate.
    """
    row = await (await conn.execute(CHANGED_BY_OFFICE, (serial,))).fetchone()
    return bool(row and row[0])


async def count_fates(
    conn: AsyncConnection, nib: Nib, applications: Sequence[ApplicationId]
) -> Mapping[ApplicationId, Mapping[CertificateStatus, int]]:
    """How many workers' certificates do not stand, by application and status.

    Args:
        nib: of the employer.
        applications: those with nothing to count are left out.
    """
    cursor = await conn.execute(COUNTS, (nib, list(applications)))
    counts: dict[ApplicationId, dict[CertificateStatus, int]] = {}
    for number, kind, count in await cursor.fetchall():
        if count:
            counts.setdefault(number, {})[CertificateStatus(kind)] = count
    return counts


async def set_status(
    conn: AsyncConnection,
    serials: Sequence[int],
    status: CertificateStatus,
    *,
    reason: str,
    actor: str,
    at: datetime,
    act_id: int | None = None,
) -> list[Touched]:
    """Suspend, end, revoke or replace certificates; those past it are left out of the answer.

    Args:
        act_id: number of the act on many that this is a part of; None: of none.
    """
    values = {
        "status": Status.SUSPENDED if status is CertificateStatus.SUSPENDED else Status.REVOKED,
        "kind": status,
        "reason": reason,
        "actor": actor,
        "at": at,
        "serials": list(serials),
        "act": act_id,
    }
    async with conn.cursor(row_factory=args_row(Touched)) as cursor:
        await cursor.execute(SET_KIND, values)
        touched = await cursor.fetchall()
    await _touch_lists(conn, [one.serial_no for one in touched], at)
    return touched


async def restore(conn: AsyncConnection, serial: SerialNumber, at: datetime) -> bool:
    """End a certificate's own suspension; whether there was one.

    Args:
        serial: of the certificate.
        at: aware; its status list counts as changed then.
    """
    found = await (await conn.execute(RESTORE, (serial,))).fetchone()
    if found is not None:
        await _touch_lists(conn, [serial], at)
    return found is not None


async def release(
    conn: AsyncConnection, workers: Sequence[Touched], *, for_cause: bool
) -> dict[str, int]:
    """Book workers out of their employers: they may be filed again, their places are free.

    Args:
        for_cause: whether they are referred to an officer when they are filed again.

    Returns:
        Places under the caps that are free again, by site type.
    """
    if not workers:
        return {}
    values = {
        "nibs": bigints([one.nib for one in workers]),
        "applications": bigints([one.application_id for one in workers]),
        "rows": integers([one.row_no for one in workers]),
        "for_cause": for_cause,
    }
    return dict(await (await conn.execute(RELEASE, values)).fetchall())


async def end(
    conn: AsyncConnection, serials: Sequence[int], *, reason: str, actor: str, at: datetime
) -> tuple[list[Touched], dict[str, int]]:
    """End certificates of one employer, and book their workers out.

    Whose own suspension was not over meets an officer when filed again: or ending a certificate
    and filing its worker would undo what an official did.

    Args:
        conn: the transaction that holds the employer's lock.
        serials: of certificates; those past it stay as they are.
        reason: why, kept with each.
        actor: label of who ends them.
        at: aware time.

    Returns:
        Those that ended, and the places under the caps that are free again, by site type.
    """
    before = await fates_of(conn, serials)
    ended = await set_status(
        conn, serials, CertificateStatus.ENDED, reason=reason, actor=actor, at=at
    )
    freed: Counter[str] = Counter()
    for for_cause in (False, True):
        some = [one for one in ended if (one.serial_no in before) is for_cause]
        freed.update(await release(conn, some, for_cause=for_cause))
    return ended, dict(freed)


async def move_away(
    conn: AsyncConnection, one: Touched, *, request_key: bytes | None, at: datetime
) -> None:
    """Set a certificate aside as a former one, and ask for its successor.

    Args:
        one: the certificate.
        request_key: of the request that replaces it, so that its repetition is known; or None.
        at: aware; its successor is due at once.
    """
    values = {
        "nib": one.nib,
        "serial": one.serial_no,
        "request_key": request_key,
        "application": one.application_id,
        "row": one.row_no,
        "at": at,
    }
    await conn.execute(MOVE_AWAY, values)
    await conn.execute(ASK_AGAIN, values)


async def _touch_lists(conn: AsyncConnection, serials: Sequence[int], at: datetime) -> None:
    if serials:
        await conn.execute(TOUCH_LISTS, {"at": at, "serials": list(serials)})
