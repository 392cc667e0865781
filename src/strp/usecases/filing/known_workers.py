"""Workers whom the period knows already, with this employer or another."""

from collections.abc import Sequence

from strp.domain.identifiers import Nib
from strp.store.filing.engaged import revoked_mark


def known_reasons(nib: Nib, by: Sequence[int]) -> tuple[str, ...]:
    """Why a worker whom the period knows already goes before an officer.

    Args:
        nib: employer that files; it has the worker no more, or never had.
        by: employers that have the worker, and marks of those whose certificate was revoked.
    """
    own = revoked_mark(nib)
    codes = {
        "revoked-before": own in by,
        "revoked-elsewhere": any(each < 0 and each != own for each in by),
        "claimed-elsewhere": any(each >= 0 for each in by),
    }
    return tuple(code for code, so in codes.items() if so)
