"""Which of the applications that wait an officer asks the list of the desk for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from strp.domain.identifiers import ApplicationId, Nib

MOST_COUNTED = 10_000
"""Applications that a page counts; there are more where one more is found."""
SHORTEST_NAME = 3
"""Characters of an employer's name from which it is searched for."""
SOON = timedelta(hours=1)


class Age(StrEnum):
    """How far an application is from its due time."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"

    def between(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Due times that this means: from the first, and before the second."""
        match self:
            case Age.LATE:
                return None, now
            case Age.SOON:
                return now, now + SOON
            case Age.LATER:
                return now + SOON, None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFilter:
    """What the list is narrowed to; None: it is not.

    Args:
        nib: of the employer.
        name: part of the employer's name.
        sector: code of the application's sector.
        reason: code of a reason that a worker who waits was referred for.
        age: how far from the due time.
    """

    nib: Nib | None = None
    name: str | None = None
    sector: str | None = None
    reason: str | None = None
    age: Age | None = None


@dataclass(frozen=True, slots=True)
class DeskPlace:
    """A place in the order of the desk: after it the list goes on."""

    due_at: datetime
    application_id: ApplicationId
