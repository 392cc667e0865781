"""Text of others: one line that shows all it holds, and no cell that a spreadsheet runs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.cells import read_words
from strp.domain.text import clean_line, plain_number, starts_formula


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Siti\u202eAminah", "Siti Aminah"),
        ("\u2066Siti\u2069 Aminah", "Siti Aminah"),
        ("Siti\u200b\u00ad\u2060\ufeff", "Siti"),
        ("Siti\t\r\nAminah", "Siti Aminah"),
        ("Siti\u00a0\u3000Aminah", "Siti Aminah"),
        ("Siti\u3164\u2800\ufe0f", "Siti"),
        ("Siti\x1b[31m", "Siti [31m"),
        ("Jose\u0301", "José"),
        ("José", "José"),
    ],
)
def test_what_nobody_sees_is_dropped(typed: str, shown: str) -> None:
    assert clean_line(typed) == shown


@given(st.text())
def test_a_clean_line_shows_all_that_it_holds(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(unicodedata.category(letter) in hidden for letter in clean_line(text))


@given(st.text())
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text(alphabet="Aa é\u202e\u200b\u0301\t", max_size=20))
def test_a_name_is_clean_when_it_comes_in(text: str) -> None:
    name, _ = read_words(text)
    assert name is None or name == clean_line(name)


@pytest.mark.parametrize(
    "cell", ["=1", "＝1", "＋1", "－1", "＠a", "﹦1", "﹢1", "\u2212", "|a", "\t1", "\r1", "\n1",
             " \u202e=1", "\u200b＝1", "\ufeff@a", "\x00=1", "\u3164=1"]
)  # fmt: skip
def test_what_a_spreadsheet_may_run_starts_a_formula(cell: str) -> None:
    assert starts_formula(cell)


@pytest.mark.parametrize("cell", ["", "Siti", "'=1", "1", "Ä", "(x)", "'＝1", "#"])
def test_plain_cells_start_none(cell: str) -> None:
    assert not starts_formula(cell)


@pytest.mark.parametrize("name", ["＝SUM(A1)", "\u202e=cmd", "＠Siti", "'＋Siti"])
def test_a_name_that_starts_a_formula_is_to_be_mended(name: str) -> None:
    assert read_words(name) == (None, "invalid")


@given(
    st.text("0123456789", min_size=1, max_size=20),
    st.sampled_from(["\u202d", "\u2066", "\ufeff", "\u200b", "\u00ad", "\u2060"]),
    st.sampled_from(["\u2010", "\u2013", "\u2014", "\ufe58", "\uff0d", "\u2212"]),
    st.sampled_from([0xFF10, 0x660, 0x966, 0x1D7CE, 0xA9D0]),
)
def test_what_cannot_change_a_number_is_made_plain(
    digits: str, mark: str, dash: str, zero: int
) -> None:
    other = "".join(chr(zero + int(digit)) for digit in digits)
    assert plain_number(f"{mark}{other}{dash}{digits}\u202f7{mark}") == f"{digits}-{digits} 7"


@pytest.mark.parametrize("text", ["1\u00b2", "\u2460", "12O", "1,5"])
def test_what_could_change_a_number_stays(text: str) -> None:
    assert plain_number(text) == text
