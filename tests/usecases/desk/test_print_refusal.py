"""The letter of refusal: for the employer, with each refused worker and why."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from strp.domain.desk.review import Decision
from strp.domain.errors import NotFound
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.desk.print_refusal import print_refusal_letter
from strp.usecases.desk.review import decide_rest, take_next
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BUILDER, OTHER = Nib(8120001110016), Nib(8120001110001)
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=900, role=Role.OFFICER)


def representative(nib: Nib) -> Actor:
    return Actor(kind=ActorKind.ACCOUNT, id=7, role=Role.REPRESENTATIVE, nibs=frozenset({nib}))


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield


async def test_an_employer_gets_the_letter_and_nobody_else(system: System) -> None:
    people = fresh_workers(3)
    receipt = await file_workers(system, OPERATOR, BUILDER, people, digest=bytes(16))
    number = receipt.application_id
    with pytest.raises(NotFound, match="nothing-refused"):
        await print_refusal_letter(system, representative(BUILDER), number)
    await take_next(system, OFFICER)
    await decide_rest(system, OFFICER, number, Decision.REFUSE, "sector-not-proven")

    pdf = await print_refusal_letter(system, representative(BUILDER), number)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.pages) == 1
    with pytest.raises(NotFound, match="application-unknown"):
        await print_refusal_letter(system, representative(OTHER), number)
