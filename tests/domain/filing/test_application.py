"""Where workers and rows of an application go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.filing.application import (
    ApplicationState,
    Ledger,
    WorkerCounts,
    WorkerState,
    sample_mark,
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


@given(st.binary(min_size=16, max_size=16))
def test_a_share_of_a_hundred_percent_draws_everybody(nik_index: bytes) -> None:
    assert nik_index[-4:] < sample_mark(100)


@given(st.binary(min_size=16, max_size=16))
def test_a_share_of_nothing_draws_nobody(nik_index: bytes) -> None:
    assert not nik_index[-4:] < sample_mark(0)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 99))
def test_a_larger_share_draws_everybody_that_a_smaller_one_draws(
    nik_index: bytes, share: int
) -> None:
    drawn = nik_index[-4:] < sample_mark(share)

    assert not drawn or nik_index[-4:] < sample_mark(share + 1)
