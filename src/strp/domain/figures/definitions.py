"""The one definition of each number, printed wherever the number is.

A figure is counted in one place of the store; every page, brief, report and command that shows it
takes its name and its sentence from here. A day is a day in Jakarta.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from strp.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that reports show.

    Args:
        code: stable name in JSON, CSV and code.
        name: as a heading or a label shows it.
        meaning: what is counted, in one or two sentences.
    """

    code: str
    name: Text
    meaning: Text


ATTEMPTS: Final = Figure(
    code="attempts",
    name=Text("Pengajuan yang ditolak karena sektor", "Filings refused by sector"),
    meaning=Text(
        "Pengajuan tersimpan yang satu atau lebih barisnya langsung ditolak karena perusahaan "
        "tidak termasuk sektor esensial atau kritikal. Pengajuan yang dikirim ulang dengan "
        "Idempotency-Key yang sama dihitung sekali.",
        "Durable filings of which one or more rows were refused at once because the company is "
        "neither essential nor critical. A filing sent again under the same Idempotency-Key "
        "counts once.",
    ),
)
ATTEMPT_WORKERS: Final = Figure(
    code="workers",
    name=Text("Pekerja yang disebut di dalamnya", "Workers named in them"),
    meaning=Text(
        "Baris yang ditolak karena sektor dalam pengajuan itu. Pekerja yang disebut dalam dua "
        "pengajuan dihitung dua kali; baris ganda, dikecualikan, atau salah isi tidak dihitung.",
        "Rows of these filings that were refused by sector. A worker named in two filings counts "
        "twice; duplicate, exempt and faulty rows do not count.",
    ),
)
OVER_CAP: Final = Figure(
    code="over_cap",
    name=Text("Pekerja di atas batas", "Workers over the cap"),
    meaning=Text(
        "Baris yang ditolak karena jumlah pekerja perusahaan sudah mencapai batas sektornya.",
        "Rows refused because the employer had reached the cap of its sector.",
    ),
)
NAMED_TWICE: Final = Figure(
    code="named_by_two",
    name=Text("Pekerja yang disebut dua perusahaan", "Workers named by two employers"),
    meaning=Text(
        "Baris dengan pekerja yang saat diajukan sudah terdaftar pada perusahaan lain dalam masa "
        "berlaku yang sama.",
        "Rows with a worker whom another employer already had in the same period when the row was "
        "filed.",
    ),
)
NOT_PROVEN: Final = Figure(
    code="not_proven",
    name=Text("Sektor belum terbukti", "Sector not proven"),
    meaning=Text(
        "Pengajuan yang menunggu karena petugas harus memastikan sektor perusahaan atau membaca "
        "buktinya. Belum ditolak, jadi bukan bagian dari pengajuan yang ditolak karena sektor.",
        "Filings that wait because an officer must establish the employer's sector or read its "
        "evidence. They were not refused, so they are no part of the filings refused by sector.",
    ),
)
ASKED: Final = Figure(
    code="asked",
    name=Text("Hanya bertanya", "Only asked"),
    meaning=Text(
        "Perusahaan di luar sektor esensial dan kritikal yang NIB-nya ditanyakan di /eligibility "
        "dan yang tidak diklaim dan pengajuannya tidak ada yang ditolak. Siapa pun dapat bertanya, "
        "jadi angka ini tidak mengatakan apa pun tentang perusahaan.",
        "Employers neither essential nor critical whose NIB somebody asked about at /eligibility, "
        "which nobody claimed and of whom no filing was refused. Anybody may ask, so this number "
        "says nothing about an employer.",
    ),
)
CLAIMED: Final = Figure(
    code="claimed",
    name=Text("Hanya mendaftar sebagai penanggung jawab", "Only claimed"),
    meaning=Text(
        "Perusahaan di luar sektor esensial dan kritikal yang diklaim seorang penanggung jawab "
        "dan yang pengajuannya tidak ada yang ditolak karena sektor.",
        "Employers neither essential nor critical that a representative claimed and of whom no "
        "filing was refused by sector.",
    ),
)
AT_UNLISTED_SITES: Final = Figure(
    code="at_unlisted_sites",
    name=Text("Pekerja di lokasi perusahaan lain yang ditolak", "Workers refused at others' sites"),
    meaning=Text(
        "Baris yang ditolak karena perusahaan pemilik lokasi kerja tidak termasuk sektor esensial "
        "atau kritikal. Tidak dihitung sebagai pengajuan yang ditolak karena sektor.",
        "Rows refused because the company whose work site it is is neither essential nor "
        "critical. Not counted among the filings refused by sector.",
    ),
)
TAKEN_OFF: Final = Figure(
    code="taken_off",
    name=Text("Dihapus setelah keberatan", "Taken off after an objection"),
    meaning=Text(
        "Perusahaan yang keberatannya dikabulkan. Semua yang dihitung sampai dengan hari "
        "keputusan tidak lagi dihitung dalam daftar.",
        "Employers whose objection succeeded. What was counted until and including the day of the "
        "decision no longer counts in the list.",
    ),
)

FIGURES: Final[Mapping[str, Figure]] = {
    figure.code: figure
    for figure in (
        ATTEMPTS,
        ATTEMPT_WORKERS,
        OVER_CAP,
        NAMED_TWICE,
        NOT_PROVEN,
        ASKED,
        CLAIMED,
        AT_UNLISTED_SITES,
        TAKEN_OFF,
    )
}
"""Every figure by its code."""
