"""Certificates as they are handed out: one by serial or by private link, all of an application."""

import base64
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date

from strp.credential.certificate import read_token
from strp.credential.codec import write_text
from strp.domain.certificates.certificate import Claims, is_exercise
from strp.domain.certificates.life import CertificateStatus
from strp.domain.epochs import COUNTED_END
from strp.domain.errors import Conflict, NotFound, Unavailable
from strp.domain.identifiers import ApplicationId, SerialNumber
from strp.domain.people.account import Actor, may_file, require_filer
from strp.domain.rules.policy import Period
from strp.domain.text import Text
from strp.store.certificates import issued, life
from strp.store.certificates.life import Fate
from strp.store.engine.database import Connection
from strp.usecases.filing.certificate_fates import fates_now
from strp.usecases.filing.show import visible
from strp.usecases.process.personal_data import certificate_aad
from strp.usecases.process.system import System
from strp.usecases.rules.current import current_periods

PAGE = 500
LINK_TAG_BYTES = 16
_COUNTED_BYTES, _DRAWN_BYTES = 5, 8
"""Of a number that was counted over all processes, as links already given out have it, and of one
of an epoch, which has 48 bits; with 8 a link needs no padding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """A certificate to show or print.

    Args:
        text: what stands in the QR.
        serial: as written on the certificate.
        link: secret part of the address for the worker, `/c/{link}`.
        period: as it stands today; it may have been prolonged since the issue.
        kid: of the key that signed it.
        exercise: whether it was issued in an exercise, and every form of it says so.
        status: what became of it; a closure of its employer suspends it as well.
        status_reason: why it does not stand, as it was written down.
        successor: serial of the one that took its place; None: none, or it is being made.
        by_office: whether officials, and not its employer, made of it what it is.
    """

    text: str
    serial: str
    link: str
    claims: Claims
    period: Period | None
    application_id: ApplicationId
    row: int
    kid: bytes
    exercise: bool
    status: CertificateStatus
    status_reason: str | None
    successor: str | None = None
    by_office: bool = False


def link_of(system: System, serial: SerialNumber) -> str:
    """The secret part of a certificate's address: its number and a keyed tag, nothing stored."""
    number = serial.to_bytes(_COUNTED_BYTES if serial < COUNTED_END else _DRAWN_BYTES)
    tag = system.keys.mac("certificate-link", number)[:LINK_TAG_BYTES]
    return base64.urlsafe_b64encode(number + tag).decode()


async def certificate_by_link(system: System, link: str) -> IssuedCertificate:
    """The certificate behind a worker's private link.

    Raises:
        NotFound: no such link; a made-up one is not told from a wrong one.
    """
    serial = _read_link(system, link)
    if serial is None:
        raise NotFound("certificate-link-unknown", _LINK_UNKNOWN)
    async with system.database.connection() as conn:
        found = await _find(conn, serial)
        if found is None:
            raise NotFound("certificate-link-unknown", _LINK_UNKNOWN)
        fate = await _fate(system, conn, found)
        by_office = fate.status.is_over and await life.is_changed_by_office(conn, serial)
    # The link of a replaced one may have leaked: it leads to nothing new.
    return replace(await _opened(system, found, fate), by_office=by_office)


async def certificate_by_serial(system: System, actor: Actor, text: str) -> IssuedCertificate:
    """A certificate by its serial, to its employer.

    Args:
        actor: its employer.
        text: the serial as people write it.

    Raises:
        Forbidden: the actor is an official: a certificate is in the hands of its worker's employer.
        NotFound: mistyped, never issued, or not for this reader.
    """
    require_filer(actor)
    number = system.keys.serials.read(text)
    if number is None:
        raise certificate_unknown()
    async with system.database.transaction() as conn:
        found = await _find(conn, SerialNumber(number))
        if found is None or not may_file(actor, found.nib):
            raise certificate_unknown()
        fate = await _fate(system, conn, found)
        successor = await _successor(system, conn, found, fate)
    return replace(await _opened(system, found, fate), successor=successor)


async def text_of_serial(system: System, serial: SerialNumber) -> str:
    """What stands in the QR of a certificate, to check it; to nobody who asks by its serial.

    Raises:
        NotFound: it was never issued.
    """
    async with system.database.connection() as conn:
        found = await _find(conn, serial)
    if found is None:
        raise certificate_unknown()
    aad = certificate_aad(found.nib, found.application_id, found.row_no)
    return write_text(system.keys.open(found.sealed, aad))


async def certificates_of(
    system: System, actor: Actor, application_id: ApplicationId
) -> AsyncIterator[IssuedCertificate]:
    """All certificates of an application in row order, read in pages, for its employer.

    Args:
        actor: its employer.
        application_id: of the filing.

    Raises:
        Forbidden: the actor is an official.
        NotFound: no such application for this reader, or no certificate yet.
    """
    require_filer(actor)
    async with system.database.connection() as conn:
        application = await visible(conn, actor, application_id)
    after = 0
    while True:
        async with system.database.connection() as conn:
            page = await issued.list_certificates(
                conn, application.nib, application_id, after=after, limit=PAGE
            )
            fates = await fates_now(
                system, conn, application.nib, [found.serial_no for found in page]
            )
        if not page and after == 0:
            raise NotFound("no-certificates-yet", _NONE_YET)
        for found in page:
            yield await _opened(system, found, fates[found.serial_no])
        if len(page) < PAGE:
            return
        after = page[-1].row_no


