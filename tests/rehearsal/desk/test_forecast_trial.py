"""The forecast against simulated days, whose generator knows nothing of it."""

import random
from statistics import fmean

import pytest

from strp.rehearsal.desk.forecast_trial import (
    FEW_MISSED,
    coverage_percent,
    median_error_percent,
    run_trials,
)
from strp.rehearsal.desk.simulated_days import Kind, Rule, draw_city, simulate_day


def late_share(kind: Kind, rule: Rule, seed: int) -> float:
    chance = random.Random(seed)
    day = simulate_day(draw_city(chance), kind, chance, rule)
    late = sum(f.ended is None or f.ended > f.due for f in day.filings)
    return late / len(day.filings)


def test_a_seed_gives_the_same_day_again() -> None:
    shares = {late_share(Kind.FEW_OFFICERS, Rule.IN_TIME_FIRST, 3) for _ in range(2)}
    assert len(shares) == 1


def test_late_ones_last_saves_deadlines_on_a_day_with_too_few_officers() -> None:
    seeds = range(1, 5)
    nearest = fmean(late_share(Kind.FEW_OFFICERS, Rule.NEAREST_DUE, seed) for seed in seeds)
    in_time = fmean(late_share(Kind.FEW_OFFICERS, Rule.IN_TIME_FIRST, seed) for seed in seeds)
    assert in_time < 0.8 * nearest


def test_a_quiet_day_is_foretold_without_alarm() -> None:
    quiet = run_trials(days=1, kinds=[Kind.QUIET])
    assert all(trial.foretold.missed.expected == 0 == trial.missed for trial in quiet)


@pytest.mark.drill
@pytest.mark.parametrize("first_seed", [1, 101])
def test_thirty_days_are_foretold_within_what_the_forecast_claims(first_seed: int) -> None:
    trials = run_trials(first_seed=first_seed)
    where_it_mattered = [trial for trial in trials if trial.missed >= FEW_MISSED]
    afternoon = [trial for trial in trials if trial.at_h >= 7.5]
    clear = 100 * sum(trial.is_clear_covered for trial in trials) / len(trials)
    assert 85 <= coverage_percent(where_it_mattered) <= 95
    assert 85 <= coverage_percent(trials) <= 97
    assert 85 <= clear <= 97
    assert median_error_percent(afternoon) < 10
    assert median_error_percent(trials) < 12
