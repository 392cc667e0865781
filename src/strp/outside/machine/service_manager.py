"""What the service manager of the machine is told: ready, and stopping (sd_notify(3))."""

import contextlib
import os
import socket
from typing import Final

READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"


def tell_service_manager(word: str) -> None:
    """Tell systemd how we stand, where it asked for that by NOTIFY_SOCKET.

    Args:
        word: READY or STOPPING.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    name = f"\0{address[1:]}" if address.startswith("@") else address
    # Nobody listens: then nobody waits for it either.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(word.encode(), name)
