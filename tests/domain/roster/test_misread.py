"""Names that a program damaged before they came are told; no sound name is taken for one."""

import pytest

from strp.domain.roster.misread import is_code, is_misread, lost_letters

NAMES = ["José Núñez", "Zoë Contoh", "João da Conceição", "Müller", "Nu’man", "Łukasz Wałęsa"]


@pytest.mark.parametrize("mistaken", ["cp1252", "mac_roman", "cp1250", "cp1254", "latin-1"])
@pytest.mark.parametrize("name", NAMES)
def test_utf_8_that_was_read_as_another_encoding_is_told(name: str, mistaken: str) -> None:
    try:
        misread = name.encode().decode(mistaken)
    except UnicodeDecodeError:
        pytest.skip(f"{mistaken} cannot read these bytes")
    assert is_misread(misread)


def test_letters_of_a_mac_that_happen_to_be_utf_8_are_told() -> None:
    assert is_misread("JosÃ© NÃºÃ±ez".encode("mac_roman").decode())


@pytest.mark.parametrize(
    "name",
    [*NAMES, "Ọ̀ṣun", "Tu\u0308rker", "Siti Contoh", "André’s", "Ñ", "Ég", "Đỗ Thị Ánh", "Иван"],
)
def test_a_sound_name_is_not_taken_for_misread(name: str) -> None:
    assert not is_misread(name)
    assert not lost_letters(name)


@pytest.mark.parametrize(
    "name",
    ["Jos?", "N??ez", "?ukasz", "Nu&#39;man", "D&apos;Souza", "Zo+AOs-", "~{UEN0~}", "Jos_ N__ez"],
)
def test_signs_in_the_place_of_letters_are_told(name: str) -> None:
    assert lost_letters(name)


@pytest.mark.parametrize("name", ["Siti (?)", "A & B", "R&D", "Budi, S.E.; M.M.", "Ayu - Dewi"])
def test_signs_that_people_write_are_no_lost_letters(name: str) -> None:
    assert not lost_letters(name)


@pytest.mark.parametrize(
    "text", ['{"richText":[{"text":"Nu’"}]}', "[object Object]", "<b>Siti</b>", "Siti<br/>"]
)
def test_an_object_or_markup_in_place_of_words_is_told(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize("text", [*NAMES, "Operator <2 tahun", "Staf [A]", "Kasir > 3"])
def test_words_are_no_code(text: str) -> None:
    assert not is_code(text)
