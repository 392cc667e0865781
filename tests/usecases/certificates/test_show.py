"""Where certificates are found again, and what they are said to be."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from strp.domain.certificates.life import Act
from strp.domain.errors import NotFound
from strp.domain.people.account import OPERATOR
from strp.usecases.certificates.show import certificate_by_link, certificate_by_serial
from strp.usecases.employers.close import close_employer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.epoch_numbers import SerialNumbers
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.certificates.test_change import BANK, OFFICER, ROOT, do, file, serials

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


async def test_private_links_lead_to_certificates_of_the_first_list_and_of_later_ones(
    system: System,
) -> None:
    """Numbers of an epoch are longer than those of the first status list."""
    links = []
    for process in (system, replace(system, serials=SerialNumbers())):
        number = (await file(process, fresh_workers(1))).application_id
        [serial] = await serials(process, number)
        link = (await certificate_by_serial(system, OPERATOR, serial)).link
        assert (await certificate_by_link(system, link)).serial == serial
        assert link.replace("-", "").replace("_", "").isalnum()
        links.append(link)

    assert [len(link) for link in links] == [28, 32]
    with pytest.raises(NotFound):
        await certificate_by_link(system, links[1][:-1] + ("A" if links[1][-1] != "A" else "B"))


async def test_restored_during_a_closure_it_says_that_it_is_suspended_still(
    system: System,
) -> None:
    number = (await file(system, fresh_workers(2))).application_id
    serial, _ = await serials(system, number)
    await do(system, serial, Act.SUSPEND, OFFICER)
    await close_employer(system, OPERATOR, BANK, reason="Wabah", citation="Pergub 3/2021")

    for changed in (True, False):
        done = await do(system, serial, Act.RESTORE, OFFICER)
        assert (done.status.value, done.because, done.changed) == ("suspended", "Wabah", changed)
