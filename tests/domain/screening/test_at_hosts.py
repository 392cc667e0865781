"""Whatever is known of a host: nobody passes while something is unknown; nothing is boundless."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.desk.acts import Approval, acts_for, approval
from strp.domain.employers.caps import OutsourcedCaps, OutsourcedRule, QuotaUse, Staff
from strp.domain.employers.employer import EmployerKind
from strp.domain.filing.application import state_after_screening
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.roster.row import SiteType
from strp.domain.screening.at_hosts import AtHost, HostFacts, at_host, screen_at_host
from strp.domain.screening.hosting import Hosting, HostingState
from strp.domain.screening.screen import REFUSES, ScreeningOutcome, classify_sector, screen
from tests.domain.screening.test_screen import RULES, employer, worker

TODAY = date(2021, 7, 5)
KBLI = st.sampled_from(["64121", "41011", "81210", "13121", "69100", "86103", "84111"])
NUMBER = st.none() | st.integers(0, 6)
SMALL = st.integers(0, 6)


@st.composite
def hostings(draw: st.DrawFn) -> Hosting | None:
    state = draw(st.sampled_from([None, *HostingState]))
    if state is None:
        return None
    return Hosting(
        nib=Nib(1),
        host_nib=Nib(2),
        period_id=PeriodId(1),
        state=state,
        service=draw(SMALL),
        administration=draw(SMALL),
        until_on=draw(st.sampled_from([None, date(2021, 7, 4), TODAY])),
        reason="",
        asked_at=datetime(2021, 7, 1, tzinfo=UTC),
        decided_by=None,
        decided_at=None,
        proposed_by=None,
    )


@st.composite
def hosts(draw: st.DrawFn) -> HostFacts:
    facts = None
    if draw(st.booleans()):
        found = employer(draw(KBLI), edition=draw(st.sampled_from([2020, 2025])))
        kind = draw(st.sampled_from(list(EmployerKind)))
        facts = replace(found, staff=Staff(draw(NUMBER), draw(NUMBER)), kind=kind)
    return HostFacts(
        facts,
        draw(st.booleans()),
        draw(hostings()),
        QuotaUse(draw(SMALL), draw(SMALL)),
        may_ask=draw(st.booleans()),
    )


@given(hosts(), st.sampled_from(list(OutsourcedCaps)), st.integers(1, 12))
def test_no_path_approves_at_a_host_while_anything_is_unknown(
    host: HostFacts, caps: OutsourcedCaps, count: int
) -> None:
    rules = replace(RULES, outsourced=OutsourcedRule(caps))
    at = at_host(rules, host, TODAY)
    screened, after = screen_at_host([worker(n) for n in range(count)], at, {})
    passed = [one for one in screened if one.outcome is ScreeningOutcome.PASS]
    for outcome, reasons in screened:
        how = approval(at.sector, reasons, frozenset())
        state = state_after_screening(outcome, straight_through=True)
        assert (state == "approved") == (outcome is ScreeningOutcome.PASS)
        if outcome is ScreeningOutcome.REFER:
            assert how is Approval.IMPOSSIBLE
            assert acts_for(reasons)
        if outcome is ScreeningOutcome.REFUSE:
            assert not REFUSES.isdisjoint(reasons)
    hosting, facts = host.hosting, host.facts
    if facts is None or hosting is None or host.is_closed or not hosting.counts_on(TODAY):
        assert not passed
        return
    found = classify_sector(rules, facts)
    most = hosting.service - host.used.service
    if found.sector is None or (caps is OutsourcedCaps.HOST and facts.staff.service is None):
        assert not passed
    assert len(passed) <= max(most, 0)
    assert after.room[0] == at.room[0] - len(passed)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20))
def test_places_that_are_lent_are_not_given_to_ones_own_people(
    used: int, lent: int, count: int
) -> None:
    found = classify_sector(RULES, employer("64121"))
    rows = [worker(n) for n in range(count)]
    screened, after = screen(rows, found, QuotaUse(used, 0), Staff(40, 40), lent=QuotaUse(lent, 0))
    passed = sum(one.outcome is ScreeningOutcome.PASS for one in screened)

    assert passed == min(count, max(0, 20 - used - lent))
    assert after.service == used + passed


def test_who_is_beyond_the_places_waits() -> None:
    at = AtHost("E-a", ((), ()), (1, 0), frozenset())
    screened, _ = screen_at_host([worker(1), worker(2)], at, {})

    assert [one.reasons for one in screened] == [(), ("host-unconfirmed",)]
    assert worker(1).site_type is SiteType.SERVICE
