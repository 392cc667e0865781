"""The places that the caps leave an employer: told before it files, and where a cap refuses.

Source: Instruksi Menteri Dalam Negeri 18/2021, diktum KETIGA huruf c.
"""

from typing import NamedTuple

from strp.domain.employers.caps import UNLIMITED, WHOLE_STAFF, QuotaUse, Staff, quota_limit
from strp.domain.roster.row import SiteType
from strp.domain.screening.screen import NOTHING_USED
from strp.domain.screening.sector_of import SectorClassification


class SitePlaces(NamedTuple):
    """The places of one type of site.

    Args:
        site_type: where.
        percent: share of staff that may be at work, 0–100, or `UNLIMITED`.
        staff: that the share is of; None where nobody has said.
        most: workers that may be at work; None where no number bounds them.
        used: workers that count already: approved, or waiting for an officer.
        lent: places confirmed to people of other employers.
    """

    site_type: SiteType
    percent: int
    staff: int | None
    most: int | None
    used: int
    lent: int

    @property
    def left(self) -> int | None:
        """Places that are free; None where no number bounds them."""
        return None if self.most is None else max(0, self.most - self.used - self.lent)

    @property
    def is_staff_missing(self) -> bool:
        """Whether there is a cap that nobody can work out."""
        return self.staff is None and self.percent < UNLIMITED

    @property
    def is_whole_staff(self) -> bool:
        """Whether everybody may come."""
        return self.percent >= WHOLE_STAFF


def site_places(
    classification: SectorClassification, used: QuotaUse, staff: Staff, lent: QuotaUse
) -> tuple[SitePlaces, ...]:
    """The places by type of site; none where the sector is not known, so that no cap is either.

    Args:
        classification: of the employer.
        used: workers that count against the caps in this period.
        staff: of the employer.
        lent: places at its sites that people of other employers have.
    """
    sector = classification.sector
    if sector is None or classification.exempt:
        return ()
    limit = quota_limit(staff, sector.caps, classification.rounding)
    counted = lent if classification.counts_lent else NOTHING_USED
    return tuple(
        SitePlaces(site, sector.caps[n], staff[n], limit[n], used[n], counted[n])
        for n, site in enumerate((SiteType.SERVICE, SiteType.ADMINISTRATION))
    )
