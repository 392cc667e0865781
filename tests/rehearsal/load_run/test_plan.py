"""A day has the shape that days in July 2021 had."""

from collections import Counter

import pytest

from strp.rehearsal.load_run.plan import (
    FILINGS_AN_EMPLOYER,
    MEAN_WORKERS,
    SHARE_WITH_MISTAKES,
    DayFiling,
    DayPlan,
)

WORKERS = 60_000


@pytest.fixture(scope="module")
def plan() -> DayPlan:
    return DayPlan(WORKERS)


@pytest.fixture(scope="module")
def filings(plan: DayPlan) -> list[DayFiling]:
    return list(plan.filings(plan.employers()))


def test_all_rosters_together_have_the_workers_asked_for(
    plan: DayPlan, filings: list[DayFiling]
) -> None:
    platforms = plan.platform_filings(plan.employers())
    assert sum(filing.workers for filing in [*platforms, *filings]) == WORKERS


def test_a_filing_brings_as_many_workers_as_it_did(filings: list[DayFiling]) -> None:
    mean = sum(filing.workers for filing in filings) / len(filings)
    assert mean == pytest.approx(MEAN_WORKERS, rel=0.06)


def test_most_filings_are_small(filings: list[DayFiling]) -> None:
    assert sum(filing.workers <= 5 for filing in filings) > len(filings) / 2


def test_some_filings_are_long(filings: list[DayFiling]) -> None:
    assert max(filing.workers for filing in filings) > 300


def test_a_third_of_rosters_has_mistakes(filings: list[DayFiling]) -> None:
    share = sum(filing.has_mistakes for filing in filings) / len(filings)
    assert share == pytest.approx(SHARE_WITH_MISTAKES, abs=0.03)


def test_employers_file_several_times(filings: list[DayFiling]) -> None:
    times = Counter(filing.employer.nib for filing in filings)
    assert len(filings) / len(times) == pytest.approx(FILINGS_AN_EMPLOYER, rel=0.1)


def test_nobody_is_on_two_rosters(plan: DayPlan, filings: list[DayFiling]) -> None:
    everybody = [*plan.platform_filings(plan.employers()), *filings]
    firsts = sorted((filing.first, filing.workers) for filing in everybody)
    ends = [first + workers for first, workers in firsts]
    assert ends[:-1] == [first for first, _ in firsts[1:]]


def test_the_same_seed_gives_the_same_day(plan: DayPlan, filings: list[DayFiling]) -> None:
    again = DayPlan(WORKERS)
    assert list(again.filings(again.employers())) == filings


def test_a_second_day_brings_other_people(plan: DayPlan) -> None:
    second = DayPlan(1_000, first=WORKERS)
    filings = list(second.filings(second.employers()))
    assert min(filing.first for filing in filings) >= WORKERS
