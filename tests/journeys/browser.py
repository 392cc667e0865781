"""A running demo, and somebody with a browser who walks through its pages."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from weakref import WeakSet

from playwright.sync_api import BrowserContext, Page, ViewportSize

from strp.outside.mail.catcher import list_mail
from tests.journeys.running import copy_installation
from tests.ports import free_port

STRP = Path(sys.executable).with_name("strp")
ROSTERS = Path(__file__).parents[1] / "vectors" / "rosters"
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
READY_WITHIN_S = 120
MAIL_WITHIN_S = 60
CERTIFICATES_WITHIN_S = 90
# A machine that runs everything else at the same time is slow, not wrong.
PATIENCE_MS = 90_000
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)
CODE = re.compile(r"^ +(\d{6})\s*$", re.MULTILINE)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Violations of axe, whether the page is wider than the window, and what is too small to be hit.
# Only what is wrong comes over: what axe finds sound is some thousand elements a page.
LOOK = """
async rules => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  const html = document.documentElement;
  return [
    found.violations.map(rule => [rule.id, rule.nodes[0].html]),
    html.scrollWidth > html.clientWidth,
    [...document.querySelectorAll("main button, main .govuk-button, nav a, header a")]
      .filter(each => each.offsetParent && each.getBoundingClientRect().height < 24)
      .map(each => each.outerHTML),
  ];
}
"""


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    address: str
    data_dir: Path

    def code(self, to: str, after: int) -> str:
        """The code in the first letter to an address behind the first `after` letters.

        A letter may come twice, so a code that came before is no new one.
        """
        end = time.monotonic() + MAIL_WITHIN_S
        while time.monotonic() < end:
            codes = [found and found[1] for found in map(CODE.search, self.letters(to))]
            for code in codes[after:]:
                if code and code not in codes[:after]:
                    return code
            time.sleep(0.1)
        raise AssertionError(f"no letter to {to}")

    def letters(self, to: str) -> list[str]:
        """Letters to an address, the earliest first."""
        found = reversed(list_mail(self.data_dir / "inbox"))
        return [letter.body for letter in found if letter.to == to]


class Reader:
    """Somebody with a browser."""

    present: ClassVar["WeakSet[Reader]"] = WeakSet()

    def __init__(self, context: BrowserContext, demo: Demo) -> None:
        self.present.add(self)
        self.context = context
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.demo = demo
        self.refused: list[str] = []
        self.page.on("console", self._listen)

    def go(self, path: str) -> None:
        self.page.goto(self.demo.address + path)

    def sees(self) -> str:
        """Address and words of the page in sight: what a journey that failed must say."""
        words = self.page.evaluate("(document.querySelector('main') ?? document.body).innerText")[
            :800
        ]
        return f"{self.page.url}\n{words}"

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def sign_in(self, email: str) -> None:
        before = len(self.demo.letters(email))
        self.go("/sign-in")
        self.page.fill("#email", email)
        self.press("Kirim kode")
        self.page.fill("#code", self.demo.code(email, before))
        self.press("Masuk")

    def represent(self, nib: str) -> None:
        """Sign in as an employer's own person, who claims it where no other test did before.

        Tests of several files share a demo, and codes are rationed by address.
        """
        self.sign_in(f"hrd.{nib}@journey.example")
        seen = self.page.goto(f"{self.demo.address}/employer/{nib}")
        if seen is None or seen.status != 200 or not self.page.url.endswith(nib):
            self.claim(nib)

    def claim(self, nib: str) -> None:
        address = f"hr.{nib}@perusahaan.example"
        before = len(self.demo.letters(address))
        self.go("/employer/claim")
        self.page.fill("#nib", nib)
        self.press("Lanjut")
        self.page.fill("#code", self.demo.code(address, before))
        self.press("Wakili perusahaan ini")

    def file(self, nib: str, name: str) -> None:
        self.go(f"/employer/{nib}")
        self.page.set_input_files("#roster", ROSTERS / name)
        self.press("Kirim")
        self.page.wait_for_url("**/applications/*")

    def wait_for_certificates(self) -> list[str]:
        """Private links on the page of a filing, once the worker process has made them."""
        links = self.page.locator("#workers a[href^='/c/']")
        end = time.monotonic() + CERTIFICATES_WITHIN_S
        while time.monotonic() < end:
            if links.count():
                return [str(link.get_attribute("href")) for link in links.all()]
            self.page.wait_for_timeout(250)
            self.page.reload()
        raise AssertionError("no certificates")

    def _listen(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if "Content Security Policy" in text:
            self.refused.append(text)


def faults(reader: Reader, path: str | None) -> dict[str, object]:
    """What is wrong with a page at both widths; nothing is an empty answer.

    The page is opened once, and given the other width as a phone is that somebody turns.

    Args:
        path: of the page; None: the one that the reader sees.
    """
    if path is not None:
        reader.page.set_viewport_size(PHONE)
        reader.go(path)
    reader.page.evaluate(AXE.read_text())
    found: dict[str, object] = {}
    for name, size in (("phone", PHONE), ("desktop", DESKTOP)):
        reader.page.set_viewport_size(size)
        axe, wide, small = reader.page.evaluate(LOOK, RULES)
        wrong = [fault for fault in (axe, wide, small, reader.refused) if fault]
        if wrong:
            found[name] = wrong
    return found


@contextmanager
def running_demo(data_dir: Path, **settings: str) -> Iterator[Demo]:
    """A demo of its own: database, web, worker, mail catcher."""
    copy_installation(data_dir)
    port, output = free_port(), data_dir / "printed"
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ},
        "STRP_DATA_DIR": str(data_dir),
        "STRP_PORT": str(port),
        "STRP_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        **settings,
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            [STRP, "demo"], env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        wait_until_ready(process, output)
        yield Demo(f"http://127.0.0.1:{port}", data_dir)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_until_ready(process: "subprocess.Popen[bytes]", output: Path) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while "is ready" not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < end, output.read_text()
        time.sleep(0.1)
