"""The checkpoint app in Chromium with its processor slowed four times.

    python -m bench.checkpoint [--minutes 1] [--slowed 4]

Targets (issue 16): text to verdict 50 ms, camera frame (720p) to verdict 1 s, start without a
network 1.5 s, 1.5 MB to download once, and memory that does not grow while a code a second is
scanned. Certificates, bundle and installation are an exercise's own.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.journeys.browser import PHONE
from tests.journeys.conftest import ARGUMENTS
from tests.journeys.running import (
    BANK,
    Installation,
    all_workers,
    fresh_workers,
    installation,
    post_workers,
    until_issued,
)
from tests.journeys.videos import code, film_frames, scene

TEXTS = 40
CODES = 8
STARTS = 5
SIZE = (1280, 720)
SECOND = 30  # frames
# From the first frame that shows a code, by its white, until a verdict stands there.
FRAME_TO_VERDICT = """
() => new Promise((resolve) => {
  const video = document.querySelector("#video");
  const canvas = new OffscreenCanvas(1, 1);
  const look = canvas.getContext("2d", { willReadFrequently: true });
  let seen = null;
  const number = () => document.querySelector(".cp-when")?.textContent ?? "";
  let before = number();
  const step = () => {
    look.drawImage(video, 700, 150, 1, 1, 0, 0, 1, 1);
    const isWhite = look.getImageData(0, 0, 1, 1).data[0] > 200;
    if (!isWhite) {
      seen = null;
      before = number();
    } else if (seen === null) {
      seen = performance.now();
    }
    if (seen !== null && number() !== before) {
      resolve(performance.now() - seen);
    } else {
      requestAnimationFrame(step);
    }
  };
  step();
})
"""
# From the press of the key until a verdict stands there.
TEXT_TO_VERDICT = """
(text) => new Promise((resolve) => {
  document.querySelector("#cards").replaceChildren();
  document.querySelector("#code").value = text;
  const began = performance.now();
  new MutationObserver((_, observer) => {
    if (document.querySelector("[data-verdict]")) {
      observer.disconnect();
      resolve(performance.now() - began);
    }
  }).observe(document.querySelector("#cards"), { childList: true });
  document.querySelector("#typed").requestSubmit();
})
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--slowed", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as city:
        texts = certificates(city)
        film = Path(folder) / "film.mjpeg"
        write_film(film, texts[:CODES])
        with camera(film) as browser:
            print(json.dumps(measure(browser, city, texts, options), indent=1))


def certificates(city: Installation) -> list[str]:
    """Texts of certificates that the installation has issued."""
    with city.client(BANK) as client:
        application_id = post_workers(client, BANK, fresh_workers(TEXTS)).json()["application_id"]
        until_issued(client, application_id)
        serials = [worker["serial"] for worker in all_workers(client, application_id)]
        return [client.get(f"/api/v1/certificates/{serial}.txt").text for serial in serials]


def write_film(path: Path, texts: list[str]) -> None:
    """A code for a second, an empty road for another, and the next."""
    empty = Image.new("RGB", SIZE, (60, 60, 60))
    with path.open("wb") as film:
        for text in texts:
            film.write(film_frames(scene(code(text, 420), size=SIZE), SECOND))
            film.write(film_frames(empty, SECOND))


@contextmanager
def camera(film: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                *ARGUMENTS,
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
                "--enable-precise-memory-info",
            ],
        )
        yield browser
        browser.close()


def measure(browser: Browser, city: Installation, texts: list[str], options: Any) -> dict[str, Any]:
    """All figures."""
    context = browser.new_context(viewport=PHONE, locale="id-ID", permissions=["camera"])
    page = context.new_page()
    devices = context.new_cdp_session(page)
    downloaded = count_bytes(devices)
    began = datetime.now(UTC)
    page.goto(f"{city.url}/checkpoint")
    page.wait_for_selector("html[data-offline=ready]")
    ready_s = (datetime.now(UTC) - began).total_seconds()
    found: dict[str, Any] = {"ready_s": round(ready_s, 2), "page_bytes": downloaded[0]}
    found["files_bytes"] = compressed_bytes(page)
    devices.send("Emulation.setCPUThrottlingRate", {"rate": options.slowed})
    context.set_offline(True)
    found["offline_start_ms"] = [start_ms(page, city) for _ in range(STARTS)]
    found["text_to_verdict_ms"] = spread([page.evaluate(TEXT_TO_VERDICT, text) for text in texts])
    frames = [page.evaluate(FRAME_TO_VERDICT) for _ in range(CODES)]
    found["frame_to_verdict_ms"] = spread(frames)
    found["heap_mb"] = heap_mb(page, devices, options.minutes)
    return found


def count_bytes(devices: CDPSession) -> list[int]:
    """Bytes that the page itself had over the wire so far, in a list of one."""
    total = [0]
    devices.send("Network.enable")

    def add(event: dict[str, Any]) -> None:
        total[0] += int(event["encodedDataLength"])

    devices.on("Network.loadingFinished", add)
    return total


def compressed_bytes(page: Page) -> int:
    """What the service worker keeps, as it comes over the wire."""
    found = page.evaluate(
        """async () => {
          const [name] = await caches.keys();
          const kept = await (await caches.open(name)).keys();
          let sum = 0;
          for (const { url } of kept) {
            const answer = await fetch(url, { cache: "reload" });
            const squeezed = answer.body.pipeThrough(new CompressionStream("gzip"));
            sum += (await new Response(squeezed).arrayBuffer()).byteLength;
          }
          return sum;
        }"""
    )
    return int(found)


def start_ms(page: Page, city: Installation) -> float:
    """From the address until the app is there and knows what it judges by."""
    page.goto(f"{city.url}/checkpoint", wait_until="commit")
    page.wait_for_selector("#age:not(:empty)")
    return round(float(page.evaluate("performance.now()")), 0)


def heap_mb(page: Page, devices: CDPSession, minutes: float) -> dict[str, float]:
    """Memory in use after the garbage was collected, before and after scanning."""

    def used() -> float:
        devices.send("HeapProfiler.collectGarbage")
        found = devices.send("Runtime.getHeapUsage")
        return round(found["usedSize"] / 1e6, 2)

    before = used()
    page.wait_for_timeout(minutes * 60_000)
    return {"before": before, "after": used(), "minutes": minutes}


def spread(values: list[float]) -> dict[str, float]:
    return {"p50": round(statistics.median(values), 1), "max": round(max(values), 1)}


if __name__ == "__main__":
    main()
