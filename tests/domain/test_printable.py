"""What a certificate can be printed with, and what is refused where it comes in."""

from pathlib import Path

import fontpkg_source_sans_3
import pytest
from fontTools.ttLib import TTFont

from strp.domain.employers.registry_line import COLUMNS, EmployerRecord, read_employer_line
from strp.domain.printable import PRINTED_LETTERS, is_printable
from strp.domain.roster.cells import read_words
from strp.usecases.certificates.correct_worker import read_correction

EMPLOYER = dict.fromkeys(COLUMNS, "") | {
    "nib": "1234567890123",
    "name": "PT Contoh",
    "kbli": "64125",
    "kbli_edition": "2020",
    "kind": "private",
    "region": "3174",
}


def test_every_letter_of_the_table_is_in_every_font_that_certificates_are_set_in() -> None:
    fonts = [TTFont(path) for path in Path(fontpkg_source_sans_3.ROOT).rglob("*.ttf")]
    assert fonts
    for font in fonts:
        assert {*map(ord, PRINTED_LETTERS)} <= set(font.getBestCmap())


@pytest.mark.parametrize(
    "name",
    ["Siti Aminah", "Nguyễn Thị Ánh", "Zoë Müller", "Łukasz Żółć", "Şükrü", "Ole Bjørn", "O’Neil",
     "José Ñ", "Иван Петров", "Ελένη", "Mary–Ann", "Ḥasan", "Naïve d’Arc"],
)  # fmt: skip
def test_names_of_the_font_s_letters_are_read(name: str) -> None:
    assert read_words(name) == (name, None)


@pytest.mark.parametrize(
    "name",
    ["ꦧꦸꦢꦶ", "王小明", "Budi 😀", "Budi ❤", "김철수", "محمد", "สมชาย", "அருண்", "Budi 王", "💩 Budi",
     "דוד", "ᬩᬸᬤᬶ", "Budi 𝓢"],
)  # fmt: skip
def test_names_that_would_be_boxes_on_paper_are_invalid(name: str) -> None:
    assert not is_printable(name)
    assert read_words(name) == (None, "invalid")


def test_a_correction_holds_names_and_positions_to_the_same() -> None:
    with pytest.raises(Exception, match="correction-invalid"):
        read_correction(name="王小明")


def test_an_employer_whose_name_cannot_be_printed_is_a_problem_of_the_registry() -> None:
    assert isinstance(read_employer_line(2, EMPLOYER), EmployerRecord)
    found = read_employer_line(2, EMPLOYER | {"name": "株式会社"})
    assert not isinstance(found, EmployerRecord)
    assert [(problem.column, problem.code) for problem in found] == [("name", "invalid")]
