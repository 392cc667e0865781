"""Numbers of pages below a long list: first, last, and those around the one that is read."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class PageNumber(NamedTuple):
    """One number below a list.

    Args:
        number: of the page, from 1; 0 stands for pages that are left out.
        after: the row that the page begins after.
        current: whether it is the page that is read.
    """

    number: int
    after: int = 0
    current: bool = False


def page_numbers(starts: Sequence[int], after: int) -> list[PageNumber]:
    """Which numbers to show; none where there is one page.

    Args:
        starts: the row that each page begins after, ascending from 0.
        after: the row that the page which is read begins after.
    """
    if len(starts) < 2:
        return []
    current = max(0, bisect_right(starts, after) - 1)
    shown = {0, len(starts) - 1, *range(max(0, current - 1), min(len(starts), current + 2))}
    found: list[PageNumber] = []
    for place in sorted(shown):
        if found and place + 1 - found[-1].number > 1:
            found.append(PageNumber(0))
        found.append(PageNumber(place + 1, starts[place], place == current))
    return found
