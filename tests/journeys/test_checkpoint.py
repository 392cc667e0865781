"""The checkpoint app in Chromium, with a camera that shows a film, and with the network off."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from PIL import ImageOps
from playwright.sync_api import Browser, BrowserContext, Page, Route

from strp.domain.identifiers import PeriodId
from strp.domain.rules.policy import Admits, CheckpointRule, CheckpointWindow
from strp.domain.text import Text
from tests.credential.claim_cases import PERIOD
from tests.credential.verdict_vectors import DAY, HOUR, REVOKED, SUSPENDED, Maker
from tests.journeys.browser import AXE, PHONE, RULES, Demo, Reader
from tests.journeys.videos import chromium_with_camera, code, scene, write_video

pytestmark = pytest.mark.browser
BANK = "8120001110001"
WIDTHS = (360, 412)
NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
THIS = PERIOD._replace(starts_on=TODAY - DAY * 3, ends_on=TODAY + DAY * 3)
LAST = PERIOD._replace(number=PeriodId(2), starts_on=TODAY - DAY * 30, ends_on=TODAY - DAY * 9)
CRITICAL_ALONE = CheckpointRule(
    code="road",
    name=Text("Pos jalan", "Road checkpoint"),
    from_on=None,
    until_on=None,
    windows=(CheckpointWindow(time(0), time(0), Admits.SECTORS, ("E-e",)),),
    citation="-",
)
# Keeps what was shown, since a film shows a code for less than a second.
SEEN = """
window.seen = [];
new MutationObserver(() => {
  for (const card of document.querySelectorAll("[data-verdict]")) {
    const name = card.querySelector(".cp-person__name")?.textContent ?? "";
    window.seen.push(`${card.dataset.verdict} ${card.dataset.fresh} ${name}`.trim());
  }
}).observe(document, { childList: true, subtree: true });
"""


class Held(NamedTuple):
    """Certificates of an installation of our own making, and its bundle."""

    maker: Maker
    texts: dict[str, str]

    def bundle(self, **changes: Any) -> bytes:
        """Its bundle of now, or of another time."""
        at = changes.pop("at", NOW)
        parts = {"periods": [THIS, LAST], "checkpoints": [CRITICAL_ALONE]} | changes
        return self.maker.bundle(at, **parts)


@pytest.fixture(scope="module")
def held() -> Held:
    maker = Maker()
    gas: dict[str, Any] = {"sector": "E-e", "issued_at": NOW - HOUR}
    return Held(
        maker,
        {
            "valid": maker.text(holder="Valid", **gas),
            "inverted": maker.text(holder="Inverted", **gas),
            "mirrored": maker.text(holder="Mirrored", **gas),
            "left": maker.text(holder="Left", **gas),
            "right": maker.text(holder="Right", **gas, status_index=SUSPENDED),
            "revoked": maker.text(holder="Revoked", **gas, status_index=REVOKED),
            "expired": maker.text(holder="Expired", **gas, period_id=LAST.number),
            "outside": maker.text(holder="Outside", sector="E-a", issued_at=NOW - HOUR),
            "forged": maker.text(maker.stranger, holder="Forged", **gas),
            "link": "https://strp.example/c/abc",
        },
    )


@pytest.fixture(scope="module")
def camera(
    chromium: Browser, held: Held, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    film = tmp_path_factory.mktemp("film") / "film.mjpeg"
    codes = {name: code(text) for name, text in held.texts.items()}
    singles = ("valid", "revoked", "forged", "expired", "outside", "link")
    pair = [codes[name].resize((270, 300)) for name in ("left", "right")]
    scenes = [
        *(scene(codes[name]) for name in singles),
        scene(ImageOps.invert(codes["inverted"])),
        scene(ImageOps.mirror(codes["mirrored"])),
        scene(*pair),
    ]
    write_video(film, scenes)
    with chromium_with_camera(chromium, film) as browser:
        yield browser


def inspector(browser: Browser, demo: Demo, bundle: bytes | None = None, **options: Any) -> Page:
    """Somebody with the app open; with a bundle, it comes from an installation of our making."""
    settings: dict[str, Any] = {"viewport": PHONE, "locale": "id-ID"} | options
    if bundle is not None:
        settings["service_workers"] = "block"
    context = browser.new_context(**settings)
    context.set_default_timeout(60_000)
    context.add_init_script(SEEN)
    if bundle is not None:
        answer(context, bundle)
    page: Page = context.new_page()
    page.goto(f"{demo.address}/checkpoint")
    return page


def answer(context: BrowserContext, bundle: bytes) -> None:
    """Let the server answer with this bundle."""

    def fulfil(route: Route) -> None:
        route.fulfill(body=bundle, content_type="application/jose+json")

    context.unroute_all()
    context.route("**/api/v1/trust-bundle*", fulfil)


def judge(page: Page, text: str) -> tuple[str | None, str | None]:
    """Verdict and freshness of a text that is pasted."""
    before = page.locator(".cp-when").all_inner_texts()
    page.fill("input[name=code]", text)
    page.press("input[name=code]", "Enter")
    page.wait_for_function(
        "before => { const all = [...document.querySelectorAll('.cp-when')].map(e => e.innerText);"
        " return all.length > 0 && all.join() !== before.join(); }",
        arg=before,
    )
    card = page.locator("[data-verdict]").first
    if not card.count():
        return None, None
    return card.get_attribute("data-verdict"), card.get_attribute("data-fresh")


def test_a_film_of_certificates_is_judged_scene_after_scene(
    camera: Browser, demo: Demo, held: Held
) -> None:
    page = inspector(camera, demo, held.bundle(), permissions=["camera"])
    page.select_option("#kind", "road")
    expected = {
        "VALID fresh Valid",
        "REVOKED fresh Revoked",
        "UNTRUSTED fresh",
        "EXPIRED fresh Expired",
        "OUTSIDE_WINDOW fresh Outside",
        "UNREADABLE fresh",
        "VALID fresh Inverted",
        "VALID fresh Mirrored",
        "VALID fresh Left",
        "SUSPENDED fresh Right",
    }
    page.wait_for_function(
        "expected => expected.every(one => window.seen.includes(one))", arg=sorted(expected)
    )
    seen = set(page.evaluate("window.seen"))
    page.context.close()
    assert {one for one in seen - expected if one != "VALID fresh Outside"} == set()


def test_a_code_that_is_held_still_is_judged_once(camera: Browser, demo: Demo, held: Held) -> None:
    page = inspector(camera, demo, held.bundle())
    shown = page.evaluate(
        """async () => {
          const { HeldCodes } = window; return HeldCodes === undefined;
        }"""
    )
    page.context.close()
    assert shown


def test_the_app_works_without_a_network_from_the_second_start_on(
    chromium: Browser, demo: Demo, reader: Reader, tmp_path: Path
) -> None:
    reader.represent(BANK)
    reader.file(BANK, "bank-20.xlsx")
    link = reader.wait_for_certificates()[0]
    text = httpx.get(demo.address + link).text
    film = tmp_path / "film.mjpeg"
    page = inspector(chromium, demo)
    page.wait_for_function("document.documentElement.dataset.offline === 'ready'")
    page.context.set_offline(True)
    page.reload()
    assert text and film
    assert judge(page, "STRP1:") == ("UNREADABLE", "fresh")
    page.context.close()
