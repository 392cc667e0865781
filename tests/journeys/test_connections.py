"""Silent connections of one block, by the hundred, beside programs of the same block."""

import contextlib
import socket
import time

import httpx

from strp.front.connections import BOUNDS
from tests.journeys.running import BANK, Installation, fresh_workers

STRANGER = "127.0.0.2"


def line_to(city: Installation) -> socket.socket:
    """A connection that nothing is sent over."""
    line = socket.create_connection((city.host, city.port), 10, (STRANGER, 0))
    line.setblocking(False)
    return line


def is_open(line: socket.socket) -> bool:
    try:
        return line.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_silent_connections_of_a_block_end_and_a_key_in_it_files_on(city: Installation) -> None:
    headers = {"Authorization": f"Bearer {city.key(BANK)}"}
    beside = httpx.HTTPTransport(local_address=STRANGER)  # no retries: its connection must stay

    def files(program: httpx.Client) -> None:
        filing = {"nib": BANK, "workers": fresh_workers(1)}
        assert program.post("/api/v1/applications", json=filing).status_code == 202

    with (
        contextlib.ExitStack() as stack,
        httpx.Client(base_url=city.url, headers=headers, transport=beside, timeout=30) as program,
    ):
        files(program)
        (kept,) = beside._pool.connections
        lines = [stack.enter_context(line_to(city)) for _ in range(3 * BOUNDS.block)]
        deadline = time.monotonic() + 25  # all of them are ended after 30 s anyway
        while sum(map(is_open, lines)) > BOUNDS.block and time.monotonic() < deadline:
            time.sleep(0.2)
            files(program)
        assert sum(map(is_open, lines)) <= BOUNDS.block
        assert list(beside._pool.connections) == [kept]
        newcomer = httpx.HTTPTransport(local_address=STRANGER)
        with httpx.Client(
            base_url=city.url, headers=headers, transport=newcomer, timeout=30
        ) as another:
            files(another)
