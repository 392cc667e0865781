"""An employer declares its staff on a page and at the JSON door; officials see it."""

import re
from typing import Any

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site

BANK = "8120001110001"
HR = "hr.staff@bank.example"
PAGE = f"/employer/{BANK}/staff"
OFFICER = "petugas.pegawai@kota.example"


@pytest.fixture
def hr(site: Site) -> Site:
    """A browser in which the bank's representative is signed in."""
    site.sign_in(HR)
    if site.get(PAGE).status_code != 200:
        site.send("/employer/claim", nib=BANK)
        site.send(f"/employer/{BANK}/claim", code=site.code(f"hr.{BANK}@perusahaan.example"))
    return site


def facts(page: Any) -> list[str]:
    return re.findall(r"<dd>([^<]*)</dd>", page.text)


def test_declared_numbers_count_at_once(hr: Site) -> None:
    assert hr.get(PAGE).status_code == 200

    saved = hr.send(PAGE, service="9.000", administration="100", partners="500")

    assert "Tersimpan" in saved.text
    assert facts(saved) == ["9.500", "100"]


def test_a_number_that_is_none_comes_back_as_typed(hr: Site) -> None:
    answer = hr.send(PAGE, service="ribuan", administration="1")

    assert answer.status_code == 422
    assert 'value="ribuan"' in answer.text


def test_officials_see_what_was_declared_and_say_that_they_looked(hr: Site) -> None:
    hr.send(PAGE, service="99.000", administration="100")
    hr.call(add_account, hr.system, OPERATOR, Role.OFFICER, OFFICER)
    hr.sign_in(OFFICER)
    listed = hr.get("/office/employers").text
    page = hr.get(f"/office/employers/{BANK}")
    moment = re.findall(r'name="declared_at" value="([^"]+)"', page.text)[0]

    seen = hr.send(f"/office/employers/{BANK}", word="seen", declared_at=moment)

    assert BANK in listed
    assert "99.000" in page.text
    assert 'value="seen"' not in seen.text
    assert f"/office/employers/{BANK}" not in hr.get("/office/employers").text


def test_the_json_door_takes_the_same(hr: Site) -> None:
    path = f"/api/v1/employers/{BANK}/staff"
    same_site = {"Sec-Fetch-Site": "same-origin"}

    good = hr.browser.put(path, json={"service": 10, "administration": 5}, headers=same_site)
    bad = hr.browser.put(path, json={"service": -1, "administration": 5}, headers=same_site)

    assert good.status_code == 200
    assert good.json()["partners"] == 0
    assert bad.status_code in {400, 422}
    assert "/api/v1/employers/{nib}/staff" in hr.get("/api/v1/openapi.json").json()["paths"]
