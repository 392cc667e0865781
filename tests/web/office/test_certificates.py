"""The office suspends and restores a certificate by forms alone."""

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificate_by_serial
from strp.usecases.certificates.trust import verify
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

PHARMACY, OFFICER = Nib(8120001110003), "petugas.surat@kota.example"
PAGE = "/office/certificates"


@pytest.fixture(scope="module")
def office(site: Site) -> Site:
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, OFFICER)
    site.sign_in(OFFICER)
    return site


@pytest.fixture
def serial(office: Site) -> str:
    return str(office.call(_issue, office.system))


async def _issue(system: System) -> str:
    people = fresh_workers(1)
    receipt = await file_workers(system, OPERATOR, PHARMACY, people, digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    shown = await show_workers(system, OPERATOR, receipt.application_id)
    assert shown.workers[0].serial is not None
    return shown.workers[0].serial


def verdict(office: Site, serial: str) -> str:
    """What a checkpoint reads."""
    return str(office.call(_verdict, office.system, serial))


async def _verdict(system: System, serial: str) -> str:
    text = (await certificate_by_serial(system, OPERATOR, serial)).text
    return (await verify(system, text)).verdict.value


def test_the_navigation_of_the_office_leads_there(office: Site) -> None:
    assert f'href="{PAGE}"' in office.get("/office").text


def test_what_it_means_is_shown_first_and_nothing_changes(office: Site, serial: str) -> None:
    asked = office.send(PAGE, serial=serial, act="suspend", reason="Foto berbeda")
    assert "Tangguhkan surat ini?" in asked.text and f"NIB {PHARMACY}" in asked.text
    assert verdict(office, serial) == "EXERCISE"


def test_it_is_suspended_and_restored_and_both_are_shown(office: Site, serial: str) -> None:
    sure = {"serial": serial, "reason": "Foto berbeda", "sure": "yes"}
    suspended = office.send(PAGE, act="suspend", **sure)
    while_suspended = verdict(office, serial)
    asked = office.send(PAGE, serial=serial, act="restore", reason="Sudah jelas")
    office.send(PAGE, act="restore", **sure)
    again = office.send(PAGE, serial=serial, act="suspend", reason="Lagi")

    assert "ditangguhkan" in suspended.text and while_suspended == "SUSPENDED"
    assert "Pulihkan surat ini?" in asked.text and "Ditangguhkan (" in asked.text
    assert "Dipulihkan (" in again.text and verdict(office, serial) == "EXERCISE"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"act": "suspend", "reason": "x", "serial": "AAAA"}, "nomor seri"),
        ({"act": "suspend", "reason": ""}, "alasan"),
        ({"act": "end", "reason": "x"}, "tangguhkan atau pulihkan"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(
    office: Site, serial: str, given: dict[str, str], said: str
) -> None:
    answer = office.send(PAGE, **{"serial": serial, **given})
    assert answer.status_code == 422 and said in answer.text.lower()
