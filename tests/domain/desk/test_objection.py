"""What objections name, and what they are against."""

import pytest

from strp.domain.desk.objection import REFUSED_BY, About, read_ref
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
