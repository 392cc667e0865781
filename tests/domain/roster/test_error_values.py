"""Errors and cells not worked out, in the languages of spreadsheet programs."""

import pytest

from strp.domain.roster.error_values import is_error_value
from tests.rosters import check_person, problems


@pytest.mark.parametrize(
    "text",
    [
        *("#N/A", "#NV", "#N/D", "#¡VALOR!", "#¿NOMBRE?", "#Н/Д", "#NOM ?", "#SPILL!", "#REF"),
        *("####", "Err:508", "Fehler:508", "Err :508", "Loading...", "Memuat…", "#GETTING_DATA"),
    ],
)
def test_an_error_is_told_in_any_language(text: str) -> None:
    assert is_error_value(text)
    for column in ("nama", "jabatan"):
        assert problems([check_person(**{column: text})]) == [(2, column, "unreadable")]


@pytest.mark.parametrize(
    "text", ["#1 Operator", "C# Programmer", "Operator #2", "Loading Dock", "Memuat Barang", "Feri"]
)
def test_words_are_no_error(text: str) -> None:
    assert not is_error_value(text)
