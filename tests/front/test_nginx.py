"""nginx before STRP with the configuration in `deploy/nginx`: the front comes from files."""

import asyncio
import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from strp.front.page_cache import PageCache, write_if_new
from strp.rehearsal.nginx import write_nginx
from strp.web.framework.page import FOR_A_MINUTE, HTTPS_ONLY, PAGE_HEADERS
from strp.wiring.routes import shipped_routes
from tests.front.asking import Inner
from tests.ports import free_port

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")


@pytest.fixture
def front_folder(tmp_path: Path) -> Path:
    """What STRP writes for nginx."""
    folder = tmp_path / "front"
    asyncio.run(PageCache(Inner(), folder, shipped_routes()).write_all())
    write_if_new(folder / "waiting-room.json", b'{"open":true}')
    return folder


@pytest.fixture
def nginx(front_folder: Path, tmp_path: Path) -> Iterator[str]:
    """nginx with nothing behind it; gives its address."""
    with running_nginx(front_folder, tmp_path, free_port()) as address:
        yield address


@contextlib.contextmanager
def running_nginx(
    front_folder: Path, tmp_path: Path, *behind: int, is_secure: bool = True
) -> Iterator[str]:
    """The shipped nginx before ports of this machine; gives its address.

    Its certificate is trusted meanwhile by whoever asks the environment, as httpx does.
    """
    port, plain = free_port(), free_port() if is_secure else 0
    path = write_nginx(tmp_path, front_folder, port, behind, plain_port=plain)
    command = ["nginx", "-e", f"{tmp_path}/error.log", "-g", "daemon off;", "-c", str(path)]
    process = subprocess.Popen(command)
    try:
        wait_for(port)
        with pytest.MonkeyPatch.context() as changed:
            if is_secure:
                changed.setenv("SSL_CERT_FILE", f"{tmp_path}/fullchain.pem")
                changed.setenv("PLAIN_PORT", str(plain))
            yield f"{'https' if is_secure else 'http'}://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("nginx did not start")


def test_the_front_page_is_there_with_nothing_behind(nginx: str) -> None:
    assert httpx.get(f"{nginx}/").text == "page /"


def test_every_page_that_says_the_same_to_everybody_is_there(nginx: str) -> None:
    kept = PageCache(Inner(), Path(), shipped_routes()).own_addresses
    shown = {path: httpx.get(f"{nginx}{path}").text for path in kept if "?" not in path}
    assert shown == {path: f"page {path}" for path in shown}


def test_pages_say_what_strp_says_beside_them(nginx: str) -> None:
    assert "public" in httpx.get(f"{nginx}/rules").headers["cache-control"]


def test_the_document_of_the_crowd_is_there_with_nothing_behind(nginx: str) -> None:
    shown = httpx.get(f"{nginx}/waiting-room.json")
    assert (shown.json(), shown.headers["cache-control"]) == (
        {"open": True},
        "public, max-age=1, stale-if-error=600",
    )


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"accept-language": "en-GB,en"}, "en"),
        ({"accept-language": "id"}, "id"),
        ({"accept-language": "en", "cookie": "lang=id"}, "id"),
        ({}, "id"),
    ],
)
def test_a_reader_gets_the_own_language(
    nginx: str, front_folder: Path, headers: dict[str, str], language: str
) -> None:
    for each in ("id", "en"):
        (front_folder / each / "rules.html").write_text(each)
        (front_folder / each / "rules.html.gz").unlink()
    assert httpx.get(f"{nginx}/rules", headers=headers).text == language


def test_what_is_no_file_goes_to_strp(nginx: str) -> None:
    assert httpx.get(f"{nginx}/employer").status_code == 502


LOGGED = {
    "/employer": "/employer",
    "/sign-in/link/secret": "/sign-in/link/...",
    "/c/secret": "/c/...",
    "/employer/filing/secret?nib=8120001110001": "/employer",
    "/api/v1/applications/secret/workers": "/api/v1/applications",
    "/api/v1/certificates/secret.pdf": "/api/v1/certificates",
}


def lines_of(log: Path, count: int) -> str:
    """The log once it has that many lines: nginx writes a line after the answer has gone."""
    for _ in range(200):
        logged = log.read_text()
        if logged.count("\n") >= count:
            break
        time.sleep(0.05)
    return logged


