"""Employers and sites outside the region where the permits are valid."""

from dataclasses import replace
from datetime import date

import pytest

from strp.domain.employers.employer import EmployerFacts, EmployerKind
from strp.domain.rules.policy import Policy
from strp.domain.rules.territory import Abroad
from strp.domain.screening.at_hosts import HostFacts, at_host
from strp.domain.screening.eligibility import EligibilityOutcome, eligibility_of_employer
from strp.domain.screening.reasons import reason_text
from strp.domain.screening.screen import NOTHING_USED, classify_sector
from strp.domain.screening.sector_of import OUTSIDE, OUTSIDE_CODES, SectorOutcome
from tests.shipped_rules import employer, policy

RULES = policy("inmendagri-18-2021")


def of_region(region: str, *kbli: str, kind: EmployerKind = EmployerKind.PRIVATE) -> EmployerFacts:
    return replace(employer(*kbli, kind=kind), region=region)


def refusing() -> Policy:
    """The same rules, but whoever is outside is refused."""
    outside = RULES.territory.outside
    assert outside is not None
    territory = RULES.territory._replace(outside=outside._replace(then=Abroad.REFUSE))
    return replace(RULES, territory=territory)


@pytest.mark.parametrize("region", ["3171", "3175"])
def test_an_employer_of_the_territory_is_asked_nothing(region: str) -> None:
    found = classify_sector(RULES, of_region(region, "64121"))
    assert (found.outcome, found.reasons) == (SectorOutcome.AUTO, ())


def test_a_factory_of_bekasi_goes_before_an_officer() -> None:
    found = classify_sector(RULES, of_region("3216", "86103"))
    assert (found.outcome, OUTSIDE in found.reasons) == (SectorOutcome.REVIEW, True)


def test_an_employer_outside_whose_sector_is_not_listed_hears_that_first() -> None:
    found = classify_sector(RULES, of_region("3216", "69100"))
    assert (found.outcome, found.reasons) == (SectorOutcome.REFUSE, ("sector-not-listed",))


def test_a_government_body_of_another_region_needs_none_either() -> None:
    body = of_region("3216", "84111", kind=EmployerKind.GOVERNMENT)
    assert classify_sector(RULES, body).outcome is SectorOutcome.EXEMPT


def test_a_policy_may_refuse_whoever_is_outside() -> None:
    found = classify_sector(refusing(), of_region("3671", "64121"))
    assert (found.outcome, found.reasons) == (SectorOutcome.REFUSE, ("outside-refused",))


@pytest.mark.parametrize(
    ("region", "place"), [("3216", "West Java"), ("3671", "Banten"), ("3578", "Elsewhere")]
)
def test_eligibility_says_who_issues_there(region: str, place: str) -> None:
    found = eligibility_of_employer(RULES, of_region(region, "64121"))
    assert (found.outcome, found.needed) == (EligibilityOutcome.REVIEW, True)
    assert "valid in Jakarta Capital Region only" in found.text.en
    assert place in found.next_step.en


def test_eligibility_of_an_employer_inside_says_nothing_of_other_regions() -> None:
    found = eligibility_of_employer(RULES, of_region("3171", "64121"))
    assert "West Java" not in found.next_step.en


@pytest.mark.parametrize("code", OUTSIDE_CODES)
def test_the_reason_on_a_receipt_names_every_issuer(code: str) -> None:
    text, citation = reason_text(code, RULES)
    assert all(place in text.id for place in ("Jawa Barat", "Banten", "Di luar wilayah ini"))
    assert RULES.territory.outside is not None
    assert citation == RULES.territory.outside.citation


def test_at_a_host_outside_nobody_is_let_in_before_an_officer_has_looked() -> None:
    host = HostFacts(of_region("3216", "64121"), False, None, NOTHING_USED)
    assert at_host(RULES, host, date(2021, 7, 12)).room == (0, 0)
