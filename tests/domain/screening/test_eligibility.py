"""Do I need an STRP, and who files it?"""

import pytest

from strp.domain.employers.employer import EmployerKind
from strp.domain.errors import InvalidInput
from strp.domain.rules.policy import SectorClass
from strp.domain.screening.eligibility import (
    Eligibility,
    EligibilityOutcome,
    Filer,
    eligibility_of_employer,
    eligibility_of_kbli,
    eligibility_of_role,
    eligibility_of_sector,
    roles,
)
from tests.shipped_rules import employer, every_policy, policy

RULES = policy("inmendagri-18-2021")


def answer(found: Eligibility) -> tuple[bool, EligibilityOutcome, Filer]:
    return found.needed, found.outcome, found.who_files


def test_a_hospital_files_for_its_workers() -> None:
    found = eligibility_of_employer(RULES, employer("86103"))
    assert answer(found) == (True, EligibilityOutcome.FILE, Filer.COMPANY)


def test_an_essential_company_learns_its_class_caps_and_article() -> None:
    found = eligibility_of_employer(RULES, employer("64121"))
    assert (found.class_, found.caps, found.citation) == (
        SectorClass.ESSENTIAL,
        (50, 25),
        "Inmendagri 18/2021, diktum KETIGA huruf c angka 1 huruf a",
    )


def test_a_non_essential_company_works_from_home_and_may_object() -> None:
    found = eligibility_of_employer(RULES, employer("69100"))
    assert answer(found) == (False, EligibilityOutcome.NON_ESSENTIAL, Filer.NOBODY)
    assert found.objection is not None


def test_a_non_essential_company_reads_the_article() -> None:
    found = eligibility_of_employer(RULES, employer("68111"))
    assert found.citation == "Inmendagri 15/2021 jo. 18/2021, diktum KETIGA huruf b"


def test_a_government_body_is_told_what_to_show() -> None:
    found = eligibility_of_employer(RULES, employer("84111", kind=EmployerKind.GOVERNMENT))
    assert answer(found) == (False, EligibilityOutcome.EXEMPT, Filer.NOBODY)
    assert "card" in found.next_step.en


def test_an_exporter_learns_which_evidence_to_have_ready() -> None:
    found = eligibility_of_kbli(RULES, ["13121"], 2020)
    assert found.outcome is EligibilityOutcome.REVIEW
    assert len(found.evidence) == 2


def test_a_life_insurer_is_essential_with_caps() -> None:
    assert eligibility_of_kbli(RULES, ["651"], 2020).sector == "E-a"


def test_a_new_edition_goes_before_an_officer() -> None:
    found = eligibility_of_kbli(RULES, ["64121"], 2030)
    assert found.outcome is EligibilityOutcome.REVIEW


def test_a_class_of_2025_is_answered_by_the_bridge() -> None:
    assert eligibility_of_kbli(RULES, ["64121"], 2025).sector == "E-a"


@pytest.mark.parametrize("codes", [[], ["6"], ["641210"], ["bank"], ["64121", ""]])
def test_a_malformed_business_class_is_refused(codes: list[str]) -> None:
    with pytest.raises(InvalidInput, match="kbli-malformed"):
        eligibility_of_kbli(RULES, codes, 2020)


def test_a_worker_hears_that_the_company_files() -> None:
    found = eligibility_of_role(RULES, "worker")
    assert answer(found) == (False, EligibilityOutcome.COMPANY_FILES, Filer.COMPANY)


@pytest.mark.parametrize("role", ["civil-servant", "military-police", "health-worker", "diplomat"])
def test_an_exempt_person_shows_a_card_instead(role: str) -> None:
    found = eligibility_of_role(RULES, role)
    assert answer(found) == (False, EligibilityOutcome.EXEMPT, Filer.NOBODY)
    assert "card" in found.next_step.en


def test_a_company_is_asked_for_its_nib() -> None:
    assert eligibility_of_role(RULES, "company").outcome is EligibilityOutcome.ENTER_NIB


def test_a_person_with_an_urgent_need_files_alone() -> None:
    found = eligibility_of_role(RULES, "urgent")
    assert answer(found) == (True, EligibilityOutcome.FILE_ALONE, Filer.PERSON)


@pytest.mark.parametrize("role", roles(RULES))
def test_every_role_has_an_answer_in_both_languages(role: str) -> None:
    found = eligibility_of_role(RULES, role)
    assert all((found.text.id, found.text.en, found.next_step.id, found.next_step.en))


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match="role-unknown"):
        eligibility_of_role(RULES, "king")


@pytest.mark.parametrize("sector", RULES.sectors, ids=lambda sector: sector.code)
def test_every_sector_has_an_answer_with_its_article(sector) -> None:  # type: ignore[no-untyped-def]
    found = eligibility_of_sector(RULES, sector.code)
    assert "Inmendagri 18/2021" in found.citation or found.outcome is EligibilityOutcome.EXEMPT


def test_none_of_the_sectors_is_non_essential() -> None:
    assert eligibility_of_sector(RULES, "N").outcome is EligibilityOutcome.NON_ESSENTIAL


def test_a_sector_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match="sector-unknown"):
        eligibility_of_sector(RULES, "Z-z")


def test_a_person_with_an_urgent_need_learns_where_to_go() -> None:
    office = eligibility_of_role(RULES, "urgent").office
    assert office is not None and office.telephone and office.place.id and office.citation
    assert eligibility_of_role(RULES, "worker").office is None


@pytest.mark.parametrize("policy_id", [each.policy_id for each in every_policy()])
def test_whatever_policy_is_in_force_an_urgent_need_learns_where_to_go(policy_id: str) -> None:
    found = eligibility_of_role(policy(policy_id), "urgent")
    assert found.office is not None or not found.evidence
