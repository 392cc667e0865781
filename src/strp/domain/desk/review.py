"""Review: what an officer may decide of a worker, and for which reasons."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from strp.domain.errors import Conflict
from strp.domain.filing.application import WorkerState
from strp.domain.text import Text

LEASE = timedelta(minutes=15)
"""How long an officer holds what they take, where nothing is heard of their page."""
BEAT_S = 30
"""Seconds after which an open page says that it is still there; a hidden one may take 60."""
REMARK_MOST_CHARACTERS = 500
NOBODY_DECIDED = "nobody-decided"
GROUP_EMPTY = "group-empty"


class Decision(StrEnum):
    """What an officer decides of a worker."""

    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    RETURN = "RETURN"


class PageSign(StrEnum):
    """What an officer's page says: it is open, left for another page of ours, or closed."""

    OPEN = "open"
    AWAY = "away"
    CLOSED = "closed"


LEASE_AFTER = {
    PageSign.OPEN: timedelta(seconds=5 * BEAT_S),
    PageSign.AWAY: LEASE,
    PageSign.CLOSED: timedelta(seconds=1.5 * BEAT_S),
}
"""How long the lease lasts from a sign on. One that closed may stand open in another tab, whose
next sign comes within that time; a browser that crashed says nothing, and frees its work too."""


class WorkerDecision(NamedTuple):
    """A decision on one worker.

    Args:
        row: line of the roster.
        reason: code of a `DecisionReason`; an approval needs none.
        remark: a sentence to the employer; no personal data.
    """

    row: int
    decision: Decision
    reason: str | None = None
    remark: str | None = None


STATE_AFTER = {
    Decision.APPROVE: WorkerState.APPROVED,
    Decision.REFUSE: WorkerState.REFUSED,
    Decision.RETURN: WorkerState.RETURNED,
}


def needs_reason(decision: Decision) -> bool:
    """Whether a decision must say why."""
    return decision is not Decision.APPROVE


def nobody_decided() -> Conflict:
    """None of those for whom a decision was meant waits any more."""
    return Conflict(NOBODY_DECIDED, _NOBODY_DECIDED)


_NOBODY_DECIDED = Text(
    id="Tidak seorang pun diputus: dari yang dipilih tidak ada lagi yang menunggu. Periksa siapa "
    "yang masih menunggu, lalu pilih lagi.",
    en="Nobody was decided: of those chosen none waits any more. See who still waits, then choose "
    "again.",
)


def group_empty() -> Conflict:
    """Nobody of a group that was to be decided waits any more."""
    return Conflict(GROUP_EMPTY, _GROUP_EMPTY)


_GROUP_EMPTY = Text(
    id="Kelompok ini sudah diputus. Buka lagi pengajuannya, lalu pilih kelompok yang masih "
    "menunggu.",
    en="This group is decided already. Open the application again, and choose a group that waits.",
)
