"""Bad input at the real door: each a clear problem, no blow-up, nothing half-filed."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.journeys import hostile
from tests.journeys.hostile import HEADER, MEBIBYTE, WORKER
from tests.journeys.running import BANK, FACTORY, Installation, fresh_workers, post_workers
from tests.journeys.test_faults import broken_rules, until_issued

MOST_GROWTH_BYTES = 300 * MEBIBYTE
GIBIBYTE = 1 << 30
# What, how it is made, and the problem it gets.
REFUSED: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "an empty body": (lambda: b"", 422, "file-empty"),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 999, 415, "unsupported-format"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 999, 415, "unsupported-format"),
    "a program": (lambda: b"\x7fELF" + b"\0" * 999, 415, "unsupported-format"),
    "a web page": (lambda: b"<!DOCTYPE html><html></html>", 415, "unsupported-format"),
    "a workbook cut short": (lambda: hostile.workbook()[:3000], 422, "file-truncated"),
    "a damaged workbook": (
        lambda: hostile.workbook_with({"xl/workbook.xml": b"<workbook"}),
        422,
        "file-unreadable",
    ),
    "a zip of something else": (
        lambda: hostile.workbook_with({"xl/vbaProject.bin": b"x"}),
        415,
        "macro-workbook",
    ),
    "a zip bomb": (hostile.zip_bomb, 413, "zip-bomb"),
    "an XML entity": (hostile.entity_bomb, 422, "xml-entity"),
    "200 columns": (lambda: hostile.wide(200), 413, "too-many-columns"),
    "200 columns of a workbook": (lambda: hostile.wide_workbook(200), 413, "too-many-columns"),
    "0 rows": (lambda: HEADER.encode(), 422, "no-rows"),
    "blank lines": (lambda: b"\n\n\n", 422, "file-empty"),
    "no header": (lambda: b"a,b\n1,2\n", 422, "no-header"),
    "another encoding": (lambda: HEADER.encode("cp500") * 9, 422, "no-header"),
    "NUL bytes": (lambda: b"a\0b" * 999, 422, "nul-bytes"),
    "malformed JSON": (lambda: b'{"workers": [', 422, "file-truncated"),
    "JSON that is not UTF-8": (lambda: b'{"workers":[{"nama":"\xff"}]}', 422, "file-unreadable"),
    "JSON nested without end": (lambda: b"[" * MEBIBYTE, 422, "no-header"),
    "JSON nested in a cell": (
        lambda: b'{"workers":[{"nama":' + b"[" * 99_999,
        422,
        "file-unreadable",
    ),
    "workers that are no objects": (lambda: b'{"workers":["Siti"]}', 422, "json-shape"),
    "workers that are no list": (lambda: b'{"workers":{}}', 422, "json-shape"),
    "a float too large": (lambda: b'{"workers":[{"nama":1e999}]}', 422, "json-shape"),
    "half of an emoji": (lambda: b'{"workers":[{"nama":"\\ud800"}]}', 422, "file-truncated"),
}
REJECTED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a formula": ({"nama": "=HYPERLINK(1)"}, "nama", "invalid"),
    "a NUL byte": ({"nama": "Siti\0Aminah"}, "nama", "unreadable"),
    "an enormous number": ({"nik": 10**400}, "nik", "invalid"),
    "a list": ({"nik": ["3174055506783204"]}, "nik", "unreadable"),
    "an object": ({"nama": {"depan": "Siti"}}, "nama", "unreadable"),
    "nothing": ({"nama": None}, "nama", "missing"),
    "a name without end": ({"nama": "A" * 9999}, "nama", "too-long"),
}


@pytest.fixture(scope="module", autouse=True)
def nothing_goes_wrong_inside(city: Installation) -> Iterator[None]:
    """When all of this has been sent: no traceback in the log, and the books balance."""
    yield
    log = city.log.read_text()
    assert "Traceback" not in log
    assert "unexpected_error" not in log
    until_issued(city)
    assert broken_rules(city) == []


@pytest.fixture
def filings(city: Installation) -> Callable[[], int]:
    """Counts what is filed."""
    return lambda: int(city.ask("SELECT count(*) FROM application")[0][0])


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


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_is_refused_whole_that_is(
    city: Installation, filings: Callable[[], int], what: str
) -> None:
    make, status, code = REFUSED[what]
    body = make()
    before, memory = filings(), city.resident_bytes()

    answer = send(city, body)

    assert code_of(answer) == (status, code)
    assert filings() == before
    assert city.resident_bytes() - memory < MOST_GROWTH_BYTES


@pytest.mark.parametrize("what", REJECTED)
def test_one_row_is_rejected_that_holds(city: Installation, what: str) -> None:
    change, column, code = REJECTED[what]
    sound = fresh_workers(1)[0]
    body = json.dumps({"workers": [{**WORKER, **change}, sound]})

    answer = send(city, body, **{"Content-Type": "application/json"}).json()

    assert (answer["ledger"]["rejected"], answer["ledger"]["accepted"]) == (1, 1)
    found = [(one["row"], one["column"], one["code"]) for one in answer["problems"]]
    assert (1, column, code) in found


@pytest.mark.parametrize("make", [hostile.huge_cell, hostile.huge_json_cell])
def test_ten_megabytes_in_one_cell_reject_its_row_alone(
    city: Installation, make: Callable[[], bytes]
) -> None:
    memory = city.resident_bytes()

    answer = send(city, make()).json()

    assert answer["ledger"]["rows"] == 2
    assert [(one["column"], one["code"]) for one in answer["problems"]] == [("nama", "too-long")]
    assert city.resident_bytes() - memory < MOST_GROWTH_BYTES


def test_a_nik_that_came_as_a_number_counts_where_it_kept_its_digits(city: Installation) -> None:
    # One that ends in 0 would look like one that a spreadsheet has rounded.
    worker = next(one for one in fresh_workers(2) if one["nik"][-1] != "0")

    answer = send(city, json.dumps({"workers": [{**worker, "nik": int(worker["nik"])}]})).json()

    assert answer["ledger"]["accepted"] == 1


def test_of_two_equal_keys_in_an_object_the_last_counts(city: Installation) -> None:
    worker = json.dumps(fresh_workers(1)[0])
    twice = worker.replace('"jabatan":', '"jabatan": "Sopir", "jabatan":', 1)

    answer = send(city, f'{{"workers":[{twice}]}}').json()

    assert answer["ledger"]["accepted"] == 1


def test_a_gigabyte_that_is_declared_is_refused_before_it_is_sent(city: Installation) -> None:
    head = request_head(city, f"Content-Length: {GIBIBYTE}")

    answer = raw(city, head + b"nama,nik")

    assert b" 413 " in answer and b"file-too-large" in answer


def test_a_gigabyte_that_just_comes_is_cut_off(
    city: Installation, filings: Callable[[], int]
) -> None:
    before, memory = filings(), city.resident_bytes()
    peak = Peak(city)

    with peak:
        try:
            answer = send(city, hostile.pieces(GIBIBYTE))
            assert code_of(answer) == (413, "file-too-large")
        except httpx.WriteError:  # the connection was closed while we still sent
            pass

    assert filings() == before
    assert peak.most - memory < MOST_GROWTH_BYTES


@pytest.mark.parametrize(
    "length",
    [f"Content-Length: {MEBIBYTE}", "Transfer-Encoding: chunked"],
    ids=["known", "chunked"],
)
def test_an_upload_that_breaks_off_files_nothing(
    city: Installation, filings: Callable[[], int], length: str
) -> None:
    sent = f"{HEADER}Siti Aminah,3174055506783204,Teller,pelayanan\n".encode()
    if "chunked" in length:
        sent = f"{len(sent):x}\r\n".encode() + sent + b"\r\n"
    before = filings()
    with socket.create_connection(("127.0.0.1", city.port)) as line:
        line.sendall(request_head(city, length) + sent)
        time.sleep(0.3)
    time.sleep(0.5)

    assert filings() == before
    assert temporary_files(city) == []


def test_an_upload_that_breaks_off_says_so_where_somebody_listens(city: Installation) -> None:
    answer = raw(city, request_head(city, "Content-Length: 99999") + HEADER.encode(), half=True)

    assert b" 422 " in answer and b"upload-incomplete" in answer


def test_a_slow_line_is_waited_for(city: Installation) -> None:
    worker = fresh_workers(1)[0]
    body = f"{HEADER}{','.join(worker.values())}\n".encode()
    with socket.create_connection(("127.0.0.1", city.port)) as line:
        line.sendall(request_head(city, f"Content-Length: {len(body)}"))
        for start in range(0, len(body), 8):
            line.sendall(body[start : start + 8])
            time.sleep(0.05)
        line.settimeout(10)
        assert b" 202 " in line.recv(4096)


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
    "language", ["", "*", "xx", ",,;;", "a" * 9000, "en;q=x", "\N{LATIN SMALL LETTER E WITH ACUTE}"]
)
def test_a_strange_language_is_answered_in_one_of_ours(city: Installation, language: str) -> None:
    with city.client() as client:
        answer = client.get(
            "/api/v1/policy", headers={"Accept-Language": language.encode("latin-1")}
        )

    assert answer.status_code == 200


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


def at_once(city: Installation, people: list[dict[str, str]], **headers: str) -> list[Any]:
    """The same filing sixteen times, all at the same moment."""
    key = city.key(BANK)

    async def send_all() -> list[httpx.Response]:
        authorization = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=city.url, headers=authorization) as client:
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
