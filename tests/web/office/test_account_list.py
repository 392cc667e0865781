"""Officials in bulk through the page, without scripts."""

import re
from html import unescape

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site

ADMIN = "admin.berkas@kota.example"
SEALED = re.compile(r'name="sealed" value="([^"]+)"')
PATH = "/office/accounts/file"


@pytest.fixture
def admin(site: Site) -> Site:
    site.call(add_account, site.system, OPERATOR, Role.ADMINISTRATOR, ADMIN)
    site.sign_in(ADMIN)
    return site


def send(site: Site, text: str) -> str:
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = site.browser.post(PATH, files={"file": ("petugas.csv", text)}, headers=headers)
    return str(answer.text)


def confirm(site: Site, page: str, **fields: str) -> str:
    sealed = SEALED.search(page)
    assert sealed is not None
    return str(site.send(f"{PATH}/confirmed", sealed=unescape(sealed[1]), **fields).text)


def count(page: str, name: str) -> str:
    found = re.search(rf'id="{name}">(\d+)<', page)
    return found[1] if found else ""


def test_a_file_is_shown_then_carried_out_and_ends_who_is_missing(admin: Site) -> None:
    assert admin.get(PATH).status_code == 200
    text = "email,role,unit\nsatu@kel.example,officer,Gambir\ndua@kel.example,officer,Cideng\n"
    shown = send(admin, text)
    assert count(shown, "added") == "2"
    assert count(confirm(admin, shown), "added") == "2"

    shorter = send(admin, "email,role\nsatu@kel.example,officer\n")
    assert "dua@kel.example" in shorter and "Cideng" in shorter
    assert count(confirm(admin, shorter), "ended") == "0"
    assert count(confirm(admin, shorter, end="yes"), "ended") == "1"
    assert "dua@kel.example" not in send(admin, "email,role\nsatu@kel.example,officer\n")


def test_bad_lines_are_shown_and_then_nobody_can_be_ended(admin: Site) -> None:
    confirm(admin, send(admin, "email,role\ntiga@kel.example,officer\n"))
    page = send(admin, "email,role\n=cmd|x,officer\n<b>@x,boss\n")
    assert count(page, "rejected") == "2" and "<b>" not in page
    assert "tiga@kel.example" in page and 'name="end"' not in page
    forced = confirm(admin, page, end="yes")
    assert "Perbaiki berkasnya dulu" in forced


@pytest.mark.parametrize("text", ["", "email\nx", "x" * 1_000_001])
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(admin: Site, text: str) -> None:
    assert 'id="file-error"' in send(admin, text)


def test_what_was_shown_to_one_administrator_is_not_carried_out_by_another(admin: Site) -> None:
    page = send(admin, "email,role\nempat@kel.example,officer\n")
    other = "admin.lain@kota.example"
    admin.call(add_account, admin.system, OPERATOR, Role.ADMINISTRATOR, other)
    admin.sign_in(other)
    assert "Lihat apa yang akan berubah" in confirm(admin, page)
    assert "Lihat apa yang akan berubah" in admin.send(f"{PATH}/confirmed", sealed="AAAA").text


def test_officers_have_no_such_page(site: Site) -> None:
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, "bukan.admin@kota.example")
    site.sign_in("bukan.admin@kota.example")
    assert site.get(PATH).status_code == 403
    assert site.send(f"{PATH}/confirmed", sealed="AAAA").status_code == 403


def test_a_file_that_changes_nothing_says_so_and_asks_for_another(admin: Site) -> None:
    text = "email,role\nempat@kel.example,officer\n"
    confirm(admin, send(admin, text))
    page = send(admin, text + "bukan surel,officer\n")  # a wrong line: nobody can be ended
    assert "data-idle" in page and "Laksanakan" not in page and 'type="file"' in page
    assert "data-idle" not in send(admin, text + "lima@kel.example,officer\n")
