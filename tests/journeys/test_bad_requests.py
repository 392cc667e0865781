"""Requests that are bad: wrong keys, addresses, parameters, headers, and much at once."""

import json
from collections.abc import Iterator

import pytest

from tests.journeys.door import (
    at_once,
    code_of,
    raw,
    request_head,
    require_sound,
)
from tests.journeys.hostile import MEBIBYTE
from tests.journeys.running import BANK, FACTORY, Installation, fresh_workers, post_workers


@pytest.fixture(scope="module", autouse=True)
def nothing_goes_wrong_inside(city: Installation) -> Iterator[None]:
    """When all of this has been sent: no traceback in the log, and the books balance."""
    yield
    require_sound(city)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"nib": FACTORY}, 403, "not-your-employer"),
        ({"nib": "9999999999999"}, 403, "not-your-employer"),
        ({"nib": "123"}, 422, "nib-malformed"),
        ({"nib": "\0"}, 422, "nib-malformed"),
        ({}, 422, "nib-missing"),
    ],
)
def test_a_roster_for_whom_it_may_not_be_is_refused(
    city: Installation, query: dict[str, str], status: int, code: str
) -> None:
    with city.client(BANK) as client:
        answer = client.post(
            "/api/v1/applications", params=query, json={"workers": fresh_workers(1)}
        )

    assert code_of(answer) == (status, code)


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer strp_",
        "Basic c3RycDo=",
        "Bearer " + "a" * 20_000,
        "Bearer strp_" + "0" * 46,
    ],
    ids=["empty", "short", "basic", "long", "made up"],
)
def test_a_key_that_is_not_known_opens_nothing(city: Installation, authorization: str) -> None:
    with city.client() as client:
        answer = client.get("/api/v1/applications/1000", headers={"Authorization": authorization})

    assert code_of(answer) == (401, "key-unknown")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_session_that_has_expired_opens_nothing(city: Installation) -> None:
    with city.client() as client:
        answer = client.get(
            "/api/v1/applications/1000", headers={"Cookie": "__Host-strp=x; strp=x; strp_session=x"}
        )

    assert code_of(answer) == (401, "not-signed-in")


def test_a_forged_receipt_is_not_known(city: Installation) -> None:
    with city.client() as client:
        answer = client.get("/receipts", params={"receipt": "AAAA-AAAA-AAAA-A"})

    assert answer.status_code in {200, 404, 422}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("number", ["0", "-1", "9" * 20, "9" * 5000, "1.5", "abc", "%00"])
def test_an_application_that_cannot_be_is_not_there(city: Installation, number: str) -> None:
    with city.client(BANK) as client:
        answer = client.get(f"/api/v1/applications/{number}")

    assert answer.status_code == 404
    assert code_of(answer)[1] in {"application-unknown", "no-such-address"}


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=0", "limit=1001", "after=abc", "after=-1", "state=foo", "state="]
)
def test_a_parameter_that_cannot_be_is_named(city: Installation, query: str) -> None:
    with city.client(BANK) as client:
        number = post_workers(client, BANK, fresh_workers(1)).json()["application_id"]
        answer = client.get(f"/api/v1/applications/{number}/workers?{query}")

    assert code_of(answer) == (400, "bad-request")
    assert [one["field"] for one in answer.json()["fields"]] == [query.split("=")[0]]


