"""The corrections file: the rows to mend, in the format that came in, fit to be filed again."""

import csv
import io
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from strp.domain.roster.cells import read_digits
from strp.domain.roster.row import SHEET_ROWS, Cell, CheckedRow, Outcome, Problem, line_of, sheet_of
from strp.domain.text import Language
from strp.outside.spreadsheets.corrections_writer import MOST_NOTES, FiledSheet, write_corrections
from strp.outside.spreadsheets.form import RosterForm, RosterKind
from strp.outside.spreadsheets.json_reader import read_json
from tests.outside.spreadsheets.test_open import LOST, SAMPLES, WRITERS, write_csv
from tests.rosters import HEADER, check_file, nik, person, problems, table

Found = list[tuple[str, str]]
TO_MEND = table(
    person(1),
    person(2, nama=""),
    person(3, nik="31740"),
    person(4, jenis_lokasi="=1+1"),
    person(5, telepon="+1 555"),
    person(6, nama="@SUM(A1)", kode_wilayah="9999"),
    person(7, nama="-Siti, \"B\"; C", jabatan=""),
)  # fmt: skip
CSV = RosterForm(RosterKind.CSV)


def written(
    form: RosterForm, header: Sequence[Cell], rows: Sequence[CheckedRow],
    language: Language = Language.ID,
) -> bytes:  # fmt: skip
    out = io.BytesIO()
    write_corrections(out, form=form, sheets=[FiledSheet("", header)], rows=rows, language=language)
    return out.getvalue()


def corrections_of(path: Path, target: Path) -> list[CheckedRow]:
    """File a roster, write its corrections file, and say which rows were to be mended."""
    file, rows, summary = check_file(path)
    to_mend = [row for row in rows if row.outcome is Outcome.REJECTED]
    target.write_bytes(written(file.form, summary.header, to_mend))
    return to_mend


def found(rows: Sequence[CheckedRow]) -> Found:
    return [(column, code) for _, column, code in problems(rows)]


def assert_finds_the_same_again(path: Path, target: Path) -> None:
    before, _, _ = check_file(path)
    to_mend = corrections_of(path, target)
    after, again, _ = check_file(target)
    assert (after.form, found(again)) == (before.form, found(to_mend))


