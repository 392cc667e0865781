"""Certificates and trust at the JSON door, read with other people's libraries."""

import csv
import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.journeys.outsider import (
    read_certificate,
    status,
    symbols,
    symbols_in_pdf,
    tampered,
)
from tests.journeys.running import (
    BANK,
    LOGISTICS,
    Installation,
    fresh_workers,
    post_workers,
    until_issued,
)

KEPT_FOR_S = 5.5  # a revocation reaches every process within five seconds


@dataclass(slots=True)
class Issued:
    """An application whose certificates are issued, seen by its employer's program."""

    client: httpx.Client
    number: str
    people: list[dict[str, str]]
    workers: list[Any]

    @property
    def serial(self) -> str:
        """The first certificate."""
        return str(self.workers[0]["serial"])

    def get(self, form: str = "", serial: str | None = None) -> httpx.Response:
        """One certificate in one form."""
        return self.client.get(f"/api/v1/certificates/{serial or self.serial}{form}")

    def text(self, place: int = 0) -> str:
        """What stands in the QR of one worker."""
        return self.get(".txt", self.workers[place]["serial"]).text


@pytest.fixture(scope="module")
def issued(city: Installation) -> Iterator[Issued]:
    """Five workers of the bank, approved and issued."""
    people = fresh_workers(5)
    with city.client(BANK) as client:
        number = post_workers(client, BANK, people).json()["application_id"]
        yield Issued(client, number, people, until_issued(client, number))


def verdict(client: httpx.Client, text: str) -> str:
    return str(client.post("/api/v1/verifications", json={"text": text}).json()["verdict"])


def test_a_serial_gets_a_verdict_and_says_nothing_of_the_holder(issued: Issued) -> None:
    said = issued.client.post("/api/v1/verifications", json={"serial": issued.serial}).json()
    assert said.keys() == {"verdict", "exercise", "reason", "checked_at"}
    assert said["verdict"] == "EXERCISE"


@pytest.mark.parametrize(
    ("serial", "verdict"), [("0000-0000-0000-0", "UNREADABLE"), ("x" * 64, "UNREADABLE")]
)
def test_a_serial_that_was_made_up_is_not_believed(
    issued: Issued, serial: str, verdict: str
) -> None:
    said = issued.client.post("/api/v1/verifications", json={"serial": serial}).json()
    assert said["verdict"] == verdict


@pytest.mark.parametrize("body", [{}, {"text": "x", "serial": "y"}])
def test_a_check_is_of_a_text_or_of_a_serial(issued: Issued, body: dict[str, str]) -> None:
    answer = issued.client.post("/api/v1/verifications", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "text-or-serial")


def test_a_checkpoint_that_no_rule_names_is_refused(issued: Issued) -> None:
    body = {"text": issued.text(), "checkpoint": "raod"}
    answer = issued.client.post("/api/v1/verifications", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "checkpoint-unknown")


def test_a_certificate_is_read_by_an_independent_library(issued: Issued) -> None:
    claims = read_certificate(issued.client, issued.text())

    assert claims[-65537][1] == issued.people[0]["nama"]
    assert f"{claims[-65537][2]:04d}" == issued.people[0]["nik"][-4:]


def test_a_certificate_holds_no_whole_nik(issued: Issued) -> None:
    assert issued.people[0]["nik"] not in str(read_certificate(issued.client, issued.text()))


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("", "application/json"),
        (".pdf", "application/pdf"),
        (".png", "image/png"),
        (".svg", "image/svg+xml"),
        (".txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_certificate_has_each_form_of_the_contract(
    issued: Issued, form: str, media_type: str
) -> None:
    answer = issued.get(form)

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


def test_the_picture_says_what_the_text_says(issued: Issued) -> None:
    picture = Image.open(io.BytesIO(issued.get(".png").content))

    assert symbols(picture) == [issued.text()]


def test_the_printed_page_says_what_the_text_says(issued: Issued) -> None:
    assert set(symbols_in_pdf(issued.get(".pdf").content)) == {issued.text()}


def test_the_file_of_all_certificates_holds_each_one(issued: Issued) -> None:
    content = issued.client.get(f"/api/v1/applications/{issued.number}/certificates.pdf").content

    assert set(symbols_in_pdf(content)) == {issued.text(place) for place in range(5)}


def test_the_zip_holds_a_file_for_each_certificate(issued: Issued) -> None:
    content = issued.client.get(f"/api/v1/applications/{issued.number}/certificates.zip").content

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        pages = [name for name in archive.namelist() if name.endswith(".pdf")]
        read = [set(symbols_in_pdf(archive.read(name))) for name in pages]
        index = next(name for name in archive.namelist() if name.endswith(".csv"))
        lines = list(csv.reader(archive.read(index).decode("utf-8-sig").splitlines()))
    assert set.union(*read) == {issued.text(place) for place in range(5)}
    assert [len(texts) for texts in read] == [1] * 5
    assert len(lines) == 6


