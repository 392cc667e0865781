"""The text of API keys."""

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.people.api_key import (
    SECRET_BYTES,
    is_api_key,
    parse_label,
    read_secret,
    write_api_key,
)

secrets = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


@given(secrets)
def test_a_key_that_was_written_is_recognised(secret: bytes) -> None:
    assert is_api_key(write_api_key(secret))


@given(secrets)
def test_the_secret_is_read_back_from_the_key(secret: bytes) -> None:
    assert read_secret(write_api_key(secret)) == secret


@given(secrets, st.integers(5, 50), st.sampled_from(LETTERS))
def test_one_wrong_letter_shows(secret: bytes, position: int, letter: str) -> None:
    key = write_api_key(secret)
    mistyped = key[:position] + letter + key[position + 1 :]
    assert is_api_key(mistyped) == (mistyped == key)


@given(st.text(max_size=60))
def test_other_text_is_no_key(text: str) -> None:
    assert not is_api_key(text)


@given(secrets, secrets)
def test_two_secrets_never_make_one_key(one: bytes, other: bytes) -> None:
    assert (write_api_key(one) == write_api_key(other)) == (one == other)


def test_a_key_starts_with_the_prefix_that_scanners_know() -> None:
    assert write_api_key(bytes(SECRET_BYTES)).startswith("strp_")


def test_a_label_is_one_tidy_line() -> None:
    assert parse_label("  sistem \n penggajian ") == "sistem penggajian"


def test_an_empty_or_endless_label_is_not_read() -> None:
    assert [parse_label(" "), parse_label("a" * 61), parse_label("a\0b")] == [None, None, None]
