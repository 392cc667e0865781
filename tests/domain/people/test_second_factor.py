"""Codes of authenticator apps and recovery codes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.errors import Conflict
from strp.domain.people.account import Role
from strp.domain.people.second_factor import (
    DRIFT_STEPS,
    RECOVERY_CODES,
    TIME_STEP_S,
    Enrolled,
    is_app_code,
    matching_step,
    may_have_second_factor,
    needs_second_factor,
    parse_passkey_name,
    parse_recovery_code,
    require_another,
    steps_to_try,
    time_step,
    write_recovery_code,
)
from strp.domain.people.sign_in import parse_code
from strp.outside.authenticator_app import code_at

SECRET = b"12345678901234567890"
MOMENTS = st.datetimes(
    min_value=datetime(2021, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)


def codes(now: datetime) -> dict[int, str]:
    return {step: code_at(SECRET, step) for step in steps_to_try(now)}


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    # RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    assert code_at(SECRET, time_step(datetime.fromtimestamp(seconds, UTC))) == code


@given(MOMENTS, st.integers(-DRIFT_STEPS, DRIFT_STEPS))
def test_a_code_counts_one_step_before_and_after_its_own(now: datetime, off: int) -> None:
    shown = code_at(SECRET, time_step(now + timedelta(seconds=off * TIME_STEP_S)))
    assert matching_step(shown, codes(now), None) is not None


@given(MOMENTS, st.integers(2, 20))
def test_a_code_of_two_steps_ago_is_worth_nothing(now: datetime, ago: int) -> None:
    step = time_step(now) - ago
    shown = code_at(SECRET, step)
    found = matching_step(shown, codes(now), None)
    # One in a million codes is that of another step as well.
    assert found is None or code_at(SECRET, found) == shown


@given(MOMENTS, st.integers(-DRIFT_STEPS, DRIFT_STEPS))
def test_no_code_counts_twice(now: datetime, off: int) -> None:
    shown = code_at(SECRET, time_step(now) + off)
    used = matching_step(shown, codes(now), None)
    assert used is not None
    assert matching_step(shown, codes(now), used) is None


@given(MOMENTS)
def test_an_older_code_is_worth_nothing_once_a_newer_one_was_used(now: datetime) -> None:
    older, newer = code_at(SECRET, time_step(now) - 1), code_at(SECRET, time_step(now))
    used = matching_step(newer, codes(now), None)
    assert older == newer or matching_step(older, codes(now), used) is None


@given(MOMENTS, st.integers(2, 10_000))
def test_a_clock_that_has_stepped_back_keeps_nobody_out(now: datetime, ahead: int) -> None:
    shown = code_at(SECRET, time_step(now))
    assert matching_step(shown, codes(now), time_step(now) + ahead) is not None


@given(st.integers(0, RECOVERY_CODES - 1), st.integers(0, 2**64 - 1))
def test_a_recovery_code_is_read_however_it_is_typed(number: int, random: int) -> None:
    shown = write_recovery_code(number, random)
    letters = shown.replace("-", "")
    for typed in (shown, shown.lower(), letters, f" {shown} ", letters.replace("0", "o")):
        assert parse_recovery_code(parse_code(typed)) == (number, letters)


@given(st.text(max_size=40))
def test_any_text_is_read_as_one_kind_of_code_at_most(typed: str) -> None:
    code = parse_code(typed)
    assert not (is_app_code(code) and parse_recovery_code(code))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.REPRESENTATIVE])
def test_every_official_needs_a_second_factor_where_it_is_required(role: Role) -> None:
    assert needs_second_factor(role, required=True)
    assert not needs_second_factor(role, required=False)
    assert may_have_second_factor(role)


def test_representatives_need_none_and_have_none() -> None:
    assert not needs_second_factor(Role.REPRESENTATIVE, required=True)
    assert not may_have_second_factor(Role.REPRESENTATIVE)


def test_the_only_factor_stays_where_one_is_required() -> None:
    with pytest.raises(Conflict, match="last-factor"):
        require_another(Enrolled(recovery_codes=10), required=True)
    require_another(Enrolled(passkeys=1), required=True)
    require_another(Enrolled(), required=False)


@pytest.mark.parametrize(
    ("typed", "name"),
    [(" Ponsel  kantor ", "Ponsel kantor"), ("", None), ("\u200b", None), ("x" * 41, None)],
)
def test_the_name_of_a_passkey_is_one_short_line(typed: str, name: str | None) -> None:
    assert parse_passkey_name(typed) == name
