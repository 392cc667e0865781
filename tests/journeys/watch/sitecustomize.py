"""In a process under test: notes which heavy work runs, and whether on the event loop's thread.

Python loads this by its name, where its folder is in PYTHONPATH. Each kind of work is noted once
for each thread, in a file named by the process below STRP_TEST_WORK_SEEN.
"""

import os
import sys
import threading
from asyncio import _get_running_loop
from types import FrameType
from typing import Any

SEEN = os.environ.get("STRP_TEST_WORK_SEEN", "")
OURS = f"{os.sep}strp{os.sep}"
MODULES = ("outside/paper/", "outside/spreadsheets/", "credential/", "api/bodies", "web/framework/")
LIBRARIES = {"zxingcpp", "typst", "_csv"}
METHODS = {"Compress.compress", "Compress.flush", "BufferedWriter.write", "BufferedRandom.write"}


def watch() -> None:
    """Have every call of this process looked at, in all its threads."""
    noted = os.open(f"{SEEN}/{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    names: dict[Any, str] = {}
    known = set[tuple[str, str, bool]]()

    def note(what: str, frame: FrameType) -> None:
        thread, on_loop = threading.current_thread().name, _get_running_loop() is not None
        if (what, thread, on_loop) not in known:
            known.add((what, thread, on_loop))
            where = "loop" if on_loop else "thread"
            os.write(noted, f"{where}\t{thread}\t{what}\t{_callers(frame)}\n".encode())

    def profile(frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            code = frame.f_code
            if code not in names:
                names[code] = _name(code.co_filename, code.co_name)
            if names[code]:
                note(names[code], frame)
        elif event == "c_call":
            method = getattr(called, "__qualname__", "")
            if getattr(called, "__module__", "") in LIBRARIES or method in METHODS:
                note(method, frame)

    threading.setprofile(profile)
    sys.setprofile(profile)


def _name(path: str, function: str) -> str:
    place = path.rpartition(OURS)[2].replace(os.sep, "/") if OURS in path else ""
    return f"{place}:{function}" if place.startswith(MODULES) else ""


def _callers(frame: FrameType | None) -> str:
    """Where it was called, from places of ours, the nearest first."""
    places = list[str]()
    while frame is not None:
        if OURS in frame.f_code.co_filename:
            places.append(f"{frame.f_code.co_filename.rpartition(OURS)[2]}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(places)


if SEEN:
    watch()
