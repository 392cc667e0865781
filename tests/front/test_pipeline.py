"""What the front refuses: by the cross-site rule, by a body, by a full disk; and in whose words."""

from typing import cast

import pytest

from strp.domain.errors import StrpError
from strp.domain.overload import storage_full, too_slow, upload_incomplete
from strp.domain.people.account import Role
from strp.front.bodies import ArrivedBody
from strp.front.responses import App
from strp.store.engine.database import unavailable
from strp.wiring.web import litestar_application
from tests.front.asking import Front

pytestmark = pytest.mark.anyio
ELSEWHERE = [
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"origin": "https://evil.example", "host": "127.0.0.1:8000"},
    {"origin": "null", "host": "127.0.0.1:8000"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("address", ["proof", "tickets", "seat", "admissions"])
async def test_a_form_elsewhere_takes_no_place_in_line(
    front: Front, address: str, headers: dict[str, str]
) -> None:
    await front.set_mode("on")
    reply = await front.ask("POST", f"/waiting-room/{address}", body=b"next=%2F", **headers)
    is_form = address in {"proof", "seat"}
    assert reply.header("content-type").startswith("text/html") == is_form
    assert (reply.status, "cross-site-request" in reply.body.decode()) == (403, True)
    assert reply.header("set-cookie") == ""


@pytest.mark.parametrize("headers", ELSEWHERE[:2])
async def test_a_link_elsewhere_does_not_move_the_place_that_an_account_keeps(
    front: Front, headers: dict[str, str]
) -> None:
    reply = await front.ask("GET", "/waiting-room/seat", **headers)
    assert (reply.status, reply.header("location")) == (303, "/employer")
    assert reply.header("set-cookie") == ""


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin"},
        {"origin": "http://127.0.0.1:8000", "host": "strp.internal"},
    ],
)
async def test_our_own_page_and_programs_take_a_ticket(
    front: Front, headers: dict[str, str]
) -> None:
    reply = await front.ask("POST", "/waiting-room/tickets", body={}, **headers)
    assert reply.status == 201


@pytest.mark.parametrize(
    ("path", "told"),
    [("/verify", "text/html"), ("/api/v1/verifications", "application/problem+json")],
)
async def test_on_a_full_disk_a_person_reads_a_page_that_says_when_to_come_back(
    front: Front, monkeypatch: pytest.MonkeyPatch, path: str, told: str
) -> None:
    async def full(_body: ArrivedBody, _most_bytes: int) -> None:
        raise storage_full()

    monkeypatch.setattr(ArrivedBody, "arrive", full)
    reply = await front.ask("POST", path, body=b"text=STRP1%3AABC")
    assert reply.status == 503
    assert reply.header("content-type").startswith(told)
    assert int(reply.header("retry-after")) > 0


async def in_words(front: Front) -> Front:
    """A front whose waiting pages are those of the door behind."""
    app = cast(App, litestar_application(front.system))
    front.door._waiting._pages._app = app
    await front.door._waiting.load()
    return front


@pytest.mark.parametrize("is_loaded", [True, False])
@pytest.mark.parametrize("error", [too_slow(), upload_incomplete(), unavailable()])
async def test_a_form_that_the_front_refuses_gets_a_page_and_a_program_a_document(
    front: Front, monkeypatch: pytest.MonkeyPatch, error: StrpError, is_loaded: bool
) -> None:
    async def refused(_body: ArrivedBody, _most_bytes: int) -> None:
        raise error

    if is_loaded:
        await in_words(front)
    monkeypatch.setattr(ArrivedBody, "arrive", refused)
    form = {"cookie": await front.session(Role.OFFICER), "accept_language": "en"}
    page = await front.ask("POST", "/office/next", body=b"a=b", **form)
    document = await front.ask("POST", "/office/next", body=b"a=b", accept="*/*", **form)
    assert page.header("content-type").startswith("text/html")
    assert error.text.en in page.body.decode()
    assert error.code in page.body.decode()
    assert "@@" not in page.body.decode()
    assert document.json["code"] == error.code
    for reply in (page, document):
        assert reply.status == document.json["status"]
        assert reply.header("retry-after") == str(error.retry_after_s or "")
        assert reply.header("cache-control") == "no-store"


async def test_a_form_that_is_too_large_is_told_so_by_a_page(front: Front) -> None:
    await in_words(front)
    form = {"cookie": await front.session(Role.OFFICER), "content_length": str(50 << 20)}
    page = await front.ask("POST", "/office/next", accept_language="id", **form)
    assert page.status == 413
    assert "file-too-large" in page.body.decode()
    assert "<h1" in page.body.decode()


async def test_an_address_of_the_waiting_room_says_how_it_is_asked(front: Front) -> None:
    known = await front.ask("GET", "/waiting-room/tickets")
    unknown = await front.ask("GET", "/waiting-room/nothing")
    assert (known.status, known.header("allow")) == (405, "POST")
    assert (unknown.status, unknown.header("allow")) == (404, "")
    assert (known.json["code"], unknown.json["code"]) == ("method-not-allowed", "no-such-address")


@pytest.mark.parametrize("host", ["a: b", "a:99999", "[", "2021-07-01T99:99:99Z-1"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/employer/claim"), ("POST", "/verify"), ("POST", "/api/v1/verifications")],
)
async def test_a_host_that_is_none_reaches_no_door(
    front: Front, method: str, path: str, host: str
) -> None:
    reply = await front.ask(method, path, host=host)
    assert (reply.status, "bad-request" in reply.body.decode()) == (400, True)
    assert front.inner.asked == []


LARGE = "a=b&" * 5_000


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/?{LARGE}", {}),
        (f"/employer/claim?{LARGE}", {}),
        ("/" + "a" * 9_000, {}),
        ("/", {"accept_encoding": "," * 20_000}),
        ("/", {"cookie": "a;" * 10_000}),
        ("/?" + "a&" * 101, {}),
        ("/", {"cookie": "a;" * 101}),
        ("/employer/claim", {"accept_language": LARGE}),
        ("/waiting-room/opening.json", {"cookie": "a;" * 10_000}),
        ("/api/v1/policy", {"if_none_match": '"a",' * 5_000}),
    ],
)
async def test_a_head_that_costs_to_read_is_refused_unread(
    front: Front, path: str, headers: dict[str, str]
) -> None:
    reply = await front.ask("GET", path, **headers)
    assert (reply.status, "head-too-large" in reply.body.decode()) == (431, True)
    assert front.inner.asked == []


async def test_a_long_key_is_refused_as_a_key(front: Front) -> None:
    key = "Bearer " + "a" * 20_000
    reply = await front.ask("POST", "/api/v1/applications", authorization=key, accept="*/*")
    assert (reply.status, reply.json["code"]) == (401, "key-unknown")


@pytest.mark.parametrize(
    "path",
    [
        *("/employer/claim", "/employer/8120001110001/objections", "/employer/8120001110001/keys"),
        *("/office/next", "/office/applications/1/decisions", "/account/security"),
    ],
)
async def test_a_form_without_a_file_is_small(front: Front, path: str) -> None:
    cookie = await front.session()
    reply = await front.ask("POST", path, cookie=cookie, content_length=str((64 << 10) + 1))
    assert reply.status == 413
    assert front.inner.asked == []
