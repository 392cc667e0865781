"""The main job without its doors: rosters in, every row accounted for, certificates that verify."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from strp.domain.certificates.certificate import Verdict
from strp.domain.errors import Unavailable
from strp.domain.identifiers import Nib, parse_nib
from strp.domain.people.account import OPERATOR
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_employer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import verify
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import Receipt, body_digest, file_roster, file_workers
from strp.usecases.filing.show import show_application, show_workers
from strp.usecases.operation.activate_policy import activate_policy, withdraw_policy
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
ROSTERS = Path(__file__).parents[2] / "vectors" / "rosters"
EXPECTED: dict[str, dict[str, Any]] = json.loads((ROSTERS / "expected.json").read_text())
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)


@pytest.fixture
async def city(system: System) -> AsyncIterator[System]:
    """A system with regions, rules and the sample registry."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield system


async def send(system: System, name: str, key: str | None = None) -> Receipt:
    path = ROSTERS / name
    return await file_roster(
        system,
        OPERATOR,
        parse_nib(EXPECTED[name]["nib"]),
        path,
        digest=body_digest(path.read_bytes()),
        idempotency_key=key,
    )


@pytest.mark.parametrize("name", EXPECTED)
async def test_each_sample_roster_is_accounted_for_row_by_row(city: System, name: str) -> None:
    receipt = await send(city, name)

    assert receipt.ledger.balances
    assert (receipt.ledger.rows, receipt.ledger.accepted) == (
        EXPECTED[name]["rows"],
        EXPECTED[name]["accepted"],
    )
    expected = EXPECTED[name]["problems"] + EXPECTED[name].get("warnings", [])
    told = [[each.row, each.column, each.code] for each in receipt.remarks.problems]
    assert sorted(told) == sorted(expected)


async def test_filing_a_roster_again_changes_nothing(city: System) -> None:
    await send(city, "bank-20.xlsx")

    again = await send(city, "bank-20.xlsx")

    assert (again.ledger.unchanged, again.ledger.accepted) == (20, 0)


async def test_the_same_idempotency_key_gives_the_same_receipt(city: System) -> None:
    first = await send(city, "logistik-galat.csv", key="senin")

    again = await send(city, "logistik-galat.csv", key="senin")

    assert again == first


async def test_approved_workers_of_an_exercise_get_certificates_that_say_so(city: System) -> None:
    receipt = await send(city, "bank-20.xlsx")
    while await Issuer(city).issue_some():
        pass

    found = [c async for c in certificates_of(city, OPERATOR, receipt.application_id)]

    application = await show_application(city, OPERATOR, receipt.application_id)
    assert (application.state, application.approved, len(found)) == ("decided", 20, 20)
    assert {(await verify(city, one.text)).verdict for one in found} == {Verdict.EXERCISE}


async def test_a_worker_of_the_list_shows_the_serial_of_the_certificate(city: System) -> None:
    receipt = await send(city, "bank-20.xlsx")
    await Issuer(city).issue_some()

    page = await show_workers(city, OPERATOR, receipt.application_id, limit=5)

    found = [c async for c in certificates_of(city, OPERATOR, receipt.application_id)]
    assert [worker.serial for worker in page.workers] == [one.serial for one in found[:5]]
    assert page.next_after == page.workers[-1].row


async def test_revoking_an_employer_reaches_the_next_check(city: System) -> None:
    receipt = await send(city, "bank-20.xlsx")
    await Issuer(city).issue_some()
    found = [c async for c in certificates_of(city, OPERATOR, receipt.application_id)]

    done = await revoke_employer(city, OPERATOR, BANK, reason="disegel")

    assert (done.revoked, done.already) == (20, 0)
    assert (await verify(city, found[0].text)).verdict is Verdict.REVOKED


async def test_a_worker_of_another_employer_goes_before_an_officer(city: System) -> None:
    worker = {
        "nama": "Siti Aminah",
        "nik": "3174055506783204",
        "jabatan": "Teller",
        "jenis_lokasi": "pelayanan",
    }
    await file_workers(city, OPERATOR, BANK, [worker], digest=b"1" * 16)

    second = await file_workers(city, OPERATOR, Nib(8120001110004), [worker], digest=b"2" * 16)

    page = await show_workers(city, OPERATOR, second.application_id)
    assert [reason.code for reason in page.workers[0].reasons] == ["claimed-elsewhere"]
    assert page.workers[0].state == "pending"


async def test_workers_of_a_non_essential_company_are_refused_with_the_article(
    city: System,
) -> None:
    worker = {
        "nama": "Siti Aminah",
        "nik": "3174055506783204",
        "jabatan": "Agen",
        "jenis_lokasi": "administrasi",
    }
    receipt = await file_workers(city, OPERATOR, Nib(8120001110010), [worker], digest=b"1" * 16)

    page = await show_workers(city, OPERATOR, receipt.application_id)

    assert page.workers[0].state == "refused"
    assert "18/2021" in page.workers[0].reasons[0].citation


async def test_every_row_of_a_government_body_is_exempt(city: System) -> None:
    worker = {
        "nama": "Siti Aminah",
        "nik": "3174055506783204",
        "jabatan": "Analis",
        "jenis_lokasi": "administrasi",
    }
    receipt = await file_workers(city, OPERATOR, Nib(8120001110012), [worker], digest=b"1" * 16)

    assert (receipt.ledger.exempt, receipt.ledger.accepted) == (1, 0)


async def test_certificates_of_an_exercise_are_never_valid_after_it_was_withdrawn(
    city: System,
) -> None:
    receipt = await send(city, "bank-20.xlsx")
    await Issuer(city).issue_some()
    found = [c async for c in certificates_of(city, OPERATOR, receipt.application_id)]

    await withdraw_policy(city, OPERATOR, "latihan")

    assert (await verify(city, found[0].text)).verdict is not Verdict.VALID


async def test_nothing_is_filed_in_a_period_that_is_over(city: System) -> None:
    await withdraw_policy(city, OPERATOR, "latihan")
    await activate_policy(city, OPERATOR, "inmendagri-18-2021")
    city.clock.now = datetime(2021, 7, 21, 1, tzinfo=UTC)  # type: ignore[attr-defined]

    with pytest.raises(Unavailable, match="period-over"):
        await send(city, "bank-20.xlsx")


async def test_workers_approved_under_a_withdrawn_policy_still_get_certificates(
    city: System,
) -> None:
    receipt = await send(city, "bank-20.xlsx")
    await withdraw_policy(city, OPERATOR, "latihan")

    await Issuer(city).issue_some()

    found = [c async for c in certificates_of(city, OPERATOR, receipt.application_id)]
    assert len(found) == 20
