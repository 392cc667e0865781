"""Notices: what happened to an employer's filings and certificates, and is told by letter.

A notice carries ids and counts; its letter is written from them afterwards, in the language of each
reader, when and if the reader wants it.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from strp.domain.civil_time import WIB
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.domain.people.account import AccountId
from strp.domain.rate_limit import RateLimit

# Past so many letters on one civil day an account gets the rest in the letter of the next morning.
MOST_A_DAY: Final = 20
CHOICES_CHANGED: Final = RateLimit(burst=20, interval=timedelta(minutes=10))
"""Changes of one account's choices: each is recorded for good."""
DIGEST_AT: Final = time(7)
DIGEST_MOST_LINES: Final = 50
TO_COME: Final = "to-come"
"""Outcome of a notice of `CLOSED` whose closure begins later, at its `until_at`."""


class NoticeKind(StrEnum):
    """What is told. Codes and news about who acts for an employer are no notices: always sent."""

    RECEIPT = "receipt"
    DECIDED = "decided"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    RESTORED = "restored"
    REPLACED = "replaced"
    ENDED = "ended"
    PROLONGED = "prolonged"
    CLOSED = "closed"
    OPENED = "opened"
    OBJECTION = "objection"
    EVIDENCE = "evidence"
    RULES = "rules"
    HOSTING = "hosting"


class RulesChange(StrEnum):
    """What a change of the rules brings an employer; the outcome of a notice of `RULES`.

    `UNFIT` is that of a notice of `SUSPENDED` too, where a change suspends and no officer did.
    """

    SHORTENED = "shortened"
    UNFIT = "unfit"
    SUSPENDS = "suspends"
    CHANGED = "changed"
    RULING = "ruling"


class Delivery(StrEnum):
    """When an account wants letters of a kind."""

    NOW = "now"
    DAILY = "daily"
    NEVER = "never"


# What the employer did itself, or what asks nothing of it, can wait until the next morning.
_CAN_WAIT: Final = frozenset({NoticeKind.REPLACED, NoticeKind.ENDED, NoticeKind.PROLONGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that happened.

    Args:
        at: aware time.
        nib: of the employer that it happened to.
        application_id: of the filing, where it is about one.
        account_id: who alone is told; None: everybody who acts for the employer.
        count: workers, or certificates, that it is about.
        until_at: aware; when it ends or from when it holds, where there is such a time.
        outcome: code of what it came to: of an objection, of evidence, of a change of the rules.
        period_id: of the certificates, where it is about a period and no filing.
        other_nib: another employer that it is about, such as one that names this one as host.
    """

    at: datetime
    kind: NoticeKind
    nib: Nib
    application_id: ApplicationId | None = None
    account_id: AccountId | None = None
    count: int = 1
    until_at: datetime | None = None
    outcome: str | None = None
    period_id: PeriodId | None = None
    other_nib: Nib | None = None


@dataclass(slots=True, kw_only=True)
class LettersOfDay:
    """How many letters an account has had on a civil day."""

    most: int = MOST_A_DAY
    sent: dict[AccountId, int] = field(default_factory=dict)

    def allow(self, account_id: AccountId) -> bool:
        """Count one more; False where the account has had its share."""
        sent = self.sent.get(account_id, 0)
        self.sent[account_id] = sent + 1
        return sent < self.most


def usual_delivery(kind: NoticeKind) -> Delivery:
    """When letters of a kind are sent to an account that chose nothing."""
    return Delivery.DAILY if kind in _CAN_WAIT else Delivery.NOW


def last_digest_at(now: datetime) -> datetime:
    """The last moment at which letters of the day were due.

    Args:
        now: aware time.
    """
    local = now.astimezone(WIB)
    today = datetime.combine(local.date(), DIGEST_AT, WIB)
    return today if today <= local else today - timedelta(days=1)
