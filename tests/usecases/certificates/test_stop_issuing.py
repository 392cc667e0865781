"""While issuing is stopped filings go on and nothing is signed; afterwards all of it is."""

from pathlib import Path

import pytest

from strp.domain.errors import Conflict
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.stop_issuing import issuing_stopped, resume_issuing, stop_issuing
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.operation.measure import measure
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)


async def test_nothing_is_signed_until_it_is_resumed(system: System) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await stop_issuing(system, "dugaan kebocoran")
    receipt = await file_workers(system, OPERATOR, BANK, fresh_workers(2), digest=bytes(16))
    issuer = Issuer(system)
    stopped = await issuing_stopped(system)

    assert receipt.ledger.accepted == 2 and await issuer.issue_some() == 0
    assert stopped and stopped.because == "dugaan kebocoran"
    assert "strp_issuing_stopped 1.0" in await measure(system)
    with pytest.raises(Conflict):
        await stop_issuing(system, "lagi")

    await resume_issuing(system)

    assert await issuer.issue_some() == 1 and await issuing_stopped(system) is None
    with pytest.raises(Conflict):
        await resume_issuing(system)
