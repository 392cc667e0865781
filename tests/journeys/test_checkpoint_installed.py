"""The checkpoint app on a phone over time: new versions, a full disk, no https, long use."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from tests.journeys.inspector import open_app, type_code
from tests.journeys.running import (
    BANK,
    Installation,
    all_workers,
    fresh_workers,
    post_workers,
    until_issued,
)
from tests.journeys.two_versions import two_versions
from tests.journeys.videos import WITHOUT_TLS, chromium_with_camera, code, scene, write_video

pytestmark = pytest.mark.browser


def test_without_tls_it_says_why_there_is_no_camera_and_lets_the_server_judge(
    chromium: Browser, city: Installation, tmp_path: Path
) -> None:
    write_video(tmp_path / "film.mjpeg", [scene()])
    with chromium_with_camera(chromium, tmp_path / "film.mjpeg") as browser:
        page = open_app(browser, city)
        page.goto(f"{city.url.replace('127.0.0.1', WITHOUT_TLS)}/checkpoint")
        said = page.inner_text("#notice")
        found = type_code(page, "STRP1:ABC")
    assert f"https://{WITHOUT_TLS}" in said
    assert found == "UNREADABLE fresh"


def test_a_phone_whose_storage_is_full_still_judges_and_says_so(
    chromium: Browser, city: Installation
) -> None:
    page = open_app(chromium, city)
    page.wait_for_selector("html[data-offline=ready]")
    storage = page.context.new_cdp_session(page)
    storage.send("Storage.clearDataForOrigin", {"origin": city.url, "storageTypes": "all"})
    storage.send("Storage.overrideQuotaForOrigin", {"origin": city.url, "quotaSize": 1})
    page.reload()
    page.wait_for_selector("#warnings li")
    said = page.inner_text("#warnings")
    found = type_code(page, "STRP1:ABC")
    page.context.close()
    assert said.startswith("Penyimpanan ponsel penuh")
    assert found == "UNREADABLE fresh"


def test_what_the_browser_cleared_in_a_shift_is_kept_again(
    chromium: Browser, city: Installation
) -> None:
    page = open_app(chromium, city)
    page.wait_for_selector("html[data-offline=ready]")
    page.evaluate("window.shift = 1")
    storage = page.context.new_cdp_session(page)
    storage.send("Storage.clearDataForOrigin", {"origin": city.url, "storageTypes": "all"})
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(
        """async () => {
            const kept = await navigator.serviceWorker.getRegistration("/checkpoint");
            const names = (await indexedDB.databases()).map((each) => each.name);
            return Boolean(kept?.active) && names.includes("strp-checkpoint");
        }"""
    )
    page.wait_for_selector("html[data-offline=ready]")
    still_there = page.evaluate("window.shift")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-offline=ready]")
    found = type_code(page, "STRP1:ABC")
    page.context.close()
    assert still_there == 1
    assert found == "UNREADABLE fresh"


def test_a_new_version_waits_until_the_officer_or_the_next_start_takes_it(
    chromium: Browser, city: Installation
) -> None:
    with two_versions(city.url) as versions:
        page = open_app(chromium, replace(city, port=versions.port))
        page.wait_for_selector("html[data-offline=ready]")
        page.reload()
        page.evaluate("window.shift = 1")
        versions.release()
        page.evaluate("navigator.serviceWorker.getRegistration().then((each) => each.update())")
        page.wait_for_selector("#new-version:not([hidden])")
        still_there = page.evaluate("window.shift")
        assert is_taken_by_a_start(page, f"strp-checkpoint-{versions.version}")
        page.context.close()
    assert still_there == 1


def is_taken_by_a_start(page: Page, wanted: str) -> bool:
    """Whether a next start takes the new version: Chromium passes over a first one at times.

    The files of the old one go once the new one has taken over, which loads the page anew.
    """
    for _ in range(6):
        page.reload()
        with contextlib.suppress(TimeoutError):
            page.wait_for_function(
                """wanted => {
                    caches.keys().then((names) => { window.names = names; });
                    return window.names?.length === 1 && window.names[0] === wanted;
                }""",
                arg=wanted,
                polling=100,
                timeout=8_000,
            )
            return True
    return False


@pytest.mark.drill
def test_drill_ten_minutes_of_scanning_take_no_more_memory(
    city: Installation, tmp_path: Path, chromium: Browser
) -> None:
    with city.client(BANK) as client:
        application_id = post_workers(client, BANK, fresh_workers(8)).json()["application_id"]
        until_issued(client, application_id)
        serials = [each["serial"] for each in all_workers(client, application_id)]
        texts = [client.get(f"/api/v1/certificates/{serial}.txt").text for serial in serials]
    write_video(tmp_path / "film.mjpeg", [scene(code(text)) for text in texts])
    with chromium_with_camera(chromium, tmp_path / "film.mjpeg") as browser:
        page = open_app(browser, city, permissions=["camera"])
        page.wait_for_selector("[data-verdict]")
        devices = page.context.new_cdp_session(page)
        used = []
        for minutes in (1, 9):
            page.evaluate("window.seen = []")
            page.wait_for_timeout(minutes * 60_000)
            devices.send("HeapProfiler.collectGarbage")
            used.append(devices.send("Runtime.getHeapUsage")["usedSize"])
        judged = len(page.evaluate("window.seen"))
    assert used[1] - used[0] < 1_000_000
    assert judged > 300
