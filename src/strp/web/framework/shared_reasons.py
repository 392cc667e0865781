"""Reasons that many workers on a page have: said once, above the list."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from strp.usecases.filing.show import Reason, ShownWorker

MANY: Final = 3
"""Workers of a page with one reason, from which it is said once and referred to by its number."""


def shared_reasons(workers: Sequence[ShownWorker]) -> tuple[Reason, ...]:
    """The reasons that every one of several workers has, in the order of the first."""
    if len(workers) < 2:
        return ()
    first, *others = workers
    return tuple(
        reason for reason in first.reasons if all(reason in other.reasons for other in others)
    )


def repeated_reasons(
    workers: Sequence[ShownWorker], *, apart: str | None = None
) -> tuple[tuple[Reason, int], ...]:
    """Reasons that many of the workers have, but not all, and how many have each.

    Args:
        workers: of one page.
        apart: code of a reason that the page tells elsewhere.

    Returns:
        in the order in which the page would tell them; their places are their numbers.
    """
    shared = shared_reasons(workers)
    counted = Counter(reason for worker in workers for reason in worker.reasons)
    return tuple(
        (reason, count)
        for reason, count in counted.items()
        if count >= MANY and reason not in shared and reason.code != apart
    )
