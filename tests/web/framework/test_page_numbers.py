"""The numbers below a long list."""

import pytest

from strp.web.framework.page_numbers import page_numbers

STARTS = [0, 50, 100, 150, 200, 250, 300]


@pytest.mark.parametrize(
    ("after", "shown"),
    [(0, "[1] 2 … 7"), (150, "1 … 3 [4] 5 … 7"), (160, "1 … 3 [4] 5 … 7"), (300, "1 … 6 [7]")],
)
def test_first_last_and_neighbours_are_shown(after: int, shown: str) -> None:
    numbers = page_numbers(STARTS, after)
    words = [f"[{n.number}]" if n.current else f"{n.number or '…'}" for n in numbers]
    assert " ".join(words) == shown


def test_a_list_of_one_page_has_no_numbers() -> None:
    assert page_numbers([0], 0) == page_numbers([], 0) == []