def test_a_row_beyond_every_row_is_an_empty_page(city: Installation) -> None:
    with city.client(BANK) as client:
        number = post_workers(client, BANK, fresh_workers(1)).json()["application_id"]
        page = client.get(f"/api/v1/applications/{number}/workers?after={'9' * 25}")

    assert page.json() == {"items": [], "next": None}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_a_method_that_is_not_served_is_named(city: Installation, method: str) -> None:
    with city.client(BANK) as client:
        answer = client.request(method, "/api/v1/applications")

    assert code_of(answer) == (405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


def test_an_address_that_is_not_there_is_a_problem_document(city: Installation) -> None:
    with city.client() as client:
        assert code_of(client.get("/api/v1/nothing")) == (404, "no-such-address")


@pytest.mark.parametrize(
    "language", ["", "*", "xx", ",,;;", "a" * 8000, "en;q=x", "\N{LATIN SMALL LETTER E WITH ACUTE}"]
)
def test_a_strange_language_is_answered_in_one_of_ours(city: Installation, language: str) -> None:
    with city.client() as client:
        answer = client.get(
            "/api/v1/policy", headers={"Accept-Language": language.encode("latin-1")}
        )

    assert answer.status_code == 200


def test_a_language_that_is_as_long_as_a_book_is_refused_unread(city: Installation) -> None:
    with city.client() as client:
        answer = client.get("/api/v1/policy", headers={"Accept-Language": "a," * 5000})

    assert code_of(answer) == (431, "head-too-large")


@pytest.mark.parametrize(
    "first_line",
    [
        "GET /",
        "GET /healthz",
        "GET /waiting-room.json",
        "GET /api/v1/policy",
        "HEAD /verify",
        "OPTIONS /api/v1/verifications",
        "POST /api/v1/verifications",
        "POST /waiting-room/tickets",
        "POST /nowhere",
    ],
)
@pytest.mark.parametrize(
    "hosts",
    ["", "Host: a.example\r\nhost: b.example\r\n", "Host: a.example\r\nHost: a.example\r\n"],
    ids=["none", "two", "the same twice"],
)
def test_whoever_does_not_say_once_for_which_host_is_refused_at_every_door(
    city: Installation, first_line: str, hosts: str
) -> None:
    body = '{"text": "STRP1:A"}' if first_line.startswith("POST") else ""
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    answer = raw(city, f"{first_line} HTTP/1.1\r\n{hosts}{length}\r\n{body}".encode())

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_filing_with_a_good_key_names_one_host_too(city: Installation) -> None:
    body = json.dumps({"nib": BANK, "workers": fresh_workers(1)})
    told = [f"Content-Length: {len(body)}", "Content-Type: application/json"]
    head = request_head(city, *told)
    once = raw(city, head + body.encode())
    twice = raw(city, head[:-2] + b"Host: 127.0.0.2\r\n\r\n" + body.encode())

    assert once.startswith(b"HTTP/1.1 202 ")
    assert twice.startswith(b"HTTP/1.1 400 ")


def test_a_probe_of_an_old_balancer_names_no_host(city: Installation) -> None:
    assert raw(city, b"GET /healthz HTTP/1.0\r\n\r\n").split(b" ")[1] == b"200"


def test_a_header_cannot_be_put_into_an_answer(city: Installation) -> None:
    with city.client(BANK) as client:
        answer = client.get("/api/v1/certificates/x%0d%0aSet-Cookie:%20a=b.pdf")

    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"text":5}', b"text=abc", b"[" * 60_000, b'{"text":"\xff"}'],
    ids=["empty", "half", "list", "null", "number", "form", "nested", "encoding"],
)
def test_a_verification_without_a_text_is_a_bad_request(city: Installation, body: bytes) -> None:
    with city.client() as client:
        answer = client.post(
            "/api/v1/verifications", content=body, headers={"Content-Type": "application/json"}
        )

    assert code_of(answer) == (400, "bad-request")


def test_a_verification_of_a_megabyte_is_refused(city: Installation) -> None:
    with city.client() as client:
        answer = client.post("/api/v1/verifications", json={"text": "A" * MEBIBYTE})

    assert code_of(answer) == (413, "file-too-large")


def test_a_form_instead_of_a_file_is_told_how(city: Installation) -> None:
    with city.client(BANK) as client:
        answer = client.post(
            "/api/v1/applications", params={"nib": BANK}, files={"file": b"nama,nik"}
        )

    assert code_of(answer) == (415, "multipart-body")


@pytest.mark.parametrize("key", ["", "a" * 256, "a\tb"], ids=["empty", "too long", "control"])
def test_an_idempotency_key_that_is_none_is_refused(city: Installation, key: str) -> None:
    with city.client(BANK) as client:
        answer = post_workers(client, BANK, fresh_workers(1), **{"Idempotency-Key": key})

    assert code_of(answer) == (422, "idempotency-key-malformed")


def test_the_longest_idempotency_key_is_honoured(city: Installation) -> None:
    people = fresh_workers(1)
    with city.client(BANK) as client:
        answers = [
            post_workers(client, BANK, people, **{"Idempotency-Key": "k" * 255}) for _ in range(2)
        ]

    assert answers[0].json() == answers[1].json()


def test_sixteen_at_once_with_one_key_get_one_receipt(city: Installation) -> None:
    answers = at_once(city, fresh_workers(5), **{"Idempotency-Key": "enam belas"})

    assert len({answer["receipt"] for answer in answers}) == 1


def test_sixteen_at_once_without_a_key_file_each_worker_once(city: Installation) -> None:
    answers = at_once(city, fresh_workers(5))

    assert sum(answer["ledger"]["accepted"] for answer in answers) == 5
    assert sum(answer["ledger"]["unchanged"] for answer in answers) == 75
