"""Videos for a camera that Chromium pretends to have: what somebody holds up, scene after scene."""

import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from strp.outside.paper.qr_writer import draw_symbol, write_png
from tests.journeys.conftest import ARGUMENTS

SIZE = (640, 480)
WITHOUT_TLS = "strp-without-tls.example"
"""A name that leads to this machine, and that browsers do not trust as they trust 127.0.0.1."""
GREY = (110, 105, 100)
FRAMES_OF_SCENE, FRAMES_BETWEEN = 24, 8
"""Chromium shows thirty a second."""


def code(text: str, side: int = 330) -> Image.Image:
    """A QR as it is printed, in a picture of its own."""
    image = Image.open(io.BytesIO(write_png(draw_symbol(text)))).convert("RGB")
    return image.resize((side, side * image.height // image.width))


def scene(*codes: Image.Image, size: tuple[int, int] = SIZE) -> Image.Image:
    """A frame in which codes are held up, one beside the other."""
    frame = Image.new("RGB", size, GREY)
    width = size[0] // len(codes) if codes else 0
    for place, held in enumerate(codes):
        left = place * width + (width - held.width) // 2
        frame.paste(held, (left, (size[1] - held.height) // 2))
    return frame


def write_video(path: Path, scenes: Sequence[Image.Image]) -> None:
    """A film of these scenes, an empty road between them; Chromium begins anew at its end."""
    empty = film_frames(scene(), FRAMES_BETWEEN)
    with path.open("wb") as film:
        for each in scenes:
            film.write(film_frames(each, FRAMES_OF_SCENE) + empty)


@contextmanager
def chromium_with_camera(chromium: Browser, film: Path) -> Iterator[Browser]:
    """The same Chromium with a camera that shows a film, which pages may use without asking."""
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=[
            *ARGUMENTS,
            "--use-fake-device-for-media-stream",
            f"--host-resolver-rules=MAP {WITHOUT_TLS} 127.0.0.1",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    yield browser
    browser.close()


def film_frames(image: Image.Image, count: int) -> bytes:
    """So many frames of a film, all alike."""
    written = io.BytesIO()
    image.save(written, "JPEG", quality=80)
    return written.getvalue() * count
