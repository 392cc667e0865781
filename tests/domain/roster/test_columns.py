"""A header is found in any order, case and language, and in the usual variants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.columns import COLUMNS, Column, next_header, read_header
from strp.domain.roster.row import Cell
from tests.rosters import HEADER, check_lines, person, problems, table

ENGLISH = ("name", "nik", "position", "site_type", "home_region", "vaccination", "phone")


def places(*headings: str) -> dict[str, int] | None:
    header = read_header(headings)
    return None if header is None else {c.value: place for c, place in header.places.items()}


@given(st.permutations(COLUMNS), st.sampled_from([str.lower, str.upper, str.title]))
def test_order_and_case_do_not_matter(columns: list[Column], case: object) -> None:
    headings = [case(column.value.replace("_", " ")) for column in columns]  # type: ignore[operator]
    assert places(*headings) == {column.value: place for place, column in enumerate(columns)}


def test_english_names_mean_the_same_columns() -> None:
    assert places(*ENGLISH) == places(*HEADER)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("No. KTP", "nik"),
        ("NIK KTP", "nik"),
        ("N I K", "nik"),
        ("Nomor Induk Kependudukan (NIK)", "nik"),
        ("NIK (16 digit)", "nik"),
        ("Nama Lengkap", "nama"),
        ("NAMA LENGKAP (sesuai KTP)", "nama"),
        ("nama / name", "nama"),
        ("Name\n(Nama)", "nama"),
        ("Jenis Lokasi (pelayanan/administrasi)", "jenis_lokasi"),
        ("Site type", "jenis_lokasi"),
        ("site-type", "jenis_lokasi"),
        ("Nomor HP", "telepon"),
        ("No. HP/WA", "telepon"),
        ("Phone number", "telepon"),
        ("Status Vaksinasi*", "status_vaksin"),
        ("Job title", "jabatan"),
        ("Kode Wilayah", "kode_wilayah"),
        ("1. Nama", "nama"),
        ("No. Paspor", "dokumen"),
        ("KITAS/Paspor", "dokumen"),
        ("NIP (bila ASN)", "nip"),
        ("Employee Full Name", "nama"),
        ("jabatan tenaga kerja", "jabatan"),
        ("Posisi_Kerja", "jabatan"),
        ("Worker's Position", "jabatan"),
        ("nomor ktp tenaga kerja", "nik"),
        ("id_card", "nik"),
        ("Nomor Identitas Kependudukan", "nik"),
        ("LOKASI KERJA (PELAYANAN/ADMINISTRASI)", "jenis_lokasi"),
        ("Kategori (Pelayanan/Administrasi)", "jenis_lokasi"),
        ("Service or administration?", "jenis_lokasi"),
        ("Jenis Lokasi Penempatan", "jenis_lokasi"),
        ("Jabatan (produksi/administrasi)", "jabatan"),
        ("VAKSIN KE", "status_vaksin"),
        ("Vaksin 1/2", "status_vaksin"),
        ("Vaksin karyawan", "status_vaksin"),
        ("nomor telepon seluler", "telepon"),
        ("No. HP Pekerja", "telepon"),
        ("domisili karyawan", "kode_wilayah"),
    ],
)
def test_a_common_variant_is_understood(heading: str, column: str) -> None:
    found = places(heading, *(name for name in HEADER if name != column))
    assert found is not None
    assert found[column] == 0


@pytest.mark.parametrize(
    "heading",
    ["NIP Karyawan", "Employee ID number", "No. Karyawan", "Status Karyawan", "Jenis Karyawan"],
)
def test_a_number_or_status_of_the_company_itself_is_no_column_of_the_roster(heading: str) -> None:
    assert places("nama", "dokumen", "jabatan", heading) == {"nama": 0, "dokumen": 1, "jabatan": 2}


def test_the_number_of_the_card_wins_over_the_number_of_the_employee() -> None:
    found = places("NIK", "Nama", "No. KTP", "Jabatan")
    assert found is not None
    assert found["nik"] == 2


@pytest.mark.parametrize("heading", ["No", "No.", "Nomor", "#", "No. Urut"])
def test_a_running_number_is_no_column_of_the_roster(heading: str) -> None:
    header = read_header([heading, *HEADER])
    assert header is not None
    assert header.number_place == 0


@pytest.mark.parametrize(
    "line",
    [
        ("DAFTAR KARYAWAN", "", ""),
        ("Nama Perusahaan", "PT Contoh", "Telepon", "Jabatan"),
        ("Nama", "Budi", "Jabatan", "Direktur", "Telepon", "081234567890"),
        ("Nama", "PT Contoh"),
        (),
    ],
)
def test_a_line_of_the_title_block_is_no_header(line: tuple[str, ...]) -> None:
    assert read_header(line) is None


@given(st.lists(st.one_of(st.none(), st.text(max_size=30), st.floats(), st.booleans())))
def test_no_line_breaks_the_reader(cells: list[object]) -> None:
    read_header(cells)  # type: ignore[arg-type]


GROUPS = read_header(["No", "Nama", "NIK", "Jabatan", "Jenis Lokasi", "Lain-lain", None])


def test_a_second_line_of_a_header_names_the_columns_below_its_groups() -> None:
    assert GROUPS
    below = [None, None, None, None, None, "Vaksin", "HP"]
    both = next_header(GROUPS, below, is_second_line=True)
    assert both and both.places[Column.VACCINATION] == 5 and both.places[Column.PHONE] == 6
    assert both.places.items() >= GROUPS.places.items()
    assert next_header(GROUPS, below, is_second_line=False) is None


@pytest.mark.parametrize(
    "below",
    [
        [1, "Siti", "3174", "Kasir", "pelayanan", "dosis2", "0812"],
        [None, "Vaksin", None, None, None, None, "HP"],
        [None, None, None, None, None, "NIK", None],
        [None, None, None, None, None, "cabang A", None],
    ],
)
def test_a_line_that_names_no_free_column_is_no_part_of_the_header(below: list[Cell]) -> None:
    assert GROUPS and next_header(GROUPS, below, is_second_line=True) is None


def test_a_header_again_with_more_columns_counts_from_there() -> None:
    short = read_header(["nama", "nik", "jabatan", "jenis_lokasi"])
    longer = ["nama", "nik", "jabatan", "jenis_lokasi", "telepon"]
    assert short and next_header(short, longer, is_second_line=False) == read_header(longer)
    assert next_header(short, longer[:3], is_second_line=False) is short


def test_both_names_of_a_column_that_differ_leave_it_in_doubt() -> None:
    """A program that writes `nama` and `name` may mean two people."""
    line = person(1) | {"name": "Orang Lain"}
    rows, _ = check_lines(table(line, header=[*HEADER, "name"]))
    assert problems(rows) == [(2, "nama", "invalid")]
    same, _ = check_lines(table(line | {"name": line["nama"]}, header=[*HEADER, "name"]))
    assert problems(same) == []
