"""Where a worker is sent: the NIB of a host as people write it, or the name of a site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.columns import Column, read_header
from strp.domain.roster.row import Cell, Outcome, Severity
from strp.domain.roster.work_site import host_of, read_work_site
from strp.domain.roster.worker import is_nothing
from tests.rosters import check_lines, check_person, person, table

NIB = "8120001119001"


@pytest.mark.parametrize(
    "written",
    [
        "8120001119001",
        " 8120001119001 ",
        "'8120001119001",
        '="8120001119001"',
        "8120 0011 1900 1",
        "8120.0011.1900.1",
        "8120-0011-1900-1",
        "NIB 8120001119001",
        "NIB: 8120001119001",
        "No. NIB 8120001119001",
        "PT Bank Maju (NIB 8120001119001)",
        "di PT Bank Maju, NIB. 8120-001-119-001",
        "８１２０００１１１９００１",
        "\u200e8120001119001\u200f",
        "8.120001119001E+12",
        8120001119001,
        8120001119001.0,
    ],
)
def test_a_nib_is_read_with_its_marks(written: Cell) -> None:
    assert read_work_site(written) == (NIB, None)


def test_a_nib_that_a_spreadsheet_kept_as_a_number_gets_its_zeros_back() -> None:
    assert read_work_site(220001119001) == ("0220001119001", None)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Cabang Sudirman", "Cabang Sudirman"),
        ("di PT Bank Maju", "PT Bank Maju"),
        ("Ditempatkan di PT Bank Maju Tbk.", "PT Bank Maju Tbk."),
        ("placed at Plant 2", "Plant 2"),
        ("Dieng Plaza", "Dieng Plaza"),
        ("Gedung 88 Lt. 12", "Gedung 88 Lt. 12"),
    ],
)
def test_a_name_stays_a_name(written: str, name: str) -> None:
    assert read_work_site(written) == (name, None)


@pytest.mark.parametrize("written", [None, "", "-", "  ", "tidak ada"])
def test_nothing_is_nothing(written: Cell) -> None:
    assert read_work_site(written) == (None, None)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("81200011190012", "invalid"),
        ("812000111900", "invalid"),
        ("NIB 812000111900", "invalid"),
        ("8120001119001 / 8120001119002", "invalid"),
        ("8,12E+12", "truncated-by-spreadsheet"),
        ("=HYPERLINK(1)", "invalid"),
        (True, "invalid"),
        (12.5, "invalid"),
        (float("inf"), "invalid"),
        ("#N/A", "unreadable"),
        ("Caf\ufffd", "unreadable"),
        ("x" * 101, "too-long"),
    ],
)
def test_what_is_neither_is_told(written: Cell, code: str) -> None:
    assert read_work_site(written) == (None, code)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=150)))
def test_anything_at_all_is_read_or_told(written: Cell) -> None:
    found, code = read_work_site(written)
    assert found is None or code is None
    assert found is None or 0 < len(found) <= 100
    if code is not None and not is_nothing(written):
        row = check_person(lokasi_kerja=written)
        assert row.outcome is Outcome.REJECTED
        assert [each.column for each in row.problems] == ["lokasi_kerja"]


def test_an_unreadable_site_costs_the_row() -> None:
    row = check_person(lokasi_kerja="#N/A")
    assert row.outcome is Outcome.REJECTED
    [problem] = row.problems
    assert (problem.column, problem.code) == ("lokasi_kerja", "unreadable")
    assert problem.severity is Severity.ERROR


def test_the_site_comes_with_the_worker() -> None:
    worker = check_person(lokasi_kerja="NIB 8120 0011 1900 1").worker
    assert worker is not None
    assert host_of(worker.work_site) == int(NIB)
    named = check_person(lokasi_kerja="Cabang Sudirman").worker
    assert named is not None
    assert (named.work_site, host_of(named.work_site)) == ("Cabang Sudirman", None)


@pytest.mark.parametrize(
    "heading",
    ["lokasi_kerja", "LOKASI KERJA", "work_site", "Work site", "NIB pengguna jasa", "Client NIB"],
)
def test_the_column_is_found_beside_the_type_of_site(heading: str) -> None:
    header = read_header(["Nama", "NIK", "Jabatan", "Jenis Lokasi", heading])
    assert header is not None
    assert header.places[Column.WORK_SITE] == 4


def test_lokasi_kerja_is_the_type_of_site_where_nothing_else_names_that() -> None:
    header = read_header(["Nama", "NIK", "Jabatan", "Lokasi Kerja"])
    assert header is not None
    assert header.places[Column.SITE_TYPE] == 3
    rows, _ = check_lines(
        table(person(), header=("nama", "nik", "jabatan", "lokasi_kerja", "telepon"))
    )
    assert [(each.column, each.code) for each in rows[0].problems] == [("jenis_lokasi", "missing")]
