"""The nearest right word: near enough to be meant, and never a wild guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.rules.words import nearest

KNOWN = ["holders", "sectors", "everyone", "groups", "krl", "mrt"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [("holder", "holders"), ("sectros", "sectors"), ("everyon", "everyone"), ("krll", "krl")],
)
def test_a_slip_is_understood(word: str, meant: str) -> None:
    assert nearest(word, KNOWN) == meant


@pytest.mark.parametrize("word", ["lrt-jakarta", "x", "police", ""])
def test_another_word_is_not_guessed_at(word: str) -> None:
    assert nearest(word, KNOWN) is None


@given(st.sampled_from(KNOWN))
def test_a_right_word_is_nearest_to_itself(word: str) -> None:
    assert nearest(word, KNOWN) == word


@given(st.text(max_size=2000), st.lists(st.text(max_size=2000), max_size=5))
def test_any_texts_are_compared(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    assert found is None or found in known
