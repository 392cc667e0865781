"""Letters to supervisors about the desk."""

from datetime import datetime

from strp.domain.civil_time import WIB
from strp.domain.notices.letters import Letter, write_letter
from strp.domain.text import Language, Text


def deadlines_at_risk_letter(
    missed: int,
    low: int,
    high: int,
    needed: int,
    first: datetime | None,
    *,
    address: str,
    language: Language,
) -> Letter:
    """Tells a supervisor that promises will be broken unless something changes.

    Args:
        missed: applications that are expected to be decided late today.
        low: the low end of the interval.
        high: its high end.
        needed: officers who would keep every promise from now on; 0: not known.
        first: aware; the hour in which the first due times pass; None: not known.
        address: of STRP's pages.
        language: of the reader.
    """
    subject = Text(id="Tenggat hari ini terancam", en="Today's deadlines are at risk")
    when = "" if first is None else f"{first.astimezone(WIB):%H.%M} WIB"
    when_id = f", mulai sekitar pukul {when}" if when else ""
    when_en = f", from about {when}" if when else ""
    needed_id = (
        f"Dengan {needed} petugas sejak sekarang semua tenggat terpenuhi. " if needed else ""
    )
    needed_en = f"With {needed} officers from now on, every deadline is met. " if needed else ""
    body = Text(
        id=f"Perkiraan: {missed} pengajuan akan diputus melewati tenggat (antara {low} dan "
        f"{high}){when_id}.\n\n{needed_id}Rinciannya: {address}/office/forecast",
        en=f"Expected: {missed} applications will be decided late (between {low} "
        f"and {high}){when_en}.\n\n{needed_en}Details: {address}/office/forecast",
    )
    return write_letter(subject, body, language)
