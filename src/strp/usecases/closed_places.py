"""Where the certificates of closed employers have their status, as this process read it last.

A closure writes nothing to certificates: who builds a status list asks which employers are closed
and suspends the places of their certificates in it. What was read is kept as long as the closure is
in force, so that a hundred thousand certificates are read once and not every few seconds.
"""

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from strp.domain.identifiers import Nib
from strp.store import certificates, closures
from strp.store.database import Connection

# A certificate that was being issued when the closure began is stored within this time; until then
# the places are read again each time. Later none can come: issuing leaves out who is closed.
SETTLED_AFTER = timedelta(minutes=1)


@dataclass(slots=True)
class _Places:
    """Places of one employer by list, four bytes each, and when they were read."""

    first_read_at: datetime
    read_at: datetime
    by_list: dict[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class ClosedPlaces:
    """Places in status lists that closures suspend."""

    _known: dict[Nib, _Places] = field(default_factory=dict)

    async def refresh(self, conn: Connection, now: datetime) -> None:
        """Read who is closed now, and the places of those who are new among them.

        Args:
            conn: the database.
            now: aware.
        """
        closed = {each.nib for each in await closures.closures_in_force(conn, now)}
        for nib in self._known.keys() - closed:
            del self._known[nib]
        unsettled = sorted(nib for nib in closed if not self._is_settled(nib))
        if not unsettled:
            return
        found: dict[Nib, dict[int, bytes]] = {nib: {} for nib in unsettled}
        for nib, number, places in await certificates.places_of_employers(conn, unsettled):
            found[nib][number] = places
        for nib, by_list in found.items():
            known = self._known.get(nib)
            self._known[nib] = _Places(known.first_read_at if known else now, now, by_list)

    def version(self, number: int) -> Mapping[Nib, bytes]:
        """What closures suspend in a list, to be compared with what they did before."""
        return {
            nib: places.by_list[number]
            for nib, places in self._known.items()
            if number in places.by_list
        }

    def _is_settled(self, nib: Nib) -> bool:
        known = self._known.get(nib)
        return known is not None and known.read_at - known.first_read_at >= SETTLED_AFTER


def indexes(version: Mapping[Nib, bytes]) -> Iterator[int]:
    """The suspended indexes of a list, from `ClosedPlaces.version`."""
    for places in version.values():
        yield from unpack_places(places)


def unpack_places(places: bytes) -> Sequence[int]:
    """Indexes of a list that came as one value, four bytes each (big-endian)."""
    numbers = array("I", places)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
