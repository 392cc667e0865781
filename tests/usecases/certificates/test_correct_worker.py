"""Corrections: the successor says what is right, the place under the cap moves, officers look."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.certificates.life import Act
from strp.domain.errors import Conflict, InvalidInput
from strp.domain.people.account import OPERATOR
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.correct_worker import read_correction
from strp.usecases.certificates.show import certificate_by_serial
from strp.usecases.desk.samples import show_samples
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.certificates.test_change import (
    BANK,
    OFFICER,
    OWNER,
    ROOT,
    People,
    file,
    issue_all,
    quota,
    serials,
    workers,
    wrong_rules,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


@pytest.fixture
def people() -> People:
    return fresh_workers(2)


async def correct(system: System, serial: str, **given: str) -> None:
    await change_certificate(
        system,
        OWNER,
        serial,
        Act.REPLACE,
        reason="salah ketik",
        correction=read_correction(**given),
    )
    await issue_all(system)


async def test_a_corrected_certificate_says_what_is_right(system: System, people: People) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)

    await correct(system, serial, name="Siti Benar", site_type="administrasi")

    worker = (await workers(system, number))[0]
    assert worker.serial is not None
    claims = (await certificate_by_serial(system, OWNER, worker.serial)).claims
    assert (claims.holder, claims.site_type, worker.person.position) == (
        "Siti Benar",
        "administrasi",
        "Teller",
    )
    assert claims.identity_tail == people[0]["nik"][-4:]
    assert (await quota(system), await wrong_rules(system)) == (1, set())


async def test_an_officer_looks_at_a_corrected_worker(system: System, people: People) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)
    await correct(system, serial, name="Siti Benar")

    # Whoever was drawn by lot before is not there twice: so nothing is counted.
    _, samples = await show_samples(system, OFFICER)
    assert "Siti Benar" in {each.person.name for each in samples}


async def test_a_correction_finds_no_place_under_a_full_cap(system: System, people: People) -> None:
    async with system.database.connection() as conn:
        await conn.execute("UPDATE employer SET staff_administration = 0 WHERE nib = %s", (BANK,))
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)

    with pytest.raises(Conflict, match="no-place-free"):
        await correct(system, serial, site_type="administrasi")

    assert (await serials(system, number))[0] == serial
    assert (await quota(system), await wrong_rules(system)) == (2, set())


@pytest.mark.parametrize("given", [{"name": "=1+1"}, {"site_type": "rumah"}, {"name": "x" * 300}])
async def test_a_correction_is_read_as_a_roster_is(given: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="correction-invalid"):
        read_correction(**given)
