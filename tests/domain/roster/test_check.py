"""A roster: which lines are rows, and every row in exactly one column of the ledger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.errors import InvalidInput
from strp.domain.roster.columns import COLUMNS
from strp.domain.roster.nik import birth_dates
from strp.domain.roster.row import Cell, Outcome
from strp.domain.roster.worker import WorkerReader
from strp.outside.phones import read_phone
from tests.rosters import (
    HEADER,
    REGIONS,
    TODAY,
    check_lines,
    check_person,
    fresh_check,
    nik,
    outcomes,
    person,
    problems,
    table,
)

SOUND, REJECTED, DUPLICATE = Outcome.SOUND, Outcome.REJECTED, Outcome.DUPLICATE
NUMBERED = ("No", *HEADER)
BLANK: list[Cell] = [""] * len(HEADER)


def line(*cells: Cell) -> list[Cell]:
    return [*cells, *[""] * (len(HEADER) - len(cells))]


def rows_read(*lines: list[Cell]) -> list[int]:
    """Line numbers of the rows in a sheet that starts with the header and one sound row."""
    rows, _ = check_lines([list(HEADER), *table(person(1))[1:], *lines])
    return [row.row for row in rows]


# Lines that are no rows

SIGNATURE = [
    BLANK,
    line("Jakarta, 5 Juli 2021"),
    line("Mengetahui,", "", "", "Dibuat oleh,"),
    BLANK,
    line("( Budi Santoso )", "", "", "( Siti Aminah )"),
    line("NIP. 19800101 200501 1 001", "", "", "NIP. 19750101 200501 1 002"),
]


def test_a_title_block_above_the_header_is_skipped() -> None:
    title = [line("DAFTAR KARYAWAN"), line("Nama Perusahaan", "PT Contoh"), BLANK]
    rows, summary = check_lines([*title, *table(person())])
    assert outcomes(rows) == [(5, SOUND)]
    assert summary.not_rows == ((1, 2),)


def test_a_signature_block_below_the_list_is_no_row() -> None:
    assert rows_read(*SIGNATURE) == [2]


@pytest.mark.parametrize("place", range(len(HEADER)))
def test_a_signature_block_may_stand_under_any_column(place: int) -> None:
    texts = [
        "Jakarta, 5 Juli 2021",
        "Hormat kami,",
        "(Budi Santoso)",
        "Direktur",
        "NIP. 198001012005011001",
    ]
    assert rows_read(BLANK, *([""] * place + [text] for text in texts)) == [2]


def test_names_without_brackets_below_the_list_are_no_rows() -> None:
    below = [BLANK, line("Budi Santoso", "", "Siti Aminah"), line("Direktur", "", "Manajer")]
    assert rows_read(*below) == [2]


@pytest.mark.parametrize(
    "note",
    [
        line("Total", "60"),
        line("Jumlah pekerja: 60"),
        line("", "", "", "Total", 60.0),
        line("Catatan: data per 5 Juli 2021"),
        line("Bagian Produksi"),
        line("", "", "Shift 2"),
        line("", "pelayanan"),
        line("", "", "", "pelayanan"),
    ],
)
def test_a_total_a_note_or_a_section_title_is_no_row(note: list[Cell]) -> None:
    assert rows_read(note, *table(person(2))[1:]) == [2, 4]


def test_a_header_may_come_again_in_the_middle() -> None:
    assert rows_read(list(HEADER), *table(person(2))[1:]) == [2, 4]


def test_a_second_list_may_have_its_columns_in_another_order() -> None:
    turned = HEADER[::-1]
    assert rows_read(line("CABANG BEKASI"), *table(person(2), header=turned)) == [2, 5]


@pytest.mark.parametrize("form", ["{}", "({})"])
def test_a_line_that_numbers_the_columns_is_no_row(form: str) -> None:
    numbers = [form.format(n) for n in range(1, len(HEADER) + 1)]
    rows, _ = check_lines([list(HEADER), numbers, *table(person())[1:]])
    assert outcomes(rows) == [(3, SOUND)]


def test_lines_with_only_a_running_number_are_no_rows() -> None:
    empty = [[n, *BLANK] for n in (2, 3, 4)]
    rows, _ = check_lines([*table(person() | {"No": 1}, header=NUMBERED), *empty])
    assert outcomes(rows) == [(2, SOUND)]


def test_choices_filled_down_below_the_list_are_no_rows() -> None:
    assert rows_read(*[line("", "", "", "pelayanan", "", "belum")] * 20) == [2]


def test_unknown_columns_are_ignored() -> None:
    header = ("Departemen", *HEADER, "masalah", "cara_memperbaiki")
    rows, _ = check_lines(table(person() | {"masalah": "NIK salah"}, header=header))
    assert outcomes(rows) == [(2, SOUND)]


# Lines that are rows though something is missing


def test_a_row_without_a_name_is_a_row() -> None:
    rows, _ = check_lines(table(person(1, nama=""), person(2)))
    assert problems(rows) == [(2, "nama", "missing")]


def test_a_row_without_a_nik_is_a_row() -> None:
    rows, _ = check_lines(table(person(1), person(2, nik="")))
    assert problems(rows) == [(3, "nik", "missing")]


def test_a_row_without_name_and_nik_is_a_row() -> None:
    rows, _ = check_lines(table(person(1, nama="", nik=""), person(2)))
    assert problems(rows) == [(2, "nama", "missing"), (2, "nik", "missing")]


def test_a_row_with_only_a_nik_is_a_row() -> None:
    assert rows_read(line("", nik(2))) == [2, 3]


def test_a_numbered_row_with_only_a_name_is_a_row() -> None:
    rows, _ = check_lines(table({"No": 1, "nama": "Siti"}, header=NUMBERED))
    assert outcomes(rows) == [(2, REJECTED)]


def test_a_name_and_a_position_right_below_a_worker_are_a_row() -> None:
    assert rows_read(line("Siti Aminah", "", "Kasir")) == [2, 3]


def test_a_doubtful_line_is_a_row_if_a_worker_follows() -> None:
    doubtful = line("Siti Aminah", "", "Kasir")
    assert rows_read(BLANK, doubtful, *table(person(2))[1:]) == [2, 4, 5]


def test_a_supervisor_whose_title_is_a_word_of_signatures_is_a_row() -> None:
    assert rows_read(line("Siti Aminah", "", "Penanggung Jawab Gudang", "pelayanan")) == [2, 3]


# The ledger


def test_a_nik_seen_before_is_a_duplicate() -> None:
    rows, _ = check_lines(table(person(1), person(1, nama="Budi Contoh")))
    assert outcomes(rows) == [(2, SOUND), (3, DUPLICATE)]
    assert problems(rows) == [(3, "nik", "duplicate")]


def test_a_nik_is_seen_even_where_its_row_was_rejected() -> None:
    rows, _ = check_lines(table(person(1, nama=""), person(1)))
    assert outcomes(rows) == [(2, REJECTED), (3, DUPLICATE)]


def test_a_duplicate_with_another_problem_is_rejected_for_that() -> None:
    rows, _ = check_lines(table(person(1), person(1, jenis_lokasi="?")))
    assert problems(rows) == [(3, "jenis_lokasi", "invalid")]


def test_spelling_does_not_hide_a_duplicate() -> None:
    rows, _ = check_lines(table(person(1), person(1, nik=f"'{nik(1)[:6]} {nik(1)[6:]}")))
    assert outcomes(rows)[1] == (3, DUPLICATE)


def test_an_invalid_nik_is_no_duplicate_of_another() -> None:
    rows, _ = check_lines(table(person(nik="31740"), person(nik="31740")))
    assert outcomes(rows) == [(2, REJECTED), (3, REJECTED)]


def test_a_nik_column_that_went_through_a_spreadsheet_is_damaged_as_a_whole() -> None:
    rows, _ = check_lines(table(*(person(n, nik=nik(n)[:15] + "0") for n in range(8))))
    assert problems(rows) == [(n + 2, "nik", "truncated-by-spreadsheet") for n in range(8)]


def test_a_few_nik_that_end_in_0_are_sound() -> None:
    rows, _ = check_lines(table(*(person(n, nik=nik(n)[:15] + "0") for n in range(7))))
    assert {row.outcome for row in rows} == {SOUND}


TEXT = st.sampled_from(
    ["", "Siti Contoh", nik(1), nik(2), nik(3), "31740", "pelayanan", "kantor", "317407", "dosis2",
     "081234567890", "Total", "(Budi)", "198001012005011001", "=1+1", "#N/A", "C1234567", "Kasir"]
)  # fmt: skip
CELL = st.one_of(TEXT, st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=20))


@given(st.lists(st.lists(CELL, max_size=12), max_size=30))
def test_every_row_of_any_table_ends_in_exactly_one_column(lines: list[list[Cell]]) -> None:
    check = fresh_check()
    rows = check.feed(
        list(enumerate([[c.value for c in COLUMNS], *lines, *table(person(9))[:0]], 1))
    )
    rows += check.feed([(len(lines) + 2, [person(9).get(c.value) for c in COLUMNS])])
    counts = check.finish().counts
    assert sum(counts.values()) == len(rows)
    assert [row.row for row in rows] == sorted({row.row for row in rows})
    assert all(counts[o] == sum(row.outcome is o for row in rows) for o in Outcome)
    assert all((row.worker is not None) == (row.outcome is SOUND) for row in rows)


@given(
    st.lists(st.lists(CELL, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=20),
    st.integers(1, 5),
)
def test_the_size_of_the_pieces_does_not_matter(lines: list[list[Cell]], size: int) -> None:
    numbered = list(enumerate([[c.value for c in COLUMNS], *lines], 1))
    whole, pieces = fresh_check(), fresh_check()
    in_one = whole.feed(numbered)
    in_many = [
        row for n in range(0, len(numbered), size) for row in pieces.feed(numbered[n : n + size])
    ]
    assert [r[:4] for r in in_many] == [r[:4] for r in in_one]


@given(st.lists(CELL, min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_the_short_path_and_the_readers_agree(cells: list[Cell]) -> None:
    reader = WorkerReader(REGIONS, birth_dates(TODAY), read_phone)
    normal = reader.read_normal(1, tuple(cells))
    found = reader.read(1, tuple(cells))
    assert normal is None or (normal, ()) == (found.worker, found.problems)


@pytest.mark.parametrize("cell", [0, 0.0, False, "0", "-"])
@pytest.mark.parametrize("column", COLUMNS)
def test_no_cell_is_passed_over_on_the_short_path_alone(column: str, cell: Cell) -> None:
    """A value that is false in Python is still one that somebody filed."""
    rows = [
        check_person(**{column: cell}),
        check_person(**{"nama": '"Siti Contoh"', column: cell}),
    ]
    assert rows[0].problems == rows[1].problems


@pytest.mark.parametrize("column", ["dokumen", "keluar", "lokasi_kerja", "nip"])
@pytest.mark.parametrize("cell", [0, 0.0, "0"])
def test_a_formula_that_points_to_an_empty_cell_costs_no_row(column: str, cell: Cell) -> None:
    assert check_person(**{column: cell}).problems == ()


@pytest.mark.parametrize("column", ["telepon", "kode_wilayah"])
@pytest.mark.parametrize("cell", [0, False])
def test_a_nought_where_something_should_be_is_said(column: str, cell: Cell) -> None:
    assert problems([check_person(**{column: cell})]) == [(2, column, "invalid")]


@given(
    st.from_regex(r"(\+?62|0|62 |\+62[ -])8[0-9]{2}[ -]?[0-9]{2,5}[ -]?[0-9]{2,6}", fullmatch=True)
)
def test_a_phone_is_read_alike_on_the_short_path_and_by_the_readers(phone: str) -> None:
    cells = tuple({**person(), "telepon": phone}.get(column.value, "") for column in COLUMNS)
    reader = WorkerReader(REGIONS, birth_dates(TODAY), read_phone)
    normal = reader.read_normal(1, cells)
    assert normal is None or normal == reader.read(1, cells).worker


@pytest.mark.parametrize(
    "phone",
    ["081234567890", "+6281234567890", "6281234567890", "0812-3456-7890", "+62 812 3456 7890"],
)
def test_spellings_that_offices_use_take_the_short_path(phone: str) -> None:
    cells = tuple({**person(), "telepon": phone}.get(column.value, "") for column in COLUMNS)
    normal = WorkerReader(REGIONS, birth_dates(TODAY), read_phone).read_normal(1, cells)
    assert normal is not None and normal.phone == "+6281234567890"


@given(st.permutations(COLUMNS))
def test_the_order_of_the_columns_does_not_matter(columns: list[str]) -> None:
    rows, _ = check_lines(table(person(1), person(2, nik=""), header=columns))
    assert problems(rows) == [(3, "nik", "missing")]


# JSON


def test_objects_are_rows_by_their_position() -> None:
    check = fresh_check()
    rows = check.check_records([person(1), {}, person(3, nama="")])
    assert outcomes(rows) == [(1, SOUND), (2, REJECTED), (3, REJECTED)]


def test_objects_may_have_english_keys_in_any_order() -> None:
    english = {"phone": "0812 3456 7890", "nik": int(nik()), "name": "Siti Contoh",
               "site_type": "service", "position": "Nurse"}  # fmt: skip
    assert outcomes(fresh_check().check_records([english])) == [(1, SOUND)]


@pytest.mark.parametrize("column", person())
@pytest.mark.parametrize("value", [["a"], {"a": 1}], ids=["list", "object"])
def test_a_nested_value_is_unreadable(column: str, value: object) -> None:
    rows = fresh_check().check_records([person() | {column: value}])  # type: ignore[dict-item]
    assert problems(rows) == [(1, column, "unreadable")]


# Refused whole


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([["a", "b"], ["1", "2"]], "no-header"),
        ([], "no-header"),
        ([list(HEADER)], "no-rows"),
        ([list(HEADER), BLANK, line("Jakarta, 5 Juli 2021")], "no-rows"),
    ],
)
def test_a_sheet_without_header_or_rows_is_refused_whole(
    lines: list[list[Cell]], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_lines(lines)
    assert refused.value.code == code


def test_a_long_sheet_without_a_header_is_refused_early() -> None:
    with pytest.raises(InvalidInput, match="no-header"):
        fresh_check().feed([(n, ["x"]) for n in range(1, 2000)])


def test_json_without_a_single_known_key_has_no_header() -> None:
    check = fresh_check()
    check.check_records([{"a": 1}])
    with pytest.raises(InvalidInput, match="no-header"):
        check.finish()


def test_json_without_workers_has_no_rows() -> None:
    check = fresh_check()
    check.check_records([])
    with pytest.raises(InvalidInput, match="no-rows"):
        check.finish()


def test_a_total_that_is_only_a_number_is_said_and_a_free_line_is_not() -> None:
    lines = table(
        person(1) | {"No": 1}, person(2) | {"No": 2}, {"No": 3}, {"No": 2}, header=NUMBERED
    )
    _, summary = check_lines(lines)
    assert summary.not_rows == ((5, 5),)
