"""Receipts and serials: whole, typed back, mistyped, made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from strp.domain.identifiers import (
    ALPHABET,
    NUMBER_BITS,
    TaggedNumbers,
    check_character,
    format_nib,
    parse_nib,
)

numbers = st.integers(0, (1 << NUMBER_BITS) - 1)
receipts = TaggedNumbers(b"a key of sixteen", "receipt")
serials = TaggedNumbers(b"a key of sixteen", "serial")


@given(numbers)
def test_a_receipt_reads_back_as_the_number_it_was_written_for(number: int) -> None:
    assert receipts.read(receipts.write(number)) == number


@given(numbers)
def test_a_receipt_typed_in_small_letters_without_hyphens_reads_the_same(number: int) -> None:
    assert receipts.read(receipts.write(number).lower().replace("-", " ")) == number


@given(numbers)
def test_a_serial_is_no_receipt(number: int) -> None:
    assert serials.read(receipts.write(number)) != number


@given(numbers, st.integers(0, 13), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(number: int, place: int, letter: str) -> None:
    text = receipts.write(number)
    place = place if text[place] != "-" else place + 1
    mistyped = text[:place] + letter + text[place + 1 :]

    assert mistyped == text or receipts.read(mistyped) is None


@given(st.text(ALPHABET, min_size=1, max_size=30))
def test_the_check_character_is_that_of_the_standard(body: str) -> None:
    assert check_character(body) == mod_37_36.calc_check_digit(body, ALPHABET)


@given(st.integers(0, (1 << 60) - 1))
def test_a_made_up_value_that_passes_is_the_value_of_its_number(value: int) -> None:
    number = receipts.number(value)

    assert number is None or receipts.value(number) == value


@given(st.text(max_size=40))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    number = receipts.read(text)

    assert number is None or receipts.read(receipts.write(number)) == number


@given(st.integers(0, 9_999_999_999_999))
def test_a_nib_keeps_its_leading_zeros(number: int) -> None:
    assert parse_nib(format_nib(number)) == number  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        "\u202d8120001110004\u202c",
        "8120-0011-10004",
        "８１２０００１１１０００４",
        "8120\u2013001110004\ufeff",
    ],
)
def test_a_nib_is_read_between_marks(written: str) -> None:
    assert parse_nib(written) == 8120001110004
