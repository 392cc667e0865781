"""A receipt and the list of filings follow what happens after the decision."""

import re
from datetime import date
from typing import Any

import pytest

from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.certificates.issue import Issuer
from strp.usecases.employers.close import close_employer, open_employer
from strp.usecases.filing.file import file_workers
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

BANK, FACTORY = Nib(8120001110001), Nib(8120001110002)
HR, OFFICER = "hr@pabrik.example", "petugas.receipt@kota.example"


@pytest.fixture(scope="module")
def hr(site: Site) -> Site:
    """A browser in which the factory's representative is signed in."""
    site.sign_in(HR)
    site.send("/employer/claim", nib=str(FACTORY))
    site.send(f"/employer/{FACTORY}/claim", code=site.code(f"hr.{FACTORY}@perusahaan.example"))
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, OFFICER)
    return site


async def _file(system: System, nib: Nib, workers: list[dict[str, Any]]) -> ApplicationId:
    filed = await file_workers(system, OPERATOR, nib, workers, digest=bytes(16))
    await Issuer(system).issue_some()
    return filed.application_id


async def _close(system: System) -> None:
    await close_employer(system, OPERATOR, FACTORY, reason="Wabah", citation="Pergub 3/2021")


async def _lift(system: System) -> None:
    await open_employer(system, OPERATOR, FACTORY, reason="selesai")


def head(page: Any) -> str:
    found = re.search(r'class="strp-receipt__outcome">([^<]+)<', page.text)
    assert found
    return found[1]


def test_who_waits_while_the_employer_is_closed_is_said_to_be_held_to_both_sides(hr: Site) -> None:
    workers = fresh_workers(1)
    hr.call(_file, hr.system, BANK, workers)
    number = hr.call(_file, hr.system, FACTORY, workers)
    receipt, file = f"/employer/{FACTORY}/applications/{number}", f"/office/applications/{number}"
    hr.call(_close, hr.system)

    hr.sign_in(HR)
    closed = hr.get(receipt)
    assert "data-held" in closed.text and "tertunda selama ditutup" in closed.text
    assert "sedang diperiksa" not in closed.text
    hr.sign_in(OFFICER)
    office = hr.get(file)
    assert "data-held" in office.text and f"{file}/take" not in office.text

    hr.call(_lift, hr.system)
    assert f"{file}/take" in hr.get(file).text
    hr.sign_in(HR)
    assert "sedang diperiksa" in hr.get(receipt).text


def test_who_leaves_is_no_approval_and_the_list_counts_as_the_receipt_does(hr: Site) -> None:
    workers = fresh_workers(3)
    first = hr.call(_file, hr.system, FACTORY, workers)
    last = hr.call(_file, hr.system, FACTORY, [workers[0] | {"keluar": date.today().isoformat()}])

    hr.sign_in(HR)
    left = hr.get(f"/employer/{FACTORY}/applications/{last}")
    assert head(left) == "1 dicatat keluar"
    assert "Sudah keluar" in left.text and ">Disetujui<" not in left.text
    stays = hr.get(f"/employer/{FACTORY}/applications/{first}")
    listed = re.sub(r"</?span[^>]*>", "", hr.get(f"/employer/{FACTORY}").text)
    assert head(stays) == "2 disetujui, 1 diakhiri"
    assert listed.count(head(stays)) == listed.count(head(left)) == 1
