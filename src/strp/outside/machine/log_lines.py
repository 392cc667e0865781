"""Lines of the log that a small process writes, and those that it hands on for its children.

The parent of all processes has nothing but the standard library; what it says looks the same as
what `logs` writes. What a child says that is no JSON document of its own (a traceback, the words
of a library before its log is set up, a crash) becomes one here, with all its lines.
"""

import contextlib
import json
import os
import select
import socket
import sys
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

_READ_BYTES: Final = 65_536
# Lines that come so soon after each other are of one message, up to so many.
_TOGETHER_S: Final = 0.2
_MOST_LINES: Final = 200
_KEPT_LINES: Final = 12


class LogLines:
    """Writes to standard error.

    Args:
        kind: `json`, or `text` for people.
        role: what this process is for.
    """

    def __init__(self, kind: str, role: str) -> None:
        self._is_json = kind == "json"
        self._about = {"role": role, "process": os.getpid(), "machine": socket.gethostname()}

    def tell(self, event: str, level: str, sentence: str, **fields: object) -> None:
        """Tell one event.

        Args:
            event: as `docs/log.md` lists it.
            level: `info`, `warning` or `error`.
            sentence: the same for people.
            fields: beside it.
        """
        if not self._is_json:
            _write(sentence)
            return
        at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        told = {"event": event, "level": level, "timestamp": at, "said": sentence}
        _write(json.dumps({**fields, **told, **self._about}, ensure_ascii=False))

    def hand_on(self, child: str, lines: Sequence[str]) -> None:
        """Write what a child said: its documents as they are, all else as one of ours.

        Args:
            child: name of the process.
            lines: as it wrote them, without their ends.
        """
        if not self._is_json:
            for line in lines:
                _write(line)
            return
        plain: list[str] = []
        for line in lines:
            if not _is_document(line):
                plain.append(line)
                continue
            self._tell_plain(child, plain)
            plain = []
            _write(line)
        self._tell_plain(child, plain)

    def _tell_plain(self, child: str, plain: list[str]) -> None:
        if any(line.strip() for line in plain):
            self.tell("process_said", "error", plain[-1].strip(), child=child, lines=plain)


class ChildOutput:
    """What one child says, handed on as it comes; the last lines are kept.

    Args:
        name: of the child.
        log: where it goes.
    """

    def __init__(self, name: str, log: LogLines) -> None:
        self._name = name
        self._log = log
        self._kept: deque[str] = deque(maxlen=_KEPT_LINES)

    @property
    def last_words(self) -> str:
        """The sentence that it said last: of its last document, or else its last line."""
        for line in reversed(self._kept):
            if line.strip():
                return _sentence(line.strip())
        return ""

    def read(self, descriptor: int) -> None:
        """Hand on what comes from a pipe until it ends; closes it."""
        pending, lines = b"", list[str]()
        with os.fdopen(descriptor, "rb", buffering=0) as pipe:
            while True:
                is_ready = select.select([pipe], [], [], _TOGETHER_S if lines else None)[0]
                if lines and (not is_ready or len(lines) >= _MOST_LINES):
                    self._hand_on(lines)
                    lines = []
                if not is_ready:
                    continue
                data = os.read(descriptor, _READ_BYTES)
                *whole, pending = (pending + data).split(b"\n")
                if not data and pending:
                    whole, pending = [*whole, pending], b""
                lines += [line.decode(errors="replace") for line in whole]
                if not data:
                    break
        self._hand_on(lines)

    def _hand_on(self, lines: list[str]) -> None:
        self._kept.extend(lines)
        self._log.hand_on(self._name, lines)


def _is_document(line: str) -> bool:
    return line.startswith("{") and line.rstrip().endswith("}")


def _sentence(line: str) -> str:
    if _is_document(line):
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            return str(told.get("said") or told.get("exception") or told.get("event"))
    return line


def _write(line: str) -> None:
    """Where the disk of the log is full, nobody hears it, and we go on."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
