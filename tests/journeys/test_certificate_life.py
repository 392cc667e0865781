"""What becomes of a certificate after its issue, at the doors and off line."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.running import (
    BANK,
    Installation,
    all_workers,
    fresh_workers,
    installation,
    post_workers,
    until_issued,
)

BUNDLE_SHARED_S = 1.2
SUCCESSOR_WITHIN_S = 15.0  # 5 on a machine that does nothing else
KNOWN_WITHIN_S = 60.0
STANDS = {"VALID", "EXERCISE"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: in the shared one others use the bank's cap up."""
    with installation(tmp_path_factory.mktemp("life")) as running:
        yield running


@pytest.fixture
def filed(city: Installation) -> tuple[str, list[dict[str, str]]]:
    """An application of the bank whose two workers have certificates, and its roster."""
    people = fresh_workers(2)
    with city.client(BANK) as client:
        number = post_workers(client, BANK, people).json()["application_id"]
        until_issued(client, number)
    return number, people


def certificate(client: httpx.Client, number: str, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = all_workers(client, number)[place]["certificate"]
    return found


def text_of(client: httpx.Client, serial: str) -> str:
    return client.get(f"/api/v1/certificates/{serial}.txt").text


def checked(client: httpx.Client, text: str) -> dict[str, Any]:
    found: dict[str, Any] = client.post("/api/v1/verifications", json={"text": text}).json()
    return found


def until_verdict(client: httpx.Client, text: str, wanted: set[str]) -> dict[str, Any]:
    deadline = time.monotonic() + KNOWN_WITHIN_S
    while (found := checked(client, text))["verdict"] not in wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    return found


def verdict_off_line(client: httpx.Client, text: str, folder: Path) -> str:
    time.sleep(BUNDLE_SHARED_S)  # a bundle is one answer for all who ask within a second
    bundle = folder / "bundle.json"
    bundle.write_bytes(client.get("/api/v1/trust-bundle", params={"lists": "inline"}).content)
    command = [sys.executable, "-m", "strp.cli", "verify", text, "--bundle", str(bundle), "--json"]
    own = os.environ | {"STRP_DATA_DIR": str(folder)}
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=60)
    return str(json.loads(done.stdout)["verdict"])


def test_a_company_replaces_a_leaked_certificate(
    city: Installation, filed: tuple[str, Any], tmp_path: Path
) -> None:
    number, _ = filed
    with city.client(BANK) as client:
        old = certificate(client, number)["serial"]
        text = text_of(client, old)
        link = client.get(f"/api/v1/certificates/{old}").json()["link"]
        key = {"Idempotency-Key": f"replace-{old}"}
        address, why = f"/api/v1/certificates/{old}/replacement", {"reason": "QR tersebar"}
        began = time.monotonic()
        first = client.post(address, json=why, headers=key)
        while certificate(client, number)["serial"] == old:
            assert time.monotonic() - began < SUCCESSOR_WITHIN_S
            time.sleep(0.05)
        again = client.post(address, json=why, headers=key)
        other = client.post(address, json=why)
        new = certificate(client, number)
        said = until_verdict(client, text, {"REVOKED"})
        page = client.get(link).text

        assert (first.status_code, first.json()["status"]) == (202, "replaced")
        assert (again.status_code, again.json()["successor"]) == (202, new["serial"])
        assert (other.status_code, other.json()["code"]) == (409, "certificate-replaced")
        assert new["serial"] in other.json()["detail"]
        assert new["status"] == "standing"
        assert (said["reason_code"], verdict_off_line(client, text, tmp_path)) == (
            "replaced",
            "REVOKED",
        )
        assert checked(client, text_of(client, new["serial"]))["verdict"] in STANDS
        assert new["serial"] not in page
        assert 'data-verdict="REVOKED"' in page


def test_a_company_ends_the_certificate_of_a_leaver_who_may_come_back(
    city: Installation, filed: tuple[str, Any], tmp_path: Path
) -> None:
    number, people = filed
    with city.client(BANK) as client:
        serial = certificate(client, number)["serial"]
        text = text_of(client, serial)
        for _ in range(2):
            ended = client.post(f"/api/v1/certificates/{serial}/end", json={"reason": "keluar"})
            assert (ended.status_code, ended.json()["status"]) == (200, "ended")
        until_verdict(client, text, {"REVOKED"})
        assert verdict_off_line(client, text, tmp_path) == "REVOKED"
        assert certificate(client, number)["status"] == "ended"
        assert client.get(f"/api/v1/applications/{number}").json()["certificates"] == {
            "standing": 1,
            "suspended": 0,
            "revoked": 0,
            "ended": 1,
        }
        back = post_workers(client, BANK, people).json()
        assert (back["ledger"]["accepted"], back["ledger"]["unchanged"]) == (1, 1)
        [worker] = until_issued(client, back["application_id"])
        assert worker["certificate"]["status"] == "standing"


def test_an_operator_suspends_and_restores(
    city: Installation, filed: tuple[str, Any], tmp_path: Path
) -> None:
    number, _ = filed
    with city.client(BANK) as client:
        serial = certificate(client, number)["serial"]
        text = text_of(client, serial)
        for act, wanted in (("suspend", {"SUSPENDED"}), ("restore", STANDS)):
            given = ("certificate", act, serial, "--reason", "contoh", "--yes", "--json")
            assert city.run(*given).returncode == 0
            until_verdict(client, text, wanted)
            assert verdict_off_line(client, text, tmp_path) in wanted


def test_a_company_does_not_suspend(city: Installation, filed: tuple[str, Any]) -> None:
    number, _ = filed
    with city.client(BANK) as client:
        serial = certificate(client, number)["serial"]
        answer = client.post(f"/api/v1/certificates/{serial}/suspension", json={"reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-task")


def test_a_revoked_worker_who_is_filed_again_waits_for_an_officer(
    city: Installation, filed: tuple[str, Any]
) -> None:
    number, people = filed
    with city.client(BANK) as client:
        serial = certificate(client, number)["serial"]
        assert city.run("revoke", serial, "--reason", "contoh", "--yes").returncode == 0
        again = post_workers(client, BANK, people).json()
        [worker] = all_workers(client, again["application_id"])
        pdf = client.get(f"/api/v1/certificates/{serial}.pdf")

        assert again["ledger"]["accepted"] == 1
        assert (worker["state"], worker["reasons"][0]["code"]) == ("pending", "revoked-before")
        assert (pdf.status_code, pdf.json()["code"]) == (409, "certificate-not-standing")
        refused = city.run("certificate", "restore", serial, "--reason", "x", "--yes", "--json")
        assert (refused.returncode, json.loads(refused.stdout)["code"]) == (
            1,
            "certificate-revoked",
        )
