"""What a host says on one employer is bounded: each word leaves a record for good."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.errors import TooMany
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.screening.hosting import WORDS_ON_ONE
from strp.usecases.desk.confirm_host import answer_for_host
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.usecases.desk.test_hosting import (
    BANK,
    DECLINE,
    GUARDS,
    OF_BANK,
    WITHDRAW,
    confirm,
    file_at,
    say,
)
from tests.usecases.desk.test_rule_employer import ANI, register

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def employers(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await register(system, "69100", nib=GUARDS)
    await register(system, "64121", staff=(20, 20), nib=BANK)
    yield


async def test_a_host_that_says_something_else_each_time_is_stopped_for_that_employer_alone(
    system: System,
) -> None:
    other = await register(system, "69100", nib=Nib(8120002000000))
    for nib in (GUARDS, other):
        await file_at(system, str(BANK), 1, nib=nib)
    for number in range(WORDS_ON_ONE.burst):
        await say(system, confirm(1 + number % 2))
    before = await _records(system)
    for word in (confirm(1), DECLINE, WITHDRAW):
        with pytest.raises(TooMany, match="too-many-requests"):
            await say(system, word)
    assert await _records(system) == before == WORDS_ON_ONE.burst

    await say(system, confirm(2))  # what stands already is no word
    await answer_for_host(system, OF_BANK, BANK, other, confirm(1))
    await say(system, WITHDRAW, actor=ANI)


async def _records(system: System) -> int:
    async with system.database.connection() as conn:
        found = await conn.execute("SELECT FROM audit_event WHERE action LIKE 'hosting-%'")
        return found.rowcount
