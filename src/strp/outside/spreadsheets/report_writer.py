"""Has a report written as a file, in a process of its own.

The list of a whole city takes seconds of a core, and as JSON calls of C that let no other thread
run: neither is taken from whoever the web process serves meanwhile.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from strp.domain.overload import shed
from strp.outside.machine.confined import ConfinedProcess, Gone, WorkEnded
from strp.outside.machine.confined_child import Bounds
from strp.outside.spreadsheets.report_tables import Sheet

REPORT_BOUNDS: Final = Bounds(cpu_s=120, memory_bytes=2 << 30, file_bytes=512 << 20, nice=10)
"""160,000 employers take seconds and 0.3 GB."""
MOST_BYTES: Final = 256 << 20
LONGEST_S: Final = 300.0
COME_BACK_S: Final = 60
FRAME_ROWS: Final = 500


def write_sheets(sheets: Iterable[Sheet]) -> bytes:
    """Tables as the other process reads them; takes turns with other threads."""
    return b"".join(
        frame
        for each in sheets
        for frame in (_frame("sheet", each.name, list(each.headings)), *_rows(each.rows))
    )


def write_document(document: Mapping[str, Any], employers: Iterable[Mapping[str, Any]]) -> bytes:
    """A document and the employers of it, likewise.

    Args:
        document: without its employers.
        employers: read one after the other.

    Returns:
        What the process that writes the file reads.
    """
    return b"".join((_frame("document", document), *_rows(employers)))


def start_report(form: str, given: bytes) -> ConfinedProcess:
    """Start the process that writes a report; what it is given may be tens of megabytes.

    Args:
        form: xlsx, csv (of one table) or json.
        given: of `write_sheets` or, for JSON, of `write_document`.
    """
    return ConfinedProcess("strp.outside.spreadsheets.report_child", [form], REPORT_BOUNDS, given)


async def take_report(process: ConfinedProcess, gone: Gone | None = None) -> bytes:
    """The report as a file; holds no thread.

    Args:
        process: which writes it; it is ended in any case.
        gone: waits until whoever asked is gone; then the writing is ended.

    Raises:
        Unavailable: `busy`: it could not be made within its bounds now.
        InvalidInput: `upload-incomplete`: whoever asked is gone.
    """
    try:
        async with asyncio.timeout(LONGEST_S):
            return await _content(process, gone)
    except (TimeoutError, WorkEnded):
        raise shed(COME_BACK_S) from None
    finally:
        process.close()


async def _content(process: ConfinedProcess, gone: Gone | None) -> bytes:
    pieces = bytearray()
    while True:
        match await process.next_frame(gone):
            case ["piece", bytes(piece)] if len(pieces) + len(piece) <= MOST_BYTES:
                pieces += piece
            case ["end"]:
                return bytes(pieces)
            case _:
                raise WorkEnded(spent=False)


def _rows(rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> list[bytes]:
    rest, frames = iter(rows), []
    while some := list(islice(rest, FRAME_ROWS)):
        frames.append(_frame("rows", some))
    return frames


def _frame(*frame: Any) -> bytes:
    body = msgspec.msgpack.encode(frame)
    return len(body).to_bytes(4) + body
