"""Bodies that strangers send, by halves and by the hundred, over real connections."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.journeys.door import code_of
from tests.journeys.hostile import MEBIBYTE
from tests.journeys.running import BANK, Installation, fresh_workers, post_workers

PATHS = (
    "/api/v1/applications",
    "/api/v1/verifications",
    "/api/v1/nothing",
    "/employer/8120001110001/applications",
    "/office/next",
    "/sign-in",
    "/verify",
    "/waiting-room/tickets",
)
JSON = "Content-Type: application/json\r\n"
CALM_WITHIN_S = 60


def begun(city: Installation, path: str, declared: int, more: str = "") -> socket.socket:
    """A connection on which a POST has begun, and no byte of its body was sent."""
    line = socket.create_connection((city.host, city.port), 10)
    head = f"POST {path} HTTP/1.1\r\nHost: {city.host}\r\nContent-Length: {declared}\r\n{more}\r\n"
    line.sendall(head.encode())
    return line


def answered(line: socket.socket, within_s: float = 20.0) -> bytes:
    """What comes back, until the connection ends."""
    line.settimeout(within_s)
    told = b""
    with contextlib.suppress(ConnectionResetError):
        while part := line.recv(1 << 16):
            told += part
    return told


def _drop(lines: dict[int, socket.socket], number: int) -> None:
    if number in lines:
        lines.pop(number).close()


@contextlib.contextmanager
def trickling(city: Installation, count: int) -> Iterator[None]:
    """So many bodies at 750 bytes a second; a connection that is refused is made anew."""
    ended = threading.Event()

    def send(numbers: range) -> None:
        lines: dict[int, socket.socket] = {}
        while not ended.wait(0.2):
            for number in numbers:
                try:
                    if number not in lines:
                        lines[number] = begun(city, PATHS[number % len(PATHS)], 15_000, JSON)
                    lines[number].sendall(b" " * 150)
                except OSError:
                    _drop(lines, number)
        for number in list(lines):
            _drop(lines, number)

    threads = [
        threading.Thread(target=send, args=(range(start, count, 8),), daemon=True)
        for start in range(8)
    ]
    for thread in threads:
        thread.start()
    time.sleep(2)
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join(10)


def test_half_sent_bodies_of_strangers_turn_nobody_else_away(city: Installation) -> None:
    with trickling(city, 320), city.client(BANK) as program, city.client() as person:
        for _ in range(10):
            assert post_workers(program, BANK, fresh_workers(1)).status_code == 202
            asked = {"email": "penanggung@bank.example", "next": ""}
            assert person.post("/sign-in", data=asked).status_code in {200, 303, 422}
            assert person.post("/api/v1/verifications", json={"text": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/applications", 401, "not-signed-in"),
        ("/api/v1/applications/7/withdrawal", 401, "not-signed-in"),
        ("/api/v1/nothing", 404, "no-such-address"),
        ("/api/v1/policy", 405, "method-not-allowed"),
        ("/waiting-room/nothing", 404, "no-such-address"),
        ("/api/v1/verifications", 413, "file-too-large"),
        ("/sign-in", 413, "file-too-large"),
    ],
)
def test_who_is_nobody_is_refused_before_the_body(
    city: Installation, path: str, status: int, code: str
) -> None:
    with begun(city, path, 80 * MEBIBYTE) as line:
        told = answered(line)
    assert told.startswith(f"HTTP/1.1 {status} ".encode())
    assert f'"code":"{code}"'.encode() in told
    assert b"connection: close" in told.lower()


def answered_by_and_by(city: Installation, path: str) -> bytes:
    """What somebody hears who sends the head of a large form, and comes again where all is busy."""
    end = time.monotonic() + CALM_WITHIN_S
    while True:
        with begun(city, path, 80 * MEBIBYTE) as line:
            told = answered(line)
        if not told.startswith(b"HTTP/1.1 503 ") or time.monotonic() > end:
            return told
        time.sleep(1)


@pytest.mark.parametrize("path", ["/employer/8120001110001/applications", "/office/next"])
def test_a_page_leads_to_the_sign_in_before_the_body(city: Installation, path: str) -> None:
    told = answered_by_and_by(city, path)
    assert told.startswith(b"HTTP/1.1 303 ")
    assert b"location: /sign-in?unsent=1&next=" in told


@pytest.mark.parametrize("key", ["Bearer x", "Bearer strp_" + "0" * 46, "Basic eDp5"])
def test_a_made_up_key_is_refused_before_the_body(city: Installation, key: str) -> None:
    with begun(city, "/api/v1/applications", 80 * MEBIBYTE, f"Authorization: {key}\r\n") as line:
        assert b'"code":"key-unknown"' in answered(line)


def test_sixty_megabytes_without_a_key_are_not_taken(city: Installation) -> None:
    with begun(city, "/api/v1/applications?nib=" + BANK, 60 * MEBIBYTE) as line:
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 60 * MEBIBYTE:
                sent += line.send(b"x" * 65536)
    assert sent < 20 * MEBIBYTE


def test_who_sends_everything_at_once_gets_to_read_why_it_was_refused(city: Installation) -> None:
    answer = httpx.post(
        f"{city.url}/api/v1/applications", content=b"x" * (8 * MEBIBYTE), timeout=60
    )
    assert code_of(answer) == (401, "not-signed-in")


def test_whoever_waits_for_leave_gets_it_only_where_the_body_may_come(city: Installation) -> None:
    expects = "Expect: 100-continue\r\n"
    with begun(city, "/api/v1/applications", 5, expects) as line:
        assert answered(line).startswith(b"HTTP/1.1 401 ")
    with begun(city, "/api/v1/verifications", 12, expects + JSON) as line:
        assert line.recv(1024).startswith(b"HTTP/1.1 100 ")
        line.sendall(b'{"text":"x"}')
        assert line.recv(1024).startswith(b"HTTP/1.1 200 ")


@pytest.fixture(scope="module")
def silent(city: Installation) -> Iterator[tuple[float, list[socket.socket]]]:
    """Connections on which nothing is ever sent, and since when; each ends after half a minute."""
    with contextlib.ExitStack() as lines:
        yield (
            time.monotonic(),
            [
                lines.enter_context(socket.create_connection((city.host, city.port), 10))
                for _ in range(300)
            ],
        )


def test_beside_connections_that_never_send_a_byte_others_file(
    city: Installation, silent: tuple[float, list[socket.socket]]
) -> None:
    with city.client(BANK) as program:
        assert post_workers(program, BANK, fresh_workers(1)).status_code == 202


def test_a_burst_buys_no_time(
    city: Installation, silent: tuple[float, list[socket.socket]]
) -> None:
    key = city.key(BANK)
    began = time.monotonic()
    more = f"Authorization: Bearer {key}\r\nContent-Type: text/csv\r\n"
    with begun(city, "/api/v1/applications?nib=" + BANK, 80 * MEBIBYTE, more) as line:
        line.sendall(b"x" * (4 * MEBIBYTE))
        line.settimeout(9)
        told = b""
        while not told and time.monotonic() < began + 60:
            with contextlib.suppress(TimeoutError):
                told = line.recv(4096)
            with contextlib.suppress(OSError):
                line.sendall(b"x")
    assert b"too-slow" in told
    assert time.monotonic() - began < 45


def test_connections_that_never_send_a_byte_are_ended(
    silent: tuple[float, list[socket.socket]],
) -> None:
    since, lines = silent
    assert {line.recv(1) for line in map(_patient, lines)} == {b""}
    assert time.monotonic() - since < 75


def _patient(line: socket.socket) -> socket.socket:
    line.settimeout(60)
    return line
