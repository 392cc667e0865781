"""What a problem means and how to mend it, in both languages, without personal data."""

from collections.abc import Sequence

from strp.domain.roster.columns import Column
from strp.domain.roster.row import TWICE, SheetNote
from strp.domain.text import Text, clean_line

_COLUMN_NAMES: dict[str, Text] = {
    Column.NAME: Text("nama", "name"),
    Column.NIK: Text("NIK", "NIK"),
    Column.POSITION: Text("jabatan", "position"),
    Column.SITE_TYPE: Text("jenis lokasi", "site type"),
    Column.REGION: Text("kode wilayah", "home region"),
    Column.VACCINATION: Text("status vaksin", "vaccination"),
    Column.PHONE: Text("telepon", "phone"),
    Column.NIP: Text("NIP", "civil servant ID"),
    Column.DOCUMENT: Text("dokumen", "document"),
    Column.LEFT: Text("keluar", "left"),
    Column.WORK_SITE: Text("lokasi kerja", "work site"),
}

_TITLES: dict[str, Text] = {
    "missing": Text("Kolom {} kosong", "The {} column is empty"),
    "invalid": Text("Isi kolom {} tidak sesuai", "The {} column holds something else"),
    "too-long": Text("Isi kolom {} terlalu panjang", "The {} column is too long"),
    "duplicate": Text(
        "Pekerja ini sudah ada pada baris sebelumnya", "This worker is on an earlier line already"
    ),
    "truncated-by-spreadsheet": Text(
        "Angka terakhir {} hilang karena disimpan sebagai bilangan",
        "The last digit of the {} was lost because it was kept as a number",
    ),
    "unknown-region": Text("Kode wilayah tidak dikenal", "Unknown region code"),
    "no-certificate": Text(
        "Pekerja ini tidak ada pada Anda, jadi tidak ada yang diakhiri (peringatan saja)",
        "You do not have this worker, so nothing was ended (a warning only)",
    ),
    "unknown-host": Text(
        "NIB lokasi kerja tidak ada dalam daftar perusahaan (peringatan saja)",
        "The NIB of the work site is not in the employer registry (a warning only)",
    ),
    "site-differs": Text(
        "Surat pekerja ini untuk lokasi kerja lain dan tetap begitu (peringatan saja)",
        "This worker's certificate is for another work site, and stays so (a warning only)",
    ),
    "site-moved": Text(
        "Pekerja ini sudah menunggu; lokasi kerjanya diganti dengan yang di baris ini (peringatan "
        "saja)",
        "This worker waits already; their work site is now the one in this row (a warning only)",
    ),
    "unreadable": Text("Isi kolom {} tidak terbaca", "The {} column cannot be read"),
}

