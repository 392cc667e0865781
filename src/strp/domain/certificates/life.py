"""The life of a certificate once it is issued: what may be done to it, and what it is then.

    standing ── suspend ──> suspended ── restore ──> standing
    standing ── replace ──> replaced, and a successor is issued
    standing, suspended ── end ──> ended
    all but replaced ── revoke ──> revoked

Replaced, ended and revoked are ends: nothing brings such a certificate back. Whoever needs one
again is filed again and goes the normal way. An act that finds what it would bring about changes
nothing, so that it may be repeated.
"""

from collections.abc import Mapping
from enum import StrEnum

from strp.domain.errors import Conflict, FieldError, InvalidInput
from strp.domain.text import Text

REASON_MOST_CHARACTERS = 200
MOST_REPLACEMENTS = 10
"""Of one worker's certificate, by the employer; then an officer does it. Each uses up a serial."""


class CertificateStatus(StrEnum):
    """Where one certificate is in its life."""

    STANDING = "standing"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    ENDED = "ended"

    @property
    def is_over(self) -> bool:
        """Whether the certificate will never be VALID again."""
        return self not in (CertificateStatus.STANDING, CertificateStatus.SUSPENDED)


class SuspendedBy(StrEnum):
    """What suspends a certificate."""

    OFFICIAL = "official"
    RULES = "rules"
    CLOSURE = "closure"
    HOST = "host"


class Act(StrEnum):
    """What is done to one certificate."""

    SUSPEND = "suspend"
    RESTORE = "restore"
    REPLACE = "replace"
    END = "end"
    REVOKE = "revoke"


_S = CertificateStatus
_AFTER: Mapping[tuple[CertificateStatus, Act], CertificateStatus] = {
    (_S.STANDING, Act.SUSPEND): _S.SUSPENDED,
    (_S.STANDING, Act.RESTORE): _S.STANDING,
    (_S.STANDING, Act.REPLACE): _S.REPLACED,
    (_S.STANDING, Act.END): _S.ENDED,
    (_S.STANDING, Act.REVOKE): _S.REVOKED,
    (_S.SUSPENDED, Act.SUSPEND): _S.SUSPENDED,
    (_S.SUSPENDED, Act.RESTORE): _S.STANDING,
    (_S.SUSPENDED, Act.END): _S.ENDED,
    (_S.SUSPENDED, Act.REVOKE): _S.REVOKED,
    (_S.ENDED, Act.END): _S.ENDED,
    (_S.ENDED, Act.REVOKE): _S.REVOKED,
    (_S.REVOKED, Act.REVOKE): _S.REVOKED,
}


def status_after(status: CertificateStatus, act: Act) -> CertificateStatus | None:
    """What a certificate is after an act, or None where the act is refused.

    A suspended one is not replaced: its successor would stand.

    Args:
        status: what it is now.
        act: what is to be done to it.
    """
    return _AFTER.get((status, act))


def replaced_too_often() -> Conflict:
    """The answer to an employer who replaces one worker's certificate again and again."""
    return Conflict("replaced-too-often", _TOO_OFTEN)


def cause_text(status: CertificateStatus) -> Text | None:
    """What a checkpoint on line reads of a REVOKED certificate that nobody revoked, or None."""
    match status:
        case CertificateStatus.REPLACED:
            return _CAUSE_REPLACED
        case CertificateStatus.ENDED:
            return _CAUSE_ENDED
        case _:
            return None


def check_reason(reason: str) -> None:
    """Ask for a reason.

    Raises:
        InvalidInput: `reason-missing`; there is none, or one too long.
    """
    if not 0 < len(reason.strip()) <= REASON_MOST_CHARACTERS:
        fields = [FieldError("reason", "missing", _REASON_MISSING)]
        raise InvalidInput("reason-missing", _REASON_MISSING, fields=fields)


def refused(status: CertificateStatus, successor: str | None) -> Conflict:
    """Why an act on a certificate is refused, and what to do instead.

    Args:
        status: what the certificate is.
        successor: serial of the one that took its place; None: there is none (yet).
    """
    match status:
        case CertificateStatus.REPLACED if successor:
            return Conflict(
                "certificate-replaced",
                Text(
                    id=f"Surat ini sudah diganti; penggantinya {successor}. Pakai nomor itu.",
                    en=f"This certificate was replaced; its successor is {successor}. Use that "
                    "serial.",
                ),
            )
        case CertificateStatus.REPLACED:
            return Conflict("certificate-replaced", _SUCCESSOR_TO_COME)
        case CertificateStatus.REVOKED:
            return Conflict("certificate-revoked", _REVOKED)
        case CertificateStatus.ENDED:
            return Conflict("certificate-ended", _ENDED)
        case _:
            return Conflict("certificate-suspended", _SUSPENDED)


_CAUSE_REPLACED = Text(
    id="STRP ini sudah diganti dengan yang baru (replaced). Minta pekerja menunjukkan yang baru.",
    en="This STRP was replaced by a newer one. Ask the worker to show the new one.",
)
_CAUSE_ENDED = Text(
    id="STRP ini sudah diakhiri (ended): pekerja ini tidak lagi bekerja di perusahaan itu.",
    en="This STRP was ended: the worker no longer works for that employer.",
)
_TOO_OFTEN = Text(
    id="Surat pekerja ini sudah sepuluh kali diganti. Minta petugas menggantinya.",
    en="This worker's certificate was replaced ten times already. Ask an officer to replace it.",
)
_REASON_MISSING = Text(
    id="Sebutkan alasannya dalam 1 sampai 200 karakter, tanpa data pribadi.",
    en="Say why, in 1 to 200 characters, without personal data.",
)
_SUCCESSOR_TO_COME = Text(
    id="Surat ini sudah diganti; penggantinya sedang dibuat. Lihat lagi sebentar lagi.",
    en="This certificate was replaced; its successor is being made. Look again in a moment.",
)
_REVOKED = Text(
    id="Surat ini sudah dicabut untuk seterusnya. Bila pekerjanya masih memerlukannya, ajukan "
    "lagi.",
    en="This certificate is revoked for ever. If the worker still needs one, file the worker "
    "again.",
)
_ENDED = Text(
    id="Surat ini sudah diakhiri. Bila pekerjanya kembali bekerja, ajukan lagi.",
    en="This certificate was ended. If the worker comes back, file the worker again.",
)
_SUSPENDED = Text(
    id="Surat ini sedang ditangguhkan, jadi tidak dapat diganti. Petugas harus memulihkannya dulu.",
    en="This certificate is suspended, so it cannot be replaced. An officer must restore it first.",
)
