"""The office's page of an employer, without scripts: one official proposes, another confirms."""

import asyncio
import hashlib
from typing import Any

import pytest

from strp.domain.desk.acts import ACT_NAMES, RULED
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_application
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

FACTORY = Nib(8120001110017)
PAGE = f"/office/employers/{FACTORY:013d}"
ANI, BUDI = "ani@kota.example", "budi@kota.example"
RULING = {
    "word": "rule",
    "sector": "E-e",
    "evidence": "yes",
    "staff_service": "1.000",
    "reason": "PEB dan IOMKI diperiksa",
    "citation": "PEB 12/2021",
}


@pytest.fixture(scope="module")
def office(site: Site) -> Site:
    for address in (ANI, BUDI):
        site.call(add_account, site.system, OPERATOR, Role.OFFICER, address)
    return site


@pytest.fixture
def number(office: Site) -> int:
    return int(office.call(_file, office.system))


async def _file(system: System) -> int:
    digest = hashlib.blake2b(b"x", digest_size=16).digest()
    done = await file_workers(system, OPERATOR, FACTORY, fresh_workers(2), digest=digest)
    return done.application_id


def ruling_id(page: Any) -> str:
    return str(page.text.partition('name="ruling_id" value="')[2].partition('"')[0])


def test_the_page_of_a_filing_names_every_act_that_is_needed_and_leads_there(
    office: Site, number: int
) -> None:
    office.sign_in(ANI)

    page = office.get(f"/office/applications/{number}")

    assert ACT_NAMES[next(act for act in RULED if act.value == "name-sector")].id in page.text
    assert f'href="{PAGE}"' in page.text


def test_what_the_classes_of_an_employer_are_about_stands_beside_them(
    office: Site, number: int
) -> None:
    office.sign_in(ANI)
    assert "13121 (Industri pengolahan)" in office.get(f"/office/applications/{number}").text
    assert "data-branches>Industri pengolahan<" in office.get(PAGE).text
    assert "data-branches>Manufacturing<" in office.get(f"{PAGE}?lang=en").text
    office.get(f"{PAGE}?lang=id")


def test_one_official_proposes_and_another_confirms(office: Site, number: int) -> None:
    office.sign_in(ANI)
    proposed = office.send(PAGE, **RULING)
    assert "Menunggu petugas kedua" in proposed.text
    assert 'value="confirm"' not in proposed.text
    assert "usulan Anda" in office.get("/office/employers").text

    office.sign_in(BUDI)
    waiting = office.get(PAGE)
    confirmed = office.send(PAGE, word="confirm", ruling_id=ruling_id(waiting))

    assert "Penetapan berlaku" in confirmed.text
    assert "PEB dan IOMKI diperiksa" in confirmed.text
    assert office.call(_approved, office.system, number) == 2


def test_confirming_twice_says_that_it_waits_no_longer(office: Site, number: int) -> None:
    office.sign_in(ANI)
    page = office.send(PAGE, **RULING)
    office.sign_in(BUDI)
    waiting = ruling_id(office.get(PAGE))
    office.send(PAGE, word="decline", ruling_id=waiting)

    again = office.send(PAGE, word="confirm", ruling_id=waiting)

    assert page.status_code == 200
    assert again.status_code == 404
    assert "tidak lagi menunggu" in again.text


def test_a_number_that_is_none_comes_back_with_what_was_typed(office: Site) -> None:
    office.sign_in(ANI)

    answer = office.send(PAGE, **(RULING | {"staff_service": "banyak", "until": "besok"}))

    assert answer.status_code == 422
    assert 'value="banyak"' in answer.text
    assert "bilangan" in answer.text


def test_a_search_leads_to_the_page_of_the_employer(office: Site) -> None:
    office.sign_in(ANI)

    assert office.get(f"/office/employers?nib={FACTORY}").url.path == PAGE
    assert office.get("/office/employers?nib=9999999999999").status_code == 422


async def _approved(system: System, number: int) -> int:
    await asyncio.sleep(0)
    return (await show_application(system, OPERATOR, number)).approved  # type: ignore[arg-type]
