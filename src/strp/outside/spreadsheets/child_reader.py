"""Reads a spreadsheet, or a large JSON roster, in a confined process."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from strp.domain.roster.check import Row
from strp.domain.roster.row import SheetNote
from strp.outside.machine.confined import ConfinedProcess, Gone, WorkEnded
from strp.outside.machine.confined_child import Bounds
from strp.outside.spreadsheets.form import RosterForm, RosterKind, RosterLimits
from strp.outside.spreadsheets.refusals import CODES, refusal

Rows = list[Row]
SPREADSHEET = "strp.outside.spreadsheets.child"
LARGE_JSON = "strp.outside.spreadsheets.json_child"


class SpreadsheetReader:
    """A spreadsheet, or a large JSON roster, that is being read.

    Args:
        path: the file.
        limits: what may be in it, and what its reading may cost.
        module: that the process runs.
    """

    def __init__(self, path: Path, limits: RosterLimits, module: str = SPREADSHEET) -> None:
        self.nib: str | None = None
        self.staff: dict[str, int] | None = None
        self.sheets: list[str] = []
        self.notes: list[SheetNote] = []
        self._process = ConfinedProcess(
            module,
            [str(path.resolve()), msgspec.json.encode(limits).decode()],
            Bounds(cpu_s=limits.cpu_s, memory_bytes=limits.memory_bytes, nice=5),
        )

    @cached_property
    def form(self) -> RosterForm:
        """What kind of spreadsheet it is; waits until that is known.

        Raises:
            StrpError: the file is refused.
        """
        _, kind, *nib = self._frame()
        self.nib = nib[0] if nib else None
        self.staff = nib[1] if len(nib) > 1 else None
        return RosterForm(RosterKind(kind))

    def chunks(self) -> Iterator[Rows]:
        """Rows in pieces, sheet by sheet, until the last ends; none holds rows of two sheets.

        `sheets` then names the sheets that were read, `notes` what is to be said of the file.

        Raises:
            StrpError: the file is refused.
        """
        assert self.form
        while (frame := self._frame())[0] != "end":
            if frame[0] == "sheet":
                self.sheets.append(frame[1])
            else:
                yield [(number, cells) for number, cells in frame[1]]
        self.notes = [SheetNote(*note[:3]) for note in frame[1]]

    def records(self) -> Iterator[list[Any]]:
        """Workers of a JSON roster in pieces, until the last.

        Raises:
            StrpError: the file is refused.
        """
        assert self.form
        while (frame := self._frame())[0] != "end":
            yield frame[1]

    async def ready(self, gone: Gone | None) -> None:
        """Wait, without a thread, until there is more to read.

        Raises:
            InvalidInput: whoever asked went away first, and the reading was ended.
        """
        await self._process.ready(gone)

    def stop(self) -> None:
        """End the reading; who waits for more learns it."""
        self._process.stop()

    def close(self) -> None:
        """End the reading, and let go of the file."""
        self._process.close()

    def _frame(self) -> list[Any]:
        try:
            frame = self._process.frame()
        except WorkEnded as end:
            raise refusal("file-too-large" if end.spent else "file-unreadable") from None
        if frame[0] == "refused":
            raise refusal(frame[1] if frame[1] in CODES else "file-unreadable")
        return frame
