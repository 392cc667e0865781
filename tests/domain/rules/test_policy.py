"""Dated rules: which policy applies, which class it maps, which period certificates have."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.rules.checkpoint import Admits, CheckpointRule, Form, rule_on, shown_at
from strp.domain.rules.policy import (
    Policy,
    activated,
    periods_after,
    periods_today,
    policy_in_force,
    policy_on,
)
from strp.domain.screening.replay import row_of
from strp.outside.registries.policy_files import shipped_policies
from strp.usecases.rules.documents import sound_documents
from tests.shipped_rules import policy

FIRST, SECOND = policy("inmendagri-15-2021"), policy("inmendagri-18-2021")
EXERCISE = replace(policy("latihan"), activated_on=date(2021, 7, 10))
days = st.dates(date(2021, 7, 10), date(2022, 7, 10))


def in_force(on: date, *policies: Policy) -> str | None:
    found = policy_in_force(policies, on)
    return found.policy_id if found else None


@pytest.mark.parametrize(
    ("on", "policy_id"),
    [
        (date(2021, 7, 2), None),
        (date(2021, 7, 3), "inmendagri-15-2021"),
        (date(2021, 7, 8), "inmendagri-15-2021"),
        (date(2021, 7, 9), "inmendagri-18-2021"),
        (date(2021, 7, 21), "inmendagri-18-2021"),
    ],
)
def test_the_latest_policy_in_effect_applies(on: date, policy_id: str | None) -> None:
    assert in_force(on, SECOND, FIRST) == policy_id


def test_a_policy_that_has_ended_gives_way_to_the_one_before() -> None:
    ended = replace(SECOND, effective_until=date(2021, 7, 15))
    assert in_force(date(2021, 7, 16), FIRST, ended) == "inmendagri-15-2021"


def test_without_policies_none_applies() -> None:
    assert in_force(date(2021, 7, 9)) is None


def test_only_activated_policies_are_asked() -> None:
    assert activated([FIRST, EXERCISE]) == (EXERCISE,)


@given(days)
def test_the_exercise_applies_on_every_day_after_its_activation(today: date) -> None:
    assert in_force(today, EXERCISE) == "latihan"


@given(days)
def test_certificates_of_the_exercise_stay_valid_for_13_days_more(today: date) -> None:
    (period,) = periods_today([EXERCISE.period], [EXERCISE], today)
    assert (period.starts_on, period.ends_on) == (date(2021, 7, 9), today + timedelta(days=13))


@given(days, days)
def test_a_regulation_in_effect_comes_before_an_exercise(activated_on: date, today: date) -> None:
    exercise = replace(EXERCISE, activated_on=activated_on)
    expected = "inmendagri-18-2021" if today >= SECOND.effective_from else None
    for both in ((exercise, SECOND), (SECOND, exercise)):
        found = in_force(today, *both)
        assert found == expected or (expected is None and found in ("latihan", None))


def test_dates_of_a_regulation_do_not_move() -> None:
    assert policy_on(SECOND, date(2030, 1, 1)) is SECOND


TODAY = date(2021, 7, 12)
SHORT = replace(SECOND, period=SECOND.period._replace(ends_on=date(2021, 7, 11)))
LONG = replace(SECOND, period=SECOND.period._replace(ends_on=date(2021, 8, 2)))


def test_policies_of_one_period_give_one_period() -> None:
    assert [p.code for p in periods_after([], [FIRST, SECOND], TODAY)] == ["PPKM-DARURAT-2021"]


@pytest.mark.parametrize("last", [SHORT, LONG])
def test_a_period_lasts_as_the_policy_says_that_was_activated_last(last: Policy) -> None:
    before = periods_after([], [FIRST], TODAY)
    assert periods_after(before, [FIRST, last], TODAY) == (last.period,)


def test_the_period_of_a_withdrawn_regulation_stays() -> None:
    assert periods_after([LONG.period], [], TODAY) == (LONG.period,)


def test_a_withdrawn_regulation_gives_its_period_back_to_the_one_before() -> None:
    assert periods_after([LONG.period], [FIRST], TODAY) == (FIRST.period,)


def test_a_withdrawn_exercise_has_ended_with_yesterday() -> None:
    before = periods_today([EXERCISE.period], [EXERCISE], TODAY)
    (after,) = periods_after(before, [], TODAY)
    assert (after.ends_on, after.exercise) == (TODAY - timedelta(days=1), True)


def test_an_exercise_that_ended_does_not_move_with_the_day() -> None:
    before = periods_today([EXERCISE.period], [EXERCISE], TODAY)
    ended = periods_after(before, [], TODAY)
    assert periods_today(ended, [replace(EXERCISE, activated_on=None)], date(2021, 9, 1)) == ended


def test_an_exercise_withdrawn_on_its_first_day_has_ended_too() -> None:
    began = replace(EXERCISE, activated_on=TODAY)
    (after,) = periods_after(periods_today([began.period], [began], TODAY), [], TODAY)
    assert after.starts_on == after.ends_on == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("kbli", "prefix"), [("23941", "2394"), ("23931", "239"), ("23101", "231"), ("23201", "23")]
)
def test_the_longest_prefix_wins(kbli: str, prefix: str) -> None:
    mapping = SECOND.mapping(kbli, 2020)
    assert mapping is not None and mapping.prefix == prefix


def test_editions_are_kept_apart() -> None:
    assert SECOND.mapping("64121", 2025) is None


def test_a_class_that_no_row_names_has_no_mapping() -> None:
    assert SECOND.mapping("69100", 2020) is None


def test_payment_systems_are_named_by_the_first_instruction_only() -> None:
    assert [p.sector("E-p") is None for p in (FIRST, SECOND)] == [False, True]


def test_the_first_instruction_has_the_same_caps_at_every_site() -> None:
    assert all(sector.caps.service == sector.caps.administration for sector in FIRST.sectors)


@pytest.mark.parametrize(
    ("code", "caps"),
    [("E-a", (50, 25)), ("E-b", (50, 50)), ("E-e", (50, 10)), ("K-a", (100, 100))]
    + [(f"K-{letter}", (100, 25)) for letter in "cdefghijkl"],
)
def test_the_second_instruction_has_caps_by_site_type(code: str, caps: tuple[int, int]) -> None:
    sector = SECOND.sector(code)
    assert sector is not None and sector.caps == caps


def test_the_exercise_has_the_rules_of_the_second_instruction() -> None:
    assert (EXERCISE.sectors, EXERCISE.kbli) == (SECOND.sectors, SECOND.kbli)


def test_only_the_exercise_lets_workers_straight_through() -> None:
    assert [p.straight_through for p in (FIRST, SECOND, EXERCISE)] == [False, False, True]


ROW = row_of(p for p, _ in sound_documents(shipped_policies()))


def on_day(code: str, day: date) -> CheckpointRule | None:
    holding = policy_in_force(ROW, day)
    assert holding is not None
    return rule_on(holding.checkpoints, code, day, {holiday.on for holiday in holding.holidays})


@pytest.mark.parametrize(
    ("local", "admits"),
    [
        (time(5, 59), Admits.EVERYONE),
        (time(6), Admits.HOLDERS),
        (time(9, 59), Admits.HOLDERS),
        (time(10), Admits.SECTORS),
        (time(21, 59), Admits.SECTORS),
        (time(22), Admits.EVERYONE),
        (time(0), Admits.EVERYONE),
    ],
)
def test_a_road_lets_people_through_by_the_hour(local: time, admits: Admits) -> None:
    road = on_day("road", date(2021, 7, 15))
    assert road is not None and road.window_at(local).admits is admits


def test_before_15_july_the_road_asks_for_an_strp_at_any_hour() -> None:
    road = on_day("road", date(2021, 7, 14))
    assert road is not None and road.window_at(time(23)).admits is Admits.HOLDERS


@pytest.mark.parametrize("code", ["station", "krl", "mrt", "transjakarta"])
def test_stations_ask_from_12_july_on(code: str) -> None:
    assert on_day(code, date(2021, 7, 11)) is None
    assert on_day(code, date(2021, 7, 12)) is not None


def test_the_train_asks_for_paper_from_13_july_on_and_the_road_never_does() -> None:
    forms = [rule.form for day in (12, 13) if (rule := on_day("krl", date(2021, 7, day)))]
    assert forms == [Form.ANY, Form.PRINTED]
    road = on_day("road", date(2021, 7, 13))
    assert road is not None and road.form is Form.ANY


@pytest.mark.parametrize(
    ("hour", "passing"),
    [
        (8, {"civil-servant", "military-police", "diplomat", "health-worker", "pandemic-handling"}),
        (11, {"military-police", "diplomat", "health-worker", "pandemic-handling"}),
    ],
)
def test_from_ten_on_the_road_lets_pass_by_card_whom_the_police_named(
    hour: int, passing: set[str]
) -> None:
    road = on_day("road", date(2021, 7, 19))
    assert road is not None and set(shown_at(road, time(hour)).without) == passing


def test_a_letter_counts_in_the_train_and_not_on_the_road() -> None:
    letters = {
        code: shown_at(rule, time(9)).instead
        for code in ("krl", "road")
        if (rule := on_day(code, date(2021, 7, 16)))
    }
    assert letters == {"krl": ("assignment-letter", "local-government-letter"), "road": ()}


@pytest.mark.parametrize(
    ("day", "admits"),
    [(12, Admits.HOLDERS), (14, Admits.EVERYONE), (15, Admits.EVERYONE), (17, Admits.EVERYONE)],
    ids=["Thursday", "Saturday", "Sunday", "Independence Day"],
)
def test_offices_ask_on_workdays_that_are_no_holidays(day: int, admits: Admits) -> None:
    office = on_day("office", date(2021, 8, day))
    assert office is not None and office.window_at(time(9)).admits is admits


def test_every_group_and_document_of_a_checkpoint_says_how_one_knows_it() -> None:
    for each_policy in ROW:
        documents = {document.code for document in each_policy.documents}
        for rule in each_policy.checkpoints:
            named = {each.code for each in (*rule.instead, *rule.also)}
            groups = [each_policy.exempt_group(each.code) for each in rule.without]
            assert named <= documents
            assert all(group is not None and group.looks for group in groups)
