"""The shipped nginx asks before it takes a large body."""

import os
import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.front.test_nginx import running_nginx
from tests.journeys.door import code_of
from tests.journeys.hostile import MEBIBYTE
from tests.journeys.running import BANK, Installation
from tests.journeys.stream import roster_csv
from tests.journeys.test_bodies import answered

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")


@pytest.fixture
def proxy(city: Installation, tmp_path: Path) -> Iterator[str]:
    """nginx before the city."""
    with running_nginx(city.folder / "data" / "front", tmp_path, city.port) as address:
        yield address


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/v1/applications", 401, b"not-signed-in"),
        ("/api/v1/nothing", 404, b"no-such-address"),
        ("/api/v1/verifications", 413, b"file-too-large"),
        ("/waiting-room/tickets", 413, b"file-too-large"),
        ("/office/next", 303, b"/sign-in?unsent=1&next="),
    ],
)
def test_a_refusal_leaves_before_the_body(proxy: str, path: str, status: int, said: bytes) -> None:
    port = int(proxy.rpartition(":")[2])
    trusting = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        trusting.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {80 * MEBIBYTE}\r\n\r\n"
        line.sendall(head.encode())
        told = answered(line, within_s=15)
    assert told.startswith(f"HTTP/1.1 {status} ".encode())
    assert said in told


def test_a_large_roster_with_a_key_goes_through(city: Installation, proxy: str) -> None:
    key = {"Authorization": f"Bearer {city.key(BANK)}", "Content-Type": "text/csv"}
    body = roster_csv(3000)
    assert len(body) > 100_000
    filed = httpx.post(f"{proxy}/api/v1/applications?nib={BANK}", content=body, headers=key)
    assert filed.status_code == 202


def test_a_made_up_key_is_refused_by_a_problem_document(proxy: str) -> None:
    sent = httpx.post(
        f"{proxy}/api/v1/applications",
        content=b"x" * (2 * MEBIBYTE),
        headers={"Authorization": "Bearer x"},
    )
    assert code_of(sent) == (401, "key-unknown")


def test_nobody_outside_asks_in_the_name_of_nginx(proxy: str) -> None:
    assert httpx.get(f"{proxy}/internal/may-send-body").status_code == 404
