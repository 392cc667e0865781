"""Sentences of the answer to "do I need an STRP, and who files it?".

Yes or no is said once, by the heading of the page and by the field `needed` of the API.
"""

from strp.domain.text import Text

SECTOR_ALLOWS = Text(
    "Perusahaan Anda termasuk sektor {name}, dan STRP diajukan oleh perusahaan untuk semua "
    "pekerja yang harus bekerja di lokasi.",
    "Your company belongs to the sector {name}, and the company files the STRP for all "
    "workers who must work on site.",
)
REVIEWED = Text(
    "Perusahaan dapat mengajukan; petugas memastikan sektor dan buktinya, lalu memutuskan.",
    "The company may file; an officer checks the sector and the evidence, then decides.",
)
FILE_ROSTER = Text(
    "Unduh templat daftar pekerja, isi, lalu unggah sekaligus. Daftar dalam lembar kerja yang "
    "sudah ada juga dapat dipakai.",
    "Download the roster template, fill it in and upload it in one go. A spreadsheet that you "
    "already have will do as well.",
)
FILE_WITH_LETTER = Text(
    "Lampirkan bukti yang disebut di halaman bukti perusahaan Anda, sekali untuk masa ini, lalu "
    "ajukan daftar pekerja.",
    "Attach the evidence named here on your employer's evidence page, once for this period, then "
    "file the roster.",
)
WORK_FROM_HOME = Text(
    "Seluruh pekerja bekerja dari rumah. STRP hanya dapat diterbitkan bila bukti di bawah ini "
    "dilampirkan dan diterima petugas.",
    "All staff work from home. An STRP can be issued only if evidence named below is attached and "
    "an officer accepts it.",
)
SHOW_INSTEAD = Text(
    "{name} tidak memerlukan STRP.",
    "{name} need no STRP.",
)
SECTOR_FREED = Text(
    "Pekerja sektor ini tidak memerlukan STRP: {name}.",
    "Who works in this sector needs no STRP: {name}.",
)
SHOW_STAFF_CARD = Text("Tunjukkan kartu pegawai Anda.", "Show your staff card.")
EMPLOYER_EXEMPT = Text(
    "Pegawai instansi pemerintah tidak memerlukan STRP.",
    "Staff of government bodies need no STRP.",
)
ENTER_NIB = Text(
    "Perusahaan mengajukan bila sektornya esensial atau kritikal. Masukkan NIB atau kode KBLI "
    "untuk memastikannya.",
    "The company files if its sector is essential or critical. Enter the NIB or a KBLI code "
    "to find out.",
)
COMPANY_FILES = Text(
    "Anda tidak perlu mengajukan sendiri: perusahaan mengajukan STRP untuk pekerjanya.",
    "You do not file yourself: the company files the STRP for its workers.",
)
TELL_YOUR_COMPANY = Text(
    "Minta bagian personalia memasukkan nama Anda. Setelah disetujui, Anda menerima tautan "
    "pribadi ke STRP Anda.",
    "Ask your personnel office to put your name on the list. Once approved, you get a private "
    "link to your STRP.",
)
URGENT = Text(
    "Perorangan dengan kebutuhan mendesak mengajukan sendiri, kapan saja.",
    "A person with an urgent need files alone, at any hour.",
)
URGENT_STEP = Text(
    "Siapkan KTP, foto, sertifikat vaksin atau surat pernyataan, dan surat pengantar RT/RW.",
    "Have your identity card, a photo, a vaccination certificate or a statement, and a letter "
    "from your RT/RW ready.",
)
