"""What became of a filing, in one sentence and one tone, for its receipt and its letters."""

from enum import StrEnum
from typing import NamedTuple

from strp.domain.filing.application import Application
from strp.domain.text import Text, counted


class Tone(StrEnum):
    """How a filing stands for its employer."""

    GOOD = "good"
    WAITING = "waiting"
    ACT = "act"
    PARTLY = "partly"
    BAD = "bad"


class Fates(NamedTuple):
    """Certificates of a filing that do not stand, by what became of them."""

    suspended: int = 0
    revoked: int = 0
    ended: int = 0


class StillOpen(NamedTuple):
    """What of a filing waits for its employer, once what was sent again is taken off.

    Args:
        rejected: rows that nobody has sent again.
        returned: returned workers whom nobody has filed again.
    """

    rejected: int
    returned: int


class Outcome(NamedTuple):
    """What became of a filing.

    Args:
        tone: colour of its head.
        text: counts, the good ones first; "nothing new" where there are none.
    """

    tone: Tone
    text: Text


_ALL_STAND = Fates()


def outcome_of(
    application: Application, fates: Fates = _ALL_STAND, still_open: StillOpen | None = None
) -> Outcome:
    """Sum a filing up.

    Args:
        application: as it stands.
        fates: of its certificates.
        still_open: what waits for the employer yet; None where nobody has looked: all of it.

    Returns:
        GOOD only where nobody waits, nobody is out and every certificate stands; ACT where the
        employer has rows to fix; PARTLY where some are refused and others are not; BAD where all
        are, or a certificate was taken back or is suspended.
    """
    todo = still_open or StillOpen(application.rejected, application.returned)
    again = application.rejected + application.returned - sum(todo)
    standing = application.approved - application.leavers - sum(fates)
    parts = [
        counted(count, word)
        for count, word in (
            (standing, Text("disetujui", "approved")),
            (application.pending, Text("menunggu petugas", "waiting")),
            (fates.suspended, Text("ditangguhkan", "suspended")),
            (fates.revoked, Text("dicabut", "revoked")),
            (fates.ended, Text("diakhiri", "ended")),
            (application.leavers, Text("dicatat keluar", "recorded as leaving")),
            (application.refused, Text("ditolak", "refused")),
            (todo.returned, Text("dikembalikan", "returned")),
            (todo.rejected, Text("belum masuk", "not yet in")),
            (again, Text("sudah dikirim lagi", "sent again")),
        )
        if count > 0
    ]
    tone = _tone(application, fates, standing, todo)
    return Outcome(tone, _joined(parts) if parts else _NOTHING_NEW)


def _tone(application: Application, fates: Fates, standing: int, todo: StillOpen) -> Tone:
    if todo.rejected or todo.returned:
        return Tone.ACT
    if fates.suspended or fates.revoked:
        return Tone.BAD
    if application.refused:
        return Tone.PARTLY if standing > 0 or application.pending else Tone.BAD
    if application.pending:
        return Tone.WAITING
    return Tone.GOOD if standing > 0 else Tone.WAITING


def _joined(parts: list[Text]) -> Text:
    return Text(", ".join(part.id for part in parts), ", ".join(part.en for part in parts))


_NOTHING_NEW = Text("Tidak ada yang baru", "Nothing new")
