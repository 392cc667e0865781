"""Templates of a roster to download, in both languages: a workbook, or CSV.

The NIK column of the workbook is text, so that a NIK keeps its 16 digits; site type and
vaccination are chosen from lists. The sheet of the list holds no example, because an example that
somebody leaves in would be filed as a worker; examples stand on the sheet of explanations.
"""

import io
from functools import cache
from typing import Any, NamedTuple

import xlsxwriter

from strp.domain.roster.columns import COLUMNS, REQUIRED, Column
from strp.domain.roster.row import SiteType, Vaccination
from strp.domain.text import Language, Text
from strp.outside.spreadsheets.form import RosterKind
from strp.outside.spreadsheets.refusals import refusal

LIST_ROWS = 10_000
_WIDTHS = {Column.NAME: 32, Column.NIK: 22, Column.POSITION: 26, Column.NIP: 24}
_OTHER_WIDTH = 16


class _Explained(NamedTuple):
    english: str
    rule: Text
    example: str


_CHOICES: dict[Column, list[str]] = {
    Column.SITE_TYPE: [site.value for site in SiteType],
    Column.VACCINATION: [level.value for level in Vaccination],
}

_COLUMNS: dict[Column, _Explained] = {
    Column.NAME: _Explained(
        "name",
        Text("Wajib. Nama lengkap seperti pada KTP.", "Required. Full name as on the card."),
        "Siti Contoh",
    ),
    Column.NIK: _Explained(
        "nik",
        Text(
            "Wajib, 16 digit, diisi sebagai teks. Warga asing: kosongkan, isi kolom dokumen.",
            "Required, 16 digits, as text. Foreigners: leave empty and fill in the document.",
        ),
        "3174074501900001",
    ),
    Column.POSITION: _Explained(
        "position", Text("Wajib. Pekerjaan di tempat kerja.", "Required. Work done."), "Perawat"
    ),
    Column.SITE_TYPE: _Explained(
        "site_type",
        Text(
            "Wajib. pelayanan (pelayanan atau produksi) atau administrasi (perkantoran).",
            "Required. pelayanan (service or production) or administrasi (office).",
        ),
        SiteType.SERVICE.value,
    ),
    Column.REGION: _Explained(
        "home_region",
        Text(
            "Kode Kemendagri kecamatan tempat tinggal, 6 digit; boleh kosong.",
            "The ministry's code of the home district, 6 digits; may be empty.",
        ),
        "317407",
    ),
    Column.VACCINATION: _Explained(
        "vaccination",
        Text(
            "belum, dosis1, dosis2, booster, atau kontraindikasi; boleh kosong.",
            "belum (none), dosis1, dosis2, booster or kontraindikasi; may be empty.",
        ),
        Vaccination.SECOND.value,
    ),
    Column.PHONE: _Explained(
        "phone",
        Text("Nomor ponsel Indonesia; boleh kosong.", "Indonesian mobile; may be empty."),
        "0812 3456 7890",
    ),
    Column.NIP: _Explained(
        "civil_servant_id",
        Text(
            "Hanya NIP ASN (18 digit) atau NRP TNI/Polri (8): baris itu tidak memerlukan STRP.",
            "Civil servants (18 digits), soldiers and police (8): that line needs no STRP.",
        ),
        "",
    ),
    Column.LEFT: _Explained(
        "left",
        Text(
            "Hanya bila pekerja keluar: hari kerja terakhir; suratnya berakhir saat itu.",
            "Only where the worker leaves: the last day at work; the certificate ends then.",
        ),
        "2021-07-31",
    ),
    Column.WORK_SITE: _Explained(
        "work_site",
        Text(
            "Hanya bila bekerja di tempat perusahaan lain: NIB-nya (13 digit), atau nama lokasi. "
            "Perusahaan itu mengonfirmasi.",
            "Only where the work is at another company's site: its NIB (13 digits), or the name of "
            "the site. That company confirms it.",
        ),
        "8120001119001",
    ),
    Column.DOCUMENT: _Explained(
        "document",
        Text(
            "Hanya untuk warga asing: nomor KITAS atau paspor.",
            "Foreigners only: number of the KITAS or passport.",
        ),
        "",
    ),
}
_LIST_NAME = Text("Daftar Pekerja", "Workers")
_HELP_NAME = Text("Petunjuk", "How to")
_HELP_HEADINGS = (Text("kolom", "column"), Text("aturan", "rule"), Text("contoh", "example"))


def roster_template(kind: RosterKind, language: Language) -> bytes:
    """The template as a file.

    Args:
        kind: CSV or XLSX.
        language: of the headings and explanations.

    Raises:
        Unsupported: there is no template of this kind.
    """
    match kind:
        case RosterKind.CSV:
            return ("\ufeff" + ",".join(_headings(language)) + "\r\n").encode()
        case RosterKind.XLSX:
            return _workbook(language)
        case _:
            raise refusal("unsupported-format")


def template_name(kind: RosterKind, language: Language) -> str:
    """Name under which the template is saved.

    Args:
        kind: gives the suffix.
        language: of the name.
    """
    return f"{Text('templat-strp', 'strp-template').in_(language)}.{kind}"


def _headings(language: Language) -> list[str]:
    if language is Language.EN:
        return [_COLUMNS[column].english for column in COLUMNS]
    return [column.value for column in COLUMNS]


@cache
def _workbook(language: Language) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    heading = {"bold": True, "bg_color": "#E3EAF2", "border": 1, "num_format": "@"}
    required = book.add_format({**heading, "bg_color": "#FFE9A8"})
    optional, text = book.add_format(heading), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(_LIST_NAME.in_(language))
    for place, (column, name) in enumerate(zip(COLUMNS, _headings(language), strict=True)):
        sheet.set_column(place, place, _WIDTHS.get(column, _OTHER_WIDTH), text)
        sheet.write_string(0, place, name, required if column in REQUIRED else optional)
        _add_rules(sheet, place, column, language)
    sheet.freeze_panes(1, 1)
    _write_help(book, language)
    book.close()
    return out.getvalue()


def _add_rules(sheet: Any, place: int, column: Column, language: Language) -> None:
    rule = _COLUMNS[column].rule.in_(language)
    options: dict[str, Any] = {"validate": "any"}
    if column in _CHOICES:
        options = {"validate": "list", "source": _CHOICES[column]}
    if column is Column.NIK:
        options = {"validate": "length", "criteria": "==", "value": 16, "error_type": "warning"}
    title = _headings(language)[place][:32]
    hint = {"input_title": title, "input_message": rule[:255], "error_message": rule[:255]}
    sheet.data_validation(1, place, LIST_ROWS, place, options | hint)


def _write_help(book: Any, language: Language) -> None:
    sheet = book.add_worksheet(_HELP_NAME.in_(language))
    bold = book.add_format({"bold": True})
    wrap, text = book.add_format({"text_wrap": True}), book.add_format({"num_format": "@"})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    sheet.set_column(2, 2, 22)
    for place, name in enumerate(_HELP_HEADINGS):
        sheet.write_string(0, place, name.in_(language), bold)
    for row, (column, shown) in enumerate(zip(COLUMNS, _headings(language), strict=True), 1):
        sheet.write_string(row, 0, shown)
        sheet.write_string(row, 1, _COLUMNS[column].rule.in_(language), wrap)
        sheet.write_string(row, 2, _COLUMNS[column].example, text)