_DETAILS: dict[tuple[str, str], Text] = {
    ("missing", Column.NAME): Text(
        "Isi nama lengkap pekerja seperti tertulis pada KTP.",
        "Fill in the worker's full name as written on the identity card.",
    ),
    ("unreadable", Column.NAME): Text(
        "Huruf nama ini rusak, atau pengodean berkasnya tidak dapat dipastikan. Ketik nama seperti "
        "pada KTP, lalu simpan sebagai .xlsx atau CSV UTF-8.",
        "Letters of this name are damaged, or the file does not say how they are encoded. Type the "
        "name as on the identity card, then save as .xlsx or CSV UTF-8.",
    ),
    ("missing", Column.NIK): Text(
        "Isi 16 digit NIK, atau nomor KITAS/paspor pada kolom dokumen.",
        "Fill in the 16 digits of the NIK, or a KITAS or passport number in the column dokumen.",
    ),
    ("missing", Column.POSITION): Text(
        "Isi jabatan pekerja, misalnya Operator Produksi.",
        "Fill in what the worker does, for example machine operator.",
    ),
    ("missing", Column.SITE_TYPE): Text(
        "Isi salah satu: pelayanan atau administrasi.",
        "Fill in one of: pelayanan (service or production) or administrasi (administration).",
    ),
    ("invalid", Column.NAME): Text(
        "Tulis nama dengan huruf Latin seperti pada KTP, tanpa emoji; jangan awali dengan tanda =, "
        "+, - atau @.",
        "Write the name in Latin letters as on the identity card, without emoji; do not begin it "
        "with =, +, - or @.",
    ),
    ("invalid", Column.NIK): Text(
        "NIK harus 16 digit dengan tanggal lahir yang mungkin. Salin ulang dari KTP.",
        "A NIK has 16 digits with a possible birth date in it. Copy it again from the card.",
    ),
    ("invalid", Column.POSITION): Text(
        "Tulis jabatan dengan huruf Latin, tanpa emoji; jangan awali dengan tanda =, +, - atau @.",
        "Write the position in Latin letters, without emoji; do not begin it with =, +, - or @.",
    ),
    ("invalid", Column.SITE_TYPE): Text(
        "Tulis pelayanan (pelayanan atau produksi) atau administrasi.",
        "Write pelayanan (service or production) or administrasi (administration).",
    ),
    ("invalid", Column.REGION): Text(
        "Tulis kode wilayah Kemendagri 4, 6 atau 10 digit, misalnya 317407, atau nama yang berarti "
        "tepat satu tempat, misalnya Kota Bandung; atau kosongkan.",
        "Write the ministry's region code of 4, 6 or 10 digits, such as 317407, or a name that "
        "means exactly one place, such as Kota Bandung; or leave it empty.",
    ),
    ("invalid", Column.VACCINATION): Text(
        "Tulis belum, dosis1, dosis2, booster atau kontraindikasi, atau kosongkan.",
        "Write belum, dosis1, dosis2, booster or kontraindikasi, or leave it empty.",
    ),
    ("invalid", Column.PHONE): Text(
        "Tulis nomor ponsel Indonesia, misalnya 0812 3456 7890, atau kosongkan.",
        "Write an Indonesian mobile number, such as 0812 3456 7890, or leave it empty.",
    ),
    ("invalid", Column.NIP): Text(
        "NIP ASN 18 digit, NRP TNI/Polri 8 digit. Kosongkan bila bukan ASN, TNI, atau Polri.",
        "A civil servant's NIP has 18 digits, an NRP of soldiers and police 8. Leave it empty for "
        "all others.",
    ),
    ("invalid", Column.DOCUMENT): Text(
        "Tulis nomor KITAS atau paspor: 5 sampai 20 huruf dan angka.",
        "Write the KITAS or passport number: 5 to 20 letters and digits.",
    ),
    ("invalid", Column.LEFT): Text(
        "Tulis hari terakhir bekerja sebagai tanggal, misalnya 31-07-2021, atau kosongkan.",
        "Write the last day at work as a date, such as 2021-07-31, or leave it empty.",
    ),
    ("invalid", Column.WORK_SITE): Text(
        "Tulis satu NIB (13 digit) perusahaan tempat pekerja ditempatkan, atau nama lokasinya; "
        "kosongkan bila di tempat sendiri.",
        "Write one NIB (13 digits) of the company where the worker is placed, or the name of the "
        "site; leave it empty where it is your own.",
    ),
    ("unknown-host", Column.WORK_SITE): Text(
        "Periksa NIB. Baris ini menunggu petugas; bila NIB salah, ajukan lagi baris ini dengan NIB "
        "yang benar.",
        "Check the NIB. The row waits for an officer; if the NIB is wrong, file this row again "
        "with the right one.",
    ),
    ("site-differs", Column.WORK_SITE): Text(
        "Bila pekerja ini pindah, akhiri surat lamanya (kolom keluar, atau di halaman suratnya), "
        "lalu ajukan lagi.",
        "If the worker has moved, end the old certificate (column keluar, or on its page), then "
        "file again.",
    ),
    ("site-moved", Column.WORK_SITE): Text(
        "Tidak perlu mengirim lagi. Keputusannya ada di tanda terima yang pertama, dengan tenggat "
        "yang sama.",
        "No need to send again. The decision stands on the first receipt, due at the same time.",
    ),
    ("no-certificate", Column.LEFT): Text(
        "Periksa NIK. Bila pekerja ini memang tidak pernah diajukan, hapus baris ini.",
        "Check the NIK. If this worker was never filed, remove the line.",
    ),
    ("truncated-by-spreadsheet", Column.NIK): Text(
        "Lembar kerja hanya menyimpan 15 digit sebuah bilangan, dan menampilkannya seperti "
        "3,17E+15. Ubah format kolom NIK menjadi Teks, lalu ketik ulang 16 digit dari KTP; di "
        "berkas perbaikan, tanda ? adalah digit yang hilang.",
        "A spreadsheet keeps 15 digits of a number, and shows it as 3.17E+15. Set the NIK column "
        "to Text, then type the 16 digits again from the card; in the corrections file each ? is "
        "a digit that was lost.",
    ),
    ("truncated-by-spreadsheet", Column.NIP): Text(
        "Lembar kerja hanya menyimpan 15 digit sebuah bilangan. Ubah format kolom NIP menjadi "
        "Teks, lalu ketik ulang 18 digitnya.",
        "A spreadsheet keeps 15 digits of a number. Set the NIP column to Text, then type its "
        "18 digits again.",
    ),
    ("unknown-region", Column.REGION): Text(
        "Baris ini tetap diterima, dengan wilayah kosong. Periksa kodenya: nol di belakang hilang "
        "bila kode disimpan sebagai bilangan (3174.10 menjadi 3174.1).",
        "The line is accepted all the same, with the region empty. Check the code: a number loses "
        "the zero at its end (3174.10 becomes 3174.1).",
    ),
}

