"""The proof of work as visitors meet it: computed by a real browser, or without any script."""

import gzip
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from altcha import Challenge, Payload, solve_challenge
from playwright.sync_api import Browser, Route

from tests.journeys.browser import PHONE, Demo, Reader, faults
from tests.journeys.running import Installation, installation

pytestmark = pytest.mark.browser
# From beyond a proxy: whoever is on the machine itself is its operator, and computes nothing.
AWAY = {"X-Forwarded-For": "203.0.113.9"}
WITHOUT = "Ambil nomor tanpa hitungan"
SOLVER = "**/static/pbkdf2-*"
MOST_BYTES = 8 * 1024
Visitor = Callable[..., Reader]


@pytest.fixture(scope="module")
def costly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation in a rush, with the proof of work on."""
    switched_on = {"STRP_PROOF_OF_WORK": "on", "STRP_WAITING_ROOM": "on"}
    with installation(tmp_path_factory.mktemp("costly"), **switched_on) as running:
        yield running


@pytest.fixture
def visitor(chromium: Browser, costly: Installation) -> Iterator[Visitor]:
    """Lets somebody with a phone come from beyond a proxy."""
    contexts = []

    def come(**about: Any) -> Reader:
        context = chromium.new_context(
            viewport=PHONE, locale="id-ID", extra_http_headers=AWAY, **about
        )
        contexts.append(context)
        return Reader(context, Demo(costly.url, costly.folder))

    yield come
    for context in contexts:
        context.close()


def never(route: Route) -> None:
    """Leave a request without an answer."""


def test_a_browser_computes_waits_and_comes_in(visitor: Visitor) -> None:
    reader = visitor()
    with reader.page.expect_request("**/waiting-room/proof") as form:
        reader.go("/sign-in")
    reader.page.wait_for_selector("#email")
    assert "proof=ey" in (form.value.post_data or "") and reader.refused == []


def test_without_scripts_the_button_brings_a_place(visitor: Visitor) -> None:
    reader = visitor(java_script_enabled=False)
    reader.go("/sign-in")
    reader.press(WITHOUT)
    reader.page.wait_for_selector("#email")


def test_a_browser_that_cannot_compute_is_shown_the_button(visitor: Visitor) -> None:
    reader = visitor()
    reader.context.route(SOLVER, lambda route: route.abort())
    reader.go("/sign-in")
    reader.page.get_by_role("button", name=WITHOUT).wait_for()


def test_a_browser_that_keeps_no_cookies_does_not_compute_for_ever(visitor: Visitor) -> None:
    reader = visitor()
    reader.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'cookieEnabled', {get: () => false})"
    )
    reader.go("/sign-in")
    reader.page.get_by_role("button", name=WITHOUT).wait_for()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_is_accessible_while_it_computes(visitor: Visitor, language: str) -> None:
    reader = visitor()
    reader.context.route(SOLVER, never)
    assert faults(reader, f"/sign-in?lang={language}") == {}
    assert reader.page.locator("#progress").inner_text() != ""


def test_the_page_is_accessible_where_it_cannot_compute(visitor: Visitor) -> None:
    reader = visitor()
    reader.context.route(SOLVER, lambda route: route.abort())
    assert faults(reader, "/sign-in") == {}


def test_page_and_scripts_together_are_small(costly: Installation) -> None:
    with httpx.Client(base_url=costly.url, headers=AWAY, timeout=60) as client:
        page = client.get("/sign-in").text
        script = client.get(re.findall(r'script src="(/static/proof-[^"]+)"', page)[0]).text
        solver = client.get(re.findall(r"/static/pbkdf2-[\w-]+\.js", script)[0]).text
    assert sum(len(gzip.compress(each.encode())) for each in (page, script, solver)) < MOST_BYTES


def test_a_program_computes_what_the_answer_asks_for(costly: Installation) -> None:
    with httpx.Client(base_url=costly.url, headers=AWAY, timeout=60) as client:
        asked = client.post("/waiting-room/tickets", json={}).json()
        challenge = Challenge.from_dict(asked["challenge"])
        solution = solve_challenge(challenge)
        assert asked["code"] == "proof-needed" and solution is not None
        proof = Payload(challenge, solution).to_base64()
        assert client.post("/waiting-room/tickets", json={"proof": proof}).status_code == 201
