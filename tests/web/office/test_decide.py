"""Deciding on the office's page, without scripts."""

from functools import partial
from pathlib import Path

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.people.accounts import add_account
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BUILDER = Nib(8120001110016)


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

    assert late.status_code == 422
    assert "Tidak seorang pun diputus" in late.text
    assert 'id="decision-form"' in late.text
