"""An employer looks for workers of a filing: whom it finds, and how much one search may cost."""

from pathlib import Path

import pytest

from strp.domain.errors import Forbidden
from strp.domain.filing.application import Application
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing import find_workers as searching
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.find_workers import find_workers, page_starts
from strp.usecases.filing.show import show_application
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)
HR = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.REPRESENTATIVE, nibs=frozenset({BANK}))
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=9, role=Role.OFFICER)


@pytest.fixture
async def filed(system: System) -> Application:
    """A filing of twelve: eleven tellers and a driver."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    workers = [
        {
            "nama": "Budi Supir" if number == 7 else "Siti Aminah",
            "nik": f"31740555067{number:05d}",
            "jabatan": "Sopir" if number == 7 else "Teller",
            "jenis_lokasi": "pelayanan",
        }
        for number in range(1, 13)
    ]
    receipt = await file_workers(system, OPERATOR, BANK, workers, digest=bytes(16))
    return await show_application(system, OPERATOR, receipt.application_id)


@pytest.mark.parametrize("wanted", ["budi", "SUPIR budi", "sopir", "0007"])
async def test_a_worker_is_found_by_what_is_known(
    system: System, filed: Application, wanted: str
) -> None:
    found = await find_workers(system, HR, filed, wanted)
    assert [worker.person.name for worker in found.page.workers] == ["Budi Supir"]


async def test_one_search_opens_no_more_than_its_bound_and_says_where_to_go_on(
    system: System, filed: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "OPENED_AT_ONCE", 2)
    monkeypatch.setattr(searching, "MOST_OPENED", 4)
    found = await find_workers(system, HR, filed, "budi")
    assert (found.looked_at, len(found.page.workers)) == (4, 0)

    after = found.page.next_after
    assert after is not None
    on = await find_workers(system, HR, filed, "budi", after=after)
    assert (on.looked_at, len(on.page.workers)) == (4, 1)


async def test_an_official_does_not_search_without_a_record(
    system: System, filed: Application
) -> None:
    with pytest.raises(Forbidden):
        await find_workers(system, OFFICER, filed, "budi")


async def test_pages_begin_behind_the_last_row_of_the_one_before(
    system: System, filed: Application
) -> None:
    starts = await page_starts(system, filed, None, size=5)
    assert (len(starts), starts[0]) == (3, 0)
    assert list(starts) == sorted(starts)


async def test_pages_of_a_giant_are_not_counted(
    system: System, filed: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_NUMBERED", 11)
    assert await page_starts(system, filed, None, size=5) == ()
