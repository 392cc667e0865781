"""Names of roster files: shown without what is private, and what they say of corrections."""

import pytest

from strp.domain.identifiers import ApplicationId
from strp.domain.roster.file_name import (
    MOST_CHARACTERS,
    corrected_by,
    corrections_name,
    shown_file_name,
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (r"C:\Users\hrd\Juli.xlsx", "Juli.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("KTP 3174055506780001.csv", "KTP ….csv"),
        ("strp-172294215237632-perbaikan.csv", "strp-172294215237632-perbaikan.csv"),
        ("daf\u202etar.csv", "daf tar.csv"),
        (None, ""),
    ],
)
def test_a_name_is_shown_without_folders_marks_and_personal_numbers(
    given: str | None, shown: str
) -> None:
    assert shown_file_name(given) == shown


def test_a_long_name_is_cut() -> None:
    assert len(shown_file_name("a" * 500 + ".xlsx")) == MOST_CHARACTERS


@pytest.mark.parametrize(
    "name",
    ["strp-17-perbaikan.xlsx", "strp-17-perbaikan (2).xlsx", "Copy of strp-17-perbaikan.ods"],
)
def test_a_corrections_file_names_its_filing_also_as_a_copy(name: str) -> None:
    assert corrected_by(name) == ApplicationId(17)
    assert corrections_name(ApplicationId(17), "xlsx") == "strp-17-perbaikan.xlsx"


def test_any_other_file_names_none() -> None:
    assert corrected_by("strp-juli.xlsx") is None
