"""The pages of the sign-in: code, link, proof of work, cookies."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from strp.domain.people.guessing import WRONG_CODES_PER_BLOCK, mailbox_of
from strp.domain.rate_limit import RateLimit
from strp.usecases.people import sign_in_guard
from strp.usecases.people.sign_in_guard import count_wrong, scopes_of
from tests.web.conftest import Site

ANI = "ani@contoh.example"
BLOCK = "unknown"


async def guess(site: Site, times: int) -> None:
    """Wrong codes from the browser's own network."""
    async with site.system.database.transaction() as conn:
        for _ in range(times):
            await count_wrong(conn, site.system, scopes_of(site.system, mailbox_of(ANI), BLOCK))


async def forget(site: Site) -> None:
    """Let an hour pass for all counts."""
    async with site.system.database.transaction() as conn:
        for table in ("wrong_code", "mailbox_letters", "sign_in_link", "rate_limit"):
            await conn.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]


@pytest.fixture
def attacked(visitor: Site) -> Iterator[Site]:
    """A site where codes are off for the browser's network."""
    visitor.call(guess, visitor, WRONG_CODES_PER_BLOCK.most)
    yield visitor
    visitor.call(forget, visitor)


def link(site: Site, to: str = ANI) -> str:
    """The path of the link in the last letter."""
    found = site.code(to)
    assert found.startswith(site.system.settings.address)
    return found.removeprefix(site.system.settings.address)


def secret_in(page: Any) -> str:
    found = re.search(r'name="secret" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_link_in_the_letter_leads_to_a_button_that_signs_in(attacked: Site) -> None:
    told = attacked.send("/sign-in", email=ANI)
    assert "Buka tautan di surat Anda" in told.text
    page = attacked.get(link(attacked))
    assert "a•••@contoh.example" in page.text and ANI not in page.text
    inside = attacked.send("/sign-in/link", secret=secret_in(page))
    assert inside.url.path.startswith("/employer")


def test_looking_at_the_link_spends_nothing_and_a_second_press_says_so(attacked: Site) -> None:
    attacked.send("/sign-in", email=ANI)
    path = link(attacked)
    for _ in range(3):
        assert attacked.get(path).status_code == 200
    secret = secret_in(attacked.get(path))
    attacked.send("/sign-in/link", secret=secret)
    again = attacked.send("/sign-in/link", secret=secret)
    assert again.status_code == 404 and "sign-in-link-unknown" in again.text
    assert attacked.get(path).status_code == 404


def test_the_page_of_the_link_tells_its_address_to_nobody(attacked: Site) -> None:
    attacked.send("/sign-in", email=ANI)
    page = attacked.get(link(attacked))
    assert page.headers["referrer-policy"] == "strict-origin"
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_no_other_site_presses_the_button(attacked: Site, headers: dict[str, str]) -> None:
    attacked.send("/sign-in", email=ANI)
    secret = secret_in(attacked.get(link(attacked)))
    refused = attacked.browser.post("/sign-in/link", data={"secret": secret}, headers=headers)
    assert refused.status_code == 403
    assert attacked.send("/sign-in/link", secret=secret).url.path.startswith("/employer")


def test_a_code_that_comes_too_late_brings_a_letter_with_a_link(visitor: Site) -> None:
    visitor.send("/sign-in", email=ANI)
    code = visitor.code(ANI)
    visitor.call(guess, visitor, WRONG_CODES_PER_BLOCK.most)
    told = visitor.send("/sign-in/code", code=code)
    assert "Buka tautan di surat Anda" in told.text
    assert visitor.get(link(visitor)).status_code == 200
    visitor.call(forget, visitor)


def test_the_way_on_is_kept_over_the_link(attacked: Site) -> None:
    attacked.send("/sign-in", email=ANI, next="/rules")
    secret = secret_in(attacked.get(link(attacked)))
    assert attacked.send("/sign-in/link", secret=secret).url.path == "/rules"


def test_known_and_unknown_addresses_see_the_same_page(attacked: Site) -> None:
    def told(email: str) -> str:
        return str(attacked.send("/sign-in", email=email).text.replace(email, ""))

    attacked.send("/sign-in", email=ANI)
    attacked.send("/sign-in/link", secret=secret_in(attacked.get(link(attacked))))
    assert told(ANI) == told("belum@contoh.example") == told(ANI)


def test_a_browser_that_keeps_no_cookies_is_told_so(visitor: Site) -> None:
    sent = visitor.browser.post("/sign-in", data={"email": ANI}, follow_redirects=False)
    visitor.browser.cookies.clear()
    page = visitor.get(sent.headers["location"])
    assert page.status_code == 422 and "kuki diblokir" in page.text
    typed = visitor.send("/sign-in/code", code="123456")
    assert typed.status_code == 422 and "kuki diblokir" in typed.text


def test_a_link_in_a_browser_that_keeps_no_cookies_says_so(attacked: Site) -> None:
    attacked.send("/sign-in", email=ANI)
    secret = secret_in(attacked.get(link(attacked)))
    pressed = attacked.browser.post(
        "/sign-in/link", data={"secret": secret}, follow_redirects=False
    )
    attacked.browser.cookies.clear()
    page = attacked.get(pressed.headers["location"])
    assert page.status_code == 422 and "kuki diblokir" in page.text


@pytest.mark.parametrize(
    "path", ["/employer/claim", "/employer/8120001110001/staff", "/office/revoke"]
)
def test_a_form_of_somebody_not_signed_in_says_that_it_was_not_sent(
    visitor: Site, path: str
) -> None:
    assert "Isian tadi tidak dikirim" in visitor.send(path, nib="8120001110001").text
    assert "Isian tadi" not in visitor.get("/sign-in").text


def test_the_form_that_comes_again_after_signing_in_leads_inside(visitor: Site) -> None:
    visitor.sign_in("dua.kali@contoh.example")
    again = visitor.send("/sign-in/code", code="123456")
    assert again.url.path.startswith("/employer")


def test_past_the_networks_share_the_browser_is_asked_to_compute(
    visitor: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_guard, "PROOF_TRIES", 20)
    one = RateLimit(burst=1, interval=timedelta(minutes=10))
    monkeypatch.setattr(sign_in_guard, "SIGN_IN_LETTERS_PER_BLOCK", one)
    visitor.send("/sign-in", email=ANI)
    page = visitor.send("/sign-in", email="budi@contoh.example", next="/rules")
    assert page.status_code == 429 and page.headers["retry-after"]
    assert "data-challenge" in page.text and 'value="budi@contoh.example"' in page.text
    visitor.call(forget, visitor)


def test_wrong_codes_are_measured(visitor: Site) -> None:
    visitor.send("/sign-in", email=ANI)
    code = int(visitor.code(ANI))
    visitor.send("/sign-in/code", code=f"{(code + 1) % 1_000_000:06d}")
    measured = visitor.get("/metrics").text
    assert re.search(r"^strp_sign_in_wrong_codes 1\.0$", measured, re.MULTILINE)
    visitor.call(forget, visitor)


def test_who_waits_for_a_code_is_told_when_letters_are_late(visitor: Site) -> None:
    assert "Surat sedang terlambat" not in visitor.send("/sign-in", email=ANI).text
    visitor.system.post.oldest_code_s = 90.0
    try:
        told = visitor.get("/sign-in/code")
        assert "Surat sedang terlambat" in told.text
        assert "Letters are late" in visitor.get("/sign-in/code?lang=en").text
    finally:
        visitor.system.post.oldest_code_s = 0.0
