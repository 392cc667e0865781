"""Evidence from a phone to a certificate, and at the JSON door."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import openapi_spec_validator
import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect

from tests.journeys.browser import PHONE, Demo, Reader, faults
from tests.journeys.running import Installation, fresh_workers, post_workers
from tests.outside.paper import evidence_files as files

PARK, GYM = "9573669760676", "9382112907391"
LETTER = "Surat keterangan proyek strategis nasional"


@pytest.fixture
def officers(chromium: Browser, demo: Demo) -> Iterator[list[Reader]]:
    """Two officials, each with a phone."""
    readers = []
    for address in ("petugas@demo.example", "penyelia@demo.example"):
        reader = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), demo)
        reader.sign_in(address)
        readers.append(reader)
    yield readers
    for reader in readers:
        reader.context.close()


@pytest.mark.browser
def test_a_photo_of_a_letter_brings_a_strategic_project_its_certificates(
    reader: Reader, officers: list[Reader], tmp_path: Path
) -> None:
    photo = tmp_path / "surat.jpg"
    photo.write_bytes(files.noise(2400, 3200))
    assert photo.stat().st_size > 1 << 20
    reader.represent(PARK)
    reader.file(PARK, "bank-20.xlsx")
    assert LETTER in reader.page.locator("[data-evidence-missing]").inner_text()
    reader.page.get_by_role("link", name="Lampirkan bukti").click()
    sent: list[int] = []
    reader.page.on(
        "request",
        lambda request: (
            sent.append(int(request.header_value("content-length") or 0))
            if request.method == "POST"
            else None
        ),
    )
    reader.page.get_by_label(LETTER).check()
    reader.page.set_input_files("#file", photo)
    reader.press("Lampirkan")
    reader.page.wait_for_url("**/evidence?done=1")
    assert sent and sent[0] < 600_000, "the browser did not make the photo smaller"
    assert faults(reader, f"/employer/{PARK}/evidence") == {}
    reader.page.set_viewport_size(PHONE)
    reader.file(PARK, "bank-20.xlsx")
    filing = reader.page.url.removeprefix(reader.demo.address)
    assert "menunggu" in reader.page.get_by_role("main").inner_text().lower()

    first, second = officers
    assert faults(first, "/office/evidence") == {}
    first.page.get_by_role("link", name=LETTER).first.click()
    page = first.page.url.removeprefix(first.demo.address)
    first.page.wait_for_function("document.querySelector('figure img').naturalWidth > 100")
    assert faults(first, page) == {}
    first.page.get_by_label("Terima bukti").check()
    first.press("Simpan keputusan")
    second.go(f"/office/employers/{PARK}")
    second.press("Konfirmasi")

    reader.go(filing)
    assert len(reader.wait_for_certificates()) > 0
    reader.go(f"/employer/{PARK}/evidence?lang=en")
    assert "Evidence accepted" in reader.page.get_by_role("main").inner_text()


@pytest.mark.browser
def test_a_locked_letter_is_answered_where_it_was_chosen_with_scripts_or_without(
    reader: Reader, reader_without_scripts: Reader, tmp_path: Path
) -> None:
    letter = tmp_path / "terkunci.pdf"
    letter.write_bytes(files.encrypted())
    reader.represent(GYM)
    reader_without_scripts.context.add_cookies(reader.context.cookies())  # type: ignore[arg-type]
    for each in (reader, reader_without_scripts):
        each.go(f"/employer/{GYM}/evidence")
        each.page.set_input_files("#file", letter)
        each.press("Lampirkan")
        each.page.wait_for_selector("#file-error")
        assert "terkunci dengan kata sandi" in each.page.inner_text("#file-error")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "field", "button"),
    [
        (f"/employer/{GYM}/evidence", "#file", "Lampirkan"),
        (f"/employer/{GYM}", "#roster", "Kirim"),
    ],
)
def test_who_is_turned_away_for_now_reads_so_and_has_the_file_still(
    reader: Reader, tmp_path: Path, path: str, field: str, button: str
) -> None:
    def turn_away(route: Route) -> None:
        body = "<h1>Sedang sangat ramai</h1><p>Silakan kembali pukul 08.00 WIB.</p>"
        if route.request.method == "POST":
            route.fulfill(status=503, content_type="text/html; charset=utf-8", body=body)
        else:
            route.continue_()

    chosen = tmp_path / "berkas.pdf"
    chosen.write_bytes(files.encrypted())
    reader.represent(GYM)
    reader.go(path)
    reader.page.route(f"**/employer/{GYM}/**", turn_away)
    reader.page.set_input_files(field, chosen)
    for _ in range(2):
        reader.press(button)
        told = reader.page.locator("#progress-text")
        expect(told).to_have_text("Sedang sangat ramai. Silakan kembali pukul 08.00 WIB.")
        assert reader.page.locator(field).evaluate("input => input.files.length") == 1


@pytest.mark.browser
def test_after_a_refused_file_the_next_photo_is_still_made_smaller(
    reader: Reader, tmp_path: Path
) -> None:
    letter, photo = tmp_path / "terkunci.pdf", tmp_path / "surat.jpg"
    letter.write_bytes(files.encrypted())
    photo.write_bytes(files.noise(2400, 3200))
    assert photo.stat().st_size > 1 << 20
    reader.represent(GYM)
    reader.go(f"/employer/{GYM}/evidence")
    for _ in range(2):
        reader.page.set_input_files("#file", letter)
        reader.press("Lampirkan")
        reader.page.wait_for_selector("#file-error")
        reader.page.locator(".govuk-error-summary:focus").wait_for()
        assert reader.page.title().startswith("Ada yang salah")
    assert reader.page.locator(".strp-file").count() == 1
    assert faults(reader, None) == {}
    sizes: list[int] = []
    reader.page.on(
        "request",
        lambda request: (
            sizes.append(int(request.header_value("content-length") or 0))
            if request.method == "POST"
            else None
        ),
    )
    reader.page.set_input_files("#file", photo)
    reader.press("Lampirkan")
    reader.page.wait_for_url("**/evidence?done=1")
    assert sizes and sizes[0] < 600_000, "the browser did not make the photo smaller"


@pytest.fixture(scope="module")
def client(city: Installation) -> Iterator[httpx.Client]:
    with city.client(PARK) as client:
        yield client


def attach(
    client: httpx.Client, data: bytes, kind: str = "K-j.1", **headers: str
) -> httpx.Response:
    return client.post(
        f"/api/v1/employers/{PARK}/evidence",
        params={"kind": kind},
        content=data,
        headers={"Content-Type": "application/pdf", **headers},
    )


def test_a_program_attaches_follows_and_files(client: httpx.Client) -> None:
    refused = client.get(f"/api/v1/eligibility?nib={PARK}").json()
    assert "K-j.1" in [each["kind"] for each in refused["attachable"]]
    letter, key = files.pdf(2), {"Idempotency-Key": "surat-1"}
    first, again = attach(client, letter, **key), attach(client, letter, **key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["state"] == "uploaded"
    listed = client.get(f"/api/v1/employers/{PARK}/evidence").json()
    assert [each["evidence_id"] for each in listed["items"]] == [first.json()["evidence_id"]]
    assert {each["kind"]: each["missing"] for each in listed["kinds"]}["K-j.1"] is False
    page = client.get(f"/api/v1/employers/{PARK}/evidence/{first.json()['evidence_id']}/pages/1")
    assert page.headers["cache-control"] == "no-store"
    assert Image.open(io.BytesIO(page.content)).format == "JPEG"
    number = post_workers(client, PARK, fresh_workers(3)).json()["application_id"]
    assert client.get(f"/api/v1/applications/{number}").json()["pending"] == 3


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"#!/bin/sh\n", "K-j.1", 415, "evidence-unreadable"),
        (files.encrypted(), "K-j.1", 422, "evidence-encrypted"),
        (files.pdf(21), "K-j.1", 422, "evidence-too-many-pages"),
        (bytes(11 << 20), "K-j.1", 413, "evidence-too-large"),
        (bytes(20 << 20), "K-j.1", 413, "evidence-too-large"),
        (files.pdf(), "X-y.1", 422, "evidence-kind-unknown"),
    ],
    ids=["script", "locked", "long", "large", "larger", "kind"],
)
def test_a_program_is_told_what_is_wrong(
    client: httpx.Client, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = attach(client, data, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_strangers_and_others_attach_nothing_and_see_nothing(
    city: Installation, client: httpx.Client
) -> None:
    own = attach(client, files.pdf()).json()
    page = f"/api/v1/employers/{PARK}/evidence/{own['evidence_id']}/pages/1"
    with httpx.Client(base_url=city.url, timeout=60) as nobody, city.client(GYM) as other:
        assert attach(nobody, files.pdf()).status_code == 401
        assert nobody.get(page).status_code == 401
        assert attach(other, files.pdf()).status_code == 403
        assert other.get(page).status_code == 404


def test_the_description_names_the_door(client: httpx.Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    openapi_spec_validator.validate(description)
    door = description["paths"]["/api/v1/employers/{nib}/evidence"]
    assert {"get", "post"} <= set(door)
    assert "application/pdf" in door["post"]["requestBody"]["content"]
    assert (
        "text/csv" in description["paths"]["/api/v1/applications"]["post"]["requestBody"]["content"]
    )
