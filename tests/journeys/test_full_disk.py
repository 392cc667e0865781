"""The disk fills in the middle: senders are told to come back, and it goes on by itself."""

import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.journeys.aftermath import broken_rules, lost, until_issued, until_ready
from tests.journeys.disks import MEBIBYTE, SmallDisk, small_disk
from tests.journeys.door import send
from tests.journeys.running import (
    BANK,
    HOSPITAL,
    ROSTERS,
    Installation,
    fresh_workers,
    installation,
    post_workers,
    prepared,
)
from tests.journeys.sessions import session_of
from tests.journeys.stream import Stream, filing, roster_csv

DISK_MIB = 700
LOG_MIB = 200
LARGER_MIB = 1100
TURNED_AWAY_WITHIN_S = 60.0
# Retry-After is what a program waits; people read the sentence.
FULL_OR_AWAY = {"storage-full", "database-unavailable", "busy", "too-busy"}


@pytest.fixture
def cramped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, SmallDisk]]:
    """An installation whose data lie on a small disk; it ends before the disk goes."""
    folder = tmp_path_factory.mktemp("cramped")
    with small_disk(folder / "data", DISK_MIB) as disk, installation(folder) as running:
        yield running, disk


def test_a_disk_that_fills_under_the_database_loses_nothing_and_holds_nobody_up_afterwards(
    cramped: tuple[Installation, SmallDisk],
) -> None:
    town, disk = cramped
    with filing(town) as stream:
        told = full_for_a_while(town, disk, stream, lambda: stream.broken > 20)

    until_issued(town)
    assert stream.statuses == {202, 503}
    assert "full" in disk_of(told)
    assert lost(town, stream) == []
    assert broken_rules(town) == []


