"""Where certificates that closures or hosts suspend have their status, as it was read last.

A closure writes nothing to certificates: who builds a status list asks which employers are closed
and suspends the places of their certificates in it. What was read is kept as long as the closure is
in force, so that a hundred thousand certificates are read once and not every few seconds.
"""

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from strp.domain.civil_time import civil_day
from strp.domain.identifiers import Nib
from strp.store.certificates import issued
from strp.store.employers import closures, hostings
from strp.store.employers.hostings import Site
from strp.store.engine.database import Connection

# A certificate that was being issued when the closure began is stored within this time; until then
# the places are read again each time. Later none can come: issuing leaves out who is closed.
SETTLED_AFTER = timedelta(minutes=1)
# Approvals for a site whose host is closed go on, so its places are read again and again.
SITES_KEPT_FOR = timedelta(seconds=20)

# An employer that is closed, or an employer at a host that lets it in no more.
Suspended = Nib | Site


@dataclass(slots=True)
class _Places:
    """Places of one employer by list, four bytes each, and when they were read."""

    first_read_at: datetime
    read_at: datetime
    by_list: dict[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class ClosedPlaces:
    """Places in status lists that closures suspend."""

    _known: dict[Suspended, _Places] = field(default_factory=dict)

    async def refresh(self, conn: Connection, now: datetime) -> None:
        """Read who is closed now, which sites let nobody in, and the places of those who are new.

        Args:
            conn: the database.
            now: aware.
        """
        closed = sorted({each.nib for each in await closures.closures_in_force(conn, now)})
        sites = await hostings.lapsed(conn, civil_day(now), closed)
        for each in self._known.keys() - {*closed, *sites}:
            del self._known[each]
        found: dict[Suspended, dict[int, bytes]] = {}
        unsettled = [nib for nib in closed if not self._is_settled(nib)]
        if unsettled:
            found |= {nib: {} for nib in unsettled}
            for nib, number, places in await issued.places_of_employers(conn, unsettled):
                found[nib][number] = places
        for site in sites:
            if not self._is_fresh(site, now):
                found[site] = dict(await issued.places_at_host(conn, site))
        for each, by_list in found.items():
            known = self._known.get(each)
            self._known[each] = _Places(known.first_read_at if known else now, now, by_list)

    def version(self, number: int) -> Mapping[Suspended, bytes]:
        """What closures suspend in a list, to be compared with what they did before."""
        return {
            each: places.by_list[number]
            for each, places in self._known.items()
            if number in places.by_list
        }

    def _is_settled(self, nib: Nib) -> bool:
        known = self._known.get(nib)
        return known is not None and known.read_at - known.first_read_at >= SETTLED_AFTER

    def _is_fresh(self, site: Site, now: datetime) -> bool:
        """Whether the places at a site were read lately: an officer may approve for it later."""
        known = self._known.get(site)
        return known is not None and abs(now - known.read_at) < SITES_KEPT_FOR


def indexes(version: Mapping[Suspended, bytes]) -> Iterator[int]:
    """The suspended indexes of a list, from `ClosedPlaces.version`."""
    for places in version.values():
        yield from unpack_places(places)


def unpack_places(places: bytes) -> Sequence[int]:
    """Indexes of a list that came as one value, four bytes each (big-endian)."""
    numbers = array("I", places)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
