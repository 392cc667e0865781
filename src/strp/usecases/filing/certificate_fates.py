"""What became of certificates: their own fate, and that of their employer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from strp.domain.certificates.life import CertificateStatus, SuspendedBy
from strp.domain.civil_time import civil_day
from strp.domain.desk.reasons import HOST_LAPSED
from strp.domain.employers.closure import in_force
from strp.domain.filing.application import Application
from strp.domain.filing.outcome import Fates
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber
from strp.store.certificates import issued, life
from strp.store.certificates.life import Fate
from strp.store.employers import closures, hostings
from strp.store.employers.hostings import Site
from strp.store.engine.database import Connection
from strp.usecases.process.system import System


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
    """What certificates of one employer are now: their own fate, or suspended by a closure of it,
    or by the host at whose site the worker is.

    Args:
        nib: the employer.
        serials: numbers of its certificates.
    """
    if not serials:
        return {}
    own = await life.fates_of(conn, serials)
    reason = await _closed_because(system, conn, nib)
    usual = (
        life.STANDING
        if reason is None
        else Fate(CertificateStatus.SUSPENDED, reason, SuspendedBy.CLOSURE)
    )
    lapsed = set() if reason else await _at_lapsed_sites(system, conn, nib, serials=serials)
    by_host = Fate(CertificateStatus.SUSPENDED, HOST_LAPSED, SuspendedBy.HOST)
    return {serial: own.get(serial, by_host if serial in lapsed else usual) for serial in serials}


async def suspended_by_others(
    system: System, conn: Connection, nib: Nib, serial: SerialNumber
) -> str | None:
    """Why a certificate is suspended apart from its own status: the reason of its employer's
    closure, or `host-lapsed`; None where nothing else suspends it.

    Args:
        nib: the employer.
        serial: number of the certificate.
    """
    reason = await _closed_because(system, conn, nib)
    if reason is not None:
        return reason
    lapsed = await _at_lapsed_sites(system, conn, nib, serials=[serial])
    return HOST_LAPSED if lapsed else None


async def count_certificates_of(
    system: System, nib: Nib, applications: Sequence[Application]
) -> Mapping[ApplicationId, CertificateCounts]:
    """How the certificates of an employer's applications stand, by application.

    Args:
        nib: the employer.
        applications: of that employer.
    """
    numbers = [each.application_id for each in applications]
    async with system.database.connection() as conn:
        fates = await life.count_fates(conn, nib, numbers)
        closed = await _closed_because(system, conn, nib) is not None
        at_hosts = Counter[ApplicationId]()
        if not closed:
            at_hosts = await _count_lapsed(system, conn, nib, numbers)
    counts = {}
    for each in applications:
        by_host = at_hosts[each.application_id]
        found = _counts(each.approved - each.leavers, fates.get(each.application_id, {}), closed)
        counts[each.application_id] = found._replace(
            standing=max(0, found.standing - by_host), suspended=found.suspended + by_host
        )
    return counts


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


async def _at_lapsed_sites(
    system: System, conn: Connection, nib: Nib, *, serials: Sequence[SerialNumber]
) -> set[SerialNumber]:
    """Those of the certificates that are for sites whose host lets nobody in now."""
    found: set[SerialNumber] = set()
    for site in await _lapsed_sites(system, conn, nib):
        pairs = await issued.certificates_at_host(conn, site, serials=serials)
        found |= {serial for _, serial in pairs}
    return found


async def _count_lapsed(
    system: System, conn: Connection, nib: Nib, applications: Sequence[ApplicationId]
) -> Counter[ApplicationId]:
    """Certificates by application that only the host at whose site they are for suspends."""
    pairs: list[tuple[ApplicationId, SerialNumber]] = []
    for site in await _lapsed_sites(system, conn, nib):
        pairs += await issued.certificates_at_host(conn, site, applications=applications)
    own = await life.fates_of(conn, [serial for _, serial in pairs]) if pairs else {}
    return Counter(number for number, serial in pairs if serial not in own)


async def _lapsed_sites(system: System, conn: Connection, nib: Nib) -> Sequence[Site]:
    now = system.clock()
    closed = [each.nib for each in await closures.closures_in_force(conn, now)]
    return await hostings.lapsed(conn, civil_day(now), closed, nib)
