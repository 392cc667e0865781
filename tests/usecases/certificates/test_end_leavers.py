"""Who leaves while an official has suspended the certificate does not undo the suspension."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.certificates.life import Act
from strp.domain.people.account import OPERATOR
from strp.usecases.certificates.end_leavers import end_leavers
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.operation.books import check_books
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.certificates.test_change import HOSPITAL, OWNER, do, file, serials, workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
People = list[dict[str, str]]


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


@pytest.fixture
def people() -> People:
    return fresh_workers(2)


@pytest.mark.parametrize("how", ["act", "roster", "later"])
async def test_ending_a_suspended_certificate_and_filing_again_does_not_undo_the_suspension(
    system: System, people: People, clock: Clock, how: str
) -> None:
    """Whom an official suspended meets an officer, here and at another employer."""
    serial = (await serials(system, (await file(system, people)).application_id))[0]
    await do(system, serial, Act.SUSPEND)

    match how:
        case "act":
            await do(system, serial, Act.END, OWNER)
        case "roster":
            await file(system, [{**people[0], "keluar": "2021-07-04"}])
        case "later":
            await file(system, [{**people[0], "keluar": "2021-07-06"}])
            clock.pass_(days=2)
            await end_leavers(system)

    again = await file(system, people[:1])
    [worker] = await workers(system, again.application_id)
    assert (worker.state, [each.code for each in worker.reasons]) == ("pending", ["revoked-before"])
    elsewhere = await file(system, people[:1], HOSPITAL)
    [worker] = await workers(system, elsewhere.application_id)
    assert worker.state == "pending"
    assert not [rule for rule in await check_books(system) if rule.wrong]
