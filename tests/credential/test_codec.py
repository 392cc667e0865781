"""The text in a QR."""

import base45
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.credential.codec import (
    TEXT_MAX_CHARACTERS,
    base45_decode,
    base45_encode,
    read_text,
    write_text,
)

RFC_9285 = [
    (b"AB", "BB8"),
    (b"Hello!!", "%69 VD92EX0"),
    (b"base-45", "UJCLQE7W581"),
    (b"ietf!", "QED8WEX0"),
]


@pytest.mark.parametrize(("data", "text"), RFC_9285)
def test_base45_writes_the_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert base45_encode(data) == text


@pytest.mark.parametrize(("data", "text"), RFC_9285)
def test_base45_reads_the_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert base45_decode(text) == data


@given(st.binary(max_size=300))
def test_base45_agrees_with_the_independent_package(data: bytes) -> None:
    assert base45_encode(data).encode() == base45.b45encode(data)


@given(st.binary(max_size=300))
def test_base45_gives_back_what_it_wrote(data: bytes) -> None:
    assert base45_decode(base45_encode(data)) == data


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "BB8A", "::", "bb8", "BB8\n", "ÄÖÜ", "AB,"])
def test_base45_refuses_what_the_rfc_forbids(text: str) -> None:
    assert base45_decode(text) is None


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=60))
def test_base45_refuses_exactly_what_the_independent_package_refuses(text: str) -> None:
    try:
        expected = base45.b45decode(text)
    except ValueError:
        expected = None
    assert base45_decode(text) == expected


@given(st.binary(min_size=1, max_size=300))
def test_no_text_ends_in_a_space_so_careless_copies_still_read(data: bytes) -> None:
    assert read_text(f"  {write_text(data)}\r\n") == data


def test_a_text_without_the_prefix_is_not_ours() -> None:
    assert read_text("HC1:BB8") is None


def test_a_text_of_absurd_length_is_not_looked_at() -> None:
    assert read_text("STRP1:" + "0" * TEXT_MAX_CHARACTERS) is None


@given(st.text(max_size=400))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    assert read_text(text) is None or isinstance(read_text(text), bytes)


@given(
    st.binary(max_size=300),
    st.sampled_from(["\n", "\r\n", "\ufeff", "\u200b", "\u202a", "\u2060"]),
    st.integers(6, 400),
)
def test_what_a_copy_leaves_in_the_text_changes_nothing(data: bytes, mark: str, at: int) -> None:
    text = write_text(data)
    assert read_text(f"\ufeff{text[:at]}{mark}{text[at:]}\u202c") == data
    assert read_text(text.replace(" ", "\u00a0")) == data
