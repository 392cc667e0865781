"""How often a decision was wrong, as a sample of them says, and how sure that is."""

from math import sqrt
from typing import Final, NamedTuple

Z_95: Final = 1.959963984540054
"""Standard normal quantile of a two-sided interval of 95 percent."""


class ErrorRate(NamedTuple):
    """Part of decisions that were wrong.

    Args:
        checked: decisions that were looked at.
        wrong: of those.
        percent: measured; None where nothing was looked at.
        low_percent: lower end of the interval of 95 percent.
        high_percent: upper end.
    """

    checked: int
    wrong: int
    percent: float | None
    low_percent: float
    high_percent: float


def error_rate(checked: int, wrong: int) -> ErrorRate:
    """The measured error rate with its interval of 95 percent.

    Args:
        checked: decisions that were looked at, drawn at random.
        wrong: of those.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927): it holds for small samples too, and with no error found is not empty.
    """
    if not checked:
        return ErrorRate(0, 0, None, 0.0, 100.0)
    share, square = wrong / checked, Z_95**2
    middle = (share + square / (2 * checked)) / (1 + square / checked)
    spread = (
        Z_95
        / (1 + square / checked)
        * sqrt(share * (1 - share) / checked + square / (4 * checked**2))
    )
    low, high = max(0.0, middle - spread), min(1.0, middle + spread)
    return ErrorRate(checked, wrong, 100 * share, 100 * low, 100 * high)
