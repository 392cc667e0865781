"""Eligibility by NIB, business class, sector or role, with what the registry holds."""

import pytest

from strp.domain.errors import InvalidInput, NotFound, Unavailable
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.screening.eligibility import EligibilityOutcome
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.usecases.rules.eligibility import tell_eligibility
from tests.usecases.stage import Register

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ready(system: System) -> System:
    """An installation with the exercise in force."""
    await load_reference(system, OPERATOR)
    return system


async def test_an_employer_is_found_by_its_nib(ready: System, register: Register) -> None:
    await register(Nib(8120001110001))
    found = await tell_eligibility(ready, nib="8120 0011 10001")
    assert (found.outcome, found.sector) == (EligibilityOutcome.FILE, "E-a")


async def test_a_nib_that_is_not_registered_gets_an_answer_that_says_what_to_do(
    ready: System,
) -> None:
    with pytest.raises(NotFound, match="nib-unknown") as raised:
        await tell_eligibility(ready, nib="8120001110009")
    assert "OSS" in raised.value.text.id


async def test_a_malformed_nib_is_told_apart(ready: System) -> None:
    with pytest.raises(InvalidInput, match="nib-malformed"):
        await tell_eligibility(ready, nib="812000111000")


async def test_a_business_class_answers_without_a_nib(ready: System) -> None:
    found = await tell_eligibility(ready, kbli=["86103"])
    assert found.sector == "K-a"


async def test_a_sector_answers(ready: System) -> None:
    assert (await tell_eligibility(ready, sector="K-a")).needed


async def test_a_role_answers(ready: System) -> None:
    assert not (await tell_eligibility(ready, role="civil-servant")).needed


async def test_a_question_without_anything_is_refused(ready: System) -> None:
    with pytest.raises(InvalidInput, match="question-missing"):
        await tell_eligibility(ready)


async def test_without_a_policy_nobody_can_answer(system: System) -> None:
    with pytest.raises(Unavailable):
        await tell_eligibility(system, role="worker")
