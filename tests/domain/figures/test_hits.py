"""A line of nginx's log of hits counts once, as one kind; what is none of it is told apart."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.figures.hits import CountedLines, HitKind, kind_of_hit
from strp.domain.figures.hits import count_lines as count_with

SEVEN = datetime(2021, 7, 5, 0, tzinfo=UTC)  # in Jakarta
PAGES = {"/": HitKind.VISIT}
FRONT = b"2021-07-05T07:59:59+07:00 GET / 200"


def count_lines(lines: list[bytes]) -> CountedLines:
    return count_with(lines, PAGES)


def test_the_front_page_is_a_visit_in_the_hour_of_jakarta() -> None:
    assert count_lines([FRONT]).hits == {(SEVEN, HitKind.VISIT): 1}


def test_a_page_that_nobody_got_is_no_visit() -> None:
    assert kind_of_hit(HitKind.VISIT, 404, reads=True) is HitKind.OTHER
    assert kind_of_hit(HitKind.VISIT, 200, reads=False) is HitKind.OTHER


def test_turned_away_and_failed_are_told_apart_whatever_was_asked() -> None:
    assert kind_of_hit(HitKind.VISIT, 429, reads=True) is HitKind.TURNED_AWAY
    assert kind_of_hit(HitKind.POLL, 502, reads=True) is HitKind.FAILED


def test_a_line_that_was_cut_is_unreadable_and_the_others_count() -> None:
    counted = count_lines([FRONT[12:], FRONT, b"", FRONT[:-2]])
    assert (counted.hits.total(), counted.unreadable) == (1, 3)


def test_a_line_with_an_address_in_it_is_not_this_log() -> None:
    assert count_lines([b"203.0.113.7 " + FRONT]).unreadable == 1


def test_an_hour_that_does_not_exist_is_unreadable() -> None:
    assert count_lines([FRONT.replace(b"-05T", b"-35T")]).unreadable == 1


@given(st.lists(st.sampled_from([FRONT, b"x", FRONT.replace(b" / 200", b" /api 503")])))
def test_every_line_is_a_hit_or_unreadable(lines: list[bytes]) -> None:
    counted = count_lines(lines)
    assert counted.hits.total() + counted.unreadable == len(lines)
