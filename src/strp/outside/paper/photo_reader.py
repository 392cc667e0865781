"""Reads the text of a certificate from a picture that a stranger sent, in a confined process."""

import asyncio
from typing import Final

from strp.outside.machine.confined import ConfinedProcess, Gone, WorkEnded
from strp.outside.machine.confined_child import Bounds
from strp.outside.paper.picture_refusals import IMAGE_MAX_BYTES, PICTURE_CODES, refuse_picture

PHOTO_BOUNDS: Final = Bounds(cpu_s=2, memory_bytes=288 << 20)
"""A photo of 12 megapixels takes 0.14 s and 31 MB, as WebP 210 MB (`bench/verify.py`)."""
LONGEST_S: Final = 8.0
"""Where the machine is so busy that two processor seconds take longer."""


async def read_photo(data: bytes, gone: Gone | None = None) -> str:
    """The text of the STRP code in a picture, see `qr_reader.read_qr`; holds no thread.

    Args:
        data: PNG, JPEG or WebP, or anything else.
        gone: waits until whoever asked is gone; then the reading is ended.

    Raises:
        TooLarge: `image-too-large`: more bytes, pixels or memory than a photo.
        Unsupported: `image-unreadable`: not a picture of these kinds, or a damaged one.
        InvalidInput: `no-qr` where none is found in reasonable time, `not-ours` where the QR code
            is another, `upload-incomplete` where whoever asked is gone.
    """
    if len(data) > IMAGE_MAX_BYTES:
        raise refuse_picture("image-too-large")
    process = ConfinedProcess("strp.outside.paper.qr_child", [], PHOTO_BOUNDS, data)
    try:
        async with asyncio.timeout(LONGEST_S):
            await process.ready(gone)
        kind, said = process.frame()
    except TimeoutError:
        raise refuse_picture("no-qr") from None
    except WorkEnded as end:
        raise refuse_picture("no-qr" if end.spent else "image-unreadable") from None
    finally:
        process.close()
    if kind == "text":
        return str(said)
    raise refuse_picture(said if said in PICTURE_CODES else "image-unreadable")
