"""An employer changes its workers' certificates by forms alone."""

import re
from datetime import UTC, datetime, time
from typing import Any

import pytest

from strp.domain.certificates.life import Act
from strp.domain.civil_time import WIB
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_serials
from strp.usecases.employers.close import close_employer, open_employer
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

HR = "surat@bank.example"
BANK, OTHER = "8120001110001", "8120001110003"


@pytest.fixture(scope="module")
def hr(site: Site) -> Site:
    """Signed in, and representing the bank."""
    site.sign_in(HR)
    site.send("/employer/claim", nib=BANK)
    site.send(f"/employer/{BANK}/claim", code=site.code(f"hr.{BANK}@perusahaan.example"))
    return site


@pytest.fixture
def filed(hr: Site) -> tuple[str, str]:
    """Path of a filing of two workers, and the serial of the first."""
    number = hr.call(_file, hr.system)
    shown = hr.call(show_workers, hr.system, OPERATOR, number)
    return f"/employer/{BANK}/applications/{number}", shown.workers[0].serial


async def _file(system: System) -> int:
    nib, people = Nib(int(BANK)), fresh_workers(2)
    receipt = await file_workers(system, OPERATOR, nib, people, digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    return receipt.application_id


def change(hr: Site, serial: str, **given: str) -> Any:
    return hr.send(f"/employer/{BANK}/certificates/{serial}", **given)


def test_each_worker_with_a_certificate_leads_to_its_changes(
    hr: Site, filed: tuple[str, str]
) -> None:
    path, serial = filed
    assert f'href="/employer/{BANK}/certificates/{serial}"' in hr.get(path).text


def test_a_change_is_asked_for_first(hr: Site, filed: tuple[str, str]) -> None:
    _, serial = filed
    asked = change(hr, serial, act="end", reason="keluar")
    assert 'data-ask="end"' in asked.text
    assert "data-ask" not in hr.get(f"/employer/{BANK}/certificates/{serial}").text


def test_an_ended_certificate_is_counted_as_ended(hr: Site, filed: tuple[str, str]) -> None:
    path, serial = filed
    page = change(hr, serial, act="end", reason="keluar", sure="yes")
    assert page.url.path == path
    assert "Surat diakhiri: 1." in page.text
    assert re.search(r"Surat disetujui: 1\b", page.text)
    assert "1 diakhiri" in hr.get(f"/employer/{BANK}").text


def test_a_replaced_certificate_is_made_anew_and_the_old_link_shows_no_new_one(
    hr: Site, filed: tuple[str, str]
) -> None:
    path, serial = filed
    [link] = re.findall(r'href="(/c/[^"]+)"', hr.get(path).text)[:1]
    change(hr, serial, act="replace", reason="QR tersebar", sure="yes")
    hr.call(Issuer(hr.system).issue_some)

    new = re.findall(rf"/employer/{BANK}/certificates/([0-9A-Z-]+)", hr.get(path).text)[0]
    old = hr.get(link)
    assert new != serial
    assert 'data-verdict="REVOKED"' in old.text
    assert new not in old.text
    assert ">Sudah diganti</span>" in old.text and "Sudah dicabut" not in old.text
    assert "Perusahaan Anda mengganti surat ini" in old.text
    assert ">Replaced</span>" in hr.get(f"{link}?lang=en").text
    assert ">Sudah diganti</span>" in hr.get(f"{link}?lang=id").text
    assert hr.get(f"{link}/strp.pdf").status_code == 409
    assert hr.get(f"{link}/looks").status_code == 404


def test_an_ended_certificate_is_not_held_up_but_says_why_and_whom_to_ask(
    hr: Site, filed: tuple[str, str]
) -> None:
    path, serial = filed
    [link] = re.findall(r'href="(/c/[^"]+)"', hr.get(path).text)[:1]
    assert "Tunjukkan layar ini" in hr.get(link).text

    change(hr, serial, act="end", reason="sudah keluar", sure="yes")
    page = hr.get(link).text

    assert 'data-verdict="REVOKED"' in page and 'data-not-shown="ended"' in page
    assert "Tunjukkan layar ini" not in page and "strp-permit__qr" not in page
    assert "strp.pdf" not in page and "strp.png" not in page
    assert "sudah keluar" in page and "personalia" in page
    assert ">Sudah diakhiri</span>" in page and "Sudah dicabut" not in page
    assert "Berlaku<" not in page


@pytest.mark.parametrize(
    ("act", "word", "who"),
    [
        (Act.REPLACE, "Sudah diganti", "Petugas mengganti surat ini"),
        (Act.END, "Sudah diakhiri", "Petugas mengakhirinya"),
    ],
)
def test_a_card_says_that_officials_and_not_the_company_changed_it(
    hr: Site, filed: tuple[str, str], act: Act, word: str, who: str
) -> None:
    path, serial = filed
    [link] = re.findall(r'href="(/c/[^"]+)"', hr.get(path).text)[:1]
    hr.call(_by_officer, hr.system, serial, act)
    page = hr.get(link).text
    assert f">{word}</span>" in page and who in page
    assert "Perusahaan Anda meng" not in page and "Sudah dicabut" not in page


def test_a_card_that_was_revoked_says_revoked(hr: Site, filed: tuple[str, str]) -> None:
    path, serial = filed
    [link] = re.findall(r'href="(/c/[^"]+)"', hr.get(path).text)[:1]
    hr.call(_revoke, hr.system, serial)
    assert ">Sudah dicabut</span>" in hr.get(link).text


def test_the_public_check_is_headed_by_what_really_happened(
    hr: Site, filed: tuple[str, str]
) -> None:
    _, serial = filed
    change(hr, serial, act="end", reason="keluar", sure="yes")
    for language, head in ("en", "Ended"), ("id", "Sudah diakhiri"):
        page = hr.browser.post(
            "/verify",
            params={"lang": language},
            files={"text": (None, serial)},
            headers={"Sec-Fetch-Site": "same-origin"},
        ).text
        assert f"{head}</h1>" in page and 'data-verdict="REVOKED"' in page


async def _by_officer(system: System, serial: str, act: Act) -> None:
    officer, _ = await add_account(system, OPERATOR, Role.OFFICER, "petugas@kota.example")
    actor = Actor(kind=ActorKind.ACCOUNT, id=officer, role=Role.OFFICER)
    await change_certificate(system, actor, serial, act, reason="data keliru")


def test_a_card_tells_when_it_was_checked_and_when_it_ends(
    hr: Site, filed: tuple[str, str]
) -> None:
    path, _ = filed
    [link] = re.findall(r'href="(/c/[^"]+)"', hr.get(path).text)[:1]
    page = hr.get(link).text
    checked, ends = re.findall(r'data-(?:checked|ends)-at="([^"]+)"', page)
    assert datetime.fromisoformat(checked) <= datetime.now(UTC)
    assert datetime.fromisoformat(ends).timetz() == time(tzinfo=WIB)


def test_a_corrected_name_stands_on_the_new_certificate(hr: Site, filed: tuple[str, str]) -> None:
    path, serial = filed
    given = {"act": "correct", "name": "Siti Dibetulkan", "reason": "salah ketik"}
    assert 'value="Siti Dibetulkan"' in change(hr, serial, **given).text
    change(hr, serial, **given, sure="yes")
    hr.call(Issuer(hr.system).issue_some)
    assert "Siti Dibetulkan" in hr.get(path).text


@pytest.mark.parametrize(
    ("given", "code"),
    [({"act": "end"}, 422), ({"act": "correct", "reason": "x"}, 422)],
)
def test_a_change_without_what_it_needs_comes_back_with_the_reason(
    hr: Site, filed: tuple[str, str], given: dict[str, str], code: int
) -> None:
    _, serial = filed
    answer = change(hr, serial, **given, sure="yes")
    assert (answer.status_code, "govuk-error-summary" in answer.text) == (code, True)


def test_a_certificate_of_another_employer_is_not_changed(hr: Site, filed: tuple[str, str]) -> None:
    _, serial = filed
    answer = hr.send(f"/employer/{OTHER}/certificates/{serial}", act="end", reason="x", sure="yes")
    assert answer.status_code == 403


def test_a_closed_employer_reads_why_and_until_when(hr: Site) -> None:
    nib = Nib(int(BANK))
    hr.call(_close, hr.system, nib)
    page = hr.get(f"/employer/{BANK}")
    hr.call(_open, hr.system, nib)
    assert "data-closed" in page.text
    assert "Wabah di kantor (Pergub 3/2021)" in page.text
    assert 'id="upload"' not in page.text


async def _close(system: System, nib: Nib) -> None:
    await close_employer(system, OPERATOR, nib, reason="Wabah di kantor", citation="Pergub 3/2021")


async def _open(system: System, nib: Nib) -> None:
    await open_employer(system, OPERATOR, nib, reason="selesai")


async def _revoke(system: System, serial: str) -> None:
    await revoke_serials(system, OPERATOR, [serial], reason="Data keliru")
