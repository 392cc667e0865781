"""What became of certificates: their own fate, and that of their employer."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from strp.domain.application import Application
from strp.domain.certificate_life import CertificateStatus
from strp.domain.closure import in_force
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber
from strp.domain.outcome import Fates
from strp.store import certificate_life as life
from strp.store import closures
from strp.store.certificate_life import Fate
from strp.store.database import Connection
from strp.usecases.system import System


class CertificateCounts(NamedTuple):
    """Approved workers of an application by what became of their latest certificate.

    Args:
        standing: those whose certificate stands, or is being made.
    """

    standing: int
    suspended: int
    revoked: int
    ended: int


def fates_of(counts: CertificateCounts) -> Fates:
    """What a receipt's head says of certificates that do not stand."""
    return Fates(suspended=counts.suspended, revoked=counts.revoked, ended=counts.ended)


async def fates_now(
    system: System, conn: Connection, nib: Nib, serials: Sequence[SerialNumber]
) -> Mapping[SerialNumber, Fate]:
    """What certificates of one employer are now: their own fate, or suspended by a closure."""
    if not serials:
        return {}
    own = await life.fates_of(conn, serials)
    reason = await _closed_because(system, conn, nib)
    usual = life.STANDING if reason is None else Fate(CertificateStatus.SUSPENDED, reason)
    return {serial: own.get(serial, usual) for serial in serials}


async def count_certificates_of(
    system: System, nib: Nib, applications: Sequence[Application]
) -> Mapping[ApplicationId, CertificateCounts]:
    """How the certificates of an employer's applications stand, by application."""
    async with system.database.connection() as conn:
        fates = await life.count_fates(conn, nib, [each.application_id for each in applications])
        closed = await _closed_because(system, conn, nib) is not None
    return {
        each.application_id: _counts(
            each.approved - each.leavers, fates.get(each.application_id, {}), closed
        )
        for each in applications
    }


def _counts(
    approved: int, fates: Mapping[CertificateStatus, int], closed: bool
) -> CertificateCounts:
    suspended, revoked, ended = (
        fates.get(status, 0)
        for status in (
            CertificateStatus.SUSPENDED,
            CertificateStatus.REVOKED,
            CertificateStatus.ENDED,
        )
    )
    standing = max(0, approved - suspended - revoked - ended)
    if closed:
        return CertificateCounts(0, suspended + standing, revoked, ended)
    return CertificateCounts(standing, suspended, revoked, ended)


async def _closed_because(system: System, conn: Connection, nib: Nib) -> str | None:
    """Why an employer is closed now, or None."""
    now = system.clock()
    closed = in_force(await closures.closures_of(conn, [nib], now), now)
    return closed[-1].reason if closed else None
