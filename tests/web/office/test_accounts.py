"""Accounts of officials as a list: who, what for, last here when; searched, closed, reopened."""

import re
from typing import Any

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.store import audit
from strp.usecases.people import find_accounts
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site

ADMIN, OFFICER = "admin.daftar@kota.example", "petugas.daftar@kota.example"
NEVER = "pos.daftar@kota.example"
LIST = "/office/accounts"


@pytest.fixture
def admin(site: Site) -> Site:
    """A browser in which an administrator is signed in; an officer was here before."""
    for role, address in (
        (Role.ADMINISTRATOR, ADMIN),
        (Role.OFFICER, OFFICER),
        (Role.INSPECTOR, NEVER),
    ):
        site.call(add_account, site.system, OPERATOR, role, address)
    site.sign_in(OFFICER)
    site.sign_in(ADMIN)
    return site


def row(page: Any, address: str) -> str:
    """The line of an account, as text."""
    lines = re.findall(r"<tr role=\"row\" data-account.*?</tr>", page.text, re.S)
    found = [line for line in lines if address in line]
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def shown(page: Any) -> list[str]:
    return re.findall(r'name="email" value="([^"]+@[^"]+)"><input', page.text)


def test_the_list_tells_role_last_sign_in_and_second_factor(admin: Site) -> None:
    page = admin.get(LIST)
    assert "Petugas pemeriksa" in row(page, OFFICER)
    assert "WIB" in row(page, OFFICER)
    assert "Petugas lapangan" in row(page, NEVER)
    assert "belum pernah" in row(page, NEVER)
    assert "belum dipasang" in row(page, NEVER)
    assert "(Anda)" in row(page, ADMIN)


def test_a_part_of_an_address_finds_it_and_stays_out_of_the_address_of_the_page(
    admin: Site,
) -> None:
    part = admin.send(f"{LIST}/search", q="POS.daf")
    whole = admin.send(f"{LIST}/search", q=OFFICER)
    nobody = admin.send(f"{LIST}/search", q="tidak-ada")
    assert set(shown(part)) == {NEVER}
    assert set(shown(whole)) == {OFFICER}
    assert shown(nobody) == []
    assert "pos.daf" not in str(part.url)


def test_a_role_and_a_state_choose_among_them(admin: Site) -> None:
    officers = admin.send(f"{LIST}/search", q="", role="officer", state="open")
    closed = admin.send(f"{LIST}/search", q="daftar@", state="closed")
    assert str(officers.url).endswith("/office/accounts?role=officer&state=open")
    assert OFFICER in shown(officers) and ADMIN not in shown(officers)
    assert shown(closed) == []


def test_an_account_is_closed_from_its_line_after_a_question_and_opened_again(admin: Site) -> None:
    asked = admin.send(LIST, email=NEVER, word="close")
    closed = admin.send(LIST, email=NEVER, word="close", sure="yes")
    opened = admin.send(LIST, email=NEVER, word="add", role="inspector")
    assert "data-confirm" in asked.text and NEVER in asked.text
    assert "Ditutup" in row(closed, NEVER) and "Buka kembali" in row(closed, NEVER)
    assert "dibuka kembali" in opened.text


def test_pages_follow_each_other_and_hold_no_account_twice(
    admin: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_accounts, "A_PAGE", 2)
    seen: list[str] = []
    onward: str | None = LIST
    while onward:
        page = admin.get(onward)
        here = re.findall(r'data-account="(\d+)"', page.text)
        assert 1 <= len(here) <= 2
        seen += here
        found = re.search(r'href="([^"]+)" rel="next"', page.text)
        onward = found[1].replace("&amp;", "&") if found else None
    assert len(seen) == len(set(seen)) >= 3


def test_a_search_is_recorded_with_how_many_it_showed(admin: Site) -> None:
    admin.send(f"{LIST}/search", q="daftar@kota")
    latest = admin.call(_latest, admin)
    assert (latest.action, latest.detail) == ("accounts-listed", {"accounts": 3})


def test_a_search_opens_no_more_than_its_bound(
    admin: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_accounts, "MOST_OPENED", 2)
    monkeypatch.setattr(find_accounts, "OPENED_AT_ONCE", 1)
    page = admin.send(f"{LIST}/search", q="zzz")
    assert "dari 2 akun" in page.text


async def _latest(site: Site) -> audit.AuditEvent:
    async with site.system.database.connection() as conn:
        found = await audit.events_of(conn, ["accounts"])
    return found[-1]
