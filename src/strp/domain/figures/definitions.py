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

HITS: Final = Figure(
    code="hits",
    name=Text("Permintaan ke situs", "Hits"),
    meaning=Text(
        "Semua permintaan halaman, berkas, dan data yang dijawab, oleh siapa pun dan program apa "
        "pun, dari log nginx. Satu orang yang menunggu menimbulkan ratusan permintaan; ini bukan "
        "jumlah orang.",
        "Every request for a page, a file or data that was answered, of anybody and any program, "
        "from nginx's log. One person who waits makes hundreds; this is no number of people.",
    ),
)
VISITS: Final = Figure(
    code="visits",
    name=Text("Kunjungan", "Visits"),
    meaning=Text(
        "Halaman depan dibuka dan terkirim. Alamat pengunjung tidak disimpan, jadi orang yang "
        "membukanya dua kali dihitung dua kali.",
        "The front page was opened and sent. No address of a visitor is kept, so whoever opens it "
        "twice counts twice.",
    ),
)
TICKETS: Final = Figure(
    code="tickets",
    name=Text("Nomor antrean", "Tickets"),
    meaning=Text(
        "Nomor ruang tunggu yang diberikan. Proses yang dimatikan paksa kehilangan "
        "hitungan detik-detik terakhirnya.",
        "Numbers given out by the waiting room. A process that is killed loses the count of its "
        "last seconds.",
    ),
)
LET_IN: Final = Figure(
    code="let_in",
    name=Text("Diizinkan masuk", "Let in"),
    meaning=Text(
        "Pengunjung yang nomornya dilayani dan masuk, atau masuk langsung saat tidak ada antrean. "
        "Petugas dan program perusahaan tidak ikut.",
        "Visitors whose number was served and who came in, or who came in at once while nobody "
        "waited. Officials and employers' programs are not among them.",
    ),
)
ACCOUNTS: Final = Figure(
    code="accounts",
    name=Text("Akun baru", "New accounts"),
    meaning=Text(
        "Alamat surel yang untuk pertama kali masuk sebagai penanggung jawab.",
        "Mail addresses that signed in as a representative for the first time.",
    ),
)
APPLICATIONS: Final = Figure(
    code="applications",
    name=Text("Pengajuan", "Applications"),
    meaning=Text(
        "Pengajuan yang tersimpan dan bertanda terima. Yang dikirim ulang dengan Idempotency-Key "
        "yang sama dihitung sekali.",
        "Filings that are stored and have a receipt. One sent again under the same "
        "Idempotency-Key counts once.",
    ),
)
WORKERS: Final = Figure(
    code="workers_filed",
    name=Text("Pekerja yang diajukan", "Workers filed"),
    meaning=Text(
        "Baris yang diterima dalam pengajuan itu. Pekerja dalam dua pengajuan dihitung dua kali; "
        "baris yang sama, ganda, dikecualikan, atau salah isi tidak dihitung.",
        "Rows accepted in these applications. A worker in two of them counts twice; unchanged, "
        "duplicate, exempt and faulty rows do not count.",
    ),
)
TOLD_APART: Final = Figure(
    code="workers_told_apart",
    name=Text("Pekerja, masing-masing sekali", "Workers told apart"),
    meaning=Text(
        "Pekerja yang tidak langsung ditolak dan belum terdaftar pada perusahaan mana pun dalam "
        "masa berlaku ini. Yang ditolak atau dikembalikan petugas dan diajukan lagi dihitung lagi.",
        "Workers who were not refused at once and whom no employer had in this period. Who is "
        "refused or returned by an officer and filed again counts again.",
    ),
)
APPROVED: Final = Figure(
    code="approved",
    name=Text("Pekerja disetujui", "Workers approved"),
    meaning=Text(
        "Oleh aturan saat diajukan, atau oleh petugas pemeriksa, pada hari keputusannya.",
        "By the rules when they were filed, or by an officer, on the day of the decision.",
    ),
)
REFUSED: Final = Figure(
    code="refused",
    name=Text("Pekerja ditolak", "Workers refused"),
    meaning=Text(
        "Oleh aturan saat diajukan, atau oleh petugas pemeriksa, pada hari keputusannya; menurut "
        "alasan pertama yang dicatat.",
        "By the rules when they were filed, or by an officer, on the day of the decision; by the "
        "first reason on record.",
    ),
)
RETURNED: Final = Figure(
    code="returned",
    name=Text("Pekerja dikembalikan", "Workers returned"),
    meaning=Text(
        "Dikembalikan petugas pemeriksa untuk diperbaiki. Yang ditarik perusahaan sendiri tidak "
        "dihitung.",
        "Returned by an officer to be fixed. Those whom the employer took back do not count.",
    ),
)
DECIDED: Final = Figure(
    code="decided",
    name=Text("Keputusan", "Decisions"),
    meaning=Text(
        "Pekerja yang disetujui, ditolak, atau dikembalikan; tiga angka itu dijumlahkan.",
        "Workers approved, refused or returned; the sum of these three.",
    ),
)
IN_TIME: Final = Figure(
    code="in_time_percent",
    name=Text("Selesai dalam lima jam", "Inside five hours"),
    meaning=Text(
        "Bagian dari jawaban akhir (disetujui atau ditolak) yang jatuh sebelum tenggat "
        "pengajuannya (lima jam pelayanan, atau janji yang berlaku). Yang diputus aturan saat "
        "diajukan termasuk; pengembalian bukan jawaban akhir dan tidak dihitung.",
        "Share of the final answers (approved or refused) that came before the application was due "
        "(five hours of service, or the promise in force). What the rules decide at filing is "
        "among them; a return is no final answer and does not count.",
    ),
)
MINUTES_TO_ANSWER: Final = Figure(
    code="minutes_to_answer",
    name=Text("Menit sampai jawaban akhir", "Minutes to the final answer"),
    meaning=Text(
        "Rata-rata dari pengajuan pertama sampai petugas menyetujui atau menolak pekerja. Yang "
        "dikembalikan lalu diajukan lagi dihitung sejak pengajuan pertamanya, malam hari dan waktu "
        "perusahaan memperbaikinya termasuk. Yang diputus aturan tidak termasuk.",
        "Mean from the first filing until an officer approves or refuses a worker. Who was "
        "returned and filed again counts from the first filing, nights and the time that the "
        "employer took included. What the rules decide is not among them.",
    ),
)
BACKLOG: Final = Figure(
    code="backlog",
    name=Text("Pengajuan menunggu", "Applications waiting"),
    meaning=Text(
        "Pengajuan di antrean petugas pemeriksa saat halaman ini dibuat, termasuk yang sedang "
        "ditangani.",
        "Applications before the officers when this page was made, those in hand among them.",
    ),
)
NON_ESSENTIAL: Final = Figure(
    code="non_essential",
    name=Text("Perusahaan nonesensial yang tetap mengajukan", "Non-essential companies that filed"),
    meaning=Text(
        "Perusahaan di luar sektor esensial dan kritikal yang pengajuannya ditolak pada hari ini. "
        "Yang hanya bertanya atau hanya mendaftar dihitung terpisah.",
        "Employers neither essential nor critical of whom a filing was refused on this day. Those "
        "that only asked or only claimed are counted apart.",
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
        HITS,
        VISITS,
        TICKETS,
        LET_IN,
        ACCOUNTS,
        APPLICATIONS,
        WORKERS,
        TOLD_APART,
        APPROVED,
        REFUSED,
        RETURNED,
        DECIDED,
        IN_TIME,
        MINUTES_TO_ANSWER,
        BACKLOG,
        NON_ESSENTIAL,
    )
}
"""Every figure by its code."""
