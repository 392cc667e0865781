"""The draw at opening: everybody one place, nobody's choice, checkable afterwards."""

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.waiting_room.opening_draw import (
    Draw,
    Entered,
    commitment,
    drawn_place,
    jumped,
    keeps_commitment,
    number_at,
    shuffle_key,
)

seeds = st.binary(min_size=32, max_size=32)


@given(seeds, st.integers(0, 10**9), st.integers(1, 500))
def test_every_number_gets_exactly_one_place(seed: bytes, first: int, count: int) -> None:
    draw = Draw(first, count, shuffle_key(seed, "employers", count))
    numbers = range(first + 1, first + count + 1)
    assert sorted(drawn_place(draw, number) for number in numbers) == list(numbers)


@given(seeds, st.integers(1, 20_000_000), st.data())
def test_the_draw_can_be_followed_back(seed: bytes, count: int, data: st.DataObject) -> None:
    draw = Draw(0, count, shuffle_key(seed, "employers", count))
    number = data.draw(st.integers(1, count))
    assert number_at(draw, drawn_place(draw, number)) == number


@given(seeds, st.integers(1, 1000), st.integers(-(10**6), 10**6))
def test_numbers_outside_the_draw_keep_their_place(seed: bytes, count: int, number: int) -> None:
    draw = Draw(0, count, shuffle_key(seed, "employers", count))
    if not 1 <= number <= count:
        assert drawn_place(draw, number) == number


def test_early_numbers_are_spread_over_the_whole_line() -> None:
    draw = Draw(0, 100_000, shuffle_key(b"s" * 32, "employers", 100_000))
    mean = sum(drawn_place(draw, number) for number in range(1, 2001)) / 2000
    assert 48_000 < mean < 52_000


def test_the_order_depends_on_how_many_came() -> None:
    one, other = (
        Draw(0, count, shuffle_key(b"s" * 32, "employers", count)) for count in (1000, 1001)
    )
    assert [drawn_place(one, n) for n in range(1, 50)] != [
        drawn_place(other, n) for n in range(1, 50)
    ]


@given(seeds, seeds)
def test_a_promise_is_kept_by_one_seed_alone(seed: bytes, other: bytes) -> None:
    assert keeps_commitment(other, commitment(seed)) is (seed == other)


def test_an_honest_order_has_no_jumps() -> None:
    assert jumped([Entered(1, 5), Entered(5, 5), Entered(3, 6)]) == []


def test_whoever_came_in_before_the_number_was_served_is_found() -> None:
    assert jumped([Entered(1, 5), Entered(7, 6)]) == [Entered(7, 6)]


def test_an_order_that_was_rewritten_is_found() -> None:
    assert jumped([Entered(1, 9), Entered(1, 5)]) == [Entered(1, 5)]
