"""Epochs: numbers that two copies of a database draw apart from each other."""

from hypothesis import given, settings
from hypothesis import strategies as st

from strp.domain.epochs import (
    COUNTED_END,
    EPOCH_BITS,
    KEY_BYTES,
    LOWEST_EPOCH,
    NUMBERS_OF_EPOCH,
    Permutation,
    entries_of,
    epoch_of,
    first_serial_of,
    index_of,
    list_of,
)

serials = st.one_of(st.integers(0, 1 << 26), st.integers(COUNTED_END, (1 << 48) - 1))


@given(st.binary(min_size=24, max_size=24))
def test_an_epoch_is_none_of_the_numbers_counted_before(drawn: bytes) -> None:
    assert LOWEST_EPOCH <= epoch_of(drawn) < 1 << EPOCH_BITS


@given(serials)
def test_a_serial_number_has_one_place_in_one_list(serial_no: int) -> None:
    number, index = list_of(serial_no), index_of(serial_no)
    assert first_serial_of(number) + index == serial_no and 0 <= index < entries_of(number)


@given(serials, serials)
def test_no_two_serial_numbers_share_a_place(one: int, other: int) -> None:
    places = {(list_of(each), index_of(each)) for each in (one, other)}
    assert len(places) == len({one, other})


@settings(max_examples=3)
@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_indices_are_permuted_inside_their_list(key: bytes) -> None:
    scatter = Permutation(key)
    assert sorted(map(scatter, range(NUMBERS_OF_EPOCH))) == list(range(NUMBERS_OF_EPOCH))
