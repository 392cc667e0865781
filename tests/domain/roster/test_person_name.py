"""Names that are likely one person's compare as one."""

import pytest

from strp.domain.roster.person_name import is_same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siti Aminah", "SITI  AMINAH"),
        ("Siti Aminah", "Dr. Siti Aminah, S.Kom., M.M."),
        ("Ahmad Nur", "H. Ahmad Nur"),
        ("Nur'aini", "Nur’aini"),
        ("José", "Jose"),
        ("Siti Aminah", "Siti-Aminah"),
        ("Ｓｉｔｉ", "Siti"),
    ],
)
def test_case_spacing_and_titles_do_not_count(one: str, other: str) -> None:
    assert is_same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Siti Aminah", "X"), ("Siti", "Siti Aminah"), ("H.", "Hj."), ("", "X")]
)
def test_other_names_are_other_names(one: str, other: str) -> None:
    assert not is_same_name(one, other)