_ANY_COLUMN: dict[str, Text] = {
    "missing": Text("Isi kolom {}.", "Fill in the {} column."),
    "invalid": Text("Perbaiki isi kolom {}.", "Correct the {} column."),
    "too-long": Text(
        "Persingkat isi kolom {} menjadi paling banyak 100 karakter.",
        "Shorten the {} column to at most 100 characters.",
    ),
    "duplicate": Text(
        "Hapus salah satu baris, atau perbaiki {} bila ini orang lain.",
        "Remove one of the lines, or correct the {} if this is somebody else.",
    ),
    "truncated-by-spreadsheet": Text(
        "Ubah format kolom {} menjadi Teks, lalu ketik ulang isinya.",
        "Set the {} column to Text, then type it again.",
    ),
    "unreadable": Text(
        "Ketik ulang isi kolom {}; hapus karakter rusak atau pesan galat seperti #N/A.",
        "Type the {} column again; remove broken characters or errors such as #N/A.",
    ),
}


_WHOLE_ROW = Text("Seluruh baris ini tidak terbaca", "This whole line cannot be read")
_WHOLE_ROW_DETAIL = Text(
    "Kirim satu objek untuk setiap pekerja, dengan nama kolom sebagai kuncinya.",
    "Send one object for each worker, with the names of the columns as keys.",
)
_TWICE = Text(
    "Dua kolom berjudul sama berisi berbeda. Hapus kolom yang salah, atau beri judul lain; bila "
    "dua daftar berdampingan, pindahkan yang kedua ke bawah yang pertama.",
    "Two columns of one name hold different things. Delete the wrong one, or rename it; if two "
    "lists stand side by side, move the second below the first.",
)
_SEVERAL = Text(
    "Tulisan ini bisa berarti {}. Tulis salah satunya saja.",
    "This may mean {}. Write just one of them.",
)


