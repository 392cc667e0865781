"""Inside a confined process: takes on its bounds, and sends frames. See `confined`."""

import resource
import signal
import sys
from typing import Any

import msgspec

from strp.outside.machine.processes import end_with_parent

_encode = msgspec.msgpack.Encoder().encode


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a confined process may use.

    Args:
        cpu_s: processor seconds.
        memory_bytes: address space.
        file_bytes: the largest file that it may write; 0: none.
        nice: how far behind everybody else the kernel serves it, 0–19.
    """

    cpu_s: int
    memory_bytes: int
    nice: int = 10
    file_bytes: int = 0


def confine() -> list[str]:
    """Take on the bounds of the command line, before anything untrusted is looked at.

    Returns:
        The other arguments.
    """
    bounds = msgspec.json.decode(sys.argv[1], type=Bounds)
    end_with_parent(signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.file_bytes, bounds.file_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_s, bounds.cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    return sys.argv[2:]


def send(*frame: Any) -> None:
    """Send one frame to the parent."""
    body = _encode(frame)
    sys.stdout.buffer.write(len(body).to_bytes(4) + body)
    sys.stdout.buffer.flush()
