"""What a web process keeps doing beside its requests."""

import secrets
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

from strp.front.document_file import DocumentFile
from strp.front.page_cache import FRESH_S, PageCache
from strp.front.waiting_room.endpoints import DOCUMENT_PATH
from strp.front.waiting_room.pages import WaitingPages
from strp.usecases.notices.watch_letters import watch_codes
from strp.usecases.operation.count_hits import EVERY_S, add_own_counts
from strp.usecases.process.report_loops import ProcessKind, report_loops
from strp.usecases.process.supervise import end_when_stuck
from strp.usecases.process.system import System
from strp.usecases.rules.eligibility import count_asked
from strp.usecases.waiting_room.synchronise import keep_room

# Rendering all kept pages once, and the age from which they count as late.
PAGES_WITHIN_S: Final = 120.0
PAGES_BOUND_S: Final = 300.0
ASKED_EVERY_S: Final = 10.0


def background(
    system: System, kept: PageCache, waiting: WaitingPages, folder: Path
) -> list[Coroutine[Any, Any, None]]:
    """What to run from when the doors are ready until they close.

    Args:
        system: the installation.
        kept: pages that say the same to everybody.
        waiting: pages of the waiting room.
        folder: where the document is written for nginx.
    """

    document = DocumentFile(folder / DOCUMENT_PATH[1:])

    async def write_document() -> None:
        await kept.files.run(document.write, system.room.document)

    every = system.loops.every
    pages = {"within_s": PAGES_WITHIN_S, "bound_s": PAGES_BOUND_S}
    return [
        keep_room(system),
        report_loops(system, ProcessKind.WEB),
        watch_codes(system),
        every(
            "asked", lambda: count_asked(system), lambda: ASKED_EVERY_S, within_s=30, bound_s=300
        ),
        every(
            "own-counts", lambda: add_own_counts(system), lambda: EVERY_S, within_s=30, bound_s=300
        ),
        end_when_stuck(system.loops),
        every("kept-pages", kept.write_all, lambda: FRESH_S / 2, **pages),
        every("waiting-pages", waiting.load, lambda: 60.0 + secrets.randbelow(10), **pages),
        every("document-file", write_document, lambda: 1.0, within_s=10, bound_s=30),
    ]
