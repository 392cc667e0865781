"""Letters to supervisors and administrators about the desk."""

from datetime import datetime

from strp.domain.civil_time import clock_text
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
    when_id = f", mulai sekitar pukul {clock_text(first, Language.ID)} WIB" if first else ""
    when_en = f", from about {clock_text(first, Language.EN)} WIB" if first else ""
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


def officials_missing_letter(applications: int, *, address: str, language: Language) -> Letter:
    """Tells an administrator that nobody is left who may decide what waits.

    Args:
        applications: that wait for an official who is not there.
        address: of STRP's pages.
        language: of the reader.
    """
    subject = Text(id="Petugas kurang untuk memutus", en="Officials are missing to decide")
    body = Text(
        id=f"Pengajuan yang tidak boleh diputus oleh satu pun akun yang ada: {applications}. "
        "Petugas yang mengusulkan, atau yang berbeda pendapat, tidak boleh memutus sendiri; "
        "pertanyaan kepada penyelia hanya dijawab penyelia.\n\n"
        f"Tambahkan akun petugas atau penyelia, kalau tidak pengajuan itu tetap menunggu: "
        f"{address}/office/accounts",
        en=f"Applications that none of the accounts may decide: {applications}. Who proposed an "
        "approval, or differed, may not decide alone, and only a supervisor answers what an "
        "officer asked.\n\n"
        f"Add an account of an officer or a supervisor, or they go on waiting: "
        f"{address}/office/accounts",
    )
    return write_letter(subject, body, language)
