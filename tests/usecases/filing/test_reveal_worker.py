"""One worker in full: for officers alone, and the worker is told."""

import pytest

from strp.domain.errors import Forbidden, NotFound
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.reveal_worker import reveal_worker
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.access_log import looks_at_worker
from strp.usecases.process.system import System
from tests.usecases.stage import Register

pytestmark = pytest.mark.anyio
NIB = Nib(8120001110001)
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
NIK = "3174055506783204"


@pytest.fixture
async def filed(system: System, register: Register) -> ApplicationId:
    await load_reference(system, OPERATOR)
    await register(NIB)
    worker = {"nama": "Siti", "nik": NIK, "jabatan": "Teller", "jenis_lokasi": "pelayanan"}
    receipt = await file_workers(system, OPERATOR, NIB, [worker], digest=b"1" * 16)
    return receipt.application_id


async def test_an_officer_sees_the_whole_nik_and_the_look_is_recorded(
    system: System, filed: ApplicationId
) -> None:
    person = await reveal_worker(system, OFFICER, filed, 1)

    assert person.nik == NIK
    looks = await looks_at_worker(system, filed, 1)
    assert [look.actor for look in looks] == ["account:1"]


async def test_a_line_without_a_worker_reveals_nothing(
    system: System, filed: ApplicationId
) -> None:
    with pytest.raises(NotFound):
        await reveal_worker(system, OFFICER, filed, 99)


async def test_a_representative_reveals_nothing(system: System, filed: ApplicationId) -> None:
    representative = Actor(kind=ActorKind.ACCOUNT, id=2, role=Role.REPRESENTATIVE)

    with pytest.raises(Forbidden):
        await reveal_worker(system, representative, filed, 1)
