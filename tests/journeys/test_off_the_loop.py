"""Paper, lists, corrections, QR codes and disk writes never run on the event loop's thread.

The web processes note what they do and where, while real requests come (`watch/sitecustomize.py`).
Whoever moves such work back makes these tests fail, also where it takes a few milliseconds only.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.journeys.running import (
    BANK,
    Installation,
    fresh_workers,
    installation,
    post_workers,
    until_issued,
)
from tests.journeys.sessions import session_of

WATCH = Path(__file__).parent / "watch"
ROWS = 6_000
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
REPRESENT = """
INSERT INTO representation (nib, account_id, state, claimed_at, active_at)
SELECT %s, account_id, 'active', now(), now() FROM account WHERE role = 'representative'
RETURNING nib
"""
IN_THREADS = {
    "outside/paper/pdf.py:print_certificates": "paper",
    "outside/paper/refusal.py:print_refusal": "paper",
    "outside/paper/brief.py:print_brief": "paper",
    "outside/paper/zip.py:add": "paper",
    "outside/paper/zip.py:_table": "paper",
    "outside/paper/qr_writer.py:draw_symbol": "symbols",
    "credential/make_bundle.py:build_bundle": "lists",
    "credential/status_list.py:pack_statuses": "lists",
    "credential/status_list.py:sign_status_list": "lists",
    "outside/spreadsheets/corrections_writer.py:write_corrections": "corrections",
    "outside/spreadsheets/link_list.py:add": "corrections",
    "outside/spreadsheets/open.py:begin_roster": "uploads",
    "outside/spreadsheets/csv_reader.py:read_csv": "rosters",
    "api/bodies.py:_add": "uploads",
    "web/framework/uploads.py:_copy": "uploads",
}
"""What is done, and how the threads are called that do it."""
NEVER_ON_THE_LOOP = {
    "Compress.compress",
    "Compress.flush",
    "BufferedWriter.write",
    "BufferedRandom.write",
    "writer.writerows",
    "writerows",
    "compile",
    "create_barcode",
}
"""Packing, writing to a disk, and drawing, whoever calls them."""


class Seen(NamedTuple):
    """Work that was seen once: whether on the loop, in which thread, what, and who called it."""

    where: str
    thread: str
    what: str
    callers: str


def ask(client: httpx.Client, path: str) -> None:
    """Ask until the answer is there: some are made apart first."""
    deadline = time.monotonic() + 60
    while (answer := client.get(path)).status_code in {202, 503}:
        assert time.monotonic() < deadline, (path, answer.text)
        time.sleep(0.1)
    assert answer.status_code == 200, (path, answer.text[:300])


def large_roster() -> bytes:
    """A CSV of workers, more than the caps let in; every second one lacks a position."""
    people = [one | {"jabatan": "Teller" * (n % 2)} for n, one in enumerate(fresh_workers(ROWS))]
    lines = [",".join(one.values()) for one in people]
    return "\n".join([",".join(people[0]), *lines]).encode()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Seen]]:
    """What the web processes did while each kind of heavy answer was asked for."""
    noted = tmp_path_factory.mktemp("seen")
    watched = {
        "STRP_TEST_WORK_SEEN": str(noted),
        "PYTHONPATH": os.pathsep.join([str(WATCH), os.environ.get("PYTHONPATH", "")]),
    }
    with installation(tmp_path_factory.mktemp("watched"), **watched) as city:
        ask_for_all(city)
        numbers = {str(process.pid) for process in city.processes()}
        files = [path for path in noted.iterdir() if path.name in numbers]
        lines = [line for path in files for line in path.read_text().splitlines()]
        found = [Seen(*line.split("\t")) for line in lines]
        yield [one for one in found if "front/server.py" in one.callers or one.where == "thread"]


def ask_for_all(city: Installation) -> None:
    """One of each kind of heavy request, by real doors."""
    with city.client(BANK) as bank:
        small = post_workers(bank, BANK, fresh_workers(2)).json()["application_id"]
        filed = bank.post("/api/v1/applications", params={"nib": BANK}, content=large_roster())
        large = filed.json()["application_id"]
        serial = until_issued(bank, small)[0]["serial"]
        for suffix in (".pdf", ".png", ".svg"):
            ask(bank, f"/api/v1/certificates/{serial}{suffix}")
        for part in ("certificates.zip", "certificates.pdf", "links.csv", "links.xlsx"):
            ask(bank, f"/api/v1/applications/{small}/{part}")
        ask(bank, f"/api/v1/applications/{large}/corrections")
        ask(bank, f"/api/v1/applications/{large}/refusal.pdf")
        ask(bank, "/api/v1/trust-bundle")
    with city.client() as official:
        official.headers["Cookie"] = session_of(city, "supervisor")
        ask(official, "/office/brief/pdf")
    with city.client() as representative:
        cookie = session_of(city, "representative")
        representative.headers.update({**SAME_ORIGIN, "Cookie": cookie})
        city.ask(REPRESENT, BANK)
        answer = representative.post(
            f"/employer/{BANK}/applications",
            data={"key": "a" * 32},
            files={"roster": ("pekerja.csv", large_roster())},
        )
        assert answer.status_code == 303, answer.text[:300]


@pytest.mark.parametrize(("work", "kind"), IN_THREADS.items())
def test_heavy_work_runs_in_the_threads_of_its_kind(seen: list[Seen], work: str, kind: str) -> None:
    found = [one for one in seen if one.what == work]
    assert kind in {one.thread.rpartition("_")[0] for one in found}
    assert [one for one in found if one.where == "loop"] == []


def test_nothing_is_packed_drawn_or_written_to_a_disk_on_the_loop(seen: list[Seen]) -> None:
    assert any(one.what in NEVER_ON_THE_LOOP for one in seen)
    held = {one for one in seen if one.where == "loop" and one.what in NEVER_ON_THE_LOOP}
    assert held == set()
