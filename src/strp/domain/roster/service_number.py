"""Reads the number of who serves the state: NIP of civil servants, NRP of soldiers and police."""

from collections.abc import Container

from strp.domain.roster.cells import is_blank, read_digits, squeeze, text_of
from strp.domain.roster.columns import Column, Header

NIP_DIGITS = 18
NRP_DIGITS = 8
_NONE = frozenset({"tidak", "bukan", "bukan pns", "non pns", "swasta", "no", "0"})


def takes_nrp(header: Header) -> bool:
    """Whether a roster's heading means the number of who serves the state, and no other.

    Many a private company calls its own staff number "Nomor Induk Pegawai": eight digits below
    that exempt nobody.

    Args:
        header: of the roster.
    """
    place = header.places.get(Column.NIP)
    if place is None:
        return False
    heading = squeeze(header.cells[place])
    return any(word in heading for word in ("nip", "nrp", "civilservant"))


def read_nip(
    cell: object, *, with_nrp: bool = True, groups: Container[str] = frozenset()
) -> tuple[str | None, str | None]:
    """Read a NIP of 18 digits (Perka BKN 22/2007), an NRP of 8, or the name of a group without a
    number, such as contract staff of an agency; each exempts its row.

    Args:
        cell: as filed.
        with_nrp: whether eight digits are an NRP here.
        groups: squeezed words that name a group of the policy that needs no permit.

    Returns:
        The digits, or the word, and None; None and None where it says that there is none; or None
        and a code.
    """
    if is_blank(cell):
        return None, None
    text = text_of(cell)
    if text is not None and text.casefold() in _NONE:
        return None, None
    if text is not None and with_nrp and squeeze(text) in groups:
        return squeeze(text), None
    nrp, _ = read_digits(cell, NRP_DIGITS) if with_nrp else (None, None)
    return (nrp, None) if nrp else read_digits(cell, NIP_DIGITS)
