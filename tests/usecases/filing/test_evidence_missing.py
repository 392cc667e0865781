"""Which letters a receipt says are missing."""

import pytest

from strp.usecases.desk.decide_evidence import refuse_evidence
from strp.usecases.filing.attach_evidence import evidence_missing
from strp.usecases.filing.show import show_application
from strp.usecases.process.system import System
from tests.usecases.desk.test_rule_employer import file, register
from tests.usecases.filing.test_evidence import (
    AMUSEMENT_PARK,
    ANI,
    BUILDER,
    HR,
    PSN,
    VITAL,
    attach,
    rules,  # noqa: F401
)

pytestmark = pytest.mark.anyio


async def test_a_receipt_misses_no_letters_of_other_sectors_than_the_one_that_is_claimed(
    system: System,
) -> None:
    await register(system, AMUSEMENT_PARK, nib=BUILDER)
    refused = await show_application(system, HR, await file(system, BUILDER))
    assert {PSN, VITAL} <= {kind.code for kind in await evidence_missing(system, HR, refused)}

    attached = await attach(system)
    waiting = await show_application(system, HR, await file(system, BUILDER))
    assert list(await evidence_missing(system, HR, waiting)) == []

    number = attached.evidence.evidence_id
    await refuse_evidence(system, ANI, BUILDER, number, reason="Tidak terbaca")
    assert [kind.code for kind in await evidence_missing(system, HR, waiting)] == [PSN]
