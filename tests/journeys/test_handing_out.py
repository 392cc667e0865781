"""An HR officer brings certificates to the workers: by messenger, by copy, on paper."""

import csv
import io
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, FilePayload, expect

from tests.journeys.browser import PHONE, Demo, Reader
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.browser
TELECOM = "8120001110005"
SHARE = (
    "Object.defineProperty(navigator, 'share', {value: async given => { window.given = given; }})"
)


@pytest.fixture(scope="module")
def hr(chromium: Browser, demo: Demo) -> Iterator[Reader]:
    """On the page of a filing of two, one with a phone, whose certificates are made."""
    context = chromium.new_context(
        viewport=PHONE, locale="id-ID", permissions=["clipboard-read", "clipboard-write"]
    )
    # A phone has a sheet to share by; this browser has none.
    context.add_init_script(SHARE)
    reader = Reader(context, demo)
    reader.represent(TELECOM)
    reader.go(f"/employer/{TELECOM}")
    reader.page.set_input_files("#roster", roster())
    reader.press("Kirim")
    reader.page.wait_for_url("**/applications/*")
    reader.wait_for_certificates()
    reader.page.locator("#workers details").evaluate_all(
        "all => all.forEach(each => each.open = true)"
    )
    yield reader
    context.close()


def roster() -> FilePayload:
    one, other = fresh_workers(2)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*one, "telepon"])
    writer.writeheader()
    writer.writerows([one | {"telepon": "0812-3456-7890"}, other])
    return FilePayload(name="a.csv", mimeType="text/csv", buffer=text.getvalue().encode())


def read_link(picture: bytes) -> str:
    [found] = zxingcpp.read_barcodes(
        Image.open(io.BytesIO(picture)), formats=zxingcpp.BarcodeFormat.QRCode
    )
    return str(found.text)


def links(hr: Reader) -> list[str]:
    found = hr.page.locator("#workers a[href^='/c/']").all()
    return [hr.demo.address + str(each.get_attribute("href")) for each in found]


def test_a_worker_with_a_phone_has_a_chat_with_the_text_written(hr: Reader) -> None:
    [chat] = hr.page.locator("#workers a[href^='https://wa.me/']").all()
    parts = urlsplit(str(chat.get_attribute("href")))
    assert parts.path == "/6281234567890"
    assert links(hr)[0] in parse_qs(parts.query)["text"][0]
    assert chat.get_attribute("referrerpolicy") == "no-referrer"


def test_a_link_is_copied_and_the_page_says_so(hr: Reader) -> None:
    hr.page.get_by_role("button", name="Salin").nth(1).click()
    expect(hr.page.locator("#hand-out-said")).to_contain_text("Tautan disalin:")
    assert hr.page.evaluate("navigator.clipboard.readText()") == links(hr)[1]


def test_a_link_is_shared_by_what_the_phone_has(hr: Reader) -> None:
    hr.page.get_by_role("button", name="Bagikan").first.click()
    assert links(hr)[0] in hr.page.evaluate("window.given.text")


def test_nothing_is_offered_that_a_browser_without_scripts_cannot_do(
    hr: Reader, reader_without_scripts: Reader
) -> None:
    plain = reader_without_scripts
    plain.context.add_cookies(hr.context.cookies())  # type: ignore[arg-type]
    plain.go(urlsplit(hr.page.url).path)
    assert plain.page.locator("#workers tbody button").count() == 0
    assert plain.page.locator("#workers a[href^='https://wa.me/']").count() == 1
    plain.page.get_by_role("link", name="Lembar untuk dicetak dan digunting").click()
    expect(plain.page.locator(".strp-slip")).to_have_count(2)


def test_the_qr_of_a_slip_is_the_private_link(hr: Reader) -> None:
    path = urlsplit(hr.page.url).path
    expected = links(hr)
    hr.go(f"{path}/links")
    hr.page.emulate_media(media="print")
    slips = hr.page.locator(".strp-slip__qr").all()
    slips = hr.page.locator(".strp-slip__qr").all()
    assert [read_link(slip.screenshot()) for slip in slips] == expected
    expect(hr.page.locator(".strp-header")).to_be_hidden()
    hr.page.emulate_media(media="screen")
    hr.go(path)


def test_both_lists_are_downloads(hr: Reader) -> None:
    for form in ("Excel", "CSV"):
        with hr.page.expect_download() as download:
            hr.page.locator("#workers").get_by_role("link", name=form, exact=True).click()
        assert "-tautan." in download.value.suggested_filename


def test_what_is_printed_shows_no_private_link(hr: Reader, reader: Reader) -> None:
    reader.context.add_cookies(hr.context.cookies())  # type: ignore[arg-type]
    for path in (urlsplit(hr.page.url).path, urlsplit(links(hr)[0]).path):
        reader.go(path)
        reader.page.emulate_media(media="print")
        written = reader.page.evaluate(
            """() => [...document.querySelectorAll("a[href]")]
                .filter((each) => each.checkVisibility())
                .map((each) => getComputedStyle(each, "::after").content)"""
        )
        assert {*written} <= {"none", "normal"}
        assert reader.page.locator("a[href^='/c/']:visible").count() == 0
