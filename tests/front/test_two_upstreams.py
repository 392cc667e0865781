"""Two STRPs behind the shipped nginx take over from each other, and no POST is taken twice."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.front.test_nginx import running_nginx
from tests.ports import free_port

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
REQUESTS = 60


class Upstream(ThreadingHTTPServer):
    """A server that counts what it took, and may end the connection instead of answering."""

    def __init__(self, *, answers: bool) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.answers = answers
        self.taken: Counter[str] = Counter()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Taking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._take()

    def _take(self) -> None:
        self.server.taken[f"{self.command} {self.path}"] += 1
        if not self.server.answers:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def upstream(*, answers: bool = True) -> Iterator[Upstream]:
    with Upstream(answers=answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def front(tmp_path: Path) -> Path:
    (tmp_path / "front").mkdir()
    return tmp_path / "front"


def test_while_one_of_two_is_down_no_request_fails(front: Path, tmp_path: Path) -> None:
    with (
        upstream() as alive,
        running_nginx(front, tmp_path, free_port(), alive.port) as nginx,
        httpx.Client(base_url=nginx) as client,
    ):
        codes = Counter(client.get(f"/employer/{n}").status_code for n in range(REQUESTS))
        codes += Counter(
            client.post(f"/employer/{n}", content=b"x").status_code for n in range(REQUESTS)
        )
    assert codes == {200: 2 * REQUESTS}
    assert set(alive.taken.values()) == {1}


def test_a_post_that_may_have_been_taken_is_not_sent_to_the_other(
    front: Path, tmp_path: Path
) -> None:
    with (
        upstream(answers=False) as dying,
        upstream() as alive,
        running_nginx(front, tmp_path, dying.port, alive.port) as nginx,
        httpx.Client(base_url=nginx) as client,
    ):
        told = [client.post(f"/api/v1/x{n}", content=b"x") for n in range(4)]
        shown = [client.get(f"/employer/{n}").status_code for n in range(4)]
    lost = [answer for answer in told if answer.status_code != 200]
    assert {answer.json()["code"] for answer in lost} == {"away"} and lost
    assert set((dying.taken + alive.taken).values()) >= {1}
    assert [name for name in dying.taken & alive.taken if name.startswith("POST")] == []
    assert shown == [200] * 4
