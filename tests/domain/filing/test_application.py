"""Where workers and rows of an application go."""

import pytest

from strp.domain.filing.application import (
    ApplicationState,
    Ledger,
    WorkerCounts,
    WorkerState,
    state_after_screening,
)


@pytest.mark.parametrize(
    ("outcome", "straight_through", "state"),
    [
        ("PASS", True, WorkerState.APPROVED),
        ("PASS", False, WorkerState.PENDING),
        ("REFER", True, WorkerState.PENDING),
        ("REFUSE", True, WorkerState.REFUSED),
        ("REFUSE", False, WorkerState.REFUSED),
    ],
)
def test_screening_puts_a_worker_into_a_state(
    outcome: str, straight_through: bool, state: WorkerState
) -> None:
    assert state_after_screening(outcome, straight_through=straight_through) is state


def test_an_application_with_nobody_pending_is_decided_at_once() -> None:
    assert WorkerCounts(approved=3, refused=1).state_at_filing is ApplicationState.DECIDED


def test_a_ledger_that_loses_a_row_does_not_balance() -> None:
    assert not Ledger(5, 1, 1, 1, 1, 0).balances