def test_no_log_keeps_a_link_a_receipt_or_a_query(nginx: str, tmp_path: Path) -> None:
    for path in LOGGED:
        assert httpx.get(f"{nginx}{path}").status_code == 502
    logged = lines_of(tmp_path / "strp.log", len(LOGGED))
    assert [line.split()[3] for line in logged.splitlines()] == list(LOGGED.values())
    both = logged + (tmp_path / "strp-error.log").read_text()
    assert "secret" not in both and "8120001110001" not in both


@pytest.mark.parametrize(
    ("path", "language", "kind", "word"),
    [
        ("/api/v1/applications", "id", "application/problem+json", "sedang tidak menjawab"),
        ("/api/v1/applications", "en", "application/problem+json", "does not answer"),
        ("/employer", "id", "text/html", "sedang tidak menjawab"),
        ("/employer", "id", "text/html", "does not answer"),
    ],
)
@pytest.mark.parametrize("size", [2, 200_000])
def test_while_strp_is_away_a_reader_gets_its_words_and_a_time_to_come_back(
    nginx: str, path: str, language: str, kind: str, word: str, size: int
) -> None:
    told = httpx.post(f"{nginx}{path}", content=bytes(size), headers={"accept-language": language})
    assert (told.status_code, told.headers["retry-after"]) == (502, "5")
    assert told.headers["content-type"].startswith(kind) and word in told.text
    if "json" in kind:
        assert told.json() | {"detail": ""} == {
            "type": "urn:strp:problem:away",
            "title": "Away",
            "status": 502,
            "code": "away",
            "detail": "",
            "retry_after_s": 5,
        }


def test_plain_http_leads_to_tls_and_keeps_the_method(nginx: str) -> None:
    told = httpx.post(f"http://127.0.0.1:{os.environ['PLAIN_PORT']}/employer?a=b")
    assert (told.status_code, told.headers["location"]) == (308, "https://127.0.0.1/employer?a=b")


def test_it_speaks_http_2(nginx: str) -> None:
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    context.set_alpn_protocols(["h2"])
    address = ("127.0.0.1", int(nginx.rpartition(":")[2]))
    with (
        socket.create_connection(address, 5) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as secured,
    ):
        assert secured.selected_alpn_protocol() == "h2"


def test_the_headers_of_pages_from_files_are_those_of_the_pages(nginx: str) -> None:
    shown = httpx.get(f"{nginx}/").headers
    expected = {**PAGE_HEADERS, **HTTPS_ONLY, "Cache-Control": FOR_A_MINUTE}
    assert {name: shown.get(name) for name in expected} == expected


def test_a_document_that_strp_removed_is_asked_from_strp(nginx: str, front_folder: Path) -> None:
    (front_folder / "waiting-room.json").unlink()
    time.sleep(1.2)  # open_file_cache_valid
    assert httpx.get(f"{nginx}/waiting-room.json").status_code == 502


def test_an_answer_by_role_goes_to_strp(nginx: str) -> None:
    assert httpx.get(f"{nginx}/eligibility?role=worker").status_code == 502


def seconds_of(nginx: str, pages: int, client: str) -> float:
    """How long so many pages take one client that asks over many connections."""

    async def ask() -> None:
        headers = {"x-forwarded-for": client}
        async with httpx.AsyncClient(base_url=nginx, headers=headers, timeout=30) as asking:

            async def some(count: int) -> None:
                for _ in range(count):
                    assert (await asking.get("/")).status_code == 200

            await asyncio.gather(*(some(pages // 20) for _ in range(20)))

    began = time.monotonic()
    asyncio.run(ask())
    return time.monotonic() - began


def test_a_block_over_its_share_of_files_is_held_back_and_not_another(nginx: str) -> None:
    assert seconds_of(nginx, 900, "100.64.1.7") > 2.0  # 400 at once, then 200 a second
    assert seconds_of(nginx, 40, "100.64.2.7") < 2.0


def test_this_machine_itself_has_no_share(nginx: str) -> None:
    codes = {httpx.get(f"{nginx}/").status_code for _ in range(30)}
    assert codes == {200}


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics", "/%6detrics//"])
@pytest.mark.parametrize(("client", "code"), [("203.0.113.9", 403), (None, 502)])
def test_numbers_for_operations_are_not_for_strangers(
    nginx: str, client: str | None, code: int, path: str
) -> None:
    headers = {} if client is None else {"x-forwarded-for": client}
    assert httpx.get(f"{nginx}{path}", headers=headers).status_code == code
