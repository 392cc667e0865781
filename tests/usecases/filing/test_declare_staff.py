"""Declared staff: partners have room under the cap, officials see it, a ruling corrects it."""

import json
from collections.abc import AsyncIterator

import pytest

from strp.domain.errors import Conflict, Forbidden, InvalidInput
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.staff_declaration import MOST_CHANGES, DeclaredStaff
from strp.outside.spreadsheets.json_reader import read_json
from strp.usecases.desk.rule_employer import list_waiting
from strp.usecases.filing.declare_in_filing import declare_in_filing
from strp.usecases.filing.declare_staff import confirm_declaration, declare_staff, show_staff
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_rule_employer import (
    ANI,
    books_are_true,
    counts,
    draft,
    file,
    register,
    rule_with_two,
)

pytestmark = pytest.mark.anyio


def staff(service: int, administration: int = 10, partners: int = 0) -> DeclaredStaff:
    return DeclaredStaff(service=service, administration=administration, partners=partners)


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


async def test_partners_have_room_under_the_cap_at_once(system: System) -> None:
    nib = await register(system, "64121", staff=(2, 2))
    assert (await counts(system, await file(system, nib, 6)))[2] > 0

    await declare_staff(system, OPERATOR, nib, staff(10, 40, partners=90))

    assert await counts(system, await file(system, nib, 6)) == (0, 6, 0, 0)
    assert await books_are_true(system)


async def test_who_waited_for_the_number_of_staff_is_screened_again(system: System) -> None:
    nib = await register(system, "64121", staff=(None, None))
    number = await file(system, nib)
    assert await counts(system, number) == (3, 0, 0, 0)

    await declare_staff(system, OPERATOR, nib, staff(100, 100))

    assert await counts(system, number) == (0, 3, 0, 0)
    assert await books_are_true(system)


async def test_a_ruling_counts_before_a_declaration(system: System) -> None:
    nib = await register(system, "64121", staff=(2, 2))
    await declare_staff(system, OPERATOR, nib, staff(1000, 1000))

    await rule_with_two(system, nib, draft(staff=(2, 2)))

    assert (await counts(system, await file(system, nib, 6)))[1] <= 2


async def test_one_far_above_the_registry_is_looked_at_by_an_official(system: System) -> None:
    nib = await register(system, "64121", staff=(10, 10))
    await declare_staff(system, OPERATOR, nib, staff(21))

    [drawn] = (await list_waiting(system, ANI))[1]
    assert drawn.nib == nib
    await confirm_declaration(system, ANI, nib, drawn.declared_at)

    assert (await list_waiting(system, ANI))[1] == []


async def test_the_same_numbers_again_change_nothing(system: System) -> None:
    nib = await register(system, "64121")
    for _ in range(MOST_CHANGES + 5):
        await declare_staff(system, OPERATOR, nib, staff(12))

    found = (await show_staff(system, OPERATOR, nib)).declaration
    assert found is not None
    assert found.changes == 1


async def test_an_employer_cannot_have_it_screened_again_without_end(system: System) -> None:
    nib = await register(system, "64121")
    for number in range(MOST_CHANGES + 1):
        await declare_staff(system, OPERATOR, nib, staff(number))

    with pytest.raises(Conflict, match="declaration-changed-often"):
        await declare_staff(system, OPERATOR, nib, staff(500))


async def test_nobody_declares_for_an_employer_that_is_not_theirs(system: System) -> None:
    nib = await register(system, "64121")
    stranger = Actor(kind=ActorKind.ACCOUNT, id=7, role=Role.REPRESENTATIVE)

    with pytest.raises(Forbidden):
        await declare_staff(system, stranger, nib, staff(1))
    with pytest.raises(Forbidden):
        await show_staff(system, stranger, nib)


async def test_a_number_that_cannot_be_is_told(system: System) -> None:
    nib = await register(system, "64121")

    with pytest.raises(InvalidInput, match="declaration-incomplete"):
        await declare_staff(system, OPERATOR, nib, staff(-1))


async def test_a_filing_brings_the_declaration_along(system: System) -> None:
    nib = await register(system, "64121", staff=(2, 2))
    sent = {"service": 10, "administration": 40, "partners": 90}
    await declare_in_filing(system, OPERATOR, nib, sent, "first")

    assert await counts(system, await file(system, nib, 6)) == (0, 6, 0, 0)
    found = (await show_staff(system, OPERATOR, nib)).declaration
    assert found is not None
    assert (found.partners, found.declared_by) == (90, OPERATOR.label)


async def test_a_filing_that_is_sent_again_declares_nothing(system: System) -> None:
    nib = await register(system, "64121", staff=(2, 2))
    await file_workers(
        system, OPERATOR, nib, fresh_workers(1), digest=bytes(16), idempotency_key="k"
    )

    await declare_in_filing(system, OPERATOR, nib, {"service": 9, "administration": 9}, "k")

    assert (await show_staff(system, OPERATOR, nib)).declaration is None


@pytest.mark.parametrize(
    "sent", [{}, [], 7, {"service": "9", "administration": 1}, {"service": True}, {"service": -1}]
)
async def test_a_declaration_that_cannot_be_read_is_told(system: System, sent: object) -> None:
    nib = await register(system, "64121")

    with pytest.raises(InvalidInput, match="declaration-incomplete"):
        await declare_in_filing(system, OPERATOR, nib, sent, None)


async def test_json_keeps_the_declaration_apart_from_the_workers() -> None:
    for staff, plain in ((None, None), ({"service": 3}, {"service": 3}), ([1], {}), ("9", {})):
        body = json.dumps({"nib": "1", "workers": [{}], "staff": staff}).encode()
        assert read_json(body).plain_staff == plain
