"""Has evidence that an employer sent drawn anew, page by page, in a confined process."""

import asyncio
from typing import Final

from strp.domain.overload import shed
from strp.outside.machine.confined import ConfinedProcess, Gone, WorkEnded
from strp.outside.machine.confined_child import Bounds
from strp.outside.paper.evidence_pictures import PDF_BYTES
from strp.outside.paper.evidence_refusals import (
    EVIDENCE_CODES,
    EVIDENCE_MAX_BYTES,
    MOST_PAGES,
    refuse_evidence,
)

EVIDENCE_BOUNDS: Final = Bounds(cpu_s=8, memory_bytes=640 << 20)
"""Twenty scanned pages take 0.9 s and 80 MB; a photo of 50 megapixels 0.4 s and 200 MB; a PNG of 35
with transparency 1.2 s and 500 MB.
"""
LONGEST_S: Final = 16.0
"""Where the machine is so busy that eight processor seconds take longer; a door waits 20 s."""
NO_LETTER_S: Final = 5.0
"""Processor seconds that no letter takes, twenty pages of noise (4 s) included: a file that is not
done then is too costly, however busy the machine is; whoever sent it would only send it again."""
COME_BACK_S: Final = 30


async def read_evidence(data: bytes, gone: Gone | None = None) -> list[bytes]:
    """The pages of a letter or permit as pictures, see `evidence_pictures`; holds no thread.

    Args:
        data: PDF, JPEG or PNG, or anything else.
        gone: waits until whoever asked is gone; then the reading is ended.

    Returns:
        JPEG pictures, at most `MOST_PAGES`, of `PDF_BYTES` together.

    Raises:
        TooLarge: `evidence-too-large`: more bytes or pixels than may be.
        Unsupported: `evidence-unreadable`: another kind of file, or a damaged one.
        InvalidInput: `evidence-encrypted`, `evidence-too-many-pages`, `evidence-too-costly`, or
            `upload-incomplete` where whoever asked is gone.
        Unavailable: `busy`: the machine has no time for it now; nothing is wrong with the file.
    """
    if len(data) > EVIDENCE_MAX_BYTES:
        raise refuse_evidence("evidence-too-large")
    process = ConfinedProcess("strp.outside.paper.evidence_child", [], EVIDENCE_BOUNDS, data)
    try:
        async with asyncio.timeout(LONGEST_S):
            return await _pages(process, gone)
    except TimeoutError:
        if process.cpu_s >= NO_LETTER_S:
            raise refuse_evidence("evidence-too-costly") from None
        raise shed(COME_BACK_S) from None
    except WorkEnded as end:
        code = "evidence-too-costly" if end.spent else "evidence-unreadable"
        raise refuse_evidence(code) from None
    finally:
        process.close()


async def _pages(process: ConfinedProcess, gone: Gone | None) -> list[bytes]:
    """What the process says, held against what it may say: it may have been taken over."""
    pages: list[bytes] = []
    while True:
        match await process.next_frame(gone):
            case ["page", bytes(page)]:
                pages.append(page)
            case ["end"] if pages:
                return pages
            case ["refused", str(code)] if code in EVIDENCE_CODES:
                raise refuse_evidence(code)
            case _:
                raise refuse_evidence("evidence-unreadable")
        if len(pages) > MOST_PAGES or sum(map(len, pages)) > PDF_BYTES:
            raise refuse_evidence("evidence-unreadable")
