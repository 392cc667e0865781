"""A sector that the rules free: for government alone, or for everybody who works in it."""

from dataclasses import replace

import pytest

from strp.domain.employers.caps import QuotaUse, Staff
from strp.domain.employers.employer import EmployerFacts, EmployerKind
from strp.domain.identifiers import Nib
from strp.domain.rules.policy import Policy, SectorClass
from strp.domain.screening.eligibility import EligibilityOutcome, eligibility_of_employer
from strp.domain.screening.policy_effects import no_longer_fit
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import SectorOutcome
from tests.shipped_rules import policy

BEFORE = policy("inmendagri-18-2021")
HOSPITAL = EmployerFacts(
    nib=Nib(9_000_000_000_000),
    name="RS Uji",
    kbli=("86103",),
    kbli_edition=2020,
    kind=EmployerKind.PRIVATE,
    region="3171",
    staff=Staff(40, 4),
)


def freed(*, for_everybody: bool) -> Policy:
    """The second instruction, its health sector exempt."""
    sectors = (
        replace(each, class_=SectorClass.EXEMPT, frees_all=for_everybody)
        if each.code == "K-a"
        else each
        for each in BEFORE.sectors
    )
    return replace(BEFORE, sectors=tuple(sectors))


@pytest.mark.parametrize(
    ("for_everybody", "outcome", "unfit"),
    [(True, SectorOutcome.EXEMPT, 0), (False, SectorOutcome.REVIEW, 20)],
)
def test_a_private_company_of_a_freed_sector(
    for_everybody: bool, outcome: SectorOutcome, unfit: int
) -> None:
    after = freed(for_everybody=for_everybody)
    assert classify_sector(after, HOSPITAL).outcome is outcome
    assert no_longer_fit(BEFORE, after, HOSPITAL, QuotaUse(20, 0)) == unfit


def test_it_is_told_that_its_people_need_none() -> None:
    found = eligibility_of_employer(freed(for_everybody=True), HOSPITAL)
    assert found.outcome is EligibilityOutcome.EXEMPT
    assert (found.text.en, found.next_step.en) == (
        "Who works in this sector needs no STRP: Health.",
        "Show your staff card.",
    )
