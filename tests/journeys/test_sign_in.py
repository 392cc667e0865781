"""Sign-in in a real browser while strangers ask for letters in somebody's name and network."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from strp.domain.people.guessing import CODE_LETTERS_PER_HOUR
from tests.journeys.browser import AXE, MAIL_WITHIN_S, PHONE, RULES, Demo, Reader, faults

pytestmark = pytest.mark.browser
LANGUAGES = ("id", "en")
SOLVER = "**/static/pbkdf2-*"
Person = Callable[[str], Reader]


def flood(demo: Demo, block: str, emails: list[str]) -> None:
    """Ask for letters as a program does."""
    with httpx.Client(headers={"X-Forwarded-For": block}, timeout=60) as stranger:
        for email in emails:
            stranger.post(f"{demo.address}/sign-in", data={"email": email})


@pytest.fixture
def person(chromium: Browser, demo: Demo) -> Iterator[Person]:
    """Lets somebody with a phone come from a network."""
    contexts = []

    def come(address: str) -> Reader:
        context = chromium.new_context(
            viewport=PHONE, locale="id-ID", extra_http_headers={"X-Forwarded-For": address}
        )
        contexts.append(context)
        return Reader(context, demo)

    yield come
    for context in contexts:
        context.close()


def link(demo: Demo, email: str) -> str:
    """The path in the last letter that holds a link, once there is one."""
    end = time.monotonic() + MAIL_WITHIN_S
    while not (letters := [each for each in demo.letters(email) if "/sign-in/link/" in each]):
        assert time.monotonic() < end, f"no link to {email}"
        time.sleep(0.1)
    [line] = [line for line in letters[-1].splitlines() if "/sign-in/link/" in line][:1]
    return line.strip().removeprefix(demo.address)


def test_whoever_is_flooded_signs_in_by_the_link_of_the_last_letter(
    demo: Demo, person: Person
) -> None:
    email, owner = "banjir@journey.example", person("192.0.2.7")
    flood(demo, "198.51.100.7", [email] * CODE_LETTERS_PER_HOUR)
    owner.go("/sign-in")
    owner.page.fill("#email", email)
    owner.press("Kirim kode")
    expect(owner.page.get_by_role("main")).to_contain_text("Buka tautan di surat Anda")
    assert {each: faults(owner, f"/sign-in/code?lang={each}") for each in LANGUAGES} == {
        each: {} for each in LANGUAGES
    }
    path = link(demo, email)
    assert {each: faults(owner, f"{path}?lang={each}") for each in LANGUAGES} == {
        each: {} for each in LANGUAGES
    }
    with owner.page.expect_request("**/sign-in/link") as pressed:
        owner.page.get_by_role("main").get_by_role("button").click()
    assert path not in pressed.value.headers.get("referer", "")
    owner.page.wait_for_url("**/employer/**")


@contextmanager
def flooded(demo: Demo, address: str) -> Iterator[None]:
    """A network in which one program asks for as many letters as it gets, all the time."""
    refused, stop = Event(), Event()

    def ask_on() -> None:
        with httpx.Client(headers={"X-Forwarded-For": address}, timeout=60) as stranger:
            for number in itertools.count():
                if stop.is_set():
                    return
                form = {"email": f"korban{number}@journey.example"}
                answer = stranger.post(f"{demo.address}/sign-in", data=form)
                if answer.status_code == 429:
                    refused.set()
                    stop.wait(0.05)

    thread = Thread(target=ask_on)
    thread.start()
    try:
        assert refused.wait(120)
        yield
    finally:
        stop.set()
        thread.join()


def never(route: Route) -> None:
    """Leave a request without an answer."""


def test_whoever_shares_a_network_with_a_flood_computes_and_signs_in(
    demo: Demo, person: Person
) -> None:
    reader = person("203.0.113.8")
    with flooded(demo, "203.0.113.7"):
        reader.context.route(SOLVER, never)
        for number in range(5):  # one a second gets a letter without computing
            reader.go("/sign-in")
            reader.page.fill("#email", f"menghitung{number}@journey.example")
            reader.press("Kirim kode")
            if reader.page.locator("#proof").count():
                break
        expect(reader.page.get_by_role("main")).to_contain_text("Sedang menghitung")
        reader.page.evaluate(AXE.read_text())
        found = reader.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [rule["id"] for rule in found["violations"]] == []
        reader.context.unroute(SOLVER)
        reader.sign_in("tetangga@journey.example")
        reader.page.wait_for_url("**/employer/**")
    assert reader.refused == []
