"""Caps on the people at work by site type, counted over all filings of a period.

Source: Instruksi Menteri Dalam Negeri 18/2021, diktum KETIGA huruf c: the share of staff that may
work on site, apart for service or production sites and for offices.
"""

from enum import StrEnum
from typing import NamedTuple

WHOLE_STAFF = 100
"""Percent: a cap that is none."""
UNLIMITED = WHOLE_STAFF + 1
"""A cap that does not look at staff at all, such as for partners whom nobody counts as staff."""


class QuotaRounding(StrEnum):
    """How a share of staff that is not a whole number is rounded."""

    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"


class Caps(NamedTuple):
    """Share of staff that may work on site, in percent (0–100, or `UNLIMITED`), by site type."""

    service: int
    administration: int


def percent_or_word(cap: int) -> int | str:
    """A cap as people read it: percent, or `unlimited`."""
    return "unlimited" if cap >= UNLIMITED else cap


class Staff(NamedTuple):
    """Staff of an employer by site type; None where nobody has said."""

    service: int | None
    administration: int | None


class OutsourcedCaps(StrEnum):
    """Which caps count people whom other employers send to an employer's sites."""

    HOST = "host"
    APART = "apart"


class OutsourcedRule(NamedTuple):
    """How many people of other employers may work at an employer's sites.

    Args:
        caps: `host`: they count under the caps of the site's employer, beside its own people;
            `apart`: only the number that was confirmed bounds them.
        host_confirms_percent: what the host's representative may confirm in all, as a share of
            the host's staff by site type; an officer may confirm more.
    """

    caps: OutsourcedCaps = OutsourcedCaps.HOST
    host_confirms_percent: int = 100


UNDER_HOST = OutsourcedRule()


class QuotaUse(NamedTuple):
    """What an employer has taken over all filings of a period.

    Args:
        service: workers that count against the cap of service and production sites.
        administration: workers that count against the cap of offices.
        claims_told: times a worker went before an officer because another employer has them.
    """

    service: int = 0
    administration: int = 0
    claims_told: int = 0

    def plus(self, service: int = 0, administration: int = 0) -> "QuotaUse":
        """The use after some workers came (positive) or went (negative).

        Args:
            service: workers at service and production sites.
            administration: workers in offices.
        """
        return QuotaUse(
            self.service + service, self.administration + administration, self.claims_told
        )


class QuotaLimit(NamedTuple):
    """Most workers that may be let in by site type; None where no number bounds them.

    That is where the whole staff may come, and where staff is unknown: such workers are referred.
    """

    service: int | None
    administration: int | None


def quota_limit(staff: Staff, caps: Caps, rounding: QuotaRounding) -> QuotaLimit:
    """Turn shares of staff into whole workers.

    A cap of 100 percent is none: whoever works there may come, also whom the registry does not
    count. A site that must work, however small, has at least one.

    Args:
        staff: whom the employer has, by site type; None where unknown.
        caps: share of them that may come, in percent by site type.
        rounding: what becomes of a fraction of a worker.
    """
    return QuotaLimit(
        _share(staff.service, caps.service, rounding),
        _share(staff.administration, caps.administration, rounding),
    )


def _share(staff: int | None, percent: int, rounding: QuotaRounding) -> int | None:
    if staff is None or percent >= 100:
        return None
    share = (staff * percent + _ADDED[rounding]) // 100
    return max(share, 1) if staff and percent else share


# In hundredths of a worker, before the fraction is cut off; a half goes up.
_ADDED = {QuotaRounding.DOWN: 0, QuotaRounding.NEAREST: 50, QuotaRounding.UP: 99}
