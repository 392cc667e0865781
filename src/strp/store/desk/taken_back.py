"""Certificates that officials took back, and their workers on the way to a new one."""

from typing import NamedTuple

from psycopg import AsyncConnection

from strp.domain.certificates.life import CertificateStatus
from strp.domain.identifiers import ApplicationId, Nib, PeriodId, SerialNumber

# What a change of rules suspends is of sector or cap; what a closure or a host suspends has no row.
FATE = """
SELECT kind, actor FROM revocation r
WHERE serial_no = %s AND kind IN ('suspended', 'revoked')
  AND NOT EXISTS (SELECT FROM rescreening s WHERE s.act_id = r.act_id)
"""

CERTIFIED = """
SELECT c.serial_no, w.nik_index
FROM worker w JOIN certificate c USING (nib, application_id, row_no)
JOIN application a USING (nib, application_id)
WHERE w.nib = %s AND w.application_id = %s AND w.row_no = %s AND w.state = 'approved'
  AND a.period_id = %s
"""

IS_ENGAGED = """
SELECT EXISTS (SELECT FROM engagement WHERE nik_index = %s AND period_id = %s AND nib = %s)
"""

# The serial stays REVOKED for ever; for the books it has a successor, as a replaced one has.
AS_REPLACED = "UPDATE revocation SET kind = 'replaced' WHERE serial_no = %s AND kind = 'revoked'"

SET_ASIDE = """
WITH moved AS (
    DELETE FROM certificate WHERE nib = %s AND serial_no = %s
    RETURNING serial_no, nib, application_id, row_no, issued_at, sealed
)
INSERT INTO former_certificate (serial_no, nib, application_id, row_no, issued_at, sealed)
SELECT * FROM moved
"""

# The mark that this revocation left (`engaged.revoked_mark`); that of another one stays.
UNMARK = """
DELETE FROM engagement
WHERE nik_index = %s AND period_id = %s AND nib = -1 - %s::bigint
  AND application_id = %s AND row_no = %s
"""

AS_REFUSED = """
UPDATE worker SET state = 'refused'
WHERE nib = %s AND application_id = %s AND row_no = %s AND state = 'approved'
"""

COUNT_AS_REFUSED = """
UPDATE application SET approved = approved - 1, refused = refused + 1, version = version + 1
WHERE nib = %s AND application_id = %s
"""


class TakenBack(NamedTuple):
    """A certificate that an official suspended or revoked.

    Args:
        by: label of the official.
        nik_index: keyed index of its worker.
    """

    serial_no: SerialNumber
    status: CertificateStatus
    by: str
    nik_index: bytes


async def find_taken_back(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    row_no: int,
    period_id: PeriodId,
) -> TakenBack | None:
    """The certificate of an approved worker that an official took back, or None.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row_no: of the worker.
        period_id: that the certificate must be of.
    """
    key = (nib, application_id, row_no, period_id)
    certified = await (await conn.execute(CERTIFIED, key)).fetchone()
    if certified is None:
        return None
    serial_no, nik_index = certified
    fate = await (await conn.execute(FATE, (serial_no,))).fetchone()
    if fate is None:
        return None
    status = CertificateStatus(fate[0])
    return TakenBack(SerialNumber(serial_no), status, fate[1], bytes(nik_index))


async def is_engaged(
    conn: AsyncConnection, nib: Nib, nik_index: bytes, period_id: PeriodId
) -> bool:
    """Whether an employer has a worker, under whichever receipt.

    Args:
        nib: of the employer.
        nik_index: keyed index of the worker.
        period_id: in which.
    """
    row = await (await conn.execute(IS_ENGAGED, (nik_index, period_id, nib))).fetchone()
    return bool(row and row[0])


async def undo_revocation(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    row_no: int,
    period_id: PeriodId,
    taken: TakenBack,
) -> None:
    """Set a revoked certificate aside and count its worker as refused, to be screened again.

    Args:
        nib: of the employer, whose lock is held.
        application_id: of the filing.
        row_no: of the worker.
        period_id: of the filing.
        taken: the certificate.
    """
    worker = nib, application_id, row_no
    await conn.execute(AS_REPLACED, (taken.serial_no,))
    await conn.execute(SET_ASIDE, (nib, taken.serial_no))
    await conn.execute(UNMARK, (taken.nik_index, period_id, *worker))
    await conn.execute(AS_REFUSED, worker)
    await conn.execute(COUNT_AS_REFUSED, (nib, application_id))
