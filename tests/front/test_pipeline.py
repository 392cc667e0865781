"""The waiting room's addresses, asked by a page of another site."""

import pytest

from strp.domain.overload import storage_full
from strp.front.bodies import ArrivedBody
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
    assert (reply.status, reply.json["code"]) == (403, "cross-site-request")
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
