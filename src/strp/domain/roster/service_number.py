"""Reads the number of who serves the state: NIP of civil servants, NRP of soldiers and police."""

from strp.domain.roster.cells import is_blank, read_digits, text_of

NIP_DIGITS = 18
NRP_DIGITS = 8
_NONE = frozenset({"tidak", "bukan", "bukan pns", "non pns", "swasta", "no", "0"})


def read_nip(cell: object) -> tuple[str | None, str | None]:
    """Read a NIP of 18 digits (Perka BKN 22/2007) or an NRP of 8; either exempts its row.

    Args:
        cell: as filed.

    Returns:
        The digits and None; None and None where it says that there is none; or None and a code.
    """
    if is_blank(cell):
        return None, None
    text = text_of(cell)
    if text is not None and text.casefold() in _NONE:
        return None, None
    nrp, _ = read_digits(cell, NRP_DIGITS)
    return (nrp, None) if nrp else read_digits(cell, NIP_DIGITS)
