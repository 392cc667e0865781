"""Ports that a test's server can count on, also while it is down for a moment."""

import os
import socket
from random import SystemRandom

# Below the ports that connections go out from (32768 and up): one of those is taken by whoever
# connects somewhere just then, and a program that knocks at a server which is down may even meet
# itself there. Each process of xdist draws from ports of its own.
FIRST, EACH = 10_000, 4_000


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 5
    first = FIRST + number * EACH
    for port in SystemRandom().sample(range(first, first + EACH), EACH):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
