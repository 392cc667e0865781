"""Screening: the sector once, then each worker against caps, claims and notes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.employers.caps import Caps, QuotaRounding, QuotaUse, Staff, quota_limit
from strp.domain.employers.employer import EmployerKind
from strp.domain.roster.row import SiteType, WorkerRow
from strp.domain.rules.filing_rules import MixedRule, SeveralKbli
from strp.domain.rules.policy import NoteEffect, Policy
from strp.domain.screening.reasons import REASON_CODES, codes_for_filer, reason_text
from strp.domain.screening.screen import PASS, Screening, ScreeningOutcome, classify_sector, screen
from strp.domain.screening.sector_of import SectorClassification, SectorOutcome
from tests.shipped_rules import employer, policy

RULES = policy("inmendagri-18-2021")
BANK = employer("64121")
PLENTY = Staff(1_000_000, 1_000_000)


def worker(
    row: int = 1, site: SiteType = SiteType.SERVICE, notes: tuple[str, ...] = ()
) -> WorkerRow:
    return WorkerRow(row, "Nama", "3171010101900001", None, "Teller", site, None, None, None, notes)


def outcomes(screened: Sequence[Screening]) -> list[str]:
    return [screening.outcome.value for screening in screened]


def screen_all(
    workers: Sequence[WorkerRow],
    *,
    classification: SectorClassification | None = None,
    staff: Staff = PLENTY,
) -> list[Screening]:
    return screen(workers, classification or classify_sector(RULES, BANK), QuotaUse(), staff)[0]


def test_a_bank_passes_as_finance() -> None:
    classification = classify_sector(RULES, BANK)
    assert (classification.outcome, classification.sector_code) == (SectorOutcome.AUTO, "E-a")


def test_a_law_firm_is_refused_as_non_essential() -> None:
    classification = classify_sector(RULES, employer("69100"))
    assert (classification.outcome, classification.sector_code) == (SectorOutcome.REFUSE, "N")


def test_a_clothes_shop_is_not_taken_for_a_supermarket() -> None:
    assert classify_sector(RULES, employer("47711")).outcome is SectorOutcome.REFUSE


def test_a_weaving_mill_is_reviewed_with_its_export_papers() -> None:
    classification = classify_sector(RULES, employer("13121"))
    assert classification.reasons == ("sector-review", "evidence-required")


def test_a_class_whose_sector_an_officer_names_is_reviewed() -> None:
    classification = classify_sector(RULES, employer("81210"))
    assert (classification.outcome, classification.sector_code) == (SectorOutcome.REVIEW, "U")


def test_a_government_body_is_exempt_whatever_its_class() -> None:
    assert classify_sector(RULES, employer("69100", kind=EmployerKind.GOVERNMENT)).exempt


def test_a_company_in_a_class_of_government_goes_before_an_officer() -> None:
    found = classify_sector(RULES, employer("84111"))
    assert (found.outcome, found.reasons) == (SectorOutcome.REVIEW, ("sector-review",))


def ruled_by(by: SeveralKbli) -> Policy:
    return replace(RULES, several_kbli=MixedRule(by, "kutipan"))


@pytest.mark.parametrize("codes", [("69100", "64121"), ("64121", "86103"), ("68111", "10710")])
def test_an_officer_names_the_sector_of_a_mixed_firm(codes: tuple[str, ...]) -> None:
    found = classify_sector(RULES, employer(*codes))
    assert (found.outcome, found.sector, found.reasons) == (
        SectorOutcome.REVIEW,
        None,
        ("kbli-mixed",),
    )


def test_classes_of_one_sector_are_no_mixed_firm() -> None:
    assert classify_sector(RULES, employer("10710", "46321")).sector_code == "K-f"


def test_by_site_an_officer_names_the_sector_of_the_site() -> None:
    found = classify_sector(ruled_by(SeveralKbli.SITE), employer("68111", "10710"))
    assert found.reasons == ("kbli-by-site",)


def test_by_main_activity_the_first_class_counts() -> None:
    rules = ruled_by(SeveralKbli.MAIN)
    assert classify_sector(rules, employer("69100", "64121")).outcome is SectorOutcome.REFUSE
    assert classify_sector(rules, employer("64121", "69100")).sector_code == "E-a"


@pytest.mark.parametrize(
    ("codes", "sector"), [(("69100", "13121", "64121"), "E-a"), (("64121", "86103"), "K-a")]
)
def test_by_the_best_the_one_that_passes_with_the_higher_caps_counts(
    codes: tuple[str, ...], sector: str
) -> None:
    assert classify_sector(ruled_by(SeveralKbli.BEST), employer(*codes)).sector_code == sector


def test_a_cap_without_limit_needs_no_staff() -> None:
    rules = policy("2021-07-16-mitra")
    platform = employer("63122", staff=Staff(None, 50))
    found = classify_sector(rules, platform)
    screened, _ = screen([worker(1)], found, QuotaUse(), platform.counted_staff)
    assert screened == [PASS]


def test_a_class_under_review_counts_more_than_an_exempt_one() -> None:
    assert classify_sector(RULES, employer("84111", "41011")).outcome is SectorOutcome.REVIEW


def test_an_edition_that_is_not_mapped_is_reviewed() -> None:
    classification = classify_sector(RULES, employer("64121", edition=2015))
    assert classification.reasons == ("kbli-edition-unmapped",)


@pytest.mark.parametrize(
    ("code", "outcome", "sector"),
    [
        ("64121", SectorOutcome.AUTO, "E-a"),
        ("23941", SectorOutcome.AUTO, "K-h"),
        ("60391", SectorOutcome.AUTO, "E-c"),  # broadcasting and news agencies: one way
        ("13121", SectorOutcome.REVIEW, "E-e"),
        ("63101", SectorOutcome.REVIEW, "E-c"),  # from programming, hosting and portals
        ("47211", SectorOutcome.REVIEW, None),  # shops, stalls and mail order are one class now
        ("96300", SectorOutcome.REVIEW, "K-c"),
        ("96100", SectorOutcome.REFUSE, None),
        ("68111", SectorOutcome.REFUSE, None),
        ("45101", SectorOutcome.REVIEW, None),  # there is no such class in 2025
    ],
)
def test_a_class_of_2025_is_what_the_older_ones_are_where_all_agree(
    code: str, outcome: SectorOutcome, sector: str | None
) -> None:
    found = classify_sector(RULES, employer(code, edition=2025))
    assert (found.outcome, found.sector and found.sector.code) == (outcome, sector)


def test_every_class_of_2020_that_a_bridge_keeps_is_judged_as_before() -> None:
    bridge = RULES.bridge(2025)
    assert bridge is not None
    for row in RULES.kbli:
        if bridge.origins_of(row.prefix) == (row.prefix,):
            code = row.prefix.ljust(5, "9")
            old, new = (classify_sector(RULES, employer(code, edition=y)) for y in (2020, 2025))
            assert (old.outcome, old.sector_code) == (new.outcome, new.sector_code), code


@pytest.mark.parametrize("code", ["96030", "47812", "47772", "46610", "56103"])
def test_coffin_bearers_food_stalls_and_cooking_gas_go_before_an_officer(code: str) -> None:
    for name in ("inmendagri-15-2021", "inmendagri-18-2021"):
        assert classify_sector(policy(name), employer(code)).outcome is SectorOutcome.REVIEW


def test_buildings_pass_under_the_first_instruction_and_are_reviewed_under_the_second() -> None:
    builder = employer("41011")
    classifications = [
        classify_sector(policy(f"inmendagri-{n}-2021"), builder).outcome for n in (15, 18)
    ]
    assert classifications == [SectorOutcome.AUTO, SectorOutcome.REVIEW]


def test_a_plain_worker_passes_with_the_shared_value() -> None:
    assert screen_all([worker()])[0] is PASS


def test_workers_of_a_refused_employer_are_all_refused() -> None:
    screened = screen_all(
        [worker(1), worker(2)], classification=classify_sector(RULES, employer("69100"))
    )
    assert screened == [Screening(ScreeningOutcome.REFUSE, ("sector-not-listed",))] * 2


def test_a_refused_employer_uses_no_room() -> None:
    classification = classify_sector(RULES, employer("69100"))
    assert screen([worker()], classification, QuotaUse(3, 4), PLENTY)[1] == QuotaUse(3, 4)


def test_the_cap_of_a_bank_is_half_of_the_staff_in_service() -> None:
    screened = screen_all([worker(row) for row in range(4)], staff=Staff(5, 0))
    assert outcomes(screened) == ["PASS", "PASS", "REFUSE", "REFUSE"]


def test_a_worker_over_the_cap_is_told_so() -> None:
    assert screen_all([worker()], staff=Staff(0, 0))[0].reasons == ("over-cap",)


def test_service_and_administration_have_room_apart() -> None:
    rows = [worker(1, SiteType.SERVICE), worker(2, SiteType.ADMINISTRATION)]
    assert outcomes(screen_all(rows, staff=Staff(0, 4))) == ["REFUSE", "PASS"]


def test_filings_of_a_period_add_up() -> None:
    classification = classify_sector(RULES, BANK)
    first, used = screen([worker(1)], classification, QuotaUse(), Staff(2, 0))
    second, _ = screen([worker(1)], classification, used, Staff(2, 0))
    assert outcomes(first + second) == ["PASS", "REFUSE"]


def test_rounding_up_lets_one_more_in() -> None:
    rules = replace(RULES, quota_rounding=QuotaRounding.UP)
    both = [worker(1), worker(2)]
    screened = screen_all(both, classification=classify_sector(rules, BANK), staff=Staff(3, 0))
    assert screened == [PASS, PASS]


def test_a_half_is_rounded_up_where_the_policy_says_nearest() -> None:
    rules = replace(RULES, quota_rounding=QuotaRounding.NEAREST)
    limit = quota_limit(Staff(5, 5), Caps(50, 25), rules.quota_rounding)
    assert limit == (3, 1)


def test_a_cap_of_a_hundred_percent_is_none() -> None:
    hospital = classify_sector(RULES, employer("86103"))
    rows = [worker(1), worker(2), worker(3)]
    assert screen_all(rows, classification=hospital, staff=Staff(1, 1)) == [PASS] * 3


@given(
    st.integers(0, 10_000), st.integers(0, 100), st.sampled_from(QuotaRounding), st.integers(0, 9)
)
def test_a_cap_is_within_one_of_the_share_and_never_shuts_a_site_that_must_work(
    staff: int, percent: int, rounding: QuotaRounding, more: int
) -> None:
    limit = quota_limit(Staff(staff, 0), Caps(percent, percent), rounding).service
    if percent == 100:
        assert limit is None
        return
    assert limit is not None
    assert abs(limit - staff * percent / 100) <= 1
    assert limit <= staff
    assert (limit == 0) == (staff == 0 or percent == 0)
    larger = quota_limit(Staff(staff + more, 0), Caps(percent, percent), rounding).service
    assert larger is not None
    assert larger >= limit


def test_unknown_staff_goes_before_an_officer() -> None:
    screened = screen_all([worker()], staff=Staff(None, 10))
    assert screened == [Screening(ScreeningOutcome.REFER, ("staff-unknown",))]


def test_a_worker_whom_another_employer_claims_goes_before_an_officer() -> None:
    classification = classify_sector(RULES, BANK)
    screened, _ = screen(
        [worker(7), worker(8)], classification, QuotaUse(), PLENTY, {8: ("claimed-elsewhere",)}
    )
    assert screened == [PASS, Screening(ScreeningOutcome.REFER, ("claimed-elsewhere",))]


def test_an_unlikely_age_goes_before_an_officer() -> None:
    assert outcomes(screen_all([worker(notes=("nik-age",))])) == ["REFER"]


def test_an_unknown_district_is_only_a_remark() -> None:
    screened = screen_all([worker(notes=("nik-district-unknown",))])
    assert screened == [Screening(ScreeningOutcome.PASS, ("nik-district-unknown",))]


def test_the_policy_decides_what_a_note_leads_to() -> None:
    rules = replace(RULES, note_effects=(("nik-district-unknown", NoteEffect.REFER),))
    classification = classify_sector(rules, BANK)
    assert outcomes(
        screen_all([worker(notes=("nik-district-unknown",))], classification=classification)
    ) == ["REFER"]


def test_the_worst_reason_decides_and_all_are_told() -> None:
    screened = screen_all([worker(notes=("nik-age",))], staff=Staff(0, 0))
    assert screened == [Screening(ScreeningOutcome.REFUSE, ("nik-age", "over-cap"))]


def test_a_referred_worker_keeps_a_place_under_the_cap() -> None:
    rows = [worker(1, notes=("nik-age",)), worker(2)]
    assert outcomes(screen_all(rows, staff=Staff(2, 0))) == ["REFER", "REFUSE"]


sites = st.sampled_from(SiteType)
notes = st.sampled_from([(), ("nik-age",), ("nik-district-unknown",)])
rosters = st.lists(st.tuples(sites, notes), max_size=40).map(
    lambda rows: [worker(row, site, note) for row, (site, note) in enumerate(rows)]
)


@given(rosters, st.integers(0, 30), st.integers(0, 30))
def test_no_more_than_the_cap_are_ever_let_in(
    rows: list[WorkerRow], service: int, administration: int
) -> None:
    _, used = screen(rows, classify_sector(RULES, BANK), QuotaUse(), Staff(service, administration))
    assert used.service <= max(service * 50 // 100, min(service, 1))
    assert used.administration <= max(administration * 25 // 100, min(administration, 1))


@given(rosters, st.integers(0, 30), st.integers(0, 30))
def test_use_counts_exactly_those_who_are_not_refused(
    rows: list[WorkerRow], service: int, administration: int
) -> None:
    staff = Staff(service, administration)
    screened, used = screen(rows, classify_sector(RULES, BANK), QuotaUse(), staff)
    assert sum(used) == sum(s.outcome is not ScreeningOutcome.REFUSE for s in screened)


@given(rosters, st.integers(0, 40))
def test_two_filings_let_in_as_many_as_one(rows: list[WorkerRow], cut: int) -> None:
    classification, staff = classify_sector(RULES, BANK), Staff(20, 40)
    whole, used = screen(rows, classification, QuotaUse(), staff)
    first, between = screen(rows[:cut], classification, QuotaUse(), staff)
    second, after = screen(rows[cut:], classification, between, staff)
    assert (first + second, after) == (whole, used)


@pytest.mark.parametrize("code", sorted(REASON_CODES))
def test_every_reason_has_a_sentence_and_a_citation(code: str) -> None:
    text, citation = reason_text(code, RULES)
    assert text.id and text.en and citation


def test_missing_evidence_is_named() -> None:
    text, citation = reason_text("evidence-required", RULES, "E-e")
    assert "IOMKI" in text.en
    assert citation.endswith("angka 1 huruf e")


def test_one_over_the_cap_is_not_told_that_another_employer_has_the_worker() -> None:
    screened, _ = screen([worker()], classify_sector(RULES, BANK), QuotaUse(), Staff(0, 0), {1})
    assert screened == [Screening(ScreeningOutcome.REFUSE, ("over-cap",))]


EXERCISE = policy("latihan")


def test_a_filer_is_told_that_an_officer_looks_and_not_why() -> None:
    assert codes_for_filer(("claimed-elsewhere",), EXERCISE) == ("officer-check",)


def test_a_filer_is_not_told_of_others_where_an_officer_looks_anyway() -> None:
    codes = ("staff-unknown", "claimed-elsewhere")
    assert codes_for_filer(codes, EXERCISE) == ("staff-unknown",)


def test_a_filer_is_not_told_of_others_where_an_officer_sees_everybody() -> None:
    assert codes_for_filer(("claimed-elsewhere",), RULES) == ()


def test_what_concerns_nobody_else_is_told_as_it_is() -> None:
    assert codes_for_filer(("over-cap", "nik-age"), EXERCISE) == ("over-cap", "nik-age")
