"""Review: what an officer may decide of a worker, and for which reasons."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from strp.domain.filing.application import WorkerState
from strp.domain.text import Language, Text

LEASE = timedelta(minutes=15)
"""How long an officer holds what they take, where nothing is heard of their page."""
BEAT_S = 30
"""Seconds after which an open page says that it is still there; a hidden one may take 60."""
REMARK_MOST_CHARACTERS = 500


class Decision(StrEnum):
    """What an officer decides of a worker."""

    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    RETURN = "RETURN"


class PageSign(StrEnum):
    """What an officer's page says: it is open, left for another page of ours, or closed."""

    OPEN = "open"
    AWAY = "away"
    CLOSED = "closed"


LEASE_AFTER = {
    PageSign.OPEN: timedelta(seconds=5 * BEAT_S),
    PageSign.AWAY: LEASE,
    PageSign.CLOSED: timedelta(seconds=1.5 * BEAT_S),
}
"""How long the lease lasts from a sign on. One that closed may stand open in another tab, whose
next sign comes within that time; a browser that crashed says nothing, and frees its work too."""


class WorkerDecision(NamedTuple):
    """A decision on one worker.

    Args:
        row: line of the roster.
        reason: code from `REASONS`; an approval needs none.
        remark: a sentence to the employer; no personal data.
    """

    row: int
    decision: Decision
    reason: str | None = None
    remark: str | None = None


STATE_AFTER = {
    Decision.APPROVE: WorkerState.APPROVED,
    Decision.REFUSE: WorkerState.REFUSED,
    Decision.RETURN: WorkerState.RETURNED,
}

HOST_LAPSED = "host-lapsed"
"""Why a certificate is suspended whose site's employer lets nobody in now."""

# What was really given as reason in July 2021 (DPMPTSP, 13 July 2021), less what intake catches.
REASONS: dict[str, Text] = {
    "evidence-missing": Text(
        "Bukti pendukung (IOMKI, PEB, surat proyek strategis) belum ada. "
        "Kirim kepada petugas, lalu ajukan kembali.",
        "Evidence (IOMKI, PEB, letter of a strategic project) is missing. "
        "Send it to the office, then file again.",
    ),
    "position-not-on-site": Text(
        "Jabatan ini dapat bekerja dari rumah. Ajukan hanya pekerja yang harus hadir.",
        "This position can work from home. File only workers who must be on site.",
    ),
    "site-type-wrong": Text(
        "Jenis lokasi tidak sesuai dengan jabatan. Perbaiki kolom jenis_lokasi, lalu ajukan lagi.",
        "The site type does not fit the position. Mend the column site_type, then file again.",
    ),
    "identity-doubtful": Text(
        "Data identitas meragukan. Periksa nama dan NIK dengan KTP, lalu ajukan kembali.",
        "The identity is in doubt. Compare name and NIK with the ID card, then file again.",
    ),
    "employed-elsewhere": Text(
        "Pekerja ini sudah terdaftar di perusahaan lain. Pastikan tempat kerjanya, "
        "lalu ajukan kembali.",
        "This worker is registered by another employer. Make sure where they work, "
        "then file again.",
    ),
    "sector-not-proven": Text(
        "Kegiatan usaha belum terbukti esensial atau kritikal. Ajukan keberatan dengan bukti.",
        "The business is not shown to be essential or critical. Object, with evidence.",
    ),
    "withdrawn": Text(
        "Ditarik oleh perusahaan sebelum diputuskan.",
        "Withdrawn by the employer before a decision.",
    ),
    # Of receipts from before version 0.2: who waits moves there now.
    "filed-again": Text(
        "Diajukan lagi dengan lokasi kerja lain; yang berlaku adalah pengajuan yang baru itu.",
        "Filed again for another work site; that later filing is the one that counts.",
    ),
    "left": Text(
        "Pekerja ini keluar; suratnya berakhir pada hari itu.",
        "This worker leaves; the certificate ends on that day.",
    ),
    HOST_LAPSED: Text(
        "Perusahaan pemilik lokasi kerja sedang ditutup, atau tidak mengonfirmasi lagi.",
        "The company whose site this is is closed, or confirms it no more.",
    ),
}
_NOT_CHOSEN = ("withdrawn", "filed-again", "left", HOST_LAPSED)
OFFICER_REASONS = tuple(code for code in REASONS if code not in _NOT_CHOSEN)


def reason_in(written: str | None, language: Language) -> str | None:
    """A reason as its reader sees it: ours in their language, somebody's own words as they are.

    Args:
        written: a code of `REASONS`, or words; None: there is none.
        language: the reader's.
    """
    known = REASONS.get(written) if written else None
    return known.in_(language) if known else written


def needs_reason(decision: Decision) -> bool:
    """Whether a decision must say why."""
    return decision is not Decision.APPROVE
