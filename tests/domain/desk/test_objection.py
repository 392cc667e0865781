"""What objections name, and what they are against."""

import pytest

from strp.domain.desk.objection import REFUSED_BY, About, check_reason, check_text, read_ref
from strp.domain.errors import InvalidInput
from strp.domain.roster.row import SHEET_ROWS
from strp.domain.screening.screen import REFUSES


def test_every_reason_for_which_the_rules_refuse_is_of_sector_or_cap() -> None:
    covered = {code for reasons in REFUSED_BY.values() for code in reasons}

    assert covered >= REFUSES


@pytest.mark.parametrize("sheet", [0, 1, 4, 5, 499])
def test_a_worker_of_any_sheet_can_be_named(sheet: int) -> None:
    row = sheet * SHEET_ROWS + 7

    assert read_ref(About.WORKER, f"4711/{row}").row == row


def test_a_row_that_no_roster_can_have_is_no_refusal() -> None:
    with pytest.raises(InvalidInput, match="nothing-to-object"):
        read_ref(About.WORKER, "4711/9999999999")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Budi, NIK 3171012301900001, sudah pindah", "Budi, NIK ••••0001, sudah pindah"),
        ("NIK 3171 0123 0190 0001.", "NIK •••• 0001."),
        ("NIB 8120001110001 tetap", "NIB 8120001110001 tetap"),
        ("satu\r\n\r\ndua\u202e", "satu\n\ndua"),
    ],
)
def test_the_text_is_kept_without_a_nik_and_without_what_nobody_sees(
    written: str, kept: str
) -> None:
    assert check_text(written) == kept
    assert check_reason(written) == kept


@pytest.mark.parametrize("written", ["", " \n ", "\u2060", "\u202e", "a" * 2001])
def test_a_text_that_says_nothing_or_too_much_is_told(written: str) -> None:
    with pytest.raises(InvalidInput, match="objection-incomplete"):
        check_text(written)