_NOTES: dict[str, Text] = {
    "sheet-without-list": Text(
        "Lembar “{sheet}” tidak dibaca: tidak ada daftar pekerja di situ. Bila ada, beri "
        "judul kolom (nama, nik, jabatan, jenis_lokasi) lalu kirim lagi.",
        "Sheet “{sheet}” was not read: it holds no list of workers. If it does, name its columns "
        "(name, nik, position, site_type) and send it again.",
    ),
    "sheet-explains": Text(
        "Lembar “{sheet}” tidak dibaca: namanya menyebut petunjuk atau contoh. Bila berisi "
        "pekerja, ganti namanya lalu kirim lagi.",
        "Sheet “{sheet}” was not read: its name says that it explains. If it holds workers, rename "
        "it and send it again.",
    ),
    "sheet-too-wide": Text(
        "Lembar “{sheet}” tidak dibaca: kolomnya lebih dari 128.",
        "Sheet “{sheet}” was not read: it has more than 128 columns.",
    ),
    "hidden-sheet": Text(
        "Lembar “{sheet}” tersembunyi, dan tetap dibaca. Bila pekerjanya tidak perlu, hapus lembar "
        "itu dan tarik pengajuan ini.",
        "Sheet “{sheet}” is hidden, and was read all the same. If its workers do not belong, "
        "delete the sheet and withdraw this filing.",
    ),
    "hidden-rows": Text(
        "Lembar “{sheet}” menyembunyikan {rows} baris, dan baris itu tetap dibaca.",
        "Sheet “{sheet}” hides {rows} lines, which were read all the same.",
    ),
    "read-as-windows-1252": Text(
        "Berkas CSV ini tidak disimpan sebagai UTF-8. Huruf selain A–Z (baris {lines}) dibaca "
        "menurut Windows-1252: periksa namanya. Bila keliru, tarik pengajuan ini, "
        "simpan sebagai CSV UTF-8, lalu kirim lagi.",
        "This CSV file is not saved as UTF-8. Letters other than A–Z (line {lines}) were read as "
        "Windows-1252: check the names. If one is wrong, withdraw this "
        "filing, save as CSV UTF-8, and send it again.",
    ),
    "encoding-not-told": Text(
        "Berkas CSV ini tidak disimpan sebagai UTF-8, dan hurufnya selain A–Z tidak dapat "
        "dipastikan, jadi tidak dibaca (baris {lines}). Simpan sebagai CSV UTF-8 atau "
        ".xlsx, lalu kirim lagi.",
        "This CSV file is not saved as UTF-8, and its letters other than A–Z cannot be told for "
        "sure, so they were not read (line {lines}). Save it as CSV UTF-8 or .xlsx, and "
        "send it again.",
    ),
    "filtered": Text(
        "Lembar “{sheet}” disaring; semua baris dibaca, juga yang tidak tampak.",
        "Sheet “{sheet}” is filtered; all lines were read, those not shown as well.",
    ),
}


# What a later release wrote, which may run beside this one for a while: its code stands for it.
_LATER_NOTE = Text("Lembar “{sheet}”: {code}.", "Sheet “{sheet}”: {code}.")
_LATER_TITLE = Text("Periksa kolom {}", "Look at the {} column")
_LATER_DETAIL = Text("Periksa isi kolom {}.", "Look at what the {} column holds.")


def sheet_note(note: SheetNote) -> Text:
    """Say what became of a sheet, or of letters that a CSV file does not name."""
    text = _NOTES.get(note.code, _LATER_NOTE)
    lines = ", ".join(map(str, note.lines)) + ", …" * (note.rows > len(note.lines))
    told = {
        "sheet": clean_line(note.sheet)[:100],
        "rows": note.rows,
        "lines": lines,
        "code": note.code,
    }
    return Text(text.id.format(**told), text.en.format(**told))


def problem_title(code: str, column: str | None) -> Text:
    """Say in one line what is wrong.

    Args:
        code: one of the codes of a problem.
        column: canonical column name; None where it is the whole row.
    """
    return _WHOLE_ROW if column is None else _with_column(_TITLES.get(code, _LATER_TITLE), column)


def problem_detail(code: str, column: str | None, readings: Sequence[str] = ()) -> Text:
    """Say in one sentence or two how to mend it.

    Args:
        code: one of the codes of a problem.
        column: canonical column name; None where it is the whole row.
        readings: what the text may mean, where that is more than one thing.
    """
    if column is None:
        return _WHOLE_ROW_DETAIL
    if tuple(readings) == TWICE:
        return _TWICE
    if len(readings) > 1:
        return Text(
            _SEVERAL.id.format(_listed(readings, "atau")),
            _SEVERAL.en.format(_listed(readings, "or")),
        )
    known = _DETAILS.get((code, column))
    return known or _with_column(_ANY_COLUMN.get(code, _LATER_DETAIL), column)


def _listed(readings: Sequence[str], last: str) -> str:
    return f"{', '.join(readings[:-1])} {last} {readings[-1]}"


def _with_column(text: Text, column: str) -> Text:
    name = _COLUMN_NAMES.get(column, Text(column, column))
    return Text(text.id.format(name.id), text.en.format(name.en))
