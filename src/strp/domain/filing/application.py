"""A filing and its life: states, the ledger, and where a screened worker goes next."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.screening.screen import ScreeningOutcome


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One filing of an employer, and where it stands.

    Args:
        leavers: approved rows that say only that a worker leaves.
        problems: what was wrong with its roster, encoded; None where nothing was.
        late_s: seconds by which the last decision came after `due_at`; None: in time, or none yet.
        late_because: why, a code of `LateBecause`; None as for `late_s`.
        version: rises with every change.
    """

    nib: Nib
    application_id: ApplicationId
    period_id: int
    policy_id: str
    sector: str
    state: str
    submitted_at: datetime
    due_at: datetime
    decided_at: datetime | None
    source_format: str
    rows: int
    accepted: int
    unchanged: int
    duplicate: int
    exempt: int
    rejected: int
    pending: int
    approved: int
    refused: int
    returned: int
    leavers: int
    problems: bytes | None
    late_s: int | None
    late_because: str | None
    version: int

    @property
    def ledger(self) -> Ledger:
        """Where the rows of the roster went."""
        return Ledger(
            self.rows, self.accepted, self.unchanged, self.duplicate, self.exempt, self.rejected
        )

    @property
    def counts(self) -> WorkerCounts:
        """Accepted workers by state."""
        return WorkerCounts(self.pending, self.approved, self.refused, self.returned)


def state_after_screening(outcome: str, *, straight_through: bool) -> WorkerState:
    """Where screening puts a worker.

    Args:
        outcome: PASS, REFER or REFUSE.
        straight_through: whether the policy approves PASS without an officer.
    """
    if outcome == ScreeningOutcome.REFUSE:
        return WorkerState.REFUSED
    if outcome == ScreeningOutcome.PASS and straight_through:
        return WorkerState.APPROVED
    return WorkerState.PENDING
