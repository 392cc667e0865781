"""Revoking: certificates are taken back by serial or all at once for an employer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from strp.credential.certificate import read_token
from strp.domain.certificates.life import CertificateStatus, check_reason, refused
from strp.domain.errors import FieldError, InvalidInput, Unavailable
from strp.domain.identifiers import Nib, SerialNumber, format_nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.people.account import Actor, may_revoke, not_your_task
from strp.domain.text import Text
from strp.store import audit
from strp.store.certificates import issued, life
from strp.store.engine.database import Connection
from strp.store.filing.intake import allow_long
from strp.usecases.notices.tell_employer import tell_of_certificates
from strp.usecases.process.personal_data import certificate_aad
from strp.usecases.process.system import System

MOST_SHOWN: Final = 200
"""Serials that a page shows before it asks: each is opened, and each look is recorded."""


class RevocationOf(NamedTuple):
    """A certificate that would be taken back.

    Args:
        serial: as written on it.
        holder: name of the worker as the certificate has it.
        identity_tail: last four characters of the NIK or document.
        employer: whose worker it is.
        status: what it is now.
    """

    serial: str
    holder: str
    identity_tail: str
    employer: str
    status: CertificateStatus


class Revocation(NamedTuple):
    """How many certificates were taken back now, and how many had been before."""

    revoked: int
    already: int


async def count_certificates(system: System, nib: Nib) -> int:
    """Number of certificates that revoking an employer would touch."""
    async with system.database.connection() as conn:
        return await issued.count_certificates(conn, nib)


async def preview_serials(
    system: System, actor: Actor, serials: Sequence[str]
) -> list[RevocationOf]:
    """Whose certificates these are, before they are taken back; the look is recorded.

    Args:
        system: the installation.
        actor: who would take them back.
        serials: as written on the certificates.

    Raises:
        Forbidden: not this actor's to do.
        InvalidInput: `serial-unknown`, one field for each that is mistyped or was never issued;
            `serials-many`.
        Conflict: one of them was replaced.
    """
    if not may_revoke(actor):
        raise not_your_task()
    unique = list(dict.fromkeys(serials))
    if len(unique) > MOST_SHOWN:
        raise InvalidInput("serials-many", _MANY)
    numbers = _read(system, unique)
    shown = []
    async with system.database.transaction() as conn:
        found = await _require_issued(system, conn, unique, numbers)
        fates = await life.fates_of(conn, numbers)
        looks = []
        for certificate in found:
            aad = certificate_aad(certificate.nib, certificate.application_id, certificate.row_no)
            token = read_token(system.keys.open(certificate.sealed, aad))
            verified = token.verify(system.keys.verifying) if token else None
            if verified is None:
                raise Unavailable("certificate-broken", _BROKEN)
            claims, fate = verified.claims, fates.get(certificate.serial_no)
            shown.append(
                RevocationOf(
                    claims.serial_text,
                    claims.holder,
                    claims.identity_tail,
                    claims.employer,
                    fate.status if fate else CertificateStatus.STANDING,
                )
            )
            row = certificate.row_no
            subject = f"application:{certificate.application_id}"
            detail = {"from_row": row, "to_row": row}
            looks.append(
                audit.NewEvent(system.clock(), actor.label, "workers-seen", subject, detail)
            )
        await audit.record_many(conn, looks)
    return shown


async def revoke_serials(
    system: System, actor: Actor, serials: Sequence[str], *, reason: str
) -> Revocation:
    """Take certificates back by their serials; all of them, or none where one is wrong.

    Args:
        serials: as written on the certificates.
        reason: why; kept with the record, no personal data.

    Raises:
        InvalidInput: a serial is mistyped or was never issued.
    """
    _permit(actor, reason)
    numbers = _read(system, serials)
    now = system.clock()
    async with system.database.transaction() as conn:
        await _require_issued(system, conn, serials, numbers)
        revoked = await take_back(conn, numbers, reason=reason, actor=actor, at=now)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="certificates-revoked",
            subject="serials",
            detail={"serials": [system.keys.serials.write(one.serial_no) for one in revoked]},
        )
    system.trust.read_at = None
    return Revocation(len(revoked), len(set(numbers)) - len(revoked))


async def revoke_employer(system: System, actor: Actor, nib: Nib, *, reason: str) -> Revocation:
    """Take all certificates of an employer back.

    Args:
        reason: why; kept with the record, no personal data.
    """
    _permit(actor, reason)
    now = system.clock()
    async with system.database.transaction() as conn:
        await allow_long(conn)
        serials = await life.serials_of_employer(conn, nib)
        revoked = await take_back(conn, serials, reason=reason, actor=actor, at=now)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="certificates-revoked",
            subject=f"employer:{format_nib(nib)}",
            detail={"revoked": len(revoked)},
        )
    system.trust.read_at = None
    return Revocation(len(revoked), len(serials) - len(revoked))


async def take_back(
    conn: Connection, serials: Sequence[int], *, reason: str, actor: Actor, at: datetime
) -> list[life.Touched]:
    """Revoke certificates and book their workers out: whoever files them again meets an officer.

    Args:
        serials: numbers of the certificates.
        reason: for employer and record.
        actor: who revokes.
        at: aware.

    Returns:
        Those that were not revoked before.
    """
    await life.lock_employers_of(conn, serials)
    revoked = await life.set_status(
        conn, serials, CertificateStatus.REVOKED, reason=reason, actor=actor.label, at=at
    )
    await life.release(conn, revoked, for_cause=True)
    filings = [(one.nib, one.application_id) for one in revoked]
    await tell_of_certificates(conn, NoticeKind.REVOKED, filings, at=at)
    return revoked


async def _require_issued(
    system: System, conn: Connection, serials: Sequence[str], numbers: Sequence[SerialNumber]
) -> list[issued.Certificate]:
    """Refuse serials that were never issued, and those whose worker has a newer one."""
    missing: list[str] = []
    found: list[issued.Certificate] = []
    for text, number in zip(serials, numbers, strict=True):
        certificate = await issued.find_certificate(conn, number)
        if certificate is not None:
            found.append(certificate)
            continue
        former = await life.find_former(conn, number)
        if former is None:
            missing.append(text)
            continue
        latest = await life.latest_serial(conn, former.nib, former.application_id, former.row_no)
        successor = None if latest is None else system.keys.serials.write(latest)
        raise refused(CertificateStatus.REPLACED, successor)
    if missing:
        raise _unknown(missing)
    return found


def _permit(actor: Actor, reason: str) -> None:
    if not may_revoke(actor):
        raise not_your_task()
    check_reason(reason)


def _read(system: System, serials: Sequence[str]) -> list[SerialNumber]:
    numbers = [system.keys.serials.read(text) for text in serials]
    wrong = [text for text, number in zip(serials, numbers, strict=True) if number is None]
    if wrong or not serials:
        raise _unknown(wrong)
    return [SerialNumber(number) for number in numbers if number is not None]


def _unknown(serials: Sequence[str]) -> InvalidInput:
    fields = [FieldError(text[:40], "invalid", _unknown_one(text[:40])) for text in serials]
    return InvalidInput("serial-unknown", _UNKNOWN, fields=fields)


def _unknown_one(serial: str) -> Text:
    return Text(
        f"Nomor seri {serial} tidak dikenal. Periksa setiap huruf dan angkanya.",
        f"Serial {serial} is not known. Check every letter and digit.",
    )


_MANY = Text(
    f"Paling banyak {MOST_SHOWN} nomor seri sekaligus. Untuk satu perusahaan, sektor, atau masa "
    "berlaku, pakai halaman banyak surat.",
    f"At most {MOST_SHOWN} serials at once. For an employer, a sector or a period use the page of "
    "many certificates.",
)
_BROKEN = Text(
    id="Sertifikat tersimpan tidak dapat diverifikasi: kunci tanda tangannya tidak ada. "
    "Hubungi operator.",
    en="The stored certificate cannot be verified: its signing key is missing. Tell the operator.",
)
_UNKNOWN = Text(
    id="Nomor seri tidak dikenal; tidak ada yang dicabut. Periksa setiap huruf dan angkanya.",
    en="A serial is not known; nothing was revoked. Check every letter and digit.",
)
