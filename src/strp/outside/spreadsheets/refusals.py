"""Why a roster file is refused whole, and what to do about it."""

from strp.domain.errors import InvalidInput, StrpError, TooLarge, Unsupported
from strp.domain.text import Text

_SAVE_AGAIN = Text(
    "Buka berkas itu di aplikasi lembar kerja, simpan sebagai .xlsx atau .csv, lalu kirim lagi.",
    "Open the file in a spreadsheet program, save it as .xlsx or .csv, and send it again.",
)


def _text(indonesian: str, english: str) -> Text:
    return Text(f"{indonesian} {_SAVE_AGAIN.id}", f"{english} {_SAVE_AGAIN.en}")


_REFUSALS: dict[str, tuple[type[StrpError], Text]] = {
    "file-unreadable": (
        InvalidInput,
        _text("Berkas ini rusak dan tidak dapat dibaca.", "This file is damaged and unreadable."),
    ),
    "file-truncated": (
        InvalidInput,
        Text(
            "Berkas ini terpotong: bagian akhirnya hilang. Kirim lagi berkas yang utuh.",
            "This file is cut short: its end is missing. Send the whole file again.",
        ),
    ),
    "file-empty": (
        InvalidInput,
        Text(
            "Berkas ini kosong. Pilih berkas yang berisi daftar pekerja.",
            "This file is empty. Choose the file that holds the list of workers.",
        ),
    ),
    "nul-bytes": (
        InvalidInput,
        _text(
            "Berkas ini berisi data biner (byte NUL), bukan tabel teks.",
            "This file holds binary data (NUL bytes), not a table of text.",
        ),
    ),
    "unsupported-encoding": (
        Unsupported,
        Text(
            "Berkas teks ini memakai pengodean UTF-32, yang tidak dibaca. Simpan sebagai CSV "
            "UTF-8, lalu kirim lagi.",
            "This text file is encoded in UTF-32, which is not read. Save it as CSV UTF-8, and "
            "send it again.",
        ),
    ),
    "xml-entity": (
        InvalidInput,
        _text(
            "Berkas ini memuat definisi entitas XML; lembar kerja biasa tidak pernah.",
            "This file defines XML entities, which no ordinary spreadsheet does.",
        ),
    ),
    "unsupported-format": (
        Unsupported,
        _text(
            "Jenis berkas ini tidak dibaca, apa pun namanya (misalnya Excel biner .xlsb, lembar "
            "kerja XML 2003, Numbers, SYLK, PDF). Kirim .csv, .xlsx, .xls, .ods, atau JSON.",
            "This kind of file is not read, whatever it is called (such as binary Excel .xlsb, XML "
            "spreadsheet 2003, Numbers, SYLK, PDF). Send .csv, .xlsx, .xls, .ods or JSON.",
        ),
    ),
    "macro-workbook": (
        Unsupported,
        Text(
            "Buku kerja ini berisi makro. Simpan tanpa makro sebagai .xlsx, lalu kirim lagi.",
            "This workbook holds macros. Save it without them as .xlsx, and send it again.",
        ),
    ),
    "encrypted-workbook": (
        Unsupported,
        Text(
            "Buku kerja ini terkunci kata sandi, atau strukturnya diproteksi (menu Tinjau, "
            "Proteksi Buku Kerja). Hapus kata sandi dan proteksinya, simpan, lalu kirim lagi.",
            "This workbook is locked by a password, or its structure is protected (menu Review, "
            "Protect Workbook). Remove password and protection, save, and send it again.",
        ),
    ),
    "file-too-large": (
        TooLarge,
        Text(
            "Berkas ini terlalu besar. Kirim hanya lembar daftar pekerja, sebagai .csv bila perlu, "
            "atau bagi menjadi beberapa berkas.",
            "This file is too large. Send only the sheet with the workers, as .csv if need be, or "
            "split it into several files.",
        ),
    ),
    "zip-bomb": (
        TooLarge,
        _text(
            "Isi berkas ini jauh lebih besar daripada sebuah daftar pekerja.",
            "Unpacked, this file is far larger than a list of workers is.",
        ),
    ),
    "too-many-columns": (
        TooLarge,
        Text(
            "Lembar ini memiliki terlalu banyak kolom (paling banyak 128). Hapus kolom lain, "
            "termasuk isian jauh di kanan, lalu kirim lagi.",
            "This sheet has too many columns (128 at most). Delete the others, also stray cells "
            "far to the right, and send it again.",
        ),
    ),
    "too-many-sheets": (
        TooLarge,
        Text(
            "Buku kerja ini memiliki terlalu banyak lembar dengan daftar pekerja (paling banyak "
            "500). Gabungkan daftarnya, lalu kirim lagi.",
            "This workbook has too many sheets with a list of workers (500 at most). Put the lists "
            "together, and send it again.",
        ),
    ),
    "web-page": (
        Unsupported,
        Text(
            "Berkas ini halaman web (HTML), walaupun namanya .xls. Buka di aplikasi lembar kerja, "
            "pilih Simpan Sebagai, jenis Buku Kerja Excel (.xlsx), lalu kirim berkas yang baru.",
            "This file is a web page (HTML), although it is called .xls. Open it in a spreadsheet "
            "program, choose Save As, type Excel Workbook (.xlsx), and send the new file.",
        ),
    ),
    "too-many-rows": (
        TooLarge,
        Text(
            "Berkas ini memiliki terlalu banyak baris (paling banyak 1.100.000). Bagi menjadi "
            "beberapa berkas.",
            "This file has too many lines (1,100,000 at most). Split it into several files.",
        ),
    ),
    "json-shape": (
        InvalidInput,
        Text(
            'JSON harus berbentuk {"nib": "…", "workers": [{…}, …]}.',
            'JSON has the shape {"nib": "…", "workers": [{…}, …]}.',
        ),
    ),
}

CODES = frozenset(_REFUSALS)


def refusal(code: str) -> StrpError:
    """The error that refuses a file, to be raised.

    Args:
        code: one of `CODES`.
    """
    kind, text = _REFUSALS[code]
    return kind(code, text)
