"""The checkpoint app in Chromium, with a camera that shows a film, and with the network off."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageOps
from playwright.sync_api import Browser, expect

from strp.outside.paper.pdf import print_certificates
from strp.outside.paper.qr_writer import draw_symbol, write_svg
from tests.credential.verdict_vectors import DAY, END, HOUR, RENEW, Maker
from tests.journeys.browser import AXE, RULES
from tests.journeys.inspector import (
    NOW,
    Issued,
    issue_all,
    open_app,
    renew,
    send_bundle,
    shown,
    shown_after,
    type_code,
)
from tests.journeys.running import (
    BANK,
    Installation,
    all_workers,
    fresh_workers,
    post_workers,
    until_issued,
)
from tests.journeys.videos import chromium_with_camera, code, scene, write_video
from tests.outside.paper.test_pdf import OFFICE, printed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def issued() -> Issued:
    return issue_all()


@pytest.fixture(scope="module")
def camera(
    chromium: Browser, issued: Issued, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser whose camera sees certificates of all kinds, one after the other."""
    film = tmp_path_factory.mktemp("film") / "film.mjpeg"
    codes = {name: code(text) for name, text in issued.texts.items()}
    singles = ("valid", "revoked", "forged", "expired", "outside", "link")
    scenes = [
        *(scene(codes[name]) for name in singles),
        scene(ImageOps.invert(codes["inverted"])),
        scene(ImageOps.mirror(codes["mirrored"])),
        scene(*(codes[name].resize((290, 290)) for name in ("left", "right"))),
    ]
    write_video(film, scenes)
    with chromium_with_camera(chromium, film) as browser:
        yield browser


@pytest.fixture(scope="module")
def worker(city: Installation) -> dict[str, Any]:
    """A worker whose certificate the installation has issued."""
    with city.client(BANK) as client:
        application_id = post_workers(client, BANK, fresh_workers(1)).json()["application_id"]
        until_issued(client, application_id)
        serial = all_workers(client, application_id)[0]["serial"]
        text = client.get(f"/api/v1/certificates/{serial}.txt").text
    return {"serial": serial, "text": text}


def test_certificates_that_are_held_up_are_judged_one_after_the_other(
    camera: Browser, city: Installation, issued: Issued
) -> None:
    page = open_app(camera, city, issued.bundle(), "?checkpoint=road", permissions=["camera"])
    expected = {
        "VALID fresh Valid",
        "REVOKED fresh Revoked",
        "UNTRUSTED fresh",
        "EXPIRED fresh Expired",
        "OUTSIDE_WINDOW fresh Outside",
        "UNREADABLE fresh",
        "VALID fresh Inverted",
        "VALID fresh Mirrored",
        "VALID fresh Left",
        "SUSPENDED fresh Right",
    }
    page.wait_for_function("all => all.every(one => seen.includes(one))", arg=sorted(expected))
    seen = set(page.evaluate("seen"))
    page.context.close()
    assert seen == expected


def test_a_certificate_passes_the_camera_without_a_network_from_the_second_start_on(
    chromium: Browser, city: Installation, worker: dict[str, Any], tmp_path: Path
) -> None:
    write_video(tmp_path / "film.mjpeg", [scene(code(worker["text"]))])
    with chromium_with_camera(chromium, tmp_path / "film.mjpeg") as browser:
        page = open_app(browser, city, permissions=["camera"])
        page.wait_for_selector("html[data-offline=ready]")
        page.context.set_offline(True)
        page.reload()
        page.wait_for_selector("[data-verdict]")
        off_line = shown(page)
        city.run("revoke", worker["serial"], "--reason", "contoh", "--yes")
        page.context.set_offline(False)
        page.wait_for_selector("[data-verdict=REVOKED]", timeout=75_000)  # asked: a minute
    assert off_line == "EXERCISE fresh"


def test_a_camera_that_is_denied_leaves_a_way_on(chromium: Browser, city: Installation) -> None:
    page = open_app(chromium, city)
    page.click("#scan")
    page.wait_for_selector("#notice:not([hidden])")
    said = page.inner_text("#notice")
    page.context.close()
    assert said.startswith(("Kamera tidak diizinkan", "Tidak ada kamera"))


def test_a_serial_is_judged_by_the_server_alone_and_says_no_name(
    chromium: Browser, city: Installation
) -> None:
    with city.client(BANK) as client:
        application_id = post_workers(client, BANK, fresh_workers(1)).json()["application_id"]
        until_issued(client, application_id)
        serial = all_workers(client, application_id)[0]["serial"]
    page = open_app(chromium, city)
    found = [type_code(page, serial), type_code(page, serial[:-1] + "?")]
    assert page.locator(".cp-person").count() == 0
    page.context.set_offline(True)
    off_line = type_code(page, serial)
    said = page.inner_text("#cards")
    page.context.close()
    assert found == ["EXERCISE fresh", "UNREADABLE fresh"]
    assert off_line == "UNTRUSTED fresh" and "tanda tangan dan statusnya tidak terlihat" in said


def test_a_text_that_a_mail_wrapped_is_read_where_it_is_pasted(
    chromium: Browser, city: Installation, issued: Issued
) -> None:
    text = issued.texts["valid"]
    lines = [text[at : at + 40] for at in range(0, len(text), 40)]
    page = open_app(chromium, city, issued.bundle(), "?checkpoint=road")
    copies = ["\n".join(lines), "\r\n".join(f"> {line}" for line in lines), text.lower()]
    copies += [text.replace(" ", "\u00a0"), f"\ufeff{text}\n"]
    found = [type_code(page, copy) for copy in copies]
    page.context.close()
    assert found == ["VALID fresh"] * len(copies)


