"""A name for each request, for its lines in the log and for whoever asks about an answer 5xx."""

import itertools
import os
import secrets
from contextvars import ContextVar
from typing import Final

_START: Final = secrets.token_hex(3)
_numbers = itertools.count(1)
_current: ContextVar[str] = ContextVar("strp_request_id", default="")


def new_request_id() -> None:
    """Name the request that this task answers from now on."""
    _current.set(f"{_START}-{os.getpid():x}-{next(_numbers):x}")


def request_id() -> str:
    """Name of the request at hand; empty where there is none."""
    return _current.get()
