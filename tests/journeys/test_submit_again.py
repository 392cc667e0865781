"""`strp submit` on a line that turns it away, and loses the answer to what was taken."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from tests.journeys.running import Installation

OWN = "9446099230840"
ROSTERS = Path(__file__).parents[1] / "vectors" / "rosters"


class BadLine(ThreadingHTTPServer):
    """A line to STRP: the first request is turned away, the answer to the second is lost."""

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), Crossing)
        self.behind = urlsplit(url).netloc
        self.keys: list[str] = []
        self.receipts: list[str] = []


class Crossing(BaseHTTPRequestHandler):
    """One request over the line."""

    server: BadLine

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.append(self.headers["Idempotency-Key"])
        if len(self.server.keys) == 1:
            self.send_response(503)
            self.send_header("Retry-After", "0")
            self.end_headers()
            return
        behind = HTTPConnection(self.server.behind, timeout=60)
        behind.request("POST", self.path, body, dict(self.headers.items()))
        answer = behind.getresponse()
        document = answer.read()
        behind.close()
        self.server.receipts.append(json.loads(document).get("receipt", document.decode()))
        if len(self.server.keys) == 2:
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(document)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


@pytest.fixture
def line(city: Installation) -> Iterator[BadLine]:
    """A bad line to the city."""
    server = BadLine(city.url)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_what_was_turned_away_and_whose_answer_was_lost_is_filed_once(
    city: Installation, line: BadLine
) -> None:
    file, url = ROSTERS / "logistik-galat.csv", f"http://127.0.0.1:{line.server_port}"

    done = city.run(
        *("submit", str(file), "--nib", OWN, "--url", url, "--key", city.key(OWN), "--json")
    )

    assert done.returncode == 0, done.stderr
    assert line.receipts == [json.loads(done.stdout)["receipt"]] * 2
    assert len(set(line.keys)) == 1
