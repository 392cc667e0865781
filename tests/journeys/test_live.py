"""The live view, the brief and the open figures, as people meet them: phone, wall, no scripts."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import DESKTOP, PHONE, Demo, Reader, faults, running_demo

SUPERVISOR, ADMINISTRATOR = "penyelia@demo.example", "admin@demo.example"
NIB = "8120001110001"


@pytest.fixture(scope="module")
def day(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A city of its own, so that its numbers are those of this file."""
    with running_demo(tmp_path_factory.mktemp("day")) as running:
        yield running


@pytest.fixture(scope="module")
def supervisor(chromium: Browser, day: Demo) -> Iterator[Reader]:
    context = chromium.new_context(viewport=DESKTOP, locale="id-ID")
    reader = Reader(context, day)
    reader.sign_in(SUPERVISOR)
    yield reader
    context.close()


@pytest.fixture(scope="module")
def representative(chromium: Browser, day: Demo) -> Iterator[Reader]:
    context = chromium.new_context(viewport=PHONE, locale="id-ID")
    reader = Reader(context, day)
    reader.sign_in("hr@demo.example")
    yield reader
    context.close()


def number(reader: Reader, name: str) -> str:
    term = reader.page.locator("#live dt", has_text=name).first
    return term.locator("xpath=following-sibling::dd").inner_text()


def test_a_filing_comes_to_a_view_that_is_open_and_stays_the_same_by_every_door(
    supervisor: Reader, representative: Reader, tmp_path: Path
) -> None:
    supervisor.go("/office/live")
    assert number(supervisor, "Pengajuan") == "0"
    representative.file(NIB, "bank-20.xlsx")
    applications = supervisor.page.locator("#live dt:text-is('Pengajuan') + dd").first
    expect(applications).to_have_text("1")
    assert number(supervisor, "Pekerja") == "20"

    with supervisor.page.expect_download() as saved:
        supervisor.page.evaluate("location.href = '/office/brief/json'")
    saved.value.save_as(tmp_path / "brief.json")
    brief = json.loads((tmp_path / "brief.json").read_text())
    assert brief["numbers"]["applications"] == 1
    assert brief["numbers"]["workers_filed"] == 20
    assert brief["mark"] == "EXERCISE"


@pytest.mark.parametrize("path", ["/office/live", "/office/brief", "/open-data"])
def test_the_pages_are_whole_at_both_widths(supervisor: Reader, path: str) -> None:
    assert not faults(supervisor, path)


def test_the_bars_are_drawn_by_the_library_and_what_was_opened_stays_open(
    supervisor: Reader,
) -> None:
    supervisor.go("/office/live")
    assert supervisor.page.locator("#live .uplot").count() == 3
    supervisor.page.locator("summary", has_text="Angka setiap jam").click()
    with supervisor.page.expect_response("**/office/live/events"):
        pass
    supervisor.page.wait_for_timeout(500)
    expect(supervisor.page.locator("details[data-keep=hours]")).to_have_attribute("open", "")


def test_without_scripts_the_same_numbers_come_with_the_servers_drawing(
    chromium: Browser, day: Demo, supervisor: Reader
) -> None:
    context = chromium.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=False)
    context.add_cookies(supervisor.context.cookies())  # type: ignore[arg-type]
    plain = Reader(context, day)
    plain.go("/office/live")
    assert plain.page.locator("#live svg.strp-chart").count() == 3
    assert plain.page.locator("noscript meta[http-equiv=refresh]").count() == 1
    plain.page.get_by_role("link", name="Hentikan pembaruan").click()
    assert plain.page.locator("noscript meta[http-equiv=refresh]").count() == 0
    context.close()


def test_each_answer_of_the_stream_is_one_event_and_the_same_one_comes_once(
    supervisor: Reader, day: Demo
) -> None:
    cookies = {each["name"]: each["value"] for each in supervisor.context.cookies()}
    with httpx.Client(base_url=day.address, cookies=cookies, timeout=60) as watching:
        first = watching.get("/office/live/events")
        assert first.headers["content-type"].startswith("text/event-stream")
        number = next(line for line in first.text.splitlines() if line.startswith("id: "))
        again = watching.get("/office/live/events", headers={"Last-Event-ID": number[4:]})
        assert "retry: 10000" in again.text
        assert again.text.count("data:") in {0, first.text.count("data:")}


def test_a_stranger_and_an_officer_see_neither_and_the_operations_room_the_live_view_alone(
    chromium: Browser, day: Demo
) -> None:
    with httpx.Client(base_url=day.address, timeout=60) as stranger:
        for path in ("/office/live", "/office/live/events", "/office/brief", "/office/brief/pdf"):
            assert stranger.get(path).status_code in {303, 401}
    expected = {"petugas@demo.example": (403, 403), ADMINISTRATOR: (200, 403)}
    for email, statuses in expected.items():
        context = chromium.new_context(viewport=DESKTOP, locale="id-ID")
        reader = Reader(context, day)
        reader.sign_in(email)
        found = [reader.page.goto(day.address + path) for path in ("/office/live", "/office/brief")]
        assert tuple(each.status for each in found if each) == statuses
        context.close()


def test_the_brief_of_a_day_that_has_not_come_says_what_to_do(supervisor: Reader) -> None:
    supervisor.go("/office/brief?date=2999-01-01")
    assert supervisor.page.locator(".govuk-error-summary").count() == 1


def test_open_figures_are_for_anybody_and_cacheable(day: Demo) -> None:
    with httpx.Client(base_url=day.address, timeout=60) as stranger:
        table, document = stranger.get("/open-data/days.csv"), stranger.get("/open-data/days.json")
        assert "public" in table.headers["cache-control"]
        assert table.text.splitlines()[0].startswith("date,by,code,applications")
        assert {each["name"] for each in document.json()["columns"]} >= {"date", "refused"}
        etag = document.headers["etag"]
        known = stranger.get("/open-data/days.json", headers={"If-None-Match": etag})
        assert known.status_code == 304
