"""The shipped nginx asks before it takes a large body."""

import contextlib
import os
import re
import secrets
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
from tests.journeys.running import Installation
from tests.journeys.stream import roster_csv
from tests.journeys.test_bodies import answered

# Its places are used up here; other tests let in workers of the bank.
WATERWORKS = "8120001110006"

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
    key = {"Authorization": f"Bearer {city.key(WATERWORKS)}", "Content-Type": "text/csv"}
    body = roster_csv(3000)
    assert len(body) > 100_000
    filed = httpx.post(
        f"{proxy}/api/v1/applications?nib={WATERWORKS}", content=body, headers=key, timeout=60
    )
    assert filed.status_code == 202


def test_a_made_up_key_is_refused_by_a_problem_document(proxy: str) -> None:
    sent = httpx.post(
        f"{proxy}/api/v1/applications",
        content=b"x" * (2 * MEBIBYTE),
        headers={"Authorization": "Bearer x"},
        timeout=60,
    )
    assert code_of(sent) == (401, "key-unknown")


@pytest.mark.parametrize("spelling", ["", "/", "//", "?a=b", "/?a=b", "/."])
def test_nobody_outside_asks_in_the_name_of_nginx(proxy: str, spelling: str) -> None:
    headers = {"X-Original-Method": "POST", "X-Original-URI": "/verify"}
    answer = httpx.get(f"{proxy}/internal/may-send-body{spelling}", headers=headers, timeout=60)
    assert answer.status_code == 404


@contextlib.contextmanager
def line_to(proxy: str) -> Iterator[ssl.SSLSocket]:
    """A connection to nginx, to write on by hand."""
    trusting = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    with (
        socket.create_connection(("127.0.0.1", int(proxy.rpartition(":")[2])), 10) as plain,
        trusting.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        yield line


def heard(line: ssl.SSLSocket) -> str:
    """One whole answer; what nginx does with the connection afterwards takes its time."""
    line.settimeout(15)
    told = b""
    while (missing := _missing(told)) and (part := line.recv(missing)):
        told += part
    return told.decode(errors="replace")


def _missing(told: bytes) -> int:
    head, ended, body = told.partition(b"\r\n\r\n")
    if not ended:
        return 1 << 16
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return max(0, int(length[1]) - len(body)) if length else 0


def begun(path: str, length: int, *headers: str) -> bytes:
    """The head of a POST, and the first byte of its body."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {length}", *headers]
    return "\r\n".join([*lines, "", "x"]).encode()


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/?a=b", "/rules", "/rules?a=b", "/sign-in/link/x", "/waiting-room.json"),
        *("/waiting-room.json?a=b", "/c/x", "/static/x.js", "/healthz", "/metrics", "/readyz"),
    ],
)
@pytest.mark.parametrize("shown", [(), ("Cookie: strp_session=x",), ("Authorization: Bearer x",)])
def test_by_no_way_is_a_large_body_taken_before_anybody_said_that_it_may_come(
    proxy: str, path: str, shown: tuple[str, ...]
) -> None:
    with line_to(proxy) as line:
        line.sendall(begun(path, 80 * MEBIBYTE, *shown))
        told = heard(line)
    assert re.match(r"HTTP/1.1 (303|401|403|404|405|413) ", told), told[:200]


@pytest.mark.parametrize(
    ("path", "status", "shown"),
    [
        ("/api/v1/applications", 401, "Authorization: Bearer x"),
        ("/office/next", 303, "Cookie: strp_session=x"),
        ("/sign-in/link/x", 405, "Cookie: strp_session=x"),
    ],
)
def test_a_small_body_whose_sender_is_made_up_is_refused_by_its_head(
    proxy: str, path: str, status: int, shown: str
) -> None:
    with line_to(proxy) as line:
        line.sendall(begun(path, 50_000, shown))
        told = heard(line)
    assert told.startswith(f"HTTP/1.1 {status} ")


@pytest.mark.parametrize(
    ("path", "kind", "word"),
    [("/verify", "text/html", "Belum waktunya"), ("/api/v1/verifications", "json", "too-many")],
)
@pytest.mark.parametrize("shown", [(), ("Cookie: strp_session=x",)])
def test_slow_bodies_of_one_block_take_their_share_of_nginx_and_no_more(
    proxy: str, path: str, kind: str, word: str, shown: tuple[str, ...]
) -> None:
    client = f"X-Forwarded-For: 100.64.{secrets.randbelow(250)}.{len(path)}"
    with contextlib.ExitStack() as lines:
        for _ in range(256):
            lines.enter_context(line_to(proxy)).sendall(begun(path, 5_000, client, *shown))
        line = lines.enter_context(line_to(proxy))
        line.sendall(begun(path, 5_000, client, *shown))
        told = heard(line)
        other = httpx.post(
            f"{proxy}{path}",
            data={"text": "x"},
            headers={"X-Forwarded-For": "100.65.0.1"},
            timeout=60,
        )
    assert told.startswith("HTTP/1.1 429 ")
    assert kind in told and word in told and "retry-after: 5" in told.lower()
    assert other.status_code != 429


def test_photos_of_one_block_are_kept_by_nginx_a_few_at_a_time(proxy: str) -> None:
    head = ("X-Forwarded-For: 100.66.1.1", "Cookie: strp_session=x")
    with contextlib.ExitStack() as lines:
        for _ in range(16):
            lines.enter_context(line_to(proxy)).sendall(begun("/verify", 20 * MEBIBYTE, *head))
        line = lines.enter_context(line_to(proxy))
        line.sendall(begun("/verify", 20 * MEBIBYTE, *head))
        told = heard(line)
    assert told.startswith("HTTP/1.1 429 ")


def test_large_rosters_of_one_key_are_kept_by_nginx_a_few_at_a_time(
    city: Installation, proxy: str
) -> None:
    head = (f"Authorization: Bearer {city.key(WATERWORKS)}", "Content-Type: text/csv")
    path = f"/api/v1/applications?nib={WATERWORKS}"
    with contextlib.ExitStack() as lines:
        for _ in range(4):
            lines.enter_context(line_to(proxy)).sendall(begun(path, 200 * MEBIBYTE, *head))
        line = lines.enter_context(line_to(proxy))
        line.sendall(begun(path, 200 * MEBIBYTE, *head))
        told = heard(line)
        body = roster_csv(3000)
        key = {"Authorization": head[0].partition(": ")[2], "Content-Type": "text/csv"}
        filed = httpx.post(f"{proxy}{path}", content=body, headers=key, timeout=60)
    assert told.startswith("HTTP/1.1 429 ")
    assert filed.status_code == 202


def test_a_body_beyond_any_size_is_refused_in_words(proxy: str) -> None:
    with line_to(proxy) as line:
        line.sendall(begun(f"/employer/{WATERWORKS}/applications", 600 * MEBIBYTE))
        told = heard(line)
    assert told.startswith("HTTP/1.1 413 ")
    assert "Berkas terlalu besar" in told and "File too large" in told


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/v1/policy", "/", "/employer"])
def test_a_probe_by_http_1_0_needs_no_host(proxy: str, path: str) -> None:
    """RFC 9112, 3.2 asks for one from HTTP/1.1 on; nginx speaks that to STRP."""
    with line_to(proxy) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert answered(line, within_s=15).split(b" ")[1] in {b"200", b"303"}
