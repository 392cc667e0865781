"""Work at another's site on pages: the host answers, or an officer in its place."""

from typing import Any

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.filing.file import file_workers
from strp.usecases.people.accounts import add_account
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

BANK, GUARDS = "8120001110001", "8120001119301"
HR = "hr.sites@bank.example"
PAGE = f"/employer/{BANK}/sites"
OFFICER = "petugas.lokasi@kota.example"


@pytest.fixture
def hr(site: Site) -> Site:
    """A browser of the bank's representative, whose site guards are filed for."""
    site.sign_in(HR)
    if site.get(PAGE).status_code != 200:
        site.send("/employer/claim", nib=BANK)
        site.send(f"/employer/{BANK}/claim", code=site.code(f"hr.{BANK}@perusahaan.example"))
    site.call(_register, site.system)
    rows = [{**row, "lokasi_kerja": f"NIB {BANK}"} for row in fresh_workers(2)]
    site.call(_file, site.system, rows)
    return site


async def _register(system: Any) -> None:
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO employer VALUES (%s, 'PT Satpam', ARRAY['69100'], 2020, 'private', '3171',"
            " 9, 9, NULL, 1, now()) ON CONFLICT DO NOTHING",
            (int(GUARDS),),
        )


async def _file(system: Any, rows: list[dict[str, Any]]) -> None:
    await file_workers(system, OPERATOR, Nib(int(GUARDS)), rows, digest=bytes(16))


def test_the_host_reads_who_names_it_and_confirms(hr: Site) -> None:
    listed = hr.get(PAGE).text
    page = hr.get(f"{PAGE}/{GUARDS}").text

    assert "PT Satpam" in listed
    assert "Menunggu konfirmasi" in page
    saved = hr.send(f"{PAGE}/{GUARDS}", state="confirmed", service="50", administration="0")
    assert "Tersimpan" in saved.text
    assert "Dikonfirmasi" in saved.text


def test_what_was_typed_wrong_comes_back(hr: Site) -> None:
    answer = hr.send(f"{PAGE}/{GUARDS}", state="confirmed", service="banyak")

    assert answer.status_code == 422
    assert 'value="banyak"' in answer.text


def test_a_site_that_is_only_named_is_repeated_and_said_to_count_as_ones_own(hr: Site) -> None:
    rows = [{**row, "lokasi_kerja": "Gudang Timur"} for row in fresh_workers(1)]
    number = hr.call(_file_own, hr.system, rows)

    page = hr.get(f"/employer/{BANK}/applications/{number}").text

    assert "Gudang Timur" in page and "Hanya nama" in page


async def _file_own(system: Any, rows: list[dict[str, Any]]) -> int:
    filed = await file_workers(system, OPERATOR, Nib(int(BANK)), rows, digest=bytes(16))
    return filed.application_id


def test_nobody_else_reads_who_works_at_a_site(hr: Site) -> None:
    hr.sign_in("orang.lain@lain.example")

    assert hr.get(PAGE).status_code == 403
    assert hr.get(f"{PAGE}/{GUARDS}").status_code == 403
    assert hr.get("/office/sites").status_code == 403


def test_an_officer_sees_the_site_and_proposes(hr: Site) -> None:
    hr.call(add_account, hr.system, OPERATOR, Role.OFFICER, OFFICER)
    hr.sign_in(OFFICER)

    assert hr.get("/office/sites").status_code == 200
    page = hr.send(f"/office/sites/{BANK}/{GUARDS}", state="confirmed", service="51")
    assert "Petugas kedua" in page.text
    assert hr.get(f"/office/sites/{BANK}/8120001119999").status_code == 404
