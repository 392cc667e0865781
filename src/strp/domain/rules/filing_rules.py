"""Who files and with what, which of several business classes counts, and what becomes of whom the
rules let in before and not any more."""

from enum import StrEnum
from typing import NamedTuple


class Unfit(StrEnum):
    """What becomes of certificates whose workers do not fit the rules any more."""

    RUN_OUT = "run-out"
    SUSPEND = "suspend"
    HOLD = "hold"


class WorkerFiler(StrEnum):
    """Who files for somebody who works."""

    COMPANY = "company"
    COMPANY_OR_PERSON = "company-or-person"
    NOBODY = "nobody"


class SampleRisk(StrEnum):
    """What a policy may draw more samples for, of those whom it lets pass straight through."""

    REMARK = "remark"
    OTHER_SITE = "other-site"
    DECLARED_STAFF = "declared-staff"


class SeveralKbli(StrEnum):
    """Which business class counts where several of an employer lead to different sectors."""

    OFFICER = "officer"
    SITE = "site"
    MAIN = "main"
    BEST = "best"


class MixedRule(NamedTuple):
    """What holds for an employer whose business classes lead to different sectors.

    Args:
        by: `officer` names the sector; by `site`: an officer names that of the site; `main`: the
            class that the registry lists first counts; `best`: the most favourable.
        citation: where this stands; empty where the policy does not say.
    """

    by: SeveralKbli = SeveralKbli.OFFICER
    citation: str = ""


class FilingRule(NamedTuple):
    """Who files.

    Args:
        workers: for staff of companies.
        partners: for partners of a platform who are not its staff, such as drivers.
        citation: where this stands; empty where the policy does not say.
    """

    workers: WorkerFiler = WorkerFiler.COMPANY
    partners: WorkerFiler = WorkerFiler.COMPANY
    citation: str = ""


class WorkerDocument(NamedTuple):
    """A document that each worker has.

    Args:
        document: code of a document of the policy.
        alternatives: codes of documents that count instead of it.
        citation: where this stands.
        sectors: whose workers have it; none: of all.
    """

    document: str
    alternatives: tuple[str, ...]
    citation: str
    sectors: tuple[str, ...] = ()

    def __str__(self) -> str:
        asked_of = f" ({', '.join(self.sectors)})" if self.sectors else ""
        return " or ".join((self.document, *self.alternatives)) + asked_of


class UnfitRule(NamedTuple):
    """What becomes of certificates whose workers do not fit these rules any more.

    Args:
        then: `run-out`: they stand until the period ends; `suspend`: they are suspended when the
            notice is over; `hold`: at once, until an officer has decided.
        notice_hours: between the letter and the suspension.
        citation: where this stands; empty where the policy does not say.
    """

    then: Unfit = Unfit.RUN_OUT
    notice_hours: int = 0
    citation: str = ""


COMPANIES_FILE, THEY_RUN_OUT, AN_OFFICER_NAMES = FilingRule(), UnfitRule(), MixedRule()
"""What holds where a policy does not say."""
