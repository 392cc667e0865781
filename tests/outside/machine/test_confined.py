"""Work on untrusted input: bounded, in a process of its own, and ended with its asker."""

import asyncio
import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy
import psutil
import pytest
from PIL import Image

from strp.domain.errors import InvalidInput, StrpError, TooLarge
from strp.outside.machine.confined import ConfinedProcess, WorkEnded
from strp.outside.machine.confined_child import Bounds
from strp.outside.paper.photo_reader import PHOTO_BOUNDS, read_photo
from strp.outside.spreadsheets.open import begin_roster
from tests.outside.paper.test_qr_reader import TEXT, photo, png_claiming, saved, symbol
from tests.outside.spreadsheets.test_hostile import repeated

pytestmark = pytest.mark.anyio
MORE_CPU_S = 1.0
"""Of a busy machine, in which a process starts and is ended."""


def tiled(side: int = 2800) -> bytes:
    """A picture that is tiled with finder patterns, one pixel a module."""
    pattern = numpy.zeros((9, 9), numpy.uint8)
    pattern[:7, :7] = 1
    pattern[1:6, 1:6] = 0
    pattern[2:5, 2:5] = 1
    times = side // 9 + 1
    bits = numpy.tile(pattern, (times, times))[:side, :side]
    return saved(Image.fromarray((255 - 255 * bits).astype(numpy.uint8)), optimize=True)


def children_cpu_s() -> float:
    """Processor seconds of confined processes so far, once each of them has ended."""
    for _ in range(500):
        if not any(map(_is_of_ours, psutil.Process().children())):
            break
        time.sleep(0.01)
    used = os.times()
    return used.children_user + used.children_system


def _is_of_ours(child: psutil.Process) -> bool:
    try:
        return "qr_child" in " ".join(child.cmdline())
    except psutil.ZombieProcess:
        return True
    except psutil.NoSuchProcess:
        return False


def is_alive(process_id: int) -> bool:
    """Whether a process is there, once one that was told to end had its time to."""
    for _ in range(200):
        if not Path(f"/proc/{process_id}").exists():
            return False
        time.sleep(0.01)
    return True


async def never() -> None:
    await asyncio.Event().wait()


async def test_a_photo_is_read_in_a_process_of_its_own() -> None:
    assert (await read_photo(saved(photo(), "JPEG"))).texts == (TEXT,)


@pytest.mark.parametrize("data", [b"", b"STRP1:ABC", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
async def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(StrpError, match="image-unreadable"):
        await read_photo(data)


async def test_a_picture_of_finder_patterns_costs_no_more_than_its_bound() -> None:
    before = children_cpu_s()
    with pytest.raises(StrpError) as refusal:
        await read_photo(tiled())
    assert refusal.value.code in {"no-qr", "busy"}  # where the machine gives it too little time
    assert children_cpu_s() - before < PHOTO_BOUNDS.cpu_s + MORE_CPU_S


def webp(width: int, height: int) -> bytes:
    return saved(Image.new("RGB", (width, height)), "WEBP")


def palette(width: int, height: int) -> bytes:
    """A picture of few bytes with a palette, one colour of which is clear."""
    buffer = io.BytesIO()
    Image.new("P", (width, height)).save(buffer, "PNG", transparency=0, optimize=True)
    return buffer.getvalue()


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (900, 900), (shade, 0, 0)) for shade in (0, 90, 180)]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "WebP of 16383 by 16383": (lambda: webp(16383, 300), {"no-qr"}),
    "WebP of 15 megapixels": (lambda: webp(5000, 3000), {"image-too-large"}),
    "palette PNG": (lambda: palette(6000, 6000), {"no-qr"}),
    "palette PNG, one line": (lambda: palette(2_000_000, 16), {"no-qr", "image-too-large"}),
    "PNG that claims 3.6 gigapixels": (lambda: png_claiming(60_000, 60_000), {"image-too-large"}),
    "animated WebP": (lambda: animation("WEBP"), {"image-unreadable"}),
    "animated PNG": (lambda: animation("PNG"), {"image-unreadable"}),
    "16 bits a pixel": (lambda: saved(Image.new("I;16", (3000, 3000))), {"no-qr"}),
    "two colours": (lambda: saved(Image.new("1", (6000, 6000))), {"no-qr"}),
    "CMYK JPEG": (lambda: saved(Image.new("CMYK", (4000, 3000)), "JPEG"), {"no-qr"}),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_hostile_picture_is_refused_within_its_bounds(what: str) -> None:
    make, codes = HOSTILE[what]
    data, before = make(), children_cpu_s()
    with pytest.raises(StrpError) as refusal:
        await read_photo(data)
    assert refusal.value.code in codes | {"busy"}  # where the machine gives it too little time
    assert children_cpu_s() - before < PHOTO_BOUNDS.cpu_s + MORE_CPU_S


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_12_megapixels_fit_the_memory_of_the_process(kind: str) -> None:
    colours = photo(4000, 3000).convert("RGBA" if kind == "PNG" else "RGB")
    assert (await read_photo(saved(colours, kind))).texts == (TEXT,)


