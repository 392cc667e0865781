"""Drawing samples: of those approved straight through, whom an officer looks at afterwards."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from strp.domain.employers.employer import EmployerTerms
from strp.domain.filing.sampling import DrawnBecause, Lots, risks_of
from strp.domain.identifiers import ApplicationId, Nib
from strp.store.filing.engagements import Drawn


class Approved(NamedTuple):
    """A worker approved straight through.

    Args:
        reasons: codes that screening left as remarks.
        at_other_site: whether at another employer's site.
    """

    row: int
    nik_index: bytes
    reasons: tuple[str, ...]
    at_other_site: bool


def draw_samples(
    lots: Lots,
    terms: EmployerTerms,
    filing: tuple[Nib, ApplicationId],
    at: datetime,
    approved: Iterable[Approved],
) -> list[Drawn]:
    """Whom an officer looks at afterwards, and why.

    Args:
        lots: the chances of the policy that let them pass.
        terms: what counts for the employer beside the registry.
        filing: employer and application.
        at: aware time.
        approved: workers approved straight through.
    """
    drawn = []
    for each in approved:
        risks = risks_of(each.reasons, terms, at_other_site=each.at_other_site)
        because = lots.draws(each.nik_index, risks)
        if because is not None:
            drawn.append(Drawn(*filing, each.row, at, because))
    return drawn


def draw_claimed(
    filing: tuple[Nib, ApplicationId], at: datetime, rows: Iterable[int]
) -> list[Drawn]:
    """Workers whom another employer has, of whom no more is told: an officer looks instead.

    Args:
        filing: employer and application.
        at: aware time.
        rows: of the workers in the roster.
    """
    because = DrawnBecause.TWO_EMPLOYERS
    return [Drawn(*filing, row, at, because) for row in sorted(rows)]
