"""Revoking by serials: whose they are is shown before anything happens, and what is not known."""

import re

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.store import audit
from strp.usecases.certificates import revoke
from strp.usecases.certificates.show import certificate_by_serial
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site
from tests.web.office.test_certificates import _issue, verdict

PHARMACY, OFFICER = "8120001110003", "petugas.cabut@kota.example"
PAGE = "/office/revoke"


@pytest.fixture(scope="module")
def office(site: Site) -> Site:
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, OFFICER)
    site.sign_in(OFFICER)
    return site


@pytest.fixture
def serial(office: Site) -> str:
    return str(office.call(_issue, office.system))


async def _looks(site: Site, serial: str) -> list[str]:
    found = await certificate_by_serial(site.system, OPERATOR, serial)
    async with site.system.database.connection() as conn:
        events = await audit.events_of(conn, [f"application:{found.application_id}"])
    return [each.action for each in events]


def test_name_last_digits_and_employer_are_shown_and_the_look_is_recorded(
    office: Site, serial: str
) -> None:
    certificate = office.call(certificate_by_serial, office.system, OPERATOR, serial)
    asked = office.send(PAGE, serials=f"{serial}\n{serial}", reason="Kunjungan lapangan")
    items = re.findall(r"<li><bdi>([^<]+)</bdi></li>", asked.text)
    assert items == [
        f"{certificate.claims.holder} ••••{certificate.claims.identity_tail}, "
        f"{certificate.claims.employer}, {serial}"
    ]
    assert "Surat yang akan dicabut: 1" in asked.text
    assert "Alasan: Kunjungan lapangan" in asked.text
    assert verdict(office, serial) == "EXERCISE"
    assert "workers-seen" in office.call(_looks, office, serial)


def test_who_is_sure_revokes_and_is_told_how_many(office: Site, serial: str) -> None:
    done = office.send(PAGE, serials=serial, reason="Kunjungan lapangan", sure="yes")
    again = office.send(PAGE, serials=serial, reason="Kunjungan lapangan")
    assert "Surat dicabut: 1" in done.text
    assert verdict(office, serial) == "REVOKED"
    assert "(sudah dicabut)" in again.text


def test_a_serial_that_is_not_known_is_named_before_anything_is_asked(
    office: Site, serial: str
) -> None:
    answer = office.send(PAGE, serials=f"{serial} 0000-0001-ABCD-E 123", reason="Uji")
    assert answer.status_code == 422
    assert "0000-0001-ABCD-E tidak dikenal" in answer.text
    assert "Tidak ada yang dicabut" in answer.text
    assert serial in answer.text and "data-confirm" not in answer.text


def test_all_of_an_employer_names_the_employer_and_says_how_many(office: Site, serial: str) -> None:
    asked = office.send(PAGE, nib=PHARMACY, reason="Izin dibatalkan")
    assert "RS Contoh Sehat, NIB 8120001110003" in asked.text
    assert re.search(r"Surat yang akan dicabut: [1-9]", asked.text)


def test_a_page_opens_no_more_certificates_than_its_bound(
    office: Site, serial: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revoke, "MOST_SHOWN", 0)
    answer = office.send(PAGE, serials=serial, reason="Uji")
    assert answer.status_code == 422
    assert "nomor seri sekaligus" in answer.text
