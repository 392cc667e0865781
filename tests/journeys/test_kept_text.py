"""A form whose session had ended: what was typed is there again, for the same reader alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Demo, Reader

BANK = "8120001110001"
OFFICER = "petugas@demo.example"
SUPERVISOR = "penyelia@demo.example"
REASON = "Nama pada surat tidak sama dengan KTP, lihat berkas kepegawaian."


@pytest.fixture
def officer(chromium: Browser, demo: Demo) -> Iterator[Reader]:
    context = chromium.new_context(viewport=PHONE, locale="id-ID")
    reader = Reader(context, demo)
    reader.sign_in(OFFICER)
    yield reader
    context.close()


def type_and_lose_the_session(reader: Reader) -> None:
    reader.go("/office/revoke")
    reader.page.fill("#nib", BANK)
    reader.page.fill("#reason", REASON)
    reader.context.clear_cookies()
    reader.page.locator("main form button").first.click()
    expect(reader.page.locator("[data-unsent]")).to_be_visible()
    expect(reader.page.locator("#text-is-kept")).to_be_visible()


def sign_in_here(reader: Reader, email: str) -> None:
    before = len(reader.demo.letters(email))
    reader.page.fill("#email", email)
    reader.press("Kirim kode")
    reader.page.fill("#code", reader.demo.code(email, before))
    reader.press("Masuk")


def test_the_same_reader_finds_it_again_once(officer: Reader) -> None:
    type_and_lose_the_session(officer)
    sign_in_here(officer, OFFICER)
    officer.page.wait_for_url("**/office/revoke")
    expect(officer.page.locator("#kept-text")).to_be_visible()
    expect(officer.page.locator("#reason")).to_have_value(REASON)
    expect(officer.page.locator("#nib")).to_have_value(BANK)
    officer.go("/office/revoke")
    expect(officer.page.locator("#reason")).to_have_value("")
    expect(officer.page.locator("#kept-text")).to_be_hidden()


def test_another_reader_of_the_same_tab_finds_nothing_of_it(officer: Reader) -> None:
    type_and_lose_the_session(officer)
    sign_in_here(officer, SUPERVISOR)
    officer.go("/office/revoke")
    expect(officer.page.locator("#reason")).to_have_value("")
    assert officer.page.evaluate("sessionStorage.getItem('strp-kept-text')") is None


def test_a_form_that_was_answered_leaves_nothing_behind(officer: Reader) -> None:
    officer.go("/office/revoke")
    officer.page.fill("#reason", REASON)
    officer.page.locator("main form button").first.click()
    officer.page.wait_for_load_state()
    officer.go("/office")
    assert officer.page.evaluate("sessionStorage.getItem('strp-kept-text')") is None
