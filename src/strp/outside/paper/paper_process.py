"""Has certificates set on paper in a confined process, a set at a time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from strp.outside.machine.confined import ConfinedProcess, WorkEnded
from strp.outside.machine.confined_child import Bounds
from strp.outside.paper.pdf import Office, PrintedCertificate

PAPER_BOUNDS: Final = Bounds(cpu_s=120, memory_bytes=4 << 30, nice=2)
"""A set of 1,000 takes two processor seconds; typst keeps 230 MB, and reserves more than it uses.
One works at a time for a process of ours, so it need not go far behind others.
"""


def begin_paper(
    office: Office, certificates: Sequence[PrintedCertificate], *, together: bool
) -> ConfinedProcess:
    """Begin to set certificates: one file for all of them, or a file each.

    Args:
        certificates: in the order of the pages; a few hundred at most.
        together: whether they make one file.
    """
    mode = "together" if together else "each"
    given = msgspec.msgpack.encode((office, certificates))
    return ConfinedProcess("strp.outside.paper.paper_child", [mode], PAPER_BOUNDS, given)


def begin_joining(parts: Sequence[Path]) -> ConfinedProcess:
    """Begin to make one PDF of several; it comes in pieces.

    Args:
        parts: in the order of the pages.
    """
    given = msgspec.msgpack.encode([str(part) for part in parts])
    return ConfinedProcess("strp.outside.paper.paper_child", ["join"], PAPER_BOUNDS, given)


def finished_paper(process: ConfinedProcess) -> list[bytes]:
    """The files, or the pieces of one; waits for them, so it runs in a thread.

    Raises:
        WorkEnded: the process ended before: it was stopped, had used up its bounds, or failed.
    """
    found: list[bytes] = []
    while True:
        match process.frame():
            case ["pdf", bytes(pdf)]:
                found.append(pdf)
            case ["end"]:
                return found
            case _:
                raise WorkEnded(spent=False)
