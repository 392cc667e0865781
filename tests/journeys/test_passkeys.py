"""Officials and their second factor, in a real Chromium with a virtual authenticator (CDP)."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, CDPSession, expect

from strp.domain.people.second_factor import time_step
from strp.outside.authenticator_app import code_at
from tests.journeys.browser import (
    DESKTOP,
    PHONE,
    Demo,
    Reader,
    faults,
    free_port,
    running_demo,
)

OFFICER, ADMIN, AUDITOR = "petugas@demo.example", "admin@demo.example", "auditor@demo.example"


@pytest.fixture(scope="module")
def strict(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that asks its officials for a second factor, at an address with a name."""
    port = free_port()
    address = f"http://localhost:{port}"
    settings = {
        "STRP_PORT": str(port),
        "STRP_PUBLIC_URL": address,
        "STRP_SECOND_FACTOR": "required",
    }
    with running_demo(tmp_path_factory.mktemp("strict"), **settings) as running:
        yield replace(running, address=address)


@pytest.fixture
def officer(chromium: Browser, strict: Demo) -> Iterator[Reader]:
    context = chromium.new_context(viewport=PHONE, locale="id-ID")
    yield Reader(context, strict)
    context.close()


@pytest.fixture
def device(officer: Reader) -> CDPSession:
    """A phone that checks its owner, with passkeys of its own."""
    session = officer.context.new_cdp_session(officer.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def main(reader: Reader) -> Any:
    return expect(reader.page.get_by_role("main"))


def test_an_official_sets_a_passkey_up_comes_back_with_it_and_removes_it(
    officer: Reader, device: CDPSession
) -> None:
    officer.sign_in(OFFICER)
    main(officer).to_contain_text("Pasang faktor kedua")
    assert faults(officer, None) == {}
    officer.page.get_by_role("link", name="Pakai kunci sandi").click()
    assert faults(officer, None) == {}
    officer.page.fill("#name", "Ponsel kantor")
    officer.press("Buat kunci sandi")
    main(officer).to_contain_text("Simpan kode pemulihan")
    assert officer.page.locator("#recovery-codes li").count() == 10
    assert faults(officer, None) == {}
    code = officer.page.locator("#recovery-codes li").first.inner_text()
    officer.page.get_by_role("link", name="Sudah saya simpan").click()
    officer.page.wait_for_url("**/office")

    officer.context.clear_cookies()
    officer.go("/sign-in")
    assert faults(officer, None) == {}
    officer.press("Masuk dengan kunci sandi")
    officer.page.wait_for_url("**/office")

    officer.go("/account/security")
    main(officer).to_contain_text("Ponsel kantor")
    assert faults(officer, None) == {}
    officer.page.get_by_role("button", name="Hapus Ponsel kantor").click()
    main(officer).to_contain_text("satu-satunya")

    officer.go("/account/security/app")
    assert faults(officer, None) == {}
    key = officer.page.locator("#key").inner_text().replace(" ", "")
    officer.page.fill("#code", code_at(base64.b32decode(key), time_step(datetime.now(UTC))))
    officer.press("Pasang aplikasi ini")
    officer.page.wait_for_url("**/account/security")
    officer.page.get_by_role("button", name="Hapus Ponsel kantor").click()
    # The key that was removed had begun this session.
    officer.go("/office")
    expect(officer.page.locator("#passkey-removed")).to_be_visible()
    assert faults(officer, None) == {}
    officer.press("Masuk dengan kunci sandi")
    main(officer).to_contain_text("tidak dikenal di sini")

    officer.sign_in(OFFICER)
    main(officer).to_contain_text("Langkah kedua")
    assert faults(officer, None) == {}
    officer.page.fill("#code", code.lower())
    officer.press("Masuk")
    officer.page.wait_for_url("**/office")
    assert officer.refused == []


def test_an_administrator_signs_in_without_scripts(chromium: Browser, strict: Demo) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="id-ID", java_script_enabled=False)
    reader = Reader(context, strict)
    reader.sign_in(ADMIN)
    key = reader.page.locator("#key").inner_text().replace(" ", "")
    reader.page.fill("#code", code_at(base64.b32decode(key), time_step(datetime.now(UTC))))
    reader.press("Pasang aplikasi ini")
    main(reader).to_contain_text("Simpan kode pemulihan")
    reader.go("/office/accounts")
    main(reader).to_contain_text("Akun petugas")
    reader.go("/sign-in")
    expect(reader.page.get_by_text("Masuk dengan kunci sandi")).to_be_hidden()
    context.close()


def test_a_page_of_another_site_gets_no_challenge(strict: Demo) -> None:
    headers = {"Origin": "https://strp-palsu.example", "Sec-Fetch-Site": "cross-site"}
    answer = httpx.post(f"{strict.address}/sign-in/passkey/challenge", headers=headers, timeout=60)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_pages_of_auditor_and_administrator_are_sound_at_both_widths(reader: Reader) -> None:
    reader.sign_in(AUDITOR)
    assert reader.page.url.endswith("/office/record")
    for path in ("/office/record", "/office/record?who=nobody", "/account/security"):
        assert faults(reader, path) == {}, path
    reader.sign_in(ADMIN)
    for path in ("/office/accounts", "/office/accounts/file"):
        assert faults(reader, path) == {}, path
    text = b"email,role,unit\nkelurahan@demo.example,officer,Gambir\n=x,officer,\n"
    file = {"name": "petugas.csv", "mimeType": "text/csv", "buffer": text}
    reader.page.set_input_files("#file", [file])  # type: ignore[list-item]
    reader.press("Lihat apa yang akan berubah")
    assert faults(reader, None) == {}
