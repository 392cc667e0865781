"""Who has which worker in a period, as a filing reads it."""

from collections.abc import Sequence
from typing import NamedTuple


def revoked_mark(nib: int) -> int:
    """What stands for an employer in `engagement` where a worker's certificate was revoked there.

    Not a NIB, so that the worker is nobody's and may be filed again; a negative number, and one
    for each employer, since an employer may be told of its own revocations alone.
    """
    return -1 - nib


class Engaged(NamedTuple):
    """Employers that have a worker in the period, by the worker's keyed index."""

    employers: dict[bytes, tuple[int, ...]]

    def by(self, nik_index: bytes, nib: int) -> bool:
        """Whether this employer has this worker.

        Args:
            nik_index: keyed index of the worker's NIK.
            nib: of the employer.
        """
        return nib in self.employers.get(nik_index, ())

    def add(self, nik_indexes: Sequence[bytes], nib: int) -> None:
        """Enter workers whom this employer has now.

        Args:
            nik_indexes: keyed indexes of the workers' NIK, none of whom it has yet.
            nib: of the employer.
        """
        known = self.employers.keys() & nik_indexes
        held = {nik_index: (*self.employers[nik_index], nib) for nik_index in known}
        self.employers.update(dict.fromkeys(nik_indexes, (nib,)))
        self.employers.update(held)

    def remove(self, nik_index: bytes, nib: int) -> None:
        """Take out a worker whom this employer has no more.

        Args:
            nik_index: keyed index of the worker's NIK.
            nib: of the employer; one that does not have the worker changes nothing.
        """
        left = tuple(each for each in self.employers.get(nik_index, ()) if each != nib)
        if left:
            self.employers[nik_index] = left
        else:
            self.employers.pop(nik_index, None)