def test_where_the_log_of_the_database_finds_no_space_it_starts_again_once_there_is_some(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("log")
    with small_disk(folder / "log", LOG_MIB) as disk, prepared(folder) as town:
        put_log_of_database(folder / "data" / "postgres", disk.folder / "pg_wal")
        town.start()
        with filing(town) as stream:
            told = full_for_a_while(town, disk, stream, lambda: "disk-full" in town.log.read_text())

        until_issued(town)
        assert "full" in disk_of(told)
        assert lost(town, stream) == []
        assert broken_rules(town) == []


def test_a_filing_that_finds_no_space_is_told_when_to_come_back(
    cramped: tuple[Installation, SmallDisk],
) -> None:
    town, disk = cramped
    with town.client(BANK) as client:
        post_workers(client, BANK, fresh_workers(1))
        disk.fill()
        turned_away = []

        def is_turned_away() -> bool:
            answer = post_workers(client, BANK, fresh_workers(200))
            turned_away[:] = [answer]
            return answer.status_code != 202

        until(is_turned_away)
        disk.enlarge(LARGER_MIB)
        until_ready(town)

    [answer] = turned_away
    assert answer.status_code == 503
    assert answer.json()["code"] in FULL_OR_AWAY
    assert int(answer.headers["retry-after"]) > 0


def test_a_large_file_that_finds_no_space_is_told_so_and_leaves_nothing_behind(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = folder / "data" / "temporary"
    with small_disk(spool, 4) as disk, installation(folder) as town:
        body = roster_csv(100_000)
        assert len(body) > 4 * MEBIBYTE

        answer = send(town, body, **{"Content-Type": "text/csv"})
        small = send(town, roster_csv(1000), **{"Content-Type": "text/csv"})

        assert (answer.status_code, answer.json()["code"]) == (503, "storage-full")
        assert int(answer.headers["retry-after"]) > 0
        assert small.status_code == 202
        disk.fill()
        for name in ("bank-20.xlsx", "logistik-galat.csv"):
            filed = send(town, (ROSTERS / name).read_bytes())
            assert filed.status_code == 202, (name, filed.text)
        (disk.folder / "somebody-elses").unlink()
        assert [file for file in disk.folder.rglob("*") if file.is_file()] == []


def test_on_a_read_only_disk_large_files_are_told_so_and_small_ones_go_on(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("closed")
    with small_disk(folder / "data" / "temporary", 64) as disk, installation(folder) as town:
        disk.close_for_writing()
        large = send(town, roster_csv(20_000), **{"Content-Type": "text/csv"})
        small = send(town, (ROSTERS / "bank-20.xlsx").read_bytes())
        told = town.run("doctor", "--json", "--no-books").stdout

    assert (large.status_code, large.json()["code"]) == (503, "storage-full")
    assert small.status_code == 202
    assert "read-only" in disk_of(told)
    assert "upload_not_kept" in town.log.read_text()


FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200_000)
CLAIM = f"nib={HOSPITAL}&account_id=1&version=1&word=approve&sure=yes"
Ask = Callable[[httpx.Client], httpx.Response]
WRITES: Mapping[str, Ask] = {
    "a filing as JSON": lambda client: post_workers(client, BANK, fresh_workers(300)),
    "a filing as CSV": lambda client: client.post(
        "/api/v1/applications",
        params={"nib": BANK},
        content=roster_csv(300),
        headers={"Content-Type": "text/csv"},
    ),
    "evidence": lambda client: client.post(
        f"/api/v1/employers/{BANK}/evidence", files={"file": ("a.png", PNG, "image/png")}
    ),
    "a ticket that is kept": lambda client: client.post(
        "/waiting-room/tickets", json={}, headers={"Idempotency-Key": secrets.token_hex(16)}
    ),
    "a sign-in": lambda client: client.post(
        "/sign-in", content="email=a%40stranger.example&next=", headers=FORM
    ),
    "a claim without a session": lambda client: client.post(
        "/employer/claim", content=f"nib={BANK}", headers=FORM
    ),
    "a photo": lambda client: client.post(
        "/verify", files={"photo": ("a.png", PNG, "image/png")}, headers={"Accept": "text/html"}
    ),
}
NEEDS_NO_SPACE = ("/", "/healthz", "/verify", "/api/v1/trust-bundle", "/.well-known/jwks.json")


@pytest.mark.drill
def test_every_door_that_writes_says_that_the_disk_is_full_and_keeps_what_it_acknowledged(
    cramped: tuple[Installation, SmallDisk],
) -> None:
    town, disk = cramped
    with town.client(BANK) as client:
        receipts = [post_workers(client, BANK, fresh_workers(5)) for _ in range(3)]
        for address in NEEDS_NO_SPACE:
            assert client.get(address).status_code == 200
        disk.fill()
        until(lambda: WRITES["a filing as JSON"](client).status_code != 202)

        told = {door: [ask(client) for _ in range(3)] for door, ask in WRITES.items()}
        withdrawal = f"{receipts[0].headers['location']}/withdrawal"
        told["a withdrawal"] = [client.post(withdrawal, json={}) for _ in range(3)]
        still = {address: client.get(address).status_code for address in NEEDS_NO_SPACE}
        doctor = town.run("doctor", "--json", "--no-books").stdout
        numbers = client.get("/metrics").text
        disk.enlarge(LARGER_MIB)
        until_ready(town)
        kept = [client.get(one.headers["location"]).status_code for one in receipts]

    for door, answers in told.items():
        for answer in answers:
            assert answer.status_code < 500 or answer.status_code == 503, (door, answer.text)
            if answer.status_code == 503:
                assert int(answer.headers["retry-after"]) > 0, (door, answer.headers)
                if "problem+json" in answer.headers["content-type"]:
                    assert answer.json()["code"] in FULL_OR_AWAY, (door, answer.text)
    assert {answer.status_code for answer in told["a filing as CSV"]} == {503}
    assert "problem" not in told["a photo"][0].headers["content-type"]
    assert set(still.values()) == {200}, still
    assert "full" in disk_of(doctor)
    assert free_bytes_of(numbers, "data") < MEBIBYTE
    assert kept == [200] * len(receipts)
    assert "unexpected_error" not in town.log.read_text()
    until_issued(town)
    assert broken_rules(town) == []


def pages(town: Installation, number: int) -> Mapping[str, Ask]:
    """What people write who are signed in, and what is written to be handed to them."""
    officer, supervisor = ({"Cookie": session_of(town, role)} for role in ("officer", "supervisor"))
    claimant = {"Cookie": session_of(town, "representative")}

    def form(path: str, content: str, who: Mapping[str, str]) -> Ask:
        headers = {**FORM, **who, "Accept": "text/html"}
        return lambda client: client.post(path, content=content, headers=headers)

    desk, api = f"/office/applications/{number}", f"/api/v1/applications/{number}"
    approve = "decision=approve&scope=all"
    return {
        "taking an application": form(f"{desk}/take", "", officer),
        "the next application": form("/office/next", "", officer),
        "a decision": form(f"{desk}/decisions", approve, officer),
        "a look at a worker": form(f"{desk}/workers/1", "", officer),
        "a claim with a session": form("/employer/claim", f"nib={HOSPITAL}", claimant),
        "a claim for an officer": form(f"/employer/{HOSPITAL}/claim/officer", "", claimant),
        "a claim's decision": form(
            "/office/claims", f"nib={HOSPITAL}&decision=approve", supervisor
        ),
        "a sign-out": form("/sign-out", "", claimant),
        "corrections": lambda client: client.get(f"{api}/corrections"),
        "a list of links": lambda client: client.get(f"{api}/links.xlsx"),
        "a large document": lambda client: client.get(f"{api}/certificates.pdf"),
        "a large archive": lambda client: client.get(f"{api}/certificates.zip"),
    }


@pytest.mark.drill
def test_whoever_is_signed_in_reads_a_page_on_a_full_disk_and_a_backup_leaves_nothing(
    cramped: tuple[Installation, SmallDisk],
) -> None:
    town, disk = cramped
    with town.client(BANK) as client:
        filed = post_workers(client, BANK, [*fresh_workers(300), {"nama": "Tanpa NIK"}])
        number = int(filed.headers["location"].rpartition("/")[2])
        until_issued(town)
        acts = pages(town, number)
        disk.fill()
        until(lambda: WRITES["a filing as JSON"](client).status_code != 202)

        told = {what: [ask(client) for _ in range(3)] for what, ask in acts.items()}
        backups = [town.run("backup", str(town.folder / "data" / "copy")) for _ in range(2)]
        left = [path.name for path in (town.folder / "data").glob("copy*")]
        disk.enlarge(LARGER_MIB)
        until_ready(town)
        # Documents take their time, and a claim waits in line where the machine is busy.
        late = {"a large document", "a large archive", "a claim with a session"}
        afterwards = {what: ask(client) for what, ask in acts.items() if what not in late}

    for what, answers in told.items():
        for answer in answers:
            said = (what, answer.status_code, answer.text[:300])
            assert answer.status_code < 500 or answer.status_code == 503, said
            if answer.status_code == 503:
                assert int(answer.headers["retry-after"]) > 0, said
                is_program = answer.request.url.path.startswith("/api/")
                assert ("problem+json" in answer.headers["content-type"]) == is_program, said
    for made in backups:
        assert made.returncode != 0
        assert "Traceback" not in made.stderr
    assert left == []
    for what, answer in afterwards.items():
        assert answer.status_code < 500, (what, answer.text[:300])
    assert "unexpected_error" not in town.log.read_text()
    assert "page_failed" not in town.log.read_text()
    assert broken_rules(town) == []


def full_for_a_while(
    town: Installation, disk: SmallDisk, stream: Stream, noticed: Callable[[], bool]
) -> str:
    """Fill the disk until it is noticed, then give it space until filing goes on.

    Returns:
        What the doctor said meanwhile.
    """
    until(lambda: len(stream.acknowledged) > 20)
    disk.fill()
    until(noticed)
    told = town.run("doctor", "--json", "--no-books").stdout
    disk.enlarge(LARGER_MIB)
    until_ready(town)
    acknowledged = len(stream.acknowledged)
    until(lambda: len(stream.acknowledged) > acknowledged + 20)
    return told


def put_log_of_database(data: Path, elsewhere: Path) -> None:
    """Put the write-ahead log of a stopped database on another disk, as its manual says."""
    log = data / "pg_wal"
    owner = log.stat()
    shutil.copytree(log, elsewhere)
    for path in (elsewhere, *elsewhere.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    elsewhere.chmod(0o700)
    shutil.rmtree(log)
    log.symlink_to(elsewhere)


def free_bytes_of(numbers: str, folder: str) -> float:
    """What the numbers of a process say of the space of a folder."""
    [line] = [line for line in numbers.splitlines() if f'bytes{{folder="{folder}"}}' in line]
    return float(line.rpartition(" ")[2])


def disk_of(told: str) -> str:
    """What the doctor says of disks."""
    found = json.loads(told)["findings"]
    return " ".join(one["value"] for one in found if one["topic"] == "disk")


def until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TURNED_AWAY_WITHIN_S
    while not happens():
        assert time.monotonic() < deadline
        threading.Event().wait(0.1)
