"""Colleagues on pages: who leaves is asked first, a wrong code keeps the masked address."""

import pytest

from tests.web.conftest import Site

NIB = "8120001110005"
HR = "hr.rekan@telko.example"
PEOPLE = f"/employer/{NIB}/people"


@pytest.fixture
def hr(site: Site) -> Site:
    site.sign_in(HR)
    return site


def test_a_wrong_claim_code_keeps_the_masked_address(hr: Site) -> None:
    claimed = hr.send("/employer/claim", nib=NIB)
    wrong = hr.send(f"/employer/{NIB}/claim", code="000000")
    assert wrong.status_code == 422
    assert "@p" in wrong.text and "data-sent-to" in wrong.text
    assert "hr.8120001110005@" not in wrong.text + claimed.text


def test_who_acts_sees_for_whom_and_leaves_only_after_a_question(hr: Site) -> None:
    code = hr.code(f"hr.{NIB}@perusahaan.example")
    hr.send(f"/employer/{NIB}/claim", code=code)
    page = hr.get(PEOPLE)
    asked = hr.send(PEOPLE, word="leave")
    still = hr.get(PEOPLE)
    left = hr.send(PEOPLE, word="leave", sure="yes")
    assert "data-acting" in page.text and f"NIB {NIB}" in page.text
    assert "data-confirm" in asked.text and "Tidak ada penanggung jawab lain" in asked.text
    assert still.status_code == 200
    assert "Anda tidak mewakili perusahaan itu lagi" in left.text
    assert hr.get(PEOPLE).status_code == 403


@pytest.mark.parametrize("account", ["0", "-1", "99999999999999999999"])
def test_a_number_that_is_no_colleague_changes_nothing(hr: Site, account: str) -> None:
    answer = hr.send(PEOPLE, account_id=account, word="remove")
    assert answer.status_code in {200, 403}
