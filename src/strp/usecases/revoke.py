"""Revoking: certificates are taken back by serial or all at once for an employer."""

from collections.abc import Sequence
from typing import NamedTuple

from strp.domain.account import Actor, may_revoke, not_your_task
from strp.domain.certificate import Status
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.identifiers import Nib, SerialNumber, format_nib
from strp.domain.text import Text
from strp.store import audit, certificates
from strp.usecases.system import System

REASON_MOST_CHARACTERS = 200


class Revocation(NamedTuple):
    """How many certificates were taken back now, and how many had been before."""

    revoked: int
    already: int


async def count_certificates(system: System, nib: Nib) -> int:
    """Number of certificates that revoking an employer would touch."""
    async with system.database.connection() as conn:
        return await certificates.count_certificates(conn, nib)


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
        missing = [
            text
            for text, number in zip(serials, numbers, strict=True)
            if await certificates.find_certificate(conn, number) is None
        ]
        if missing:
            raise _unknown(missing)
        revoked = await certificates.revoke_certificates(
            conn, numbers, status=Status.REVOKED, reason=reason, actor=actor.label, at=now
        )
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="certificates-revoked",
            subject="serials",
            detail={"serials": [system.keys.serials.write(number) for number in revoked]},
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
        total = await certificates.count_certificates(conn, nib)
        revoked = await certificates.revoke_employer(
            conn, nib, status=Status.REVOKED, reason=reason, actor=actor.label, at=now
        )
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="certificates-revoked",
            subject=f"employer:{format_nib(nib)}",
            detail={"revoked": len(revoked)},
        )
    system.trust.read_at = None
    return Revocation(len(revoked), total - len(revoked))


def _permit(actor: Actor, reason: str) -> None:
    if not may_revoke(actor):
        raise not_your_task()
    if not 0 < len(reason.strip()) <= REASON_MOST_CHARACTERS:
        raise InvalidInput("reason-missing", _REASON_MISSING)


def _read(system: System, serials: Sequence[str]) -> list[SerialNumber]:
    numbers = [system.keys.serials.read(text) for text in serials]
    wrong = [text for text, number in zip(serials, numbers, strict=True) if number is None]
    if wrong or not serials:
        raise _unknown(wrong)
    return [SerialNumber(number) for number in numbers if number is not None]


def _unknown(serials: Sequence[str]) -> InvalidInput:
    fields = [FieldError(text[:40], "invalid", _UNKNOWN) for text in serials]
    return InvalidInput("serial-unknown", _UNKNOWN, fields=fields)


_UNKNOWN = Text(
    id="Nomor seri tidak dikenal; tidak ada yang dicabut. Periksa setiap huruf dan angkanya.",
    en="A serial is not known; nothing was revoked. Check every letter and digit.",
)
_REASON_MISSING = Text(
    id="Sebutkan alasan pencabutan dalam 1 sampai 200 karakter.",
    en="Say why, in 1 to 200 characters.",
)
