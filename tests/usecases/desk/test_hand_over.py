"""A list that was handed over is kept sealed, with who got it, and cannot be changed unseen."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.desk import handover
from strp.domain.desk.handover import ReportForm
from strp.domain.errors import Forbidden, NotFound, StrpError, TooMany, Unavailable
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.store.audit import events_of
from strp.usecases.desk import hand_over as use_case
from strp.usecases.desk.hand_over import hand_over, list_handovers, open_handover
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
SUPERVISOR = Actor(kind=ActorKind.ACCOUNT, id=5, role=Role.SUPERVISOR)
AUDITOR = Actor(kind=ActorKind.ACCOUNT, id=6, role=Role.AUDITOR)
TODAY = "2021-07-05"


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


async def give(system: System, actor: Actor = SUPERVISOR) -> int:
    made = await hand_over(
        system, actor, TODAY, TODAY, ReportForm.CSV, recipient="Sudin", purpose="Surat 1"
    )
    return made.handover_id


async def test_the_copy_is_what_was_handed_over_and_sealed_at_rest(system: System) -> None:
    number = await give(system)
    found, content = await open_handover(system, AUDITOR, number)
    async with system.database.connection() as conn:
        rows = await (await conn.execute("SELECT sealed FROM handover_chunk")).fetchall()
    assert content.startswith(b"nib,name") and found.size_bytes == len(content)
    assert all(content[:20] not in bytes(sealed) for (sealed,) in rows)


async def test_a_copy_that_was_changed_is_not_given_out(system: System) -> None:
    number = await give(system)
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE handover SET sha256 = %s", (bytes(32),))
    with pytest.raises(Unavailable) as refused:
        await open_handover(system, SUPERVISOR, number)
    assert refused.value.code == "handover-damaged"


async def test_a_sealed_piece_of_one_copy_opens_in_no_other(system: System) -> None:
    first, second = await give(system), await give(system)
    async with system.database.transaction() as conn:
        await conn.execute(
            "UPDATE handover_chunk c SET sealed = o.sealed FROM handover_chunk o"
            " WHERE c.handover_id = %s AND o.handover_id = %s",
            (first, second),
        )
    with pytest.raises(StrpError):
        await open_handover(system, SUPERVISOR, first)


async def test_handing_over_and_opening_are_recorded(system: System) -> None:
    number = await give(system)
    await open_handover(system, AUDITOR, number)
    async with system.database.connection() as conn:
        found = await events_of(conn, [f"handover:{number}"], 10)
    assert [(each.actor, each.action) for each in found] == [
        (SUPERVISOR.label, "compliance-handed-over"),
        (AUDITOR.label, "handover-opened"),
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
async def test_supervisors_alone_hand_over(system: System, role: Role) -> None:
    with pytest.raises(Forbidden):
        await give(system, Actor(kind=ActorKind.ACCOUNT, id=9, role=role))
    assert not await list_handovers(system, SUPERVISOR)


async def test_a_day_has_room_for_so_many(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_case, "MOST_A_DAY", 1)
    await give(system)
    with pytest.raises(TooMany):
        await give(system)
    assert handover.MOST_A_DAY > 1


async def test_a_number_that_was_never_given_says_so(system: System) -> None:
    with pytest.raises(NotFound):
        await open_handover(system, SUPERVISOR, 404)
