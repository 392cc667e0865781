"""A city closes a company and opens it again, at the command line and the doors."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.running import (
    BANK,
    HOSPITAL,
    Installation,
    file_roster,
    fresh_workers,
    installation,
    post_workers,
    until_issued,
)

WITHIN_S = 60.0
STANDS = {"VALID", "EXERCISE"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: a closed bank would stand in the way of other journeys."""
    with installation(tmp_path_factory.mktemp("town")) as running:
        yield running


@pytest.fixture(scope="module")
def text(town: Installation) -> str:
    """What stands in the QR of one of the bank's workers."""
    with town.client(BANK) as client:
        filed = post_workers(client, BANK, fresh_workers(1)).json()
        [worker] = until_issued(client, filed["application_id"])
        return client.get(f"/api/v1/certificates/{worker['serial']}.txt").text


def close(town: Installation, nib: str, *arguments: str) -> dict[str, Any]:
    given = ("--nib", nib, "--reason", "Wabah di kantor", "--citation", "Pergub 3/2021")
    done = town.run("closure", "add", *given, *arguments, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    closed: dict[str, Any] = json.loads(done.stdout)
    return closed


def lift(town: Installation, nib: str) -> None:
    done = town.run("closure", "lift", "--nib", nib, "--reason", "selesai", "--yes")
    assert done.returncode == 0, done.stderr


def verdict(town: Installation, text: str) -> str:
    with town.client() as client:
        return str(client.post("/api/v1/verifications", json={"text": text}).json()["verdict"])


def verdict_with_next_bundle(town: Installation, text: str, folder: Path) -> str:
    bundle = folder / "bundle.json"
    with town.client() as client:
        bundle.write_bytes(client.get("/api/v1/trust-bundle", params={"lists": "inline"}).content)
    command = [sys.executable, "-m", "strp.cli", "verify", text, "--bundle", str(bundle), "--json"]
    own = os.environ | {"STRP_DATA_DIR": str(folder)}
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=60)
    return str(json.loads(done.stdout)["verdict"])


def until(asked: Callable[[], str], wanted: set[str]) -> None:
    """Ask again until the answer is one of these, for as long as the contract allows."""
    deadline = time.monotonic() + WITHIN_S
    while (found := asked()) not in wanted:
        assert time.monotonic() < deadline, f"still {found}"
        time.sleep(0.5)


def test_a_closed_company_is_shut_out_and_suspended_until_it_is_lifted(
    town: Installation, text: str, tmp_path: Path
) -> None:
    assert verdict(town, text) in STANDS
    assert close(town, BANK)["certificates"] == 1

    with town.client(BANK) as client:
        refused = post_workers(client, BANK, fresh_workers(1))
        sheet = file_roster(client, BANK, "bank-20.xlsx")
    until(lambda: verdict(town, text), {"SUSPENDED"})
    assert verdict_with_next_bundle(town, text, tmp_path) == "SUSPENDED"
    lift(town, BANK)
    until(lambda: verdict(town, text), STANDS)
    until(lambda: verdict_with_next_bundle(town, text, tmp_path), STANDS)

    assert [each.status_code for each in (refused, sheet)] == [403, 403]
    assert refused.json()["code"] == sheet.json()["code"] == "employer-closed"
    assert "Wabah di kantor" in refused.json()["detail"]
    with town.client(BANK) as client:
        assert post_workers(client, BANK, fresh_workers(1)).status_code == 202


def test_a_closure_with_an_end_is_over_by_itself(town: Installation, text: str) -> None:
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 12))
    close(town, BANK, "--until", soon)
    until(lambda: verdict(town, text), {"SUSPENDED"})

    until(lambda: verdict(town, text), STANDS)


def test_another_company_goes_on(town: Installation) -> None:
    close(town, BANK)
    with town.client(HOSPITAL) as client:
        assert post_workers(client, HOSPITAL, fresh_workers(1)).status_code == 202
    lift(town, BANK)


def test_closing_an_unknown_company_says_so(town: Installation) -> None:
    given = ("--nib", "9999999999999", "--reason", "x", "--citation", "y", "--yes", "--json")
    done = town.run("closure", "add", *given)
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "nib-unknown")


def test_a_closure_is_listed_with_its_state(town: Installation) -> None:
    close(town, HOSPITAL, "--from", "2999-01-01", "--until", "2999-01-31")
    listed = json.loads(town.run("closure", "list", "--json").stdout)["closures"]
    assert (listed[-1]["nib"], listed[-1]["state"]) == (HOSPITAL, "to-come")
    assert listed[-1]["until"] == "2999-01-31T17:00:00Z"
    lift(town, HOSPITAL)
