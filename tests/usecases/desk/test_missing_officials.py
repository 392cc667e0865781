"""What no account may decide does not wait in silence: administrators are asked for an official."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.desk.review import Decision
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.desk.approvals import decline_proposals
from strp.usecases.desk.escalate import escalate
from strp.usecases.desk.forecast import make_forecast, newest_forecast
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.usecases.desk.test_rule_employer import file, register
from tests.usecases.stage import Clock, Post

pytestmark = pytest.mark.anyio
ADMIN = "admin@jakarta.example"


@pytest.fixture
async def filed(system: System) -> AsyncIterator[ApplicationId]:
    """Three workers of a textile factory whose evidence nobody has accepted."""
    await load_reference(system, OPERATOR)
    await add_account(system, OPERATOR, Role.ADMINISTRATOR, ADMIN)
    async with system.database.transaction() as conn:  # an exercise writes only to those
        await conn.execute("UPDATE account SET signed_in_at = now()")
    yield await file(system, await register(system, "13121", staff=(1000, 1000)))


async def official(system: System, name: str, role: Role = Role.OFFICER) -> Actor:
    account, _ = await add_account(system, OPERATOR, role, f"{name}@jakarta.example")
    return Actor(kind=ActorKind.ACCOUNT, id=account, role=role)


async def missing(system: System, clock: Clock, reader: Actor) -> int:
    clock.pass_(minutes=1)
    await make_forecast(system)
    return int((await newest_forecast(system, reader)).told["nobody_may_decide"])


async def asked(system: System) -> int:
    return len(await Post(system).letters(ADMIN))


async def differ(system: System, filed: ApplicationId, one: Actor, other: Actor) -> None:
    await take_application(system, one, filed)
    await decide_rest(system, one, filed, Decision.APPROVE)
    await decline_proposals(system, other, filed)


async def test_two_officials_who_are_alone_and_differ_are_told_and_the_administrator_is_asked(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    ani, budi = await official(system, "ani"), await official(system, "budi")
    before = await asked(system)
    assert await missing(system, clock, ani) == 0
    await differ(system, filed, ani, budi)

    assert await missing(system, clock, ani) == 1
    assert await missing(system, clock, budi) == 1
    assert await asked(system) == before + 1  # once, not each minute
    clock.pass_(days=1)
    assert await missing(system, clock, ani) == 1
    assert await asked(system) == before + 2


async def test_a_third_account_ends_it(system: System, filed: ApplicationId, clock: Clock) -> None:
    ani, budi = await official(system, "ani"), await official(system, "budi")
    await differ(system, filed, ani, budi)
    citra = await official(system, "citra")

    assert await missing(system, clock, ani) == 0
    await take_application(system, citra, filed)
    await decide_rest(system, citra, filed, Decision.APPROVE)


async def test_an_officer_who_is_alone_and_proposes_waits_for_a_second(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    ani = await official(system, "ani")
    await take_application(system, ani, filed)
    await decide_rest(system, ani, filed, Decision.APPROVE)

    assert await missing(system, clock, ani) == 1


async def test_what_is_asked_of_a_supervisor_who_is_not_there_is_told(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    ani, _ = await official(system, "ani"), await official(system, "budi")
    await take_application(system, ani, filed)
    await escalate(system, ani, filed, "Bukti tampak diubah.")

    assert await missing(system, clock, ani) == 1
    await official(system, "dewi", Role.SUPERVISOR)
    assert await missing(system, clock, ani) == 0
