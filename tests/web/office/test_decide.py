"""Deciding on the office's page, without scripts."""

from functools import partial
from pathlib import Path

import pytest

from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.people.accounts import add_account
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BUILDER = Nib(8120001110016)


def take(site: Site, email: str) -> tuple[str, ApplicationId]:
    """A new application of three workers in an officer's hands: its page, and its receipt."""
    site.call(import_employers, site.system, OPERATOR, SAMPLES)
    file = partial(file_workers, digest=bytes([78] * 16), idempotency_key=email)
    filed = site.call(file, site.system, OPERATOR, BUILDER, fresh_workers(3))
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, email)
    site.sign_in(email)
    path = f"/office/applications/{filed.application_id}"
    assert "strp-decision" in site.send(f"{path}/take").text
    return path, filed.application_id


@pytest.mark.parametrize("scope", ["rest", "ticked"])
def test_a_decision_on_what_was_withdrawn_meanwhile_shows_how_it_stands(
    site: Site, scope: str
) -> None:
    path, number = take(site, f"petugas.{scope}@kota.example")
    site.call(withdraw, site.system, OPERATOR, number)

    late = site.send(f"{path}/decisions", decision="APPROVE", scope=scope, row="1")

    assert late.status_code == 404
    assert "Halaman tidak ditemukan" not in late.text
    assert "sudah diputuskan atau ditarik" in late.text and "Gedung Contoh" in late.text
    assert 'id="decision-form"' not in late.text


def test_an_officer_who_holds_it_no_more_sees_the_application_and_may_take_it_again(
    site: Site,
) -> None:
    path, _ = take(site, "petugas.habis@kota.example")
    site.send(f"{path}/release")  # in another tab

    late = site.send(f"{path}/decisions", decision="APPROVE", scope="rest")

    assert late.status_code == 409
    assert "Anda tidak menangani pengajuan ini lagi" in late.text
    assert f'action="{path}/take"' in late.text


def test_an_application_that_never_was_is_not_found(site: Site) -> None:
    take(site, "petugas.kosong@kota.example")
    answer = site.send("/office/applications/12/decisions", decision="APPROVE", scope="rest")
    assert answer.status_code == 404


def test_a_second_tab_that_decides_whom_the_first_decided_hears_so_and_keeps_the_application(
    site: Site,
) -> None:
    site.call(import_employers, site.system, OPERATOR, SAMPLES)
    file = partial(file_workers, digest=bytes([77] * 16))
    filed = site.call(file, site.system, OPERATOR, BUILDER, fresh_workers(3))
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, "petugas.tab@kota.example")
    site.sign_in("petugas.tab@kota.example")
    path = f"/office/applications/{filed.application_id}"
    site.send(f"{path}/take")
    refusal = {"decision": "REFUSE", "reason": "identity-doubtful", "scope": "ticked", "row": "1"}
    assert site.send(f"{path}/decisions", **refusal).status_code == 200  # led on

    late = site.send(f"{path}/decisions", **(refusal | {"decision": "RETURN"}))

    assert late.status_code == 409
    assert "Tidak seorang pun diputus" in late.text
    assert 'id="decision-form"' in late.text
