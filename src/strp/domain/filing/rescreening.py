"""Screening again what was filed before, under its old receipt.

What belongs to a worker alone (a note on the NIK, another employer's claim) was found when the
roster was checked, and stays. What speaks of the employer, or of a host, is asked anew.
"""

from collections.abc import MutableMapping, Sequence
from typing import NamedTuple

from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.employer import EmployerFacts
from strp.domain.identifiers import Nib
from strp.domain.roster.row import SiteType
from strp.domain.screening.at_hosts import OF_HOST, AtHost, screen_by_site
from strp.domain.screening.screen import Screening
from strp.domain.screening.sector_of import SectorClassification

OF_EMPLOYER = frozenset(
    {
        "sector-review",
        "kbli-mixed",
        "kbli-by-site",
        "kbli-edition-unmapped",
        "evidence-required",
        "staff-unknown",
        "sector-not-listed",
        "employer-exempt",
        "outside-territory",
        "outside-refused",
        "over-cap",
    }
)
"""Reasons that are asked anew."""
_OF_DATABASE = frozenset({"claimed-elsewhere", "revoked-before", "revoked-elsewhere"})


class StoredRow(NamedTuple):
    """A worker as screening looked at it before.

    Args:
        row: line of the roster.
        reasons: codes of the last screening.
        host: whose site the worker is at, or None at the employer's own.
    """

    row: int
    site_type: SiteType
    reasons: tuple[str, ...]
    host: Nib | None = None

    @property
    def nik_notes(self) -> tuple[str, ...]:
        """Codes that belong to this worker alone."""
        return tuple(each for each in self.reasons if each not in _ASKED_ANEW)

    @property
    def known(self) -> tuple[str, ...]:
        """Codes that the database gave when the worker was filed."""
        return tuple(each for each in self.reasons if each in _OF_DATABASE)


def screen_again(
    rows: Sequence[StoredRow],
    classification: SectorClassification,
    used: QuotaUse,
    employer: EmployerFacts,
    at_hosts: MutableMapping[Nib, AtHost],
) -> tuple[list[Screening], QuotaUse]:
    """Screen stored workers of one application by what holds now.

    Args:
        rows: in the order of the roster; who comes first has the room under the cap.
        classification: of the employer, by the policy that it filed under.
        used: of the caps, these rows left out.
        employer: whose staff caps are a share of.
        at_hosts: what holds at each host of these rows; brought up to date.

    Returns:
        One screening for each row, in the same order, and the new use of the caps.
    """
    known = {each.row: codes for each in rows if (codes := each.known)}
    hosts = [each.host for each in rows]
    staff, lent = employer.counted_staff, employer.terms.lent
    return screen_by_site(rows, hosts, at_hosts, classification, used, staff, known, lent)


_ASKED_ANEW = OF_EMPLOYER | OF_HOST | _OF_DATABASE
