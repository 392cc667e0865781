"""Reads the texts of certificates from a picture that a stranger sent, in a confined process."""

import asyncio
from typing import Final, NamedTuple

from strp.domain.overload import shed
from strp.outside.machine.confined import ConfinedProcess, Gone, WorkEnded
from strp.outside.machine.confined_child import Bounds
from strp.outside.paper.picture_refusals import IMAGE_MAX_BYTES, PICTURE_CODES, refuse_picture

PHOTO_BOUNDS: Final = Bounds(cpu_s=1, memory_bytes=288 << 20)
"""A photo of 12 megapixels takes 0.14 s and 31 MB, as WebP 210 MB (`bench/verify.py`)."""
LONGEST_S: Final = 8.0
"""Where the machine is so busy that a processor second takes longer."""
COME_BACK_S: Final = 10
MOST_LOOKS: Final = 16


class ReadPicture(NamedTuple):
    """The codes in a picture.

    Args:
        texts: of STRP codes, one at least, each once; nothing about them is believed yet.
        others: how many other QR codes are in it.
    """

    texts: tuple[str, ...]
    others: int


async def read_photo(data: bytes, gone: Gone | None = None) -> ReadPicture:
    """The STRP codes in a picture, see `qr_reader.read_codes`; holds no thread.

    Args:
        data: PNG, JPEG, WebP, PDF or SVG, or anything else.
        gone: waits until whoever asked is gone; then the reading is ended.

    Raises:
        TooLarge: `image-too-large`: more bytes, pixels or memory than a photo.
        Unsupported: `image-unreadable`: not a picture of these kinds, or a damaged one.
        InvalidInput: `no-qr` where none is found in reasonable time, `not-ours` where the QR code
            is another, `upload-incomplete` where whoever asked is gone.
        Unavailable: `busy`: the machine has no time for it now; nothing is wrong with the photo.
    """
    if len(data) > IMAGE_MAX_BYTES:
        raise refuse_picture("image-too-large")
    process = ConfinedProcess("strp.outside.paper.qr_child", [], PHOTO_BOUNDS, data)
    found: list[ReadPicture] = []
    try:
        async with asyncio.timeout(LONGEST_S):
            await _follow(process, found, gone)
    except TimeoutError:
        if not found:
            raise shed(COME_BACK_S) from None
    except WorkEnded as end:
        if not found:
            raise refuse_picture("no-qr" if end.spent else "image-unreadable") from None
    finally:
        process.close()
    return found[-1]


async def _follow(process: ConfinedProcess, found: list[ReadPicture], gone: Gone | None) -> None:
    """Keep what the process has found, until it ends; it may have been taken over."""
    while True:
        match await process.next_frame(gone):
            case ["codes", [*texts], int(others)] if texts and len(found) < MOST_LOOKS:
                found.append(ReadPicture(tuple(map(str, texts)), others))
            case ["end"] if found:
                return
            case ["refused", str(code)] if code in PICTURE_CODES:
                raise refuse_picture(code)
            case _:
                raise refuse_picture("image-unreadable")