@pytest.mark.parametrize("kind", WRITERS)
def test_spreadsheet_corrections_filed_unmended_find_the_same_again(
    tmp_path: Path, kind: str
) -> None:
    texts = [line for line in TO_MEND if "=1+1" not in line]  # writers would make it a formula
    lines = [*texts, *table(person(8, nik=LOST))[1:]]
    assert_finds_the_same_again(WRITERS[kind](tmp_path / "a", lines), tmp_path / "b")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_csv_corrections_filed_unmended_find_the_same_again(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    lines = [*TO_MEND, *table(person(8, nik="3,37202E+15", nama="Zoë"))[1:]]
    path = write_csv(tmp_path / "a", lines, delimiter=delimiter, encoding=encoding)
    assert_finds_the_same_again(path, tmp_path / "b")


def test_csv_corrections_come_in_the_same_dialect(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a", TO_MEND, delimiter=";", encoding="utf-8-sig")
    corrections_of(path, tmp_path / "b")
    file, _, _ = check_file(tmp_path / "b")
    assert file.form == RosterForm(RosterKind.CSV, ";", "utf-8", has_mark=True)


def test_json_corrections_filed_unmended_find_the_same_again(tmp_path: Path) -> None:
    path = tmp_path / "a"
    workers = [person(1), person(2, nama="=1"), person(3, nik=31740), {}]
    path.write_text(json.dumps({"nib": "8120001110001", "workers": workers}))
    assert_finds_the_same_again(path, tmp_path / "b")


@pytest.mark.parametrize("kind", [RosterKind.XLSX, RosterKind.XLS, RosterKind.ODS])
def test_spreadsheet_corrections_hold_the_rows_to_mend_and_two_columns(
    tmp_path: Path, kind: RosterKind
) -> None:
    corrections_of(
        WRITERS[kind](tmp_path / "a", table(person(1), person(2, nik=""))), tmp_path / "b"
    )
    lines = CalamineWorkbook.from_path(str(tmp_path / "b")).get_sheet_by_index(0).to_python()
    assert lines[0] == [*HEADER, "masalah", "cara_memperbaiki"]
    assert lines[1][:7] == list(person(2, nik="").values())
    assert all(lines[1][7:])
    assert len(lines) == 2


def test_cells_of_a_workbook_are_text_so_that_a_nik_typed_anew_is_whole(tmp_path: Path) -> None:
    corrections_of(
        WRITERS["xlsx"](tmp_path / "a", table(person(1), person(nik=LOST))), tmp_path / "b.xlsx"
    )
    sheet = load_workbook(tmp_path / "b.xlsx").active
    assert {cell.number_format for cell in sheet[2][:7]} == {"@"}


def test_mended_corrections_are_sound(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a", table(person(1), person(2, jenis_lokasi="gudang?")))
    corrections_of(path, tmp_path / "b")
    (tmp_path / "b").write_text((tmp_path / "b").read_text().replace("gudang?", "pelayanan"))
    _, rows, _ = check_file(tmp_path / "b")
    assert [row.outcome for row in rows] == [Outcome.SOUND]


def test_advice_of_an_earlier_corrections_file_is_replaced(tmp_path: Path) -> None:
    corrections_of(write_csv(tmp_path / "a", TO_MEND), tmp_path / "b")
    corrections_of(tmp_path / "b", tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_required_column_that_was_not_there_is_added() -> None:
    row = CheckedRow(
        2, Outcome.REJECTED, None, (Problem(2, "jabatan", "missing"),), ("Siti", nik())
    )
    text = written(CSV, ("nama", "nik"), [row]).decode()
    assert text.startswith("nama,nik,jabatan,jenis_lokasi,masalah,cara_memperbaiki\r\n")


@pytest.mark.parametrize(("language", "word"), [(Language.ID, "Isi "), (Language.EN, "Fill in")])
def test_the_advice_is_in_the_language_of_the_reader(language: Language, word: str) -> None:
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nama", "missing"),), ("", nik()))
    assert word in written(CSV, ("nama", "nik"), [row], language).decode()


def test_a_nik_without_its_last_digit_shows_15_and_cannot_pass_for_whole(tmp_path: Path) -> None:
    lines = table(*(person(n, nik=nik(n)[:15] + "0") for n in range(8)))
    corrections_of(write_csv(tmp_path / "a", lines), tmp_path / "b")
    assert nik(1)[:15] + "?" in (tmp_path / "b").read_text()
    _, rows, _ = check_file(tmp_path / "b")
    assert {row.outcome for row in rows} == {Outcome.REJECTED}


@pytest.mark.parametrize(
    ("filed", "shown"),
    [
        (3174055506780000.0, "317405550678000?"),
        (3174055506780000, "317405550678000?"),
        ("3,17406E+15", "317406??????????"),
        ("3.17405550678E+15", "317405550678????"),
        ("3174055506780000.0", "317405550678000?"),
    ],
)
def test_a_nik_that_a_spreadsheet_cut_shows_what_is_left_and_never_a_power_of_ten(
    filed: Cell, shown: str
) -> None:
    problem = Problem(2, "nik", "truncated-by-spreadsheet")
    row = CheckedRow(2, Outcome.REJECTED, None, (problem,), ("Siti", filed))
    body = written(RosterForm(RosterKind.XLSX), ("nama", "nik"), [row])
    cell = load_workbook(io.BytesIO(body)).active["B2"]
    assert (cell.value, cell.data_type) == (shown, "s")
    assert read_digits(shown, 16) == (None, "truncated-by-spreadsheet")


@pytest.mark.parametrize("kind", [RosterKind.XLSX, RosterKind.XLS, RosterKind.ODS])
def test_a_long_number_is_text_in_a_workbook(kind: RosterKind) -> None:
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nama", "missing"),), ("", int(nik())))
    body = written(RosterForm(kind), ("nama", "nik"), [row])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    assert sheet.to_python()[1][1] == nik()


@pytest.mark.parametrize("cell", [nik(), f"'{nik()}", int(nik())])
def test_a_nik_in_csv_shows_no_apostrophe_and_stays_text(cell: Cell) -> None:
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nama", "missing"),), ("", cell))
    text = written(CSV, ("nama", "nik"), [row]).decode()
    assert f",{nik()}\t," in text
    assert "'" not in text


@pytest.mark.parametrize("kind", [RosterKind.CSV, RosterKind.XLSX])
def test_a_mobile_number_and_a_dash_show_no_apostrophe(kind: RosterKind) -> None:
    filed = ("-", nik(), "+62 812-3456-7890")
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nama", "missing"),), filed)
    body = written(RosterForm(kind), ("nama", "nik", "telepon"), [row])
    if kind is RosterKind.CSV:
        line = next(csv.reader(io.StringIO(body.decode().splitlines()[1])))
    else:
        line = [cell.value or "" for cell in load_workbook(io.BytesIO(body)).active[2]]
    assert (line[0], line[2]) == ("", "62 812-3456-7890")


def test_cells_to_mend_have_a_colour_and_the_advice_as_a_note() -> None:
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nik", "invalid"),), ("Siti", "12"))
    sheet = load_workbook(
        io.BytesIO(written(RosterForm(RosterKind.XLSX), ("nama", "nik"), [row]))
    ).active
    assert sheet["B2"].fill.start_color.rgb == "FFFFE08A"
    assert "16 digit" in sheet["B2"].comment.text
    assert sheet["A2"].comment is None and sheet["A2"].fill.fill_type is None


def test_a_thousand_rows_to_mend_have_no_more_notes_than_a_browser_bears() -> None:
    rows = [
        CheckedRow(n, Outcome.REJECTED, None, (Problem(n, "nik", "invalid"),), ("Siti", "12"))
        for n in range(2, 1_002)
    ]
    sheet = load_workbook(
        io.BytesIO(written(RosterForm(RosterKind.XLSX), ("nama", "nik"), rows))
    ).active
    assert sum(line[1].comment is not None for line in sheet.iter_rows()) == MOST_NOTES


BIDI_MARKS = {"RLO", "LRO", "RLE", "LRE", "PDF", "LRI", "RLI", "FSI", "PDI"}
ANY_CELL = st.one_of(
    st.text(),
    st.sampled_from(["=1", "+1", "-1", "@a", "\t=1", " =1", "\r", "|a"]),
    st.sampled_from(["＝1", "＋1", "－1", "＠a", "​＝1", "\u202e=1", "\x00=1", "\u22121"]),
    st.text(alphabet="=+-@|＝＋－＠﹦\u2212\u200b\u202e\ufeff\t\r\n '1a", max_size=6),
)


@given(st.lists(ANY_CELL, min_size=2, max_size=2), st.lists(ANY_CELL, min_size=2, max_size=2))
def test_no_cell_of_csv_ever_starts_a_formula(header: list[str], cells: list[str]) -> None:
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nama", "missing"),), cells)
    text = written(RosterForm(RosterKind.CSV, ","), header, [row]).decode()
    read = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
    assert not any(map(runs, read))


def runs(cell: object) -> bool:
    """Whether a spreadsheet may run a cell, asked in another way than the product does."""
    if not isinstance(cell, str):
        return False
    hidden = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"}
    plain = unicodedata.normalize("NFKC", cell)
    bare = "".join(letter for letter in plain if unicodedata.category(letter) not in hidden)
    return bare[:1] in ("=", "+", "-", "@") and bare != ""


@pytest.mark.parametrize("kind", [RosterKind.XLSX, RosterKind.XLS, RosterKind.ODS])
@given(cells=st.lists(ANY_CELL, min_size=2, max_size=2))
def test_no_cell_of_a_workbook_ever_starts_a_formula(kind: RosterKind, cells: list[Cell]) -> None:
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nama", "missing"),), cells)
    body = written(RosterForm(kind), ("nama", "nik"), [row])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    assert not any(runs(cell) for line in sheet.to_python() for cell in line)


@pytest.mark.parametrize("kind", [RosterKind.XLSX, RosterKind.XLS, RosterKind.ODS])
@given(
    cells=st.lists(
        st.one_of(ANY_CELL, st.floats(allow_nan=False, allow_infinity=False)), max_size=3
    )
)
def test_any_cell_can_be_written(kind: RosterKind, cells: list[Cell]) -> None:
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nama", "missing"),), cells)
    body = written(RosterForm(kind), ("nama", "nik", "x"), [row])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    assert len(sheet.to_python()) == 2


@pytest.mark.parametrize("kind", list(RosterKind))
def test_no_cell_keeps_a_mark_of_direction(kind: RosterKind) -> None:
    header = ("nama", "nik", "jabatan", "catatan")
    cells = ("\u202eevil", "", "A\u2066x", "b\u202bc")
    by_name = dict(zip(header, cells, strict=True))
    filed = by_name if kind is RosterKind.JSON else cells
    row = CheckedRow(2, Outcome.REJECTED, None, (Problem(2, "nik", "missing"),), filed)
    body = written(RosterForm(kind), header, [row])
    if kind in {RosterKind.CSV, RosterKind.JSON}:
        read = body.decode()
    else:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
        read = " ".join(str(cell) for line in sheet.to_python() for cell in line)
    marks = [letter for letter in read if unicodedata.bidirectional(letter) in BIDI_MARKS]
    assert (marks, "evil" in read, "A x" in read) == ([], True, True)


def test_the_sample_with_errors_comes_back_with_its_three_rows(tmp_path: Path) -> None:
    corrections_of(SAMPLES / "logistik-galat.csv", tmp_path / "b")
    _, rows, _ = check_file(tmp_path / "b")
    assert found(rows) == [("nik", "invalid"), ("nama", "missing"), ("jenis_lokasi", "invalid")]


def test_json_corrections_hold_the_advice(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(json.dumps([person(nik="1")]))
    corrections_of(path, tmp_path / "b")
    (worker,) = read_json((tmp_path / "b").read_bytes()).workers
    assert worker["nik"] == "1"
    assert worker["masalah"]
    assert worker["cara_memperbaiki"]


@pytest.mark.parametrize("kind", [RosterKind.XLSX, RosterKind.XLS, RosterKind.ODS])
def test_corrections_keep_the_sheets_apart(tmp_path: Path, kind: RosterKind) -> None:
    missing = (Problem(2, "nama", "missing"),)
    rows = [
        CheckedRow(2, Outcome.REJECTED, None, missing, ("", nik(1))),
        CheckedRow(
            SHEET_ROWS + 5, Outcome.REJECTED, None,
            (Problem(SHEET_ROWS + 5, "nama", "missing"),), (nik(2), ""),
        ),
    ]  # fmt: skip
    sheets = [FiledSheet("Pusat/Kota", ("nama", "nik")), FiledSheet("Cabang", ("nik", "nama"))]
    path = tmp_path / "a"
    with path.open("wb") as out:
        write_corrections(
            out, form=RosterForm(kind), sheets=sheets, rows=rows, language=Language.ID
        )
    file, again, _ = check_file(path)
    assert file.sheets == ["Pusat Kota", "Cabang"]
    assert [(sheet_of(row.row), line_of(row.row)) for row in again] == [(0, 2), (1, 2)]
