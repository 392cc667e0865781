"""Acts: no reason promises what nobody can do; nobody is approved while something is unknown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.desk.acts import (
    ACT_NAMES,
    ACTS,
    HOSTED,
    RULED,
    UNKNOWN,
    Act,
    Approval,
    acts_for,
    approval,
)
from strp.domain.desk.proposals import Grounds, sort_approvals
from strp.domain.employers.caps import QuotaUse, Staff
from strp.domain.rules.policy import FourEyes, NoteEffect
from strp.domain.screening.reasons import reason_text
from strp.domain.screening.screen import REFERS, REFUSES, ScreeningOutcome, classify_sector, screen
from tests.domain.screening.test_screen import RULES, employer, worker

NOTES = {code for code, _ in RULES.note_effects}


@pytest.mark.parametrize("code", sorted(REFERS | NOTES))
def test_every_reason_that_refers_has_an_act_that_ends_it(code: str) -> None:
    assert code in ACTS
    assert ACT_NAMES[ACTS[code]].id
    assert reason_text(code, RULES)[0].id


def test_every_act_is_a_ruling_or_is_about_the_host_or_the_worker() -> None:
    assert set(ACTS.values()) == set(Act) == RULED | HOSTED | {Act.DECIDE_WORKER}


def test_acts_are_named_once_and_in_order() -> None:
    codes = ("staff-unknown", "sector-review", "kbli-edition-unmapped", "nik-age")
    assert acts_for(codes) == (Act.NAME_SECTOR, Act.ENTER_STAFF, Act.DECIDE_WORKER)


@pytest.mark.parametrize("code", sorted(UNKNOWN))
def test_nobody_is_approved_while_sector_or_staff_is_unknown(code: str) -> None:
    assert approval("K-k", (code,), frozenset()) is Approval.IMPOSSIBLE
    assert approval("U", (), frozenset(FourEyes)) is Approval.IMPOSSIBLE


def test_an_approval_without_the_evidence_that_the_sector_asks_for_is_an_override() -> None:
    assert approval("E-e", ("evidence-required",), {FourEyes.OVERRIDES}) is Approval.PROPOSED
    assert approval("E-e", ("evidence-required",), frozenset()) is Approval.AT_ONCE
    assert approval("E-a", ("claimed-elsewhere",), {FourEyes.OVERRIDES}) is Approval.AT_ONCE


kinds = st.sampled_from(["64121", "41011", "81210", "13121", "69100", "86103"])
numbers = st.none() | st.integers(0, 5)


@given(kinds, numbers, numbers, st.sampled_from([2020, 2025]))
def test_screening_never_lets_pass_what_is_unknown(
    kbli: str, service: int | None, administration: int | None, edition: int
) -> None:
    rules = replace(RULES, note_effects=(("nik-age", NoteEffect.REFER),))
    found = classify_sector(rules, employer(kbli, edition=edition))
    screened, _ = screen([worker()], found, QuotaUse(), Staff(service, administration))
    for outcome, reasons in screened:
        if approval(found.sector_code, reasons, frozenset()) is Approval.IMPOSSIBLE:
            assert outcome is not ScreeningOutcome.PASS
        if outcome is ScreeningOutcome.REFER:
            assert acts_for(reasons)
        if outcome is ScreeningOutcome.REFUSE:
            assert not REFUSES.isdisjoint(reasons)


people = st.lists(
    st.tuples(
        st.sampled_from([(), ("evidence-required",), ("nik-age",), ("staff-unknown",)]),
        st.sampled_from([None, 1, 2]),
    ),
    max_size=8,
)


@given(people, st.sampled_from([frozenset[FourEyes](), frozenset(FourEyes)]))
def test_where_four_eyes_are_due_no_override_goes_through_by_one_account(
    found: list[tuple[tuple[str, ...], int | None]], four_eyes: frozenset[FourEyes]
) -> None:
    grounds = [Grounds(row, reasons, by) for row, (reasons, by) in enumerate(found)]
    result = sort_approvals(grounds, "E-e", four_eyes, 1)
    left = {*result.impossible, *result.proposed, *result.own}
    for each in grounds:
        override = "evidence-required" in each.reasons
        if each.row not in left and override and four_eyes:
            assert each.proposed_by == 2
        if "staff-unknown" in each.reasons:
            assert each.row in result.impossible
