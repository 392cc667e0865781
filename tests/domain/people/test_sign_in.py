"""Codes, the rate rule, sessions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.people.account import Role
from strp.domain.people.sign_in import (
    CODE_ATTEMPTS,
    CodeVerdict,
    StoredCode,
    client_block,
    judge_code,
    parse_code,
    session_ends_at,
    session_rule,
    write_code,
)

NOW = datetime(2021, 7, 5, 1, tzinfo=UTC)
MAC, OTHER_MAC = b"m" * 32, b"o" * 32


def stored(attempts: int = 0) -> StoredCode:
    return StoredCode(mac=MAC, attempts=attempts, expires_at=NOW + timedelta(minutes=10))


def test_the_code_that_was_sent_is_right() -> None:
    assert judge_code(stored(), MAC, NOW) is CodeVerdict.RIGHT


def test_another_code_is_wrong() -> None:
    assert judge_code(stored(), OTHER_MAC, NOW) is CodeVerdict.WRONG


def test_a_code_is_worth_nothing_from_the_moment_it_expires() -> None:
    assert judge_code(stored(), MAC, stored().expires_at) is CodeVerdict.NONE


def test_the_right_code_after_the_last_try_is_used_up() -> None:
    assert judge_code(stored(CODE_ATTEMPTS), MAC, NOW) is CodeVerdict.USED_UP


def test_a_code_that_was_never_sent_is_no_guess() -> None:
    assert judge_code(None, MAC, NOW) is CodeVerdict.NONE


def used() -> StoredCode:
    return replace(stored(), used_at=NOW)


def test_a_code_that_was_used_is_told_to_whoever_sends_it_twice_at_once() -> None:
    assert judge_code(used(), MAC, NOW + timedelta(seconds=30)) is CodeVerdict.REPEATED


@pytest.mark.parametrize(("mac", "later_s"), [(OTHER_MAC, 0), (MAC, 31), (MAC, -1)])
def test_a_code_that_was_used_is_worth_nothing_else(mac: bytes, later_s: int) -> None:
    assert judge_code(used(), mac, NOW + timedelta(seconds=later_s)) is CodeVerdict.NONE


@given(st.integers(0, 999_999))
def test_a_code_has_six_digits(number: int) -> None:
    assert len(write_code(number)) == 6


@pytest.mark.parametrize(
    "typed",
    [
        "012 345",
        " 012345\n",
        "012-345",
        "012\u00a0345",
        "012\u2013345",
        "012\u2212345",
        "\uff10\uff11\uff12\uff13\uff14\uff15",
        "\ufeff012\u200b345",
        "\u202d012345\u202c",
        "012\u2009345",
    ],
)
def test_what_people_and_programs_put_into_a_code_does_not_matter(typed: str) -> None:
    assert parse_code(typed) == "012345"


@given(st.text())
def test_no_text_that_holds_letters_becomes_a_code(text: str) -> None:
    assert parse_code(f"x{text}") not in {"", parse_code(text)}


@given(
    st.sampled_from(Role),
    st.timedeltas(timedelta(0), timedelta(days=10)),
)
def test_no_session_outlives_its_absolute_age(role: Role, used_for: timedelta) -> None:
    ends = session_ends_at(role, created_at=NOW, last_seen_at=NOW + used_for)
    assert ends <= NOW + session_rule(role).absolute


@given(
    st.sampled_from(Role),
    st.timedeltas(timedelta(0), timedelta(days=10)),
)
def test_no_session_outlives_its_idle_time(role: Role, used_for: timedelta) -> None:
    seen = NOW + used_for
    assert (
        session_ends_at(role, created_at=NOW, last_seen_at=seen) <= seen + session_rule(role).idle
    )


def test_an_official_who_walks_away_is_signed_out_after_half_an_hour() -> None:
    ends = session_ends_at(Role.OFFICER, created_at=NOW, last_seen_at=NOW)
    assert ends == NOW + timedelta(minutes=30)


def test_a_representative_stays_signed_in_over_a_working_day() -> None:
    ends = session_ends_at(Role.REPRESENTATIVE, created_at=NOW, last_seen_at=NOW)
    assert ends == NOW + timedelta(hours=12)


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("not an address", "unknown"),
    ],
)
def test_clients_are_counted_by_the_block_they_hold(address: str, block: str) -> None:
    assert client_block(address) == block
