"""From the roster on an HR officer's desk to the QR on a worker's phone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Demo, Reader
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.browser
FACTORY, HOSPITAL, LOGISTICS = "8120001110002", "8120001110003", "8120001110004"
WATER, CONTRACTOR, WAREHOUSE = "8120001110006", "8120001110016", "8120001110005"
# `wait_for_function` takes a promise for true: what is asked of a cache is awaited in the page.
UNTIL_KEPT = """async () => {
    while (!(await caches.match(location.href, { ignoreVary: true }))) {
        await new Promise((again) => setTimeout(again, 20));
    }
}"""


def test_an_hr_officer_learns_that_the_company_files_and_begins(reader: Reader) -> None:
    reader.go("/")
    reader.page.get_by_role("link", name="Apakah saya perlu STRP?").click()
    reader.page.get_by_label("Perusahaan", exact=True).check()
    reader.press("Lanjut")
    reader.page.get_by_label("Berapa NIB perusahaan Anda?").fill("8120 0011 1000 1")
    reader.press("Lanjut")
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text(
        "Ya, perusahaan Anda mengajukan"
    )
    reader.page.get_by_role("button", name="Ajukan sekarang").click()

    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Masuk")


def test_a_clean_roster_becomes_certificates_that_open_without_a_network(
    reader: Reader, chromium: Browser, demo: Demo
) -> None:
    reader.represent(FACTORY)
    reader.file(FACTORY, "pabrik-2000.csv")
    link = reader.wait_for_certificates()[0]
    phone = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), demo)
    phone.go(link)
    phone.page.evaluate("navigator.serviceWorker.ready")
    phone.page.evaluate(UNTIL_KEPT)
    phone.context.set_offline(True)
    phone.page.reload()

    expect(phone.page.locator("[data-verdict=EXERCISE]")).to_be_visible()
    assert phone.page.locator("link[rel=stylesheet]").evaluate("link => link.sheet !== null")
    phone.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=5))
    phone.page.reload()
    expect(phone.page.get_by_text("Tanpa jaringan: setelah itu surat ini")).to_be_visible()
    phone.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=60))
    phone.page.reload()
    expect(phone.page.locator("[data-verdict=EXPIRED]")).to_be_visible()
    expect(phone.page.locator(".strp-permit__qr")).to_have_count(0)
    phone.context.close()


def test_a_roster_with_mistakes_shows_each_line_and_lets_the_others_through(
    reader: Reader,
) -> None:
    reader.represent(LOGISTICS)
    reader.file(LOGISTICS, "logistik-galat.csv")

    rows = reader.page.locator("#problems [data-rows]").all_inner_texts()
    assert sorted(int(row) for row in rows) == [11, 14, 22, 27]
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="Unduh baris yang perlu diperbaiki").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_a_file_that_cannot_be_read_stays_on_the_page_with_the_reason(reader: Reader) -> None:
    reader.represent(WATER)
    reader.go(f"/employer/{WATER}")
    reader.page.set_input_files(
        "#roster", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    )
    reader.press("Kirim")

    expect(reader.page.locator(".govuk-error-summary")).to_be_visible()


def test_a_session_that_ended_during_an_upload_loses_nothing(
    reader: Reader, tmp_path: Path
) -> None:
    # Workers of its own: whom another employer has filed, an officer would have to look at.
    people = fresh_workers(2)
    roster = tmp_path / "juli.csv"
    roster.write_text(
        "\n".join(",".join(row) for row in (people[0], *(p.values() for p in people)))
    )
    reader.represent(WAREHOUSE)
    reader.go(f"/employer/{WAREHOUSE}")
    reader.page.set_input_files("#roster", roster)
    form = reader.page
    # As the form of somebody who is not signed in is answered; a busy machine might say so instead.
    form.route(
        "**/applications",
        lambda route: route.fulfill(status=303, headers={"Location": "/sign-in?unsent=1"}),
        times=1,
    )
    form.get_by_role("button", name="Kirim", exact=True).click()
    expect(form.locator("#progress-text")).to_contain_text("tidak ada yang dikirim")
    with reader.context.expect_page() as opened:
        form.get_by_role("link", name="Masuk di tab baru").click()
    reader.page = opened.value
    reader.sign_in(f"hrd.{WAREHOUSE}@journey.example")
    reader.page = form
    form.get_by_role("button", name="Kirim", exact=True).click()
    form.wait_for_url("**/applications/*")
    expect(form.locator("[data-file]")).to_have_text("juli.csv")


def test_everything_works_without_scripts(reader_without_scripts: Reader) -> None:
    reader = reader_without_scripts
    reader.represent(HOSPITAL)
    reader.file(HOSPITAL, "rumah-sakit-excel.xlsx")

    expect(reader.page.locator("#receipt")).to_contain_text("Tanda terima")
    assert reader.page.locator("#problems [data-rows]").count() > 0


def test_an_officer_decides_what_screening_refers(
    reader: Reader, chromium: Browser, demo: Demo
) -> None:
    reader.represent(CONTRACTOR)
    reader.file(CONTRACTOR, "bank-20.xlsx")
    officer = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), demo)
    officer.sign_in("petugas@demo.example")
    # Others of the shared demo may be due before it, so it is not asked for as the next one.
    officer.go(f"/office/applications/{reader.page.url.rpartition('/')[2]}")
    officer.press("Ambil pengajuan ini")
    expect(officer.page.locator("h1")).to_contain_text("Gedung Contoh Kontraktor")
    officer.page.locator("input[name=row]").first.check()
    officer.page.get_by_label("Tolak", exact=True).check()
    officer.page.select_option("#reason", "evidence-missing")
    officer.press("Simpan keputusan")
    officer.page.get_by_label("Setujui", exact=True).check()
    officer.page.get_by_label("Semua yang masih menunggu").check()
    officer.press("Simpan keputusan")
    expect(officer.page.get_by_role("status")).to_contain_text("Selesai diputus")
    officer.context.close()
    reader.page.reload()

    expect(reader.page.locator(".strp-filter")).to_contain_text("Ditolak 1")
    expect(reader.page.locator(".strp-filter")).to_contain_text("Disetujui 19")