def test_a_code_of_something_else_is_not_to_be_scanned_again(
    chromium: Browser, city: Installation, issued: Issued
) -> None:
    page = open_app(chromium, city, issued.bundle(), "?checkpoint=road")
    said = {}
    texts = {"other": "HC1:6BF+70790T9WJWG.FKY*4GO0", "link": "https://strp.example/c/abc"}
    texts |= {"damaged": issued.texts["valid"][:-9], "closed": issued.texts["outside"]}
    for name, text in texts.items():
        type_code(page, text)
        said[name] = page.inner_text(".cp-card__next")
    page.context.close()
    assert "Ini kode untuk hal lain" in said["other"]
    assert "tautan ke halaman pekerja" in said["link"]
    assert "Pindai sekali lagi" in said["damaged"]
    assert "hari ini titik ini tidak dibuka" in said["closed"]


def test_a_serial_that_the_server_does_not_take_now_is_not_said_to_be_off_line(
    chromium: Browser, city: Installation, issued: Issued
) -> None:
    page = open_app(chromium, city, issued.bundle())
    refused = {"status": 429, "json": {"code": "too-many-requests"}}
    page.context.route("**/api/v1/verifications", lambda route: route.fulfill(**refused))
    found = type_code(page, "0000-28T5-CYNW-6")
    said = page.inner_text("#cards")
    page.context.close()
    assert found == "UNTRUSTED fresh"
    assert "terlalu banyak pemeriksaan" in said and "Tanpa jaringan" not in said


def test_a_photo_is_judged_with_every_code_in_it(
    chromium: Browser, city: Installation, issued: Issued, tmp_path: Path
) -> None:
    photos = {
        "pair": scene(*(code(issued.texts[name], 290) for name in ("left", "right"))),
        "small": scene(code(issued.texts["valid"], 110)),
        "none": scene(),
    }
    for name, image in photos.items():
        image.save(tmp_path / f"{name}.png")
    (tmp_path / "none.txt").write_text("no picture")
    (tmp_path / "drawn.svg").write_text(write_svg(draw_symbol(issued.texts["revoked"])))
    (tmp_path / "printed.pdf").write_bytes(print_certificates(OFFICE, [printed()]))
    page = open_app(chromium, city, issued.bundle())
    found = {
        path.name: shown_after(page, lambda path=path: page.set_input_files("#photo", path))
        for path in sorted(tmp_path.iterdir())
    }
    page.context.close()
    assert found["pair.png"] == "SUSPENDED fresh, VALID fresh"
    assert found["small.png"] == "VALID fresh"
    assert found["drawn.svg"] == "REVOKED fresh"
    assert found["printed.pdf"] == "UNTRUSTED fresh"  # of another authority
    assert found["none.png"].startswith("Tidak ada kode QR")
    assert found["none.txt"].startswith("Berkas ini bukan gambar")


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (RENEW - HOUR, "VALID fresh"),
        (RENEW + HOUR, "VALID stale"),
        (END + HOUR, "UNTRUSTED stale"),
        (-3 * HOUR, "VALID fresh"),
    ],
)
def test_old_knowledge_is_said_and_ends(
    chromium: Browser, city: Installation, issued: Issued, age: timedelta, expected: str
) -> None:
    page = open_app(chromium, city, issued.bundle(NOW - age))
    found = type_code(page, issued.texts["valid"])
    said = page.inner_text("#app")
    page.context.close()
    assert found == expected
    assert ("DATA LAMA" in said) is expected.endswith("stale")
    assert ("Jam ponsel ini terlambat" in said) is (age < timedelta())


def test_a_kind_of_checkpoint_that_is_not_known_is_refused(
    chromium: Browser, city: Installation, issued: Issued
) -> None:
    page = open_app(chromium, city, issued.bundle(), "?checkpoint=rood")
    found = type_code(page, issued.texts["valid"])
    page.select_option("#kind", "road")
    known = type_code(page, issued.texts["outside"])
    page.context.close()
    assert found.startswith("Jenis titik pemeriksaan “rood” tidak dikenal")
    assert known == "OUTSIDE_WINDOW fresh"


def test_an_older_or_a_strangers_bundle_never_replaces_a_newer(
    chromium: Browser, city: Installation, issued: Issued
) -> None:
    page = open_app(chromium, city, issued.bundle())
    found = [type_code(page, issued.texts["valid"])]
    send_bundle(page, issued.bundle(NOW - DAY))
    renew(page)
    found.append(type_code(page, issued.texts["valid"]))
    warnings = expect(page.locator("#warnings"))
    warnings.to_have_text(re.compile("^Server mengirim data yang lebih lama"))
    send_bundle(page, Issued(Maker(), {}).bundle(NOW + HOUR))
    renew(page)
    found.append(type_code(page, issued.texts["valid"]))
    warnings.to_have_text(re.compile("^Data dari server ditolak"))
    send_bundle(page, issued.bundle(NOW + timedelta(minutes=1)))
    renew(page)
    found.append(type_code(page, issued.texts["valid"]))
    page.context.close()
    assert found == ["VALID fresh"] * 4


@pytest.mark.parametrize("width", [360, 412])
def test_verdicts_are_accessible_and_fit_a_phone(
    chromium: Browser, city: Installation, issued: Issued, width: int
) -> None:
    size = {"width": width, "height": 800}
    page = open_app(chromium, city, issued.bundle(NOW - RENEW), viewport=size)
    page.evaluate(AXE.read_text())
    found = {}
    for name in ("valid", "revoked", "outside", "link"):
        type_code(page, issued.texts[name])
        result = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        found[name] = [(rule["id"], rule["nodes"][0]["html"]) for rule in result["violations"]]
        is_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        found[name] += [("wide", "")] if page.evaluate(is_wide) else []
    page.context.close()
    assert found == {name: [] for name in found}
