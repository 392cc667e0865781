"""Certificates as they are handed out: one by serial or by private link, all of an application."""

import base64
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass

from strp.credential.certificate import read_token
from strp.credential.codec import write_text
from strp.domain.account import Actor, may_file, may_review
from strp.domain.certificate import Claims, is_exercise
from strp.domain.errors import NotFound, Unavailable
from strp.domain.identifiers import ApplicationId, SerialNumber
from strp.domain.policy import Period
from strp.domain.text import Text
from strp.store import audit, certificates
from strp.usecases.placing import certificate_aad
from strp.usecases.rules import current_periods
from strp.usecases.show_application import visible
from strp.usecases.system import System

PAGE = 500
LINK_TAG_BYTES = 16
_NUMBER_BYTES = 5


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


def link_of(system: System, serial: SerialNumber) -> str:
    """The secret part of a certificate's address: its number and a keyed tag, nothing stored."""
    number = serial.to_bytes(_NUMBER_BYTES)
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
        found = await certificates.find_certificate(conn, serial)
    if found is None:
        raise NotFound("certificate-link-unknown", _LINK_UNKNOWN)
    return await _opened(system, found)


async def certificate_by_serial(system: System, actor: Actor, text: str) -> IssuedCertificate:
    """A certificate by its serial, to its employer or an officer.

    Raises:
        NotFound: mistyped, never issued, or not for this reader.
    """
    number = system.keys.serials.read(text)
    if number is None:
        raise NotFound("certificate-unknown", _UNKNOWN)
    async with system.database.transaction() as conn:
        found = await certificates.find_certificate(conn, SerialNumber(number))
        if found is None or not (may_file(actor, found.nib) or may_review(actor)):
            raise NotFound("certificate-unknown", _UNKNOWN)
        if not may_file(actor, found.nib):
            await audit.record(
                conn,
                at=system.clock(),
                actor=actor.label,
                action="certificate-seen",
                subject=f"serial:{system.keys.serials.write(number)}",
            )
    return await _opened(system, found)


async def certificates_of(
    system: System, actor: Actor, application_id: ApplicationId
) -> AsyncIterator[IssuedCertificate]:
    """All certificates of an application in row order, read in pages.

    Raises:
        NotFound: no such application for this reader, or no certificate yet.
    """
    async with system.database.transaction() as conn:
        application = await visible(conn, actor, application_id)
        if not may_file(actor, application.nib):
            await audit.record(
                conn,
                at=system.clock(),
                actor=actor.label,
                action="certificates-seen",
                subject=f"application:{application_id}",
            )
    after = 0
    while True:
        async with system.database.connection() as conn:
            page = await certificates.list_certificates(
                conn, application.nib, application_id, after=after, limit=PAGE
            )
        if not page and after == 0:
            raise NotFound("no-certificates-yet", _NONE_YET)
        for found in page:
            yield await _opened(system, found)
        if len(page) < PAGE:
            return
        after = page[-1].row_no


async def _opened(system: System, found: certificates.Certificate) -> IssuedCertificate:
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
    )


def _read_link(system: System, link: str) -> SerialNumber | None:
    try:
        data = base64.b64decode(link, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(data) != _NUMBER_BYTES + LINK_TAG_BYTES:
        return None
    serial = SerialNumber(int.from_bytes(data[:_NUMBER_BYTES]))
    return serial if hmac.compare_digest(link, link_of(system, serial)) else None


_UNKNOWN = Text(
    id="Sertifikat ini tidak ada, atau bukan milik Anda. Periksa nomor serinya.",
    en="There is no such certificate, or it is not yours. Check its serial.",
)
_LINK_UNKNOWN = Text(
    id="Tautan ini tidak dikenal. Minta tautan yang lengkap kepada perusahaan Anda.",
    en="This link is not known. Ask your company for the whole link.",
)
_NONE_YET = Text(
    id="Belum ada sertifikat untuk permohonan ini. Sertifikat terbit sesaat setelah disetujui.",
    en="There is no certificate for this application yet. They are issued moments after approval.",
)
_BROKEN = Text(
    id="Sertifikat tersimpan tidak dapat diverifikasi: kunci tanda tangannya tidak ada. "
    "Hubungi operator.",
    en="The stored certificate cannot be verified: its signing key is missing. Tell the operator.",
)
