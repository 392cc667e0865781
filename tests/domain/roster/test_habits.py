"""Habits of offices, mixed at will, never change what a roster says."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.row import Cell
from tests.rosters import check_lines, nik, person, problems

HEADINGS = {
    "nama": ["nama", "Nama Lengkap", "NAMA KARYAWAN", "Name", "nama / name", "Nama (sesuai KTP)"],
    "nik": ["nik", "NIK", "No. KTP", "No KTP/NIK", "NIK KTP", "Nomor Induk Kependudukan"],
    "jabatan": ["jabatan", "Posisi", "JABATAN", "Position", "Job Title", "Jabatan / Posisi"],
    "jenis_lokasi": ["jenis_lokasi", "Jenis Lokasi", "Site type", "LOKASI KERJA", "site_type"],
    "kode_wilayah": ["kode_wilayah", "Kode Wilayah", "Home region", "Kode Wilayah Domisili"],
    "status_vaksin": ["status_vaksin", "Vaksin", "Status Vaksinasi", "Vaccination"],
    "telepon": ["telepon", "No. HP", "Nomor HP", "Telp.", "Phone", "No HP / WA"],
}  # fmt: skip
TITLES = [
    ["DAFTAR KARYAWAN PT CONTOH SEJAHTERA"], ["Periode: PPKM Darurat"], ["NIB: 8120001110003"],
    ["Nama Perusahaan", "PT Contoh"], ["Alamat", ": Jl. Contoh No. 5, Jakarta"], [],
]  # fmt: skip
BETWEEN = [[], ["Bagian Produksi"], ["", "Shift 2"], ["DIVISI GUDANG"], ["Subtotal", 12.0]]
BELOW = [
    ["Jakarta, 5 Juli 2021"], ["", "", "Jakarta, 5 Juli 2021"], ["Mengetahui,", "", "Dibuat oleh,"],
    ["Hormat kami,"], ["( Penanggung Jawab )"], ["(Budi Santoso)", "", "(Siti Aminah)"],
    ["Direktur", "", "Manajer HRD"], ["NIP. 19800101 200501 1 001"], ["Total", "", 30.0],
    ["Jumlah pekerja: 30 orang"], ["Catatan: data per 5 Juli 2021"], ["* hanya untuk STRP"],
    ["Budi Santoso", "", "Siti Aminah"], ["PT Contoh Sejahtera"], ["........................"],
]  # fmt: skip
FAULTS: list[tuple[dict[str, Cell], list[tuple[str, str]]]] = [
    ({}, []),
    ({"kode_wilayah": "", "status_vaksin": None, "telepon": "-"}, []),
    ({"nama": ""}, [("nama", "missing")]),
    ({"nik": None}, [("nik", "missing")]),
    ({"nik": "31740"}, [("nik", "invalid")]),
    ({"nik": "3174073202900001"}, [("nik", "invalid")]),
    ({"nik": 3174074501900010.0}, [("nik", "truncated-by-spreadsheet")]),
    ({"nik": "3,17407E+15"}, [("nik", "truncated-by-spreadsheet")]),
    ({"jabatan": ""}, [("jabatan", "missing")]),
    ({"jenis_lokasi": "gudang?"}, [("jenis_lokasi", "invalid")]),
    ({"jenis_lokasi": ""}, [("jenis_lokasi", "missing")]),
    ({"kode_wilayah": "31"}, [("kode_wilayah", "invalid")]),
    ({"kode_wilayah": "319999"}, [("kode_wilayah", "unknown-region")]),
    ({"status_vaksin": "mungkin"}, [("status_vaksin", "invalid")]),
    ({"telepon": "123"}, [("telepon", "invalid")]),
    ({"nama": "x" * 101}, [("nama", "too-long")]),
]


class Sheet(NamedTuple):
    lines: list[list[Cell]]
    expected: list[tuple[int, str, str]]
    rows: list[int]


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """A sheet as an office makes it, and what must be found in it."""
    columns = draw(st.permutations(list(HEADINGS)))
    is_numbered, has_extra = draw(st.booleans()), draw(st.booleans())
    lines: list[list[Cell]] = [
        list(line) for line in draw(st.lists(st.sampled_from(TITLES), max_size=4))
    ]
    heading: list[Cell] = [draw(st.sampled_from(HEADINGS[column])) for column in columns]
    lines.append([*["No."] * is_numbered, *heading, *["Departemen"] * has_extra])
    expected, rows = [], []
    faults = draw(st.lists(st.sampled_from(FAULTS), min_size=1, max_size=12))
    for number, (changed, found) in enumerate(faults, 1):
        if number > 1:
            lines += [list(line) for line in draw(st.lists(st.sampled_from(BETWEEN), max_size=1))]
        row = person(number) | {"nik": nik(number)} | changed
        cells = [row[column] for column in columns]
        lines.append([*[float(number)] * is_numbered, *cells, *["Umum"] * has_extra])
        rows.append(len(lines))
        order = {column: place for place, column in enumerate(HEADINGS)}
        expected += sorted([(len(lines), *problem) for problem in found], key=lambda p: order[p[1]])
    if draw(st.booleans()):
        lines += [[], *[list(line) for line in draw(st.lists(st.sampled_from(BELOW), max_size=6))]]
    return Sheet(lines, expected, rows)


@given(sheets())
def test_habits_do_not_change_what_a_roster_says(sheet: Sheet) -> None:
    rows, _ = check_lines(sheet.lines)
    assert ([row.row for row in rows], problems(rows)) == (sheet.rows, sheet.expected)
