"""The JSON door as hostile programs use it: bytes written by hand, much at once, much memory."""

import asyncio
import socket
import threading
from typing import Any

import httpx

from tests.journeys.aftermath import broken_rules, until_issued
from tests.journeys.running import BANK, Installation


def require_sound(city: Installation) -> None:
    """No traceback in the log, and the books balance."""
    log = city.log.read_text()
    assert "Traceback" not in log
    assert "unexpected_error" not in log
    until_issued(city)
    assert broken_rules(city) == []


def send(city: Installation, body: Any, **headers: str) -> httpx.Response:
    with city.client(BANK) as client:
        return client.post(
            "/api/v1/applications", params={"nib": BANK}, content=body, headers=headers
        )


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem document that is one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:200]
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["detail"]
    return answer.status_code, document["code"]


def at_once(city: Installation, people: list[dict[str, str]], **headers: str) -> list[Any]:
    """The same filing sixteen times, all at the same moment."""
    key = city.key(BANK)

    async def send_all() -> list[httpx.Response]:
        authorization = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(
            base_url=city.url, headers=authorization, timeout=60
        ) as client:
            body = {"nib": BANK, "workers": people}
            sent = [
                client.post("/api/v1/applications", json=body, headers=headers) for _ in range(16)
            ]
            return await asyncio.gather(*sent)

    answers = asyncio.run(send_all())
    assert {answer.status_code for answer in answers} == {202}
    return [answer.json() for answer in answers]


class Peak:
    """The most memory that our processes held while the block ran."""

    def __init__(self, city: Installation) -> None:
        self._city = city
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.most = 0

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.most = max(self.most, self._city.resident_bytes())


def request_head(city: Installation, *headers: str) -> bytes:
    """The head of a filing, written by hand."""
    lines = [
        f"POST /api/v1/applications?nib={BANK} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {city.key(BANK)}",
        "Content-Type: text/csv",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def raw(city: Installation, sent: bytes, *, half: bool = False) -> bytes:
    """What comes back for bytes written by hand; `half` closes our side of the line."""
    with socket.create_connection(("127.0.0.1", city.port)) as line:
        line.settimeout(10)
        line.sendall(sent)
        if half:
            line.shutdown(socket.SHUT_WR)
        return line.recv(4096)


def temporary_files(city: Installation) -> list[str]:
    """Files of uploads that are left."""
    folder = city.folder / "data" / "temporary"
    return [path.name for path in folder.rglob("strp-*") if path.is_file()]
