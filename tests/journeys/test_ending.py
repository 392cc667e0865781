"""SIGTERM with connections open: all ends by itself, and nothing acknowledged is lost."""

import contextlib
import socket
import time
from pathlib import Path

from tests.journeys.aftermath import lost
from tests.journeys.running import BANK, Installation, prepared
from tests.journeys.stream import filing

STRANGER = "127.0.0.2"
HALF_SENT = (
    b"",  # says nothing at all
    b"GET / HTTP/1.1\r\nHo",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",  # and is kept alive
)


def line_to(town: Installation, sent: bytes) -> socket.socket:
    """A connection that something was sent over."""
    line = socket.create_connection((town.host, town.port), 10, (STRANGER, 0))
    line.sendall(sent)
    return line


def test_open_connections_keep_nothing_from_ending_and_no_filing_is_lost(tmp_path: Path) -> None:
    with prepared(tmp_path) as town, contextlib.ExitStack() as stack:
        town.key(BANK)
        town.start()
        for sent in HALF_SENT * 3:
            stack.enter_context(line_to(town, sent))
        with filing(town) as stream:
            time.sleep(1)
            assert town.stop() == 0
            acknowledged = len(stream.acknowledged)
            assert "process_killed" not in town.log.read_text()
            town.start()
        assert acknowledged > 0
        assert lost(town, stream) == []
