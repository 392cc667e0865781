"""The confined process that sets certificates on paper; what to set it finds on its standard input.

Bound in processor time and memory, and ended as soon as nobody waits. It sends `["pdf", bytes]` for
each file and `["end"]`. `each`: a file a certificate; `together`: one for all; `join`: the files
whose names it is given, as one, in pieces.
"""

import gc
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from strp.outside.machine.confined_child import confine, send
from strp.outside.paper.joining import join_parts
from strp.outside.paper.pdf import (
    Office,
    PrintedCertificate,
    print_certificates,
    print_each,
)

PIECE_BYTES: Final = 1 << 20


class PaperWork(NamedTuple):
    """What is to be set."""

    office: Office
    certificates: list[PrintedCertificate]


def main() -> None:
    """Set what was asked for, and send it."""
    [mode] = confine()
    gc.disable()  # it ends soon, and nothing of it goes round in circles
    given = sys.stdin.buffer.read()
    if mode == "join":
        pdfs = _joined([Path(name) for name in msgspec.msgpack.decode(given, type=list[str])])
    else:
        work = msgspec.msgpack.decode(given, type=PaperWork)
        together = mode == "together"
        pdfs = iter([print_certificates(*work)] if together else print_each(*work))
    for pdf in pdfs:
        send("pdf", pdf)
    send("end")


def _joined(parts: list[Path]) -> Iterator[bytes]:
    whole = io.BytesIO()
    join_parts(parts, whole)
    whole.seek(0)
    while piece := whole.read(PIECE_BYTES):
        yield piece


if __name__ == "__main__":
    main()
