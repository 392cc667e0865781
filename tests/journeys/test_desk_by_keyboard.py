"""The desk by keyboard alone: a filing is found, taken, decided, and the next is one key away."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import DESKTOP, PHONE, Demo, Reader, faults

pytestmark = pytest.mark.browser
# No other journey files for these. Workers whom both have come before an officer.
FIRST, OWN, OWN_NAME = "8120001110018", "8120001110015", "Konstruksi Umum Contoh"


def test_an_officer_finds_and_decides_a_filing_by_keyboard_alone(
    reader: Reader, chromium: Browser, demo: Demo
) -> None:
    rival = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), demo)
    rival.represent(FIRST)
    rival.file(FIRST, "bank-20.xlsx")
    rival.context.close()
    reader.represent(OWN)
    reader.file(OWN, "bank-20.xlsx")
    officer = Reader(chromium.new_context(viewport=DESKTOP, locale="id-ID"), demo)
    officer.sign_in("petugas@demo.example")
    officer.go("/office")
    expect(officer.page.locator("#keys")).to_be_visible()
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
    officer.page.wait_for_url("**/applications/*state=pending")
    expect(officer.page.locator(".strp-decision")).to_be_in_viewport()
    assert faults(officer, None) == {}
    officer.page.set_viewport_size(PHONE)
    expect(officer.page.locator("#save")).to_be_in_viewport()
    officer.page.set_viewport_size(DESKTOP)
    turn_off = officer.page.locator("#keys-off")
    turn_off.click()
    keys.press("t")
    expect(officer.page.get_by_label("Tolak", exact=True)).not_to_be_checked()
    turn_off.click()
    keys.press("s")
    keys.press("Enter")
    expect(officer.page.get_by_role("status").first).to_contain_text("Selesai diputus")
    expect(officer.page.get_by_role("button", name="Ambil pengajuan berikutnya")).to_be_focused()
    officer.context.close()