async def test_the_reading_of_a_photo_ends_with_its_asker() -> None:
    before = children_cpu_s()

    async def gone() -> None:
        await asyncio.sleep(0.3)

    with pytest.raises(InvalidInput, match="upload-incomplete"):
        await read_photo(tiled(), gone)
    assert children_cpu_s() - before < PHOTO_BOUNDS.cpu_s - 0.2


async def test_the_reading_of_a_photo_ends_when_it_is_cancelled() -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await read_photo(tiled(), never)
    assert time.monotonic() - began < PHOTO_BOUNDS.cpu_s


async def test_the_reading_of_a_spreadsheet_ends_with_its_asker(tmp_path: Path) -> None:
    file = begin_roster(repeated(tmp_path / "a.ods", columns=60))
    process_id = file._reader._process.process_id

    async def gone() -> None:
        await asyncio.sleep(0.3)

    try:
        await file.ready()
        assert file.form
        with pytest.raises(InvalidInput, match="upload-incomplete"):
            await file.ready(gone)
    finally:
        file.close()
    assert not is_alive(process_id)


async def test_a_reading_that_always_has_more_ends_with_its_asker(tmp_path: Path) -> None:
    """An ODS of a kilobyte said a million rows: it was read and filed on for whoever had left."""
    file, left = begin_roster(repeated(tmp_path / "a.ods", columns=60)), asyncio.Event()

    async def gone() -> None:
        await left.wait()
        for _ in range(20):  # a server takes some turns of the loop to say so
            await asyncio.sleep(0)

    try:
        await file.ready(gone)
        await file.ready(gone)
        left.set()
        with pytest.raises(InvalidInput, match="upload-incomplete"):
            for _ in range(100):
                await file.ready(gone)
    finally:
        file.close()


def test_a_process_that_needs_more_memory_is_ended() -> None:
    bounds = Bounds(cpu_s=2, memory_bytes=64 << 20)
    process = ConfinedProcess("strp.outside.paper.qr_child", [], bounds, saved(symbol(6000)))
    try:
        kind, code = process.frame()
        assert (kind, code) == ("refused", "image-too-large")
    except WorkEnded as end:
        assert end.spent
    finally:
        process.close()


TAKEN_OVER = """
import sys, time
sys.stdout.buffer.write({sent!r})
sys.stdout.buffer.flush()
time.sleep(60)
"""


@pytest.fixture
def taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], str]:
    """A module whose process sends what it is told to, and then stays."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def module(sent: bytes) -> str:
        (tmp_path / "taken_over.py").write_text(TAKEN_OVER.format(sent=sent))
        return "taken_over"

    return module


async def test_half_a_frame_holds_nobody(taken_over: Callable[[bytes], str]) -> None:
    process = ConfinedProcess(taken_over(b"\0\0\1\0half"), [], PHOTO_BOUNDS)
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await process.next_frame()
    finally:
        process.close()


async def test_a_frame_that_claims_gigabytes_ends_its_process(
    taken_over: Callable[[bytes], str],
) -> None:
    process = ConfinedProcess(taken_over(b"\xff\xff\xff\xff"), [], PHOTO_BOUNDS)
    try:
        with pytest.raises(WorkEnded):
            await process.next_frame()
    finally:
        process.close()


async def test_frames_that_come_together_are_taken_apart(
    taken_over: Callable[[bytes], str],
) -> None:
    process = ConfinedProcess(taken_over(b"\0\0\0\2\x91\1\0\0\0\2\x91\2"), [], PHOTO_BOUNDS)
    try:
        assert [await process.next_frame() for _ in range(2)] == [[1], [2]]
    finally:
        process.close()


def test_a_confined_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRP_SMTP_URL", "smtp://user:secret@host")
    process = ConfinedProcess("strp.outside.paper.qr_child", [], PHOTO_BOUNDS, tiled())
    try:
        surroundings = Path(f"/proc/{process.process_id}/environ").read_bytes()
        assert b"secret" not in surroundings and b"STRP" not in surroundings
    finally:
        process.close()


async def test_too_large_a_file_starts_no_process() -> None:
    with pytest.raises(TooLarge, match="image-too-large"):
        await read_photo(bytes((20 << 20) + 1))


def test_a_confined_process_is_served_after_everybody_else_from_its_first_moment() -> None:
    process = ConfinedProcess("strp.outside.paper.qr_child", [], PHOTO_BOUNDS, tiled(900))
    try:
        number = process.process_id
        assert os.getpriority(os.PRIO_PROCESS, number) >= PHOTO_BOUNDS.nice
        assert os.getsid(number) == number
    finally:
        process.close()
