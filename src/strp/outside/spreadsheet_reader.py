"""Reads a spreadsheet in a process of its own, which a hostile file may end without harm."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from strp.domain.errors import StrpError
from strp.domain.roster_check import Row
from strp.outside.roster_form import MEBIBYTE, RosterForm, RosterKind, RosterLimits
from strp.outside.roster_refusals import CODES, refusal

_LARGEST_FRAME_BYTES = 64 * MEBIBYTE
_decode = msgspec.msgpack.Decoder().decode
# What the child may know of our surroundings: how to find Python's modules, and no secret.
_KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "VIRTUAL_ENV")

Rows = list[Row]


class SpreadsheetReader:
    """A spreadsheet that is being read.

    Args:
        path: the file.
        limits: what the child may use.

    Raises:
        StrpError: the file is refused; also later, from `chunks`.
    """

    def __init__(self, path: Path, limits: RosterLimits) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "strp.outside.spreadsheet_child",
             str(path.resolve()), msgspec.json.encode(limits).decode()],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={k: v for k in _KEPT_ENVIRONMENT if (v := os.environ.get(k))}, cwd="/",
        )  # fmt: skip
        try:
            _, kind = self._frame()
        except StrpError:
            self.close()
            raise
        self.form = RosterForm(RosterKind(kind))

    def chunks(self) -> Iterator[Rows]:
        """Rows in pieces, until the sheet ends."""
        while (frame := self._frame())[0] != "end":
            yield frame[1]

    def close(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _frame(self) -> list[Any]:
        stream = self._child.stdout
        assert stream is not None
        length = int.from_bytes(stream.read(4))
        body = stream.read(length) if length <= _LARGEST_FRAME_BYTES else b""
        if not body or len(body) < length:
            raise self._death()
        frame: list[Any] = _decode(body)
        if frame[0] == "refused":
            raise refusal(frame[1] if frame[1] in CODES else "file-unreadable")
        return frame

    def _death(self) -> StrpError:
        """Why the child ended without a word: out of memory or time, or a fault in the reader."""
        self._child.wait()
        spent = (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU)
        return refusal("file-too-large" if self._child.returncode in spent else "file-unreadable")
