"""The back button of an officer: nobody is ticked whom the officer did not tick."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Demo, Reader
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.browser
CONTRACTOR = "8120001110016"


def test_going_back_after_a_decision_ticks_nobody_else(
    reader_without_scripts: Reader, chromium: Browser, demo: Demo
) -> None:
    people = fresh_workers(3)
    text = "\n".join(";".join(row) for row in (people[0], *(each.values() for each in people)))
    company = reader_without_scripts
    company.represent(CONTRACTOR)
    company.go(f"/employer/{CONTRACTOR}")
    roster = {"name": "tiga.csv", "mimeType": "text/csv", "buffer": text.encode()}
    company.page.set_input_files("#roster", roster)  # type: ignore[arg-type]
    company.press("Kirim")
    company.page.wait_for_url("**/applications/*")
    officer = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), demo)
    officer.sign_in("petugas@demo.example")
    officer.go(f"/office/applications/{company.page.url.rpartition('/')[2]}")
    officer.press("Ambil pengajuan ini")
    officer.page.locator("input[name=row]").first.check()
    officer.page.get_by_label("Tolak", exact=True).check()
    officer.page.select_option("#reason", "evidence-missing")
    officer.press("Simpan keputusan")
    expect(officer.page.locator("[data-done]")).to_contain_text("Tersimpan")
    officer.page.go_back()

    expect(officer.page.locator("input[name=row]").first).to_be_visible()
    assert officer.page.locator("input[name=row]:checked").count() == 0
    officer.context.close()
