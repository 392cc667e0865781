"""Somebody with the checkpoint app open, and certificates of an authority of our making."""

from datetime import UTC, datetime, time
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, Route

from strp.domain.identifiers import PeriodId
from strp.domain.rules.checkpoint import Admits, CheckpointRule, CheckpointWindow
from strp.domain.text import Text
from tests.credential.claim_cases import PERIOD
from tests.credential.verdict_vectors import DAY, HOUR, REVOKED, SUSPENDED, Maker
from tests.journeys.browser import PATIENCE_MS, PHONE
from tests.journeys.running import Installation

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
THIS = PERIOD._replace(starts_on=TODAY - 3 * DAY, ends_on=TODAY + 3 * DAY)
LAST = PERIOD._replace(number=PeriodId(2), starts_on=TODAY - 30 * DAY, ends_on=TODAY - 9 * DAY)
GAS_ALONE = CheckpointRule(
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
ANOTHER_CHECK = """
before => {
  const shown = document.querySelector(".cp-when")?.textContent ?? "";
  return shown !== "" && shown !== before;
}
"""


class Issued(NamedTuple):
    """Certificates of an authority of our making, by what they are."""

    maker: Maker
    texts: dict[str, str]

    def bundle(self, at: datetime = NOW, **changes: Any) -> bytes:
        """Its trust bundle as of a moment."""
        parts: dict[str, Any] = {"periods": [THIS, LAST], "checkpoints": [GAS_ALONE]}
        return self.maker.bundle(at, **parts | changes)


def issue_all() -> Issued:
    """Certificates of every kind, by what they are."""
    maker = Maker()
    gas: dict[str, Any] = {"sector": "E-e", "issued_at": NOW - HOUR}
    return Issued(
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


def open_app(
    browser: Browser, city: Installation, bundle: bytes | None = None, path: str = "", **given: Any
) -> Page:
    """Somebody with the app open; a bundle that is given stands for that of the installation."""
    settings: dict[str, Any] = {"viewport": PHONE, "locale": "id-ID"} | given
    if bundle is not None:
        settings["service_workers"] = "block"
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(SEEN)
    page: Page = context.new_page()
    if bundle is not None:
        send_bundle(page, bundle)
    answer = page.goto(f"{city.url}/checkpoint{path}")
    assert answer and answer.ok, answer and answer.text()
    return page


def send_bundle(page: Page, bundle: bytes) -> None:
    """From now on the network brings this bundle."""

    def bring(route: Route) -> None:
        route.fulfill(body=bundle, content_type="application/jose+json")

    page.context.unroute_all()
    page.context.route("**/api/v1/trust-bundle*", bring)


def renew(page: Page) -> None:
    """Come back on line, and wait until a bundle has come; the app goes on to judge it."""
    with page.expect_response("**/api/v1/trust-bundle*"):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(300)


def type_code(page: Page, text: str) -> str:
    """What is shown for a text that is typed: the verdict and its age, else a sentence."""
    return shown_after(page, lambda: (page.fill("#code", text), page.press("#code", "Enter")))


def shown_after(page: Page, act: Any) -> str:
    before = page.locator(".cp-when").all_text_contents()
    act()
    page.wait_for_function(ANOTHER_CHECK, arg="".join(before))
    return shown(page)


def shown(page: Page) -> str:
    cards = page.locator(".cp-card").all()
    verdicts = [
        f"{card.get_attribute('data-verdict')} {card.get_attribute('data-fresh')}"
        if card.get_attribute("data-verdict")
        else card.inner_text()
        for card in cards
    ]
    return ", ".join(verdicts)
