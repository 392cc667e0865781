"""One cell: what is read from it, and which code it gets otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.advice import problem_detail, problem_title
from strp.domain.roster.cells import number_is_damaged
from strp.domain.roster.columns import COLUMNS
from strp.domain.roster.row import Cell, Outcome, SiteType, Vaccination
from tests.rosters import check_person, nik, person, problems

CODES = ("missing", "invalid", "too-long", "duplicate", "truncated-by-spreadsheet", "unreadable")
SEPARATORS = [" ", ".", "'", "’", "\u00a0", "\u200b", "  "]


def codes(**changed: Cell) -> list[tuple[str, str]]:
    return [(column, code) for _, column, code in problems([check_person(**changed)])]


def read(column: str, **changed: Cell) -> object:
    worker = check_person(**changed).worker
    return getattr(worker, column)


def test_a_row_in_normal_form_is_sound() -> None:
    assert check_person().outcome is Outcome.SOUND


@pytest.mark.parametrize("column", ["nama", "nik", "jabatan", "jenis_lokasi"])
@pytest.mark.parametrize("blank", ["", None, "   ", "-", "\u00a0", "n/a", float("nan")])
def test_a_required_column_that_is_blank_is_missing(column: str, blank: Cell) -> None:
    assert codes(**{column: blank}) == [(column, "missing")]


@pytest.mark.parametrize("column", ["kode_wilayah", "status_vaksin", "telepon", "nip", "dokumen"])
@pytest.mark.parametrize("blank", ["", None, " ", "-", "N/A"])
def test_an_optional_column_may_be_blank(column: str, blank: Cell) -> None:
    assert codes(**{column: blank}) == []


# NIK


@given(st.lists(st.sampled_from(["", *SEPARATORS]), min_size=17, max_size=17))
def test_a_nik_may_be_spelled_with_separators(between: list[str]) -> None:
    digits = zip(nik(), between[1:], strict=True)
    spelled = between[0] + "".join(digit + gap for digit, gap in digits)
    assert read("nik", nik=spelled) == nik()


@pytest.mark.parametrize(
    "spelled",
    [
        "'" + nik(),
        "`" + nik(),
        f'="{nik()}"',
        f'\'="{nik()}"',
        "３１７４０７" + nik()[6:],
        int(nik()),
        float(nik()),
        f"{nik()}.0",
        f"({nik()})",
        f"#{nik()}*",
        f"{nik()[:6]}_{nik()[6:12]}_{nik()[12:]}",
        f"{nik()[0]}.{nik()[1:]}E+15",
    ],
)
def test_a_nik_that_kept_its_sixteenth_digit_is_read(spelled: Cell) -> None:
    assert read("nik", nik=spelled) == nik()


@pytest.mark.parametrize(
    "lost",
    [
        3372016410943340.0,
        3372016410943340,
        "3,37202E+15",
        "3.37202E+15",
        "3.37201694091E+15",
        "3.37202e15",
        "3372016410943340.0",
        "3.372.016.410.943.340",
        "3,372,016,410,943,340",
        "3.372.016.410.943.340,00",
        9171010101900002.0,
    ],
)
def test_a_nik_that_a_spreadsheet_rounded_is_told_from_a_wrong_one(lost: Cell) -> None:
    assert codes(nik=lost) == [("nik", "truncated-by-spreadsheet")]


@pytest.mark.parametrize(
    "wrong",
    ["31740", "31740745019000011", "317407450190000A", "0000000000000000", nik()[:15], 31740, 1.5,
     "3.37E+14", "tidak punya", True, "=A1", float("inf"), "1" * 40_000],
)  # fmt: skip
def test_a_wrong_nik_is_invalid(wrong: Cell) -> None:
    assert codes(nik=wrong) == [("nik", "invalid")]


@given(st.integers(10**15, 10**16 - 1))
def test_a_number_passes_only_if_no_rounding_can_have_made_it(number: int) -> None:
    rounded_by_spreadsheet = number // 10 * 10
    assert number_is_damaged(rounded_by_spreadsheet)
    assert number_is_damaged(int(float(number))) or int(float(number)) == number


# Foreigners and civil servants


@pytest.mark.parametrize("number", ["C1234567", "2C11JE1234-T", "c 123 4567", 12345678])
def test_a_document_stands_in_for_the_nik(number: Cell) -> None:
    assert codes(nik=None, dokumen=number) == []


def test_a_document_is_read_into_capitals_and_digits() -> None:
    assert read("document", nik="", dokumen=" c 123-4567 ") == "C1234567"


@pytest.mark.parametrize(
    "number", ["1980010120050110 01", "19800101.200501.1.001", "'198001012005011001"]
)
def test_a_nip_of_18_digits_exempts_the_row_whatever_else_is_wrong(number: str) -> None:
    row = check_person(nip=number, nik="31740", nama="", jenis_lokasi="?")
    assert (row.outcome, row.problems) == (Outcome.EXEMPT, ())


@pytest.mark.parametrize("number", ["85061234", "8506 1230", "NRP 85061234", 85061230, 85061230.0])
def test_an_nrp_of_8_digits_of_a_soldier_or_police_exempts_the_row(number: Cell) -> None:
    row = check_person(nip=number, jenis_lokasi="?")
    assert (row.outcome, row.problems) == (Outcome.EXEMPT, ())


@pytest.mark.parametrize("number", ["8506123", "850612345", 850612345])
def test_a_service_number_of_neither_8_nor_18_digits_is_invalid(number: Cell) -> None:
    assert codes(nip=number) == [("nip", "invalid")]


def test_a_nip_with_other_than_18_digits_is_invalid() -> None:
    assert codes(nip="1980010120050110") == [("nip", "invalid")]


@pytest.mark.parametrize("number", [198001012005011001.0, "1,98001E+17"])
def test_a_nip_that_a_spreadsheet_rounded_is_told_from_a_wrong_one(number: Cell) -> None:
    assert codes(nip=number) == [("nip", "truncated-by-spreadsheet")]


# The other columns


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pelayanan", SiteType.SERVICE),
        ("Produksi", SiteType.SERVICE),
        (" PELAYANAN ", SiteType.SERVICE),
        ("Service / Production", SiteType.SERVICE),
        ("administrasi", SiteType.ADMINISTRATION),
        ("kantor", SiteType.ADMINISTRATION),
        ("Admin.", SiteType.ADMINISTRATION),
        ("Office", SiteType.ADMINISTRATION),
    ],
)
def test_a_site_type_is_read_in_the_usual_words(written: str, meant: SiteType) -> None:
    assert read("site_type", jenis_lokasi=written) is meant


@pytest.mark.parametrize("written", ["gudang?", "Jakarta", "1", 5, "pelayanan administrasi", "WFO"])
def test_another_site_type_is_invalid(written: Cell) -> None:
    assert codes(jenis_lokasi=written) == [("jenis_lokasi", "invalid")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Belum", Vaccination.NONE),
        ("Dosis 1", Vaccination.FIRST),
        ("dosis-2", Vaccination.SECOND),
        (2, Vaccination.SECOND),
        (2.0, Vaccination.SECOND),
        ("2", Vaccination.SECOND),
        ("lengkap", Vaccination.SECOND),
        ("BOOSTER", Vaccination.BOOSTER),
        ("Kontra indikasi", Vaccination.CONTRAINDICATED),
        (None, None),
    ],
)
def test_a_vaccination_is_read_in_the_usual_words(written: Cell, meant: Vaccination | None) -> None:
    assert read("vaccination", status_vaksin=written) is meant


def test_another_vaccination_is_invalid() -> None:
    assert codes(status_vaksin="mungkin") == [("status_vaksin", "invalid")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("317407", "317407"),
        ("31.74.07", "317407"),
        ("31.74", "3174"),
        ("31.74.07.1001", "3174071001"),
        (317407, "317407"),
        (317407.0, "317407"),
        ("317407.0", "317407"),
        (31.74, "3174"),
    ],
)
def test_a_region_code_is_read_without_its_dots(written: Cell, meant: str) -> None:
    assert read("region", kode_wilayah=written) == meant


@pytest.mark.parametrize("written", ["317", "31740710011", "Jakarta", "31740a"])
def test_a_region_code_of_another_length_is_invalid(written: str) -> None:
    assert codes(kode_wilayah=written) == [("kode_wilayah", "invalid")]


@pytest.mark.parametrize("written", ["317499", "9999", "3174991001"])
def test_an_unknown_region_is_a_warning_and_the_row_is_sound(written: str) -> None:
    row = check_person(kode_wilayah=written)
    assert (row.outcome, problems([row])) == (
        Outcome.SOUND,
        [(2, "kode_wilayah", "unknown-region")],
    )


@pytest.mark.parametrize(
    "written",
    ["081234567890", "0812-3456-7890", "0812 3456 7890", "+62 812-3456-7890", "+6281234567890",
     "6281234567890", "81234567890", 81234567890, 81234567890.0, 6281234567890.0, "(0812) 34567890",
     "+62 (0)812 3456 7890", "006281234567890", "'081234567890", "'+6281234567890",
     "0812.3456.7890", "081234567890 / 081399999999", "tel:+62-812-3456-7890", "６281234567890",
     '="081234567890"', "081234567890.0", "+6281234567890.0", "(+62) 81234567890,00",
     "WA 081234567890.0", "0812‑3456‑7890", "Hp. 0812 3456 7890"],
)  # fmt: skip
def test_a_mobile_number_is_read_in_any_usual_spelling(written: Cell) -> None:
    assert read("phone", telepon=written) == "+6281234567890"


@pytest.mark.parametrize("written", ["12345", "021 555 1234", "+65 8123 4567", "abc", "6.28E+12"])
def test_another_phone_number_is_invalid(written: str) -> None:
    assert codes(telepon=written) == [("telepon", "invalid")]


@pytest.mark.parametrize("column", ["nama", "jabatan"])
@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "\t=1", "12345"]
)
def test_a_formula_or_a_number_is_no_name(column: str, text: str) -> None:
    assert codes(**{column: text}) == [(column, "invalid")]


@pytest.mark.parametrize("column", ["nama", "jabatan"])
def test_100_characters_fit(column: str) -> None:
    assert codes(**{column: "a" * 100}) == []


@pytest.mark.parametrize("column", ["nama", "jabatan"])
@pytest.mark.parametrize("length", [101, 32_767])
def test_101_characters_are_too_long(column: str, length: int) -> None:
    assert codes(**{column: "a" * length}) == [(column, "too-long")]


@pytest.mark.parametrize("column", person())
@pytest.mark.parametrize("text", ["Si\x00ti", "#N/A", "#REF!", "Si\ufffdti", "Si\x1bti"])
def test_broken_text_is_unreadable_in_every_column(column: str, text: str) -> None:
    assert codes(**{column: text}) == [(column, "unreadable")]


@pytest.mark.parametrize(
    "name", ["Ni Made Ayu", "H. Abdul Ja'far, S.E.", "Al-Amin", "‘Aisyah", "Nguyễn", "Zoë"]
)
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert read("name", nama=name) == name


def test_white_space_in_a_name_is_put_in_order() -> None:
    assert read("name", nama=" Siti\u00a0 \n Contoh\t") == "Siti Contoh"


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("code", CODES)
def test_every_problem_says_in_both_languages_how_to_mend_it(column: str, code: str) -> None:
    texts = [*problem_detail(code, column), *problem_title(code, column)]
    assert all(texts)
    assert not any("{" in text for text in texts)


@pytest.mark.parametrize("position", ["+62 operator", "@toko kasir", "- staf gudang"])
def test_words_behind_a_sign_are_a_position(position: str) -> None:
    assert read("position", jabatan=position) == position


@pytest.mark.parametrize(
    "value", [True, 1.5e-7, "TRUE", "2021-07-05T12:00:00", "12:30:00", "1E-07"]
)
def test_a_value_of_another_type_is_no_words(value: Cell) -> None:
    assert codes(nama=value, jabatan=value) == [("nama", "invalid"), ("jabatan", "invalid")]


@pytest.mark.parametrize(
    "phone",
    ["08123456789O", "0812345678l0", 8123456789.5, "8123456789.5", "0812345678,5",
     "081234567890/91",
     "+62812345678.5", "+62 812-345678.5", "WA 0812345678,5", "081234567890.0 (WA)",
     "0812345678 ext 5", "081234567890 x2", True],
)  # fmt: skip
def test_no_digit_of_a_phone_is_dropped_or_made_up(phone: Cell) -> None:
    row = check_person(telepon=phone)
    assert (row.outcome, problems([row])) == (Outcome.SOUND, [(2, "telepon", "invalid")])
    assert row.worker is not None and row.worker.phone is None
