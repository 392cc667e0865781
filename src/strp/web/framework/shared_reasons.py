"""Reasons that all workers on a page have in common: said once, above the list."""

from collections.abc import Sequence

from strp.usecases.filing.show import Reason, ShownWorker


def shared_reasons(workers: Sequence[ShownWorker]) -> tuple[Reason, ...]:
    """The reasons that every one of several workers has, in the order of the first."""
    if len(workers) < 2:
        return ()
    first, *others = workers
    return tuple(
        reason for reason in first.reasons if all(reason in other.reasons for other in others)
    )
