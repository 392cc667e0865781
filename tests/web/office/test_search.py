"""One box for officials: receipt, serial, NIB, employer's name, worker; each worker is a look."""

import re
from typing import Any

import pytest

from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Role
from strp.store import audit
from strp.usecases.certificates.issue import Issuer
from strp.usecases.desk import search
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

HOSPITAL, OFFICER = "8120001110003", "petugas.cari@kota.example"
PAGE = "/office/search"


class Filed:
    """A filing of three, with its receipt and the serial of the second worker."""

    def __init__(
        self, people: list[dict[str, str]], receipt: str, number: int, serial: str
    ) -> None:
        self.people, self.receipt, self.number, self.serial = people, receipt, number, serial


@pytest.fixture(scope="module")
def office(site: Site) -> Site:
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, OFFICER)
    site.sign_in(OFFICER)
    return site


@pytest.fixture(scope="module")
def filed(office: Site) -> Filed:
    found: Filed = office.call(_file, office.system)
    return found


async def _file(system: System) -> Filed:
    people = [
        {**each, "nama": name}
        for each, name in zip(
            fresh_workers(3), ("Rahmat Pencari", "Dewi Pencari", "Slamet Lain"), strict=True
        )
    ]
    receipt = await file_workers(system, OPERATOR, Nib(int(HOSPITAL)), people, digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    shown = (await show_workers(system, OPERATOR, receipt.application_id)).workers
    assert shown[1].serial is not None
    return Filed(people, receipt.receipt, receipt.application_id, shown[1].serial)


def names(page: Any) -> list[str]:
    return re.findall(r"<tr role=\"row\" data-worker>\s*<th[^>]*><bdi>([^<]+)</bdi>", page.text)


async def _looks(site: Site, number: int) -> list[object]:
    async with site.system.database.connection() as conn:
        events = await audit.events_of(conn, [f"application:{ApplicationId(number)}"])
    return [each.detail["from_row"] for each in events if each.action == "workers-seen"]


def test_a_receipt_and_a_serial_lead_to_the_filing(office: Site, filed: Filed) -> None:
    by_receipt = office.send(PAGE, q=f" {filed.receipt.lower()} ")
    by_serial = office.send(PAGE, q=filed.serial)
    assert str(by_receipt.url).endswith(f"/office/applications/{filed.number}")
    assert str(by_serial.url).endswith(f"/office/applications/{filed.number}?after=1")


def test_a_nib_and_a_part_of_a_name_lead_to_the_employer(office: Site, filed: Filed) -> None:
    for typed in (HOSPITAL, "contoh sehat"):
        assert (
            f'href="/office/employers/{HOSPITAL}">RS Contoh Sehat'
            in office.send(PAGE, q=typed).text
        )


def test_a_whole_nik_finds_the_worker_and_the_look_is_recorded(office: Site, filed: Filed) -> None:
    nik = filed.people[0]["nik"]
    page = office.send(PAGE, q=nik)
    assert names(page) == ["Rahmat Pencari"]
    assert nik not in re.sub(r'value="[^"]*"', "", page.text) and nik not in str(page.url)
    assert 1 in office.call(_looks, office, filed.number)


def test_an_employer_and_a_name_or_last_digits_find_its_workers(office: Site, filed: Filed) -> None:
    by_name = office.send(PAGE, q=f"{HOSPITAL} pencari")
    by_both = office.send(PAGE, q=f"{HOSPITAL} dewi {filed.people[1]['nik'][-4:]}")
    assert names(by_name) == ["Rahmat Pencari", "Dewi Pencari"]
    assert names(by_both) == ["Dewi Pencari"]
    assert 3 not in office.call(_looks, office, filed.number)


def test_no_more_workers_are_opened_than_the_bound_and_the_page_says_so(
    office: Site, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_OPENED", 1)
    monkeypatch.setattr(search, "OPENED_AT_ONCE", 1)
    page = office.send(PAGE, q=f"{HOSPITAL} lain")
    assert names(page) == []
    assert "Dilihat 1 pekerja" in page.text


@pytest.mark.parametrize("typed", ["", "x", "  ", f"{HOSPITAL} a"])
def test_too_little_says_what_can_be_searched_for(office: Site, typed: str) -> None:
    answer = office.send(PAGE, q=typed)
    assert answer.status_code == 422
    assert "NIK lengkap" in answer.text


def test_what_fits_nothing_says_so(office: Site) -> None:
    assert "data-nothing" in office.send(PAGE, q="perusahaan yang tidak ada").text
