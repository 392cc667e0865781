"""A filing and its life: states, the ledger, and where a screened worker goes next."""

from enum import StrEnum
from typing import NamedTuple


class ApplicationState(StrEnum):
    """Life of an application."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class WorkerState(StrEnum):
    """Life of one worker of an application."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    RETURNED = "returned"


class Ledger(NamedTuple):
    """Where every row of a roster went; the columns add up to `rows`."""

    rows: int
    accepted: int
    unchanged: int
    duplicate: int
    exempt: int
    rejected: int

    @property
    def balances(self) -> bool:
        """Whether every row is in exactly one column."""
        return self.rows == sum(self[1:])


class WorkerCounts(NamedTuple):
    """Accepted workers of an application by state."""

    pending: int = 0
    approved: int = 0
    refused: int = 0
    returned: int = 0

    @property
    def state_at_filing(self) -> ApplicationState:
        """State of an application that was screened but not yet seen by an officer."""
        return ApplicationState.RECEIVED if self.pending else ApplicationState.DECIDED


def state_after_screening(outcome: str, *, straight_through: bool) -> WorkerState:
    """Where screening puts a worker.

    Args:
        outcome: PASS, REFER or REFUSE.
        straight_through: whether the policy approves PASS without an officer.
    """
    if outcome == "REFUSE":
        return WorkerState.REFUSED
    if outcome == "PASS" and straight_through:
        return WorkerState.APPROVED
    return WorkerState.PENDING


def is_sampled(nik_index: bytes, share_percent: float) -> bool:
    """Whether an approved worker is drawn for an officer's look.

    The keyed index is uniform and unknown to applicants, so the draw can be neither foreseen nor
    steered, and needs no random numbers.

    Args:
        nik_index: keyed index of the worker, 16 bytes.
        share_percent: share to draw, 0–100.
    """
    return int.from_bytes(nik_index[-4:]) < share_percent / 100 * (1 << 32)