def test_the_private_link_shows_the_certificate_to_whoever_has_it(
    issued: Issued, city: Installation
) -> None:
    link = issued.get().json()["link"]
    with city.client() as stranger:
        page = stranger.get(link)

    assert page.status_code == 200
    assert issued.people[0]["nama"] in page.text


def test_a_private_link_with_one_letter_changed_shows_nothing(
    issued: Issued, city: Installation
) -> None:
    link = issued.get().json()["link"]
    changed = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
    with city.client() as stranger:
        assert stranger.get(changed).status_code == 404


def test_a_certificate_is_not_for_other_employers(issued: Issued, city: Installation) -> None:
    with city.client(LOGISTICS) as other:
        answer = other.get(f"/api/v1/certificates/{issued.serial}")

    assert (answer.status_code, answer.json()["code"]) == (404, "certificate-unknown")


def test_a_sound_certificate_of_an_exercise_says_exercise(issued: Issued) -> None:
    checked = issued.client.post("/api/v1/verifications", json={"text": issued.text()}).json()

    assert (checked["verdict"], checked["freshness"]) == ("EXERCISE", "fresh")
    assert checked["exercise"] is True
    assert checked["holder"] == issued.people[0]["nama"]
    assert checked["serial"] == issued.serial


def test_a_tampered_certificate_is_not_trusted(issued: Issued) -> None:
    assert verdict(issued.client, tampered(issued.text())) == "UNTRUSTED"


@pytest.mark.parametrize("length", [0, 5, 6, 7, 50, -1])
def test_a_truncated_certificate_is_not_valid(issued: Issued, length: int) -> None:
    assert verdict(issued.client, issued.text()[:length]) in {"UNREADABLE", "UNTRUSTED"}


@pytest.mark.parametrize(
    "text", ["https://pedulilindungi.example/qr", "HC1:6BF", "STRP1:", "STRP1:%%%", "\0", "😀"]
)
def test_a_code_that_is_not_ours_is_unreadable(issued: Issued, text: str) -> None:
    assert verdict(issued.client, text) == "UNREADABLE"


def test_a_certificate_is_valid_in_the_status_list(issued: Issued) -> None:
    claims = read_certificate(issued.client, issued.text())

    assert status(issued.client, claims) == 0


def test_the_command_verifies_text_and_photo(
    issued: Issued, city: Installation, tmp_path: Any
) -> None:
    photo = tmp_path / "foto.png"
    with Image.open(io.BytesIO(issued.get(".png").content)) as symbol:
        scene = Image.new("RGB", (1600, 1200), "grey")
        scene.paste(symbol.convert("RGB").rotate(0), (400, 300))
        scene.rotate(7, fillcolor="grey").save(photo)

    done = city.run("verify", issued.text(1), str(photo))

    assert done.returncode == 1, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines() if line[0] != " "] == [
        "EXERCISE",
        "EXERCISE",
    ]


def test_the_command_verifies_without_a_network(
    issued: Issued, city: Installation, tmp_path: Any
) -> None:
    bundle = tmp_path / "bundle.json"
    answer = issued.client.get("/api/v1/trust-bundle", params={"lists": "inline"})
    bundle.write_bytes(answer.content)

    sound = city.run("verify", issued.text(), "--bundle", str(bundle))
    forged = city.run("verify", tampered(issued.text()), "--bundle", str(bundle))

    assert (sound.returncode, forged.returncode) == (1, 1), sound.stdout + forged.stdout
    assert sound.stdout.startswith("EXERCISE") and forged.stdout.startswith("UNTRUSTED")


def test_the_bundle_carries_the_lists_only_when_asked(issued: Issued) -> None:
    plain = issued.client.get("/api/v1/trust-bundle")
    inline = issued.client.get("/api/v1/trust-bundle", params={"lists": "inline"})

    assert len(inline.content) > len(plain.content)


def test_a_revoked_certificate_is_revoked_everywhere(issued: Issued, city: Installation) -> None:
    text = issued.text(4)
    done = city.run("revoke", issued.workers[4]["serial"], "--reason", "keluar", "--yes")
    assert done.returncode == 0, done.stderr
    time.sleep(KEPT_FOR_S)

    assert verdict(issued.client, text) == "REVOKED"
    assert status(issued.client, read_certificate(issued.client, text)) == 1
    assert city.run("verify", text).returncode == 1


def test_revoking_an_unknown_serial_revokes_nothing(city: Installation) -> None:
    done = city.run("revoke", "AAAA-AAAA-AAAA-A", "--reason", "coba", "--yes")

    assert done.returncode == 1
    assert "serial-unknown" in done.stderr
