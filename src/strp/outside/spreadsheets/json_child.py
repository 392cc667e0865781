"""The confined process that reads one large JSON roster; its arguments are the file and the limits.

Decoding is one call of C that lets no other thread run, and what a few megabytes decode to may take
gigabytes. It sends `["kind", "json", nib, staff]`, then `["rows", [worker, …]]`, and
`["end", []]`; or `["refused", code]`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from strp.domain.errors import StrpError
from strp.outside.machine.confined_child import confine, send
from strp.outside.spreadsheets.form import CELL_CHARACTERS, RosterLimits
from strp.outside.spreadsheets.json_reader import read_json

# What the parent decodes in one go: some milliseconds.
FRAME_ROWS = 500
FRAME_CHARACTERS = 1 << 17
_LARGEST_INTEGER = 1 << 63


def main() -> None:
    """Read a roster and send its workers, or why it is refused."""
    file, given = confine()
    limits = msgspec.json.decode(given, type=RosterLimits)
    try:
        roster = read_json(Path(file).read_bytes(), limits)
        send(
            "kind",
            "json",
            None if roster.nib is None else str(roster.nib)[:CELL_CHARACTERS],
            roster.plain_staff,
        )
        for workers in _frames(roster.workers):
            send("rows", workers)
        send("end", [])
    except StrpError as error:
        send("refused", error.code)
    except MemoryError:
        send("refused", "file-too-large")


def _frames(workers: Iterable[Any]) -> Iterator[list[Any]]:
    """Workers in pieces; an empty one where there are none."""
    frame, characters, sent = list[Any](), 0, False
    for worker in workers:
        plain = _plain_worker(worker)
        frame.append(plain)
        for key, cell in (plain or {}).items():
            characters += len(key) + (len(cell) if isinstance(cell, str) else 8)
        if len(frame) == FRAME_ROWS or characters > FRAME_CHARACTERS:
            yield frame
            frame, characters, sent = [], 0, True
    if frame or not sent:
        yield frame


def _plain_worker(worker: Any) -> dict[str, Any] | None:
    """A worker with the cells that a sheet could have; None, as no row, for what is no object."""
    if not isinstance(worker, dict):
        return None
    return {key[: CELL_CHARACTERS + 1]: _plain(cell) for key, cell in worker.items()}


def _plain(cell: Any) -> Any:
    """A cell, cut behind what a spreadsheet keeps; of a list or an object only that it is one."""
    if isinstance(cell, str):
        return cell[: CELL_CHARACTERS + 1]
    if isinstance(cell, int) and not -_LARGEST_INTEGER <= cell < _LARGEST_INTEGER:
        return str(cell)
    if isinstance(cell, list):
        return [None]
    return {"": None} if isinstance(cell, dict) else cell


if __name__ == "__main__":
    main()
