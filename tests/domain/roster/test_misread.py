"""Names that a program damaged before they came are told; no sound name is taken for one."""

import pytest

from strp.domain.roster.misread import is_misread, lost_letters

NAMES = ["José Núñez", "Zoë Contoh", "João da Conceição", "Müller", "Nu’man", "Łukasz Wałęsa"]


@pytest.mark.parametrize("mistaken", ["cp1252", "mac_roman", "cp1250", "cp1254", "latin-1"])
@pytest.mark.parametrize("name", NAMES)
def test_utf_8_that_was_read_as_another_encoding_is_told(name: str, mistaken: str) -> None:
    try:
        misread = name.encode().decode(mistaken)
    except UnicodeDecodeError:
        pytest.skip(f"{mistaken} cannot read these bytes")
    assert is_misread(misread)


@pytest.mark.parametrize(
    "name", [*NAMES, "Siti Contoh", "André’s", "Ñ", "Ég", "Đỗ Thị Ánh", "Иван"]
)
def test_a_sound_name_is_not_taken_for_misread(name: str) -> None:
    assert not is_misread(name)
    assert not lost_letters(name)


@pytest.mark.parametrize(
    "name", ["Jos?", "N??ez", "?ukasz", "Nu&#39;man", "D&apos;Souza", "Zo+AOs-", "~{UEN0~}"]
)
def test_signs_in_the_place_of_letters_are_told(name: str) -> None:
    assert lost_letters(name)


@pytest.mark.parametrize("name", ["Siti (?)", "A & B", "R&D", "Budi, S.E.; M.M.", "Ayu - Dewi"])
def test_signs_that_people_write_are_no_lost_letters(name: str) -> None:
    assert not lost_letters(name)
