"""Who waits at a host hears of it when the host closes, and when it opens."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict
from strp.domain.people.account import OPERATOR
from strp.usecases.desk.rescreen_guests import rescreen_guests
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.employers.close import close_employer
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.usecases.desk.test_hosting import BANK, GUARDS, confirm, file_at, say
from tests.usecases.desk.test_rule_employer import ANI, books_are_true, counts, reasons, register
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await register(system, "69100", nib=GUARDS)
    await register(system, "64121", staff=(20, 20), nib=BANK)
    yield


async def test_who_waits_at_a_host_that_closes_is_held_and_goes_on_when_it_opens(
    system: System, clock: Clock
) -> None:
    """Also where nobody lifts the closure and its end comes by itself."""
    number = await file_at(system, str(BANK))
    until = clock() + timedelta(days=2)
    await close_employer(system, OPERATOR, BANK, reason="Klaster", citation="SK 1", until_at=until)
    assert await rescreen_guests(system) == 1
    assert await reasons(system, number) == {"host-closed"}
    later = await file_at(system, str(BANK), 1)
    assert await counts(system, later) == (1, 0, 0, 0)
    await take_application(system, ANI, number)
    with pytest.raises(Conflict, match="ruling-needed"):
        await decide_rest(system, ANI, number, Decision.APPROVE)
    assert await rescreen_guests(system) == 0

    clock.pass_(days=3)
    assert await rescreen_guests(system) == 1

    assert await reasons(system, number) == await reasons(system, later) == {"host-unconfirmed"}
    await say(system, confirm(4))
    assert await counts(system, number) == (0, 3, 0, 0)
    assert await rescreen_guests(system) == 0
    assert await books_are_true(system)
