"""The confined process that writes one report as a file; its argument is the form.

On its standard input are frames as it sends them: `["sheet", name, headings]` and behind it
`["rows", [row, …]]`, again and again; for JSON `["document", {…}]` and the employers of it in
`["rows", […]]`. It sends `["piece", bytes]` until `["end"]`.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

import msgspec

from strp.outside.machine.confined_child import confine, send
from strp.outside.spreadsheets.report_tables import Sheet, write_csv, write_workbook

PIECE_BYTES: Final = 4 << 20


def main() -> None:
    """Write a report and send it."""
    [form] = confine()
    frames = _Frames(sys.stdin.buffer)
    if form == "json":
        content = _json(frames)
    elif form == "csv":
        _, _, headings = frames.take()
        content = write_csv(headings, frames.rows())
    else:
        content = write_workbook(_sheets(frames))
    for start in range(0, len(content), PIECE_BYTES):
        send("piece", content[start : start + PIECE_BYTES])
    send("end")


class _Frames:
    """Frames on their way in, one looked at before it is taken."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._next: list[Any] | None = self._read()

    def take(self) -> list[Any]:
        """The next frame; `["end"]` behind the last."""
        taken = self._next or ["end"]
        self._next = self._read()
        return taken

    def rows(self) -> Iterator[Sequence[Any]]:
        """Rows, until something else comes."""
        while self._next is not None and self._next[0] == "rows":
            yield from self.take()[1]

    def _read(self) -> list[Any] | None:
        head = self._source.read(4)
        return msgspec.msgpack.decode(self._source.read(int.from_bytes(head))) if head else None


def _sheets(frames: _Frames) -> Iterator[Sheet]:
    while (frame := frames.take())[0] == "sheet":
        yield Sheet(frame[1], frame[2], frames.rows())


def _json(frames: _Frames) -> bytes:
    _, document = frames.take()
    made = msgspec.json.encode(document | {"employers": list(frames.rows())})
    return msgspec.json.format(made, indent=2) + b"\n"


if __name__ == "__main__":
    main()
