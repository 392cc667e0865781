"""An HR officer with 2,000 rows on a slow line: the session ends, or the line breaks, meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import ROSTERS, Reader

pytestmark = pytest.mark.browser
CEMENT = "8120001110008"
UPLINK_BYTES_PER_S = 100_000  # the roster has 190 KB


@contextmanager
def slow(reader: Reader) -> Iterator[None]:
    """The reader's line, slow for a while."""
    session = reader.context.new_cdp_session(reader.page)
    for speed in (UPLINK_BYTES_PER_S, -1):
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 200 if speed > 0 else 0, "downloadThroughput": -1,
             "uploadThroughput": speed},
        )  # fmt: skip
        if speed > 0:
            yield


def choose(reader: Reader) -> None:
    reader.go(f"/employer/{CEMENT}")
    reader.page.set_input_files("#roster", ROSTERS / "pabrik-2000.csv")


def test_who_was_signed_out_meanwhile_is_told_and_files_once_signed_in_again(
    reader: Reader,
) -> None:
    reader.represent(CEMENT)
    choose(reader)
    reader.context.clear_cookies(name="strp_session")
    form = reader.page
    with slow(reader):
        form.get_by_role("main").get_by_role("button", name="Kirim", exact=True).click()
        told = form.locator("#progress-text")
        expect(told).to_contain_text("tidak ada yang dikirim")
    with reader.context.expect_page() as opened:
        form.get_by_role("link", name="Masuk di tab baru").click()
    reader.page = opened.value
    reader.sign_in(f"hrd.{CEMENT}@journey.example")
    reader.page = form
    with slow(reader):
        reader.press("Kirim")
        reader.page.wait_for_url("**/applications/*")
    expect(reader.page.get_by_role("main")).to_contain_text("Sudah tersimpan")
    # The line breaks while the same is sent again; the page says so and keeps the file.
    choose(reader)
    reader.context.set_offline(True)
    reader.page.get_by_role("main").get_by_role("button", name="Kirim", exact=True).click()
    expect(reader.page.locator("#progress-text")).to_contain_text("Sambungan terputus")
    reader.context.set_offline(False)
    reader.press("Kirim")
    reader.page.wait_for_url("**/applications/*")
