"""The second factor through the pages, without scripts."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.domain.people.second_factor import time_step
from strp.outside.authenticator_app import code_at
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site

OFFICER = "dua.langkah@kota.example"
SEALED = re.compile(r'name="sealed" value="([^"]+)"')
KEY = re.compile(r'id="key">([A-Z2-7 ]+)<')
CODES = re.compile(r"<li>([0-9A-Z-]{14})</li>")


@pytest.fixture
def real(site: Site) -> Iterator[Site]:
    """The site where officials need a second factor, to the end of the test."""
    settings = site.system.settings
    object.__setattr__(site.system, "settings", replace(settings, second_factor="required"))
    site.browser.cookies.clear()
    yield site
    object.__setattr__(site.system, "settings", settings)
    site.browser.cookies.clear()


def shown(key: str, site: Site, later: int = 0) -> str:
    secret = base64.b32decode(key.replace(" ", ""))
    return code_at(secret, time_step(site.system.clock()) + later)


def test_an_official_is_led_to_set_up_a_factor_and_comes_back_with_it(real: Site) -> None:
    real.call(add_account, real.system, OPERATOR, Role.OFFICER, OFFICER)
    real.send("/sign-in", email=OFFICER, next="/office/claims")
    page = real.send("/sign-in/code", code=real.code(OFFICER))
    assert "Pasang faktor kedua" in page.text
    assert real.get("/office", follow_redirects=False).status_code == 303

    wrong = real.send("/sign-in/second/app", code="000000", sealed=_field(SEALED, page.text))
    assert wrong.status_code == 422 and "wrong-factor" not in wrong.text
    key, sealed = _field(KEY, wrong.text), _field(SEALED, wrong.text)
    assert key == _field(KEY, real.send("/sign-in/second/app", code="1", sealed=sealed).text)

    done = real.send(
        "/sign-in/second/app", code=shown(key, real), sealed=sealed, next="/office/claims"
    )
    codes = CODES.findall(done.text)
    assert len(codes) == 10 and 'href="/office/claims"' in done.text
    assert real.get("/office").status_code == 200

    real.browser.cookies.clear()
    real.send("/sign-in", email=OFFICER)
    asked = real.send("/sign-in/code", code=real.code(OFFICER))
    assert "Langkah kedua" in asked.text and "Pasang faktor kedua" not in asked.text
    assert real.send("/sign-in/second", code="123").status_code == 422
    inside = real.send("/sign-in/second", code=shown(key, real, later=1))
    assert inside.url.path == "/office"

    own = real.get("/account/security")
    assert "10 kode belum dipakai" in own.text and "Hapus aplikasi" in own.text
    kept = real.send("/account/security", word="remove-app")
    assert kept.status_code == 422 and "satu-satunya" in kept.text

    renewed = CODES.findall(real.send("/account/security", word="renew-codes").text)
    assert len(renewed) == 10 and set(renewed).isdisjoint(codes)
    real.browser.cookies.clear()
    real.send("/sign-in", email=OFFICER)
    real.send("/sign-in/code", code=real.code(OFFICER))
    assert real.send("/sign-in/second", code=renewed[2].lower()).url.path == "/office"


def test_the_second_step_without_the_first_begins_again(real: Site) -> None:
    assert real.get("/sign-in/second").status_code == 422
    assert "Langkah masuk ini sudah berakhir" in real.send("/sign-in/second", code="123456").text
    assert real.send("/sign-in/second/app", code="123456", sealed="AAAA").status_code == 422


def test_another_accounts_envelope_sets_nothing_up(real: Site) -> None:
    for name in ("satu", "lain"):
        real.call(add_account, real.system, OPERATOR, Role.AUDITOR, f"{name}@kota.example")
    real.send("/sign-in", email="satu@kota.example")
    page = real.send("/sign-in/code", code=real.code("satu@kota.example"))
    key, sealed = _field(KEY, page.text), _field(SEALED, page.text)
    real.browser.cookies.clear()
    real.send("/sign-in", email="lain@kota.example")
    real.send("/sign-in/code", code=real.code("lain@kota.example"))
    forged = real.send("/sign-in/second/app", code=shown(key, real), sealed=sealed)
    assert forged.status_code == 422 and not CODES.findall(forged.text)


def test_representatives_have_no_page_of_second_factors(site: Site) -> None:
    site.sign_in("orang.lain@bank.example")
    assert site.get("/account/security").status_code == 403
    assert site.send("/account/security", word="renew-codes").status_code == 403


def test_an_exercise_says_that_no_second_factor_is_needed(site: Site) -> None:
    site.call(add_account, site.system, OPERATOR, Role.ADMINISTRATOR, "latihan@kota.example")
    site.sign_in("latihan@kota.example")
    for path in ("/account/security", "/office/accounts"):
        assert 'id="not-required"' in site.get(path).text


def _field(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found is not None
    return unescape(found[1])
