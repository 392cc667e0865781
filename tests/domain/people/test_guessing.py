"""Limits on guesses and letters, as rules on values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.people.guessing import (
    CODE_LETTERS_PER_HOUR,
    LINK_INTERVAL,
    LINK_LIFE,
    WRONG_CODES_IN_ALL,
    WRONG_CODES_PER_BLOCK,
    GuessLimit,
    LetterKind,
    WrongCodes,
    are_codes_replaced,
    count_wrong_code,
    link_lane,
    mailbox_of,
    next_letter,
)
from strp.domain.people.sign_in import CODE_DIGITS

NOW = datetime(2021, 7, 5, 1, tzinfo=UTC)
limits = st.builds(
    GuessLimit,
    most=st.integers(1, 20),
    span=st.integers(60, 3600).map(lambda s: timedelta(seconds=s)),
)
gaps = st.lists(st.integers(0, 400).map(lambda s: timedelta(seconds=s)), max_size=120)


@given(limits, gaps)
def test_no_span_holds_more_than_twice_the_limit_of_guesses(
    limit: GuessLimit, steps: list[timedelta]
) -> None:
    now, counted, guesses = NOW, None, []
    for step in steps:
        now += step
        if not are_codes_replaced(limit, counted, now):
            counted = count_wrong_code(limit, counted, now)
            guesses.append(now)
    for first, start in enumerate(guesses):
        assert sum(at < start + limit.span for at in guesses[first:]) <= 2 * limit.most


@given(limits)
def test_codes_are_replaced_from_the_limit_on_and_for_one_span(limit: GuessLimit) -> None:
    counted: WrongCodes | None = None
    for _ in range(limit.most):
        assert not are_codes_replaced(limit, counted, NOW)
        counted = count_wrong_code(limit, counted, NOW)
    assert are_codes_replaced(limit, counted, NOW + limit.span - timedelta(seconds=1))
    assert not are_codes_replaced(limit, counted, NOW + limit.span)


@given(limits)
def test_a_clock_that_steps_back_keeps_codes_off_for_nobody(limit: GuessLimit) -> None:
    far = NOW + timedelta(days=400)
    assert not are_codes_replaced(limit, WrongCodes(limit.most, far), NOW)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=200), st.booleans())
def test_no_hour_holds_more_than_thirty_letters_whoever_asks(
    steps: list[int], replaced: bool
) -> None:
    now, codes, links = NOW, [], dict[str, list[datetime]]()
    for number, step in enumerate(steps):
        now += timedelta(seconds=step)
        lane = ("plain", "others")[number % 2]
        sent = links.setdefault(lane, [])
        letter = next_letter(codes, sent[-1] if sent else None, codes_replaced=replaced, now=now)
        if letter.is_sent:
            (codes if letter.kind is LetterKind.CODE else sent).append(now)
    letters = sorted([*codes, *links["plain"], *links.get("others", [])])
    for first, start in enumerate(letters):
        assert sum(at < start + timedelta(hours=1) for at in letters[first:]) <= 30


def test_where_no_letter_is_sent_the_last_link_is_good_for_another_quarter_of_an_hour() -> None:
    codes = [NOW] * CODE_LETTERS_PER_HOUR
    for second in range(int(LINK_INTERVAL.total_seconds())):
        now = NOW + timedelta(seconds=second)
        letter = next_letter(codes, NOW, codes_replaced=False, now=now)
        assert (letter.kind, letter.is_sent) == (LetterKind.LINK, False)
        assert NOW + LINK_LIFE - now > timedelta(minutes=15)


def test_who_used_a_link_is_sent_another_at_once() -> None:
    assert next_letter([], None, codes_replaced=True, now=NOW).is_sent


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("ani@contoh.example", "ani@contoh.example"),
        ("ani+1@contoh.example", "ani@contoh.example"),
        ("ani+a+b@contoh.example", "ani@contoh.example"),
        ("a.ni@contoh.example", "a.ni@contoh.example"),
        ("a.n.i+x@gmail.com", "ani@gmail.com"),
        ("ani@googlemail.com", "ani@gmail.com"),
        ("+ani@contoh.example", "+ani@contoh.example"),
    ],
)
def test_spellings_of_one_mailbox_are_counted_together(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


def test_an_account_shares_its_links_with_no_other_spelling() -> None:
    own = link_lane("ani+strp@contoh.example", has_account=True)
    strangers = {link_lane(f"ani+{n}@contoh.example", has_account=False) for n in range(12)}
    assert len(strangers) == 1 and own not in strangers
    assert link_lane("ani@contoh.example", has_account=False) not in strangers


def test_expected_hits_a_day_are_those_of_the_decision_record() -> None:
    day, chance = timedelta(days=1), 10.0**-CODE_DIGITS
    of_block, of_all = (
        each.most * (day / each.span) * chance
        for each in (WRONG_CODES_PER_BLOCK, WRONG_CODES_IN_ALL)
    )
    assert (round(of_block, 6), round(of_all, 6)) == (0.0012, 0.012)