async def _find(conn: Connection, serial: SerialNumber) -> issued.Certificate | None:
    found = await issued.find_certificate(conn, serial)
    return found or await life.find_former(conn, serial)


async def _fate(system: System, conn: Connection, found: issued.Certificate) -> Fate:
    return (await fates_now(system, conn, found.nib, [found.serial_no]))[found.serial_no]


async def _successor(
    system: System, conn: Connection, found: issued.Certificate, fate: Fate
) -> str | None:
    if fate.status is not CertificateStatus.REPLACED:
        return None
    latest = await life.latest_serial(conn, found.nib, found.application_id, found.row_no)
    return None if latest is None else system.keys.serials.write(latest)


def certificate_unknown() -> NotFound:
    """The error for a certificate that is not there, or not for this reader."""
    return NotFound("certificate-unknown", _UNKNOWN)


def require_standing(certificate: IssuedCertificate) -> None:
    """Let a certificate be printed only where it stands.

    Raises:
        Conflict: `certificate-not-standing`; on paper nobody would see it.
    """
    if certificate.status is not CertificateStatus.STANDING:
        raise Conflict("certificate-not-standing", _NOT_STANDING)


def require_shown(certificate: IssuedCertificate, today: date) -> None:
    """Let a worker take along only what a checkpoint would let pass, today or later.

    Args:
        certificate: the worker's.
        today: the civil day.

    Raises:
        Conflict: `certificate-not-standing`, or `certificate-period-over`.
    """
    require_standing(certificate)
    if certificate.period is None or certificate.period.ends_on < today:
        raise Conflict("certificate-period-over", _PERIOD_OVER)


def require_not_replaced(certificate: IssuedCertificate) -> None:
    """Let only the holder of the newest link see more than the certificate itself.

    Raises:
        NotFound: the certificate was replaced, perhaps since its link had leaked.
    """
    if certificate.status is CertificateStatus.REPLACED:
        raise NotFound("certificate-link-unknown", _LINK_UNKNOWN)


async def _opened(system: System, found: issued.Certificate, fate: Fate) -> IssuedCertificate:
    aad = certificate_aad(found.nib, found.application_id, found.row_no)
    token = system.keys.open(found.sealed, aad)
    unverified = read_token(token)
    verified = unverified.verify(system.keys.verifying) if unverified else None
    if verified is None:
        raise Unavailable("certificate-broken", _BROKEN)
    claims = verified.claims
    periods = {period.number: period for period in await current_periods(system)}
    return IssuedCertificate(
        text=write_text(token),
        serial=claims.serial_text,
        link=link_of(system, found.serial_no),
        claims=claims,
        period=periods.get(claims.period_id),
        kid=verified.kid,
        application_id=found.application_id,
        row=found.row_no,
        exercise=is_exercise(claims, periods),
        status=fate.status,
        status_reason=fate.reason,
    )


def _read_link(system: System, link: str) -> SerialNumber | None:
    try:
        data = base64.b64decode(link, altchars=b"-_", validate=True)
    except ValueError:
        return None
    number = data[:-LINK_TAG_BYTES]
    if len(number) not in (_COUNTED_BYTES, _DRAWN_BYTES):
        return None
    serial = SerialNumber(int.from_bytes(number))
    return serial if hmac.compare_digest(link, link_of(system, serial)) else None


_UNKNOWN = Text(
    id="Sertifikat ini tidak ada, atau bukan milik Anda. Periksa nomor serinya.",
    en="There is no such certificate, or it is not yours. Check its serial.",
)
_LINK_UNKNOWN = Text(
    id="Tautan ini tidak dikenal. Minta tautan yang lengkap kepada perusahaan Anda.",
    en="This link is not known. Ask your company for the whole link.",
)
_NOT_STANDING = Text(
    id="Surat ini sedang tidak berlaku (ditangguhkan, dicabut, diganti, atau diakhiri), jadi tidak "
    "dicetak. Keadaannya ada pada daftar pekerja.",
    en="This certificate does not stand (it is suspended, revoked, replaced or ended), so it is "
    "not printed. The list of workers says how it is.",
)
_PERIOD_OVER = Text(
    id="Masa berlaku surat ini sudah habis, jadi tidak dapat disimpan atau dicetak lagi. "
    "Tanyakan kepada perusahaan Anda apakah sudah diajukan lagi.",
    en="The period of this certificate is over, so it cannot be saved or printed any more. Ask "
    "your company whether it has filed again.",
)
_NONE_YET = Text(
    id="Belum ada sertifikat untuk pengajuan ini. Sertifikat terbit sesaat setelah disetujui.",
    en="There is no certificate for this application yet. They are issued moments after approval.",
)
_BROKEN = Text(
    id="Sertifikat tersimpan tidak dapat diverifikasi: kunci tanda tangannya tidak ada. "
    "Hubungi operator.",
    en="The stored certificate cannot be verified: its signing key is missing. Tell the operator.",
)
