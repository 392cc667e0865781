"""nginx before STRP with the configuration in `deploy/nginx`: the front comes from files."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from strp.front.kept_pages import KeptPages, write_if_new
from tests.front.asking import Inner

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx" / "strp.conf"
pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def front_folder(tmp_path: Path) -> Path:
    """What STRP writes for nginx."""
    folder = tmp_path / "front"
    asyncio.run(KeptPages(Inner(), folder).write_all())
    write_if_new(folder / "waiting-room.json", b'{"open":true}')
    return folder


@pytest.fixture
def nginx(front_folder: Path, tmp_path: Path) -> Iterator[str]:
    """nginx with nothing behind it; gives its address."""
    with running_nginx(front_folder, tmp_path, behind=free_port()) as address:
        yield address


@contextlib.contextmanager
def running_nginx(front_folder: Path, tmp_path: Path, behind: int) -> Iterator[str]:
    """nginx before a port of this machine; gives its address."""
    port = free_port()
    text = CONFIGURATION.read_text()
    for name, value in (
        ("FRONT", str(front_folder)),
        ("LISTEN", f"127.0.0.1:{port}"),
        ("server STRP ", f"server 127.0.0.1:{behind} "),
    ):
        text = text.replace(name, value)
    (tmp_path / "strp.conf").write_text(text)
    main = tmp_path / "nginx.conf"
    paths = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; user root;"
        f"events {{}} http {{ types {{ text/html html; }} access_log {tmp_path}/access.log; {paths}"
        f" include {tmp_path}/strp.conf; }}"
    )
    process = subprocess.Popen(["nginx", "-e", str(tmp_path / "error.log"), "-c", str(main)])
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
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


def test_the_address_of_a_sign_in_link_is_in_no_log(nginx: str, tmp_path: Path) -> None:
    for path in ("/sign-in/link/secret", "/employer"):
        assert httpx.get(f"{nginx}{path}").status_code == 502
    logged = (tmp_path / "access.log").read_text()
    assert "/employer" in logged and "secret" not in logged


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
