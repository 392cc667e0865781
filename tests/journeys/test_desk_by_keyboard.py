"""The desk by keyboard alone, and without scripts: found, taken, decided, and on to the next."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import DESKTOP, PHONE, Demo, Reader, faults

pytestmark = pytest.mark.browser
# No other journey files for these.
OWN, OWN_NAME = "8120001110015", "Konstruksi Umum Contoh"


def test_an_officer_finds_and_decides_a_filing_by_keyboard_alone(
    reader: Reader, chromium: Browser, demo: Demo
) -> None:
    reader.represent(OWN)
    reader.file(OWN, "bank-20.xlsx")
    officer = Reader(chromium.new_context(viewport=DESKTOP, locale="id-ID"), demo)
    officer.sign_in("petugas@demo.example")
    officer.go("/office")
    keys = officer.page.keyboard
    keys.press("/")
    keys.type(OWN_NAME)
    keys.press("Enter")
    expect(officer.page.locator("[data-found='1']")).to_be_visible()
    assert faults(officer, None) == {}
    officer.page.locator("tbody a").focus()
    keys.press("Enter")
    officer.page.wait_for_url("**/applications/*")
    keys.press("a")
    expect(officer.page.locator(".strp-decision")).to_be_in_viewport()
    assert faults(officer, None) == {}
    keys.press("s")
    keys.press("Enter")
    expect(officer.page.get_by_role("status").first).to_contain_text("Selesai diputus")
    expect(officer.page.get_by_role("button", name="Ambil berkas berikutnya")).to_be_focused()
    assert faults(officer, None) == {}
    officer.context.close()


def test_the_decision_stays_in_view_on_a_phone_and_the_keys_can_be_turned_off(
    reader: Reader, chromium: Browser, demo: Demo
) -> None:
    reader.represent(OWN)
    reader.file(OWN, "bank-20.xlsx")
    officer = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), demo)
    officer.sign_in("petugas@demo.example")
    officer.go(f"/office/applications/{reader.page.url.rpartition('/')[2]}")
    officer.press("Ambil berkas ini")
    expect(officer.page.locator(".strp-decision")).to_be_in_viewport()
    assert faults(officer, None) == {}
    officer.page.locator("#keys-off").evaluate("button => button.click()")
    officer.page.keyboard.press("t")

    expect(officer.page.get_by_label("Tolak", exact=True)).not_to_be_checked()
    officer.context.close()
