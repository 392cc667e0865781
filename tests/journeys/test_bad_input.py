"""Files and uploads that are bad: each a clear problem, no blow-up, nothing half-filed."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.journeys import hostile
from tests.journeys.door import (
    Peak,
    code_of,
    raw,
    request_head,
    require_sound,
    send,
    temporary_files,
)
from tests.journeys.hostile import HEADER, MEBIBYTE, WORKER
from tests.journeys.running import Installation, fresh_workers

MOST_GROWTH_BYTES = 300 * MEBIBYTE
GIBIBYTE = 1 << 30
# What, how it is made, and the problem it gets.
REFUSED: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "an empty body": (lambda: b"", 422, "file-empty"),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 999, 415, "unsupported-format"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 999, 415, "unsupported-format"),
    "a program": (lambda: b"\x7fELF" + b"\0" * 999, 415, "unsupported-format"),
    "a web page": (lambda: b"<!DOCTYPE html><html></html>", 415, "web-page"),
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
    "JSON nested without end": (lambda: b"[" * MEBIBYTE, 422, "file-unreadable"),
    "JSON nested in a cell": (
        lambda: b'{"workers":[{"nama":' + b"[" * 99_999,
        422,
        "file-unreadable",
    ),
    "workers that are no objects": (lambda: b'{"workers":["Siti"]}', 422, "json-shape"),
    "workers that are no list": (lambda: b'{"workers":{}}', 422, "json-shape"),
    "a worker of too many fields": (
        lambda: json.dumps({"workers": [dict.fromkeys(map(str, range(200)))]}).encode(),
        413,
        "too-many-columns",
    ),
    "a float too large": (lambda: b'{"workers":[{"nama":1e999}]}', 422, "json-shape"),
}
REJECTED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a formula": ({"nama": "=HYPERLINK(1)"}, "nama", "invalid"),
    "half of an emoji": ({"nama": "Siti \ud800"}, "nama", "unreadable"),
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
    require_sound(city)


@pytest.fixture
def filings(city: Installation) -> Callable[[], int]:
    """Counts what is filed."""
    return lambda: int(city.ask("SELECT count(*) FROM application")[0][0])


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


def test_a_byte_that_is_no_text_rejects_its_row_alone(city: Installation) -> None:
    body = json.dumps({"workers": [{**WORKER, "nama": "?"}, fresh_workers(1)[0]]}).encode()

    answer = send(city, body.replace(b"?", b"\xff"), **{"Content-Type": "application/json"}).json()

    assert (answer["ledger"]["rejected"], answer["ledger"]["accepted"]) == (1, 1)
    assert (1, "nama", "unreadable") in [
        (one["row"], one["column"], one["code"]) for one in answer["problems"]
    ]


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


def test_of_two_equal_keys_in_an_object_neither_is_taken_for_the_other(city: Installation) -> None:
    worker = json.dumps(fresh_workers(1)[0])
    twice = worker.replace('"jabatan":', '"jabatan": "Sopir", "jabatan":', 1)

    answer = send(city, f'{{"workers":[{twice}]}}').json()

    assert answer["ledger"]["rejected"] == 1
    assert [(each["column"], each["code"]) for each in answer["problems"]] == [
        ("jabatan", "invalid")
    ]


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
    end = time.monotonic() + 60
    while temporary_files(city) and time.monotonic() < end:
        time.sleep(0.1)

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
