"""From the business classes of a newer edition back to those that a policy maps.

A class of the newer edition may come from several of the older one (a merge), and one of the older
may have gone to several (a split). Only where every way leads to the same sector and decision does
the mapping hold for the newer class; else an officer names the sector.
"""

from collections.abc import Sequence
from typing import NamedTuple

from strp.domain.rules.document import FieldReader
from strp.domain.text import Text


class BridgeRow(NamedTuple):
    """Classes of the newer edition whose digits changed their meaning.

    Args:
        prefix: of the newer edition.
        origins: prefixes of the older edition that they come from.
    """

    prefix: str
    origins: tuple[str, ...]


class KbliBridge(NamedTuple):
    """Where the classes of one edition come from in another.

    Args:
        edition: year of the newer one.
        origin: year of the older one, which the policy maps.
        same: prefixes below which all digits mean what they meant before.
        rows: the others; the longest prefix counts, among `same` as well.
        citation: where the newer edition is published.
    """

    edition: int
    origin: int
    same: tuple[str, ...]
    rows: tuple[BridgeRow, ...]
    citation: str

    def origins_of(self, code: str) -> tuple[str, ...]:
        """Prefixes of the older edition that a class comes from; none where nobody has said.

        Args:
            code: of the newer edition, 2–5 digits.
        """
        found = [(row.prefix, row.origins) for row in self.rows if code.startswith(row.prefix)]
        found += [(prefix, (code,)) for prefix in self.same if code.startswith(prefix)]
        if not found:
            return ()
        return max(found, key=lambda each: len(each[0]))[1]


def read_bridges(reader: FieldReader, mapped: Sequence[int]) -> tuple[KbliBridge, ...]:
    """Read where the classes of other editions come from; none where the policy does not say.

    Args:
        reader: the list.
        mapped: editions that the policy maps.
    """
    bridges: dict[int, KbliBridge] = {}
    for row in reader.rows() if reader.given else ():
        bridge = _bridge(row, mapped)
        if bridge.edition in bridges:
            row.field("edition").wrong(_TWICE)
        bridges[bridge.edition] = bridge
    return tuple(bridges.values())


def _bridge(reader: FieldReader, mapped: Sequence[int]) -> KbliBridge:
    reader.only("edition", "from", "same", "rows", "citation")
    edition, origin = reader.field("edition"), reader.field("from")
    years = edition.number(1968, 2100), origin.number(1968, 2100)
    if years[0] in mapped:
        edition.wrong(_MAPPED_ALREADY)
    if years[1] not in mapped:
        origin.wrong(_NOT_MAPPED)
    same, rows = reader.field("same"), reader.field("rows")
    taken: set[str] = set()
    return KbliBridge(
        edition=years[0],
        origin=years[1],
        same=tuple(_once(row, taken) for row in same.rows()) if same.given else (),
        rows=tuple(_row(row, taken) for row in rows.rows()) if rows.given else (),
        citation=reader.field("citation").string(),
    )


def _row(reader: FieldReader, taken: set[str]) -> BridgeRow:
    reader.only("prefix", "from")
    prefix = _once(reader.field("prefix"), taken)
    return BridgeRow(prefix, tuple(row.digits(2, 5) for row in reader.field("from").rows()))


def _once(reader: FieldReader, taken: set[str]) -> str:
    prefix = reader.digits(2, 5)
    if prefix in taken:
        reader.wrong(_TWICE)
    taken.add(prefix)
    return prefix


_TWICE = Text("Sudah ada sebelumnya.", "Was there before.")
_MAPPED_ALREADY = Text(
    "Edisi ini sudah dipetakan langsung oleh mappings.",
    "This edition is mapped by mappings itself.",
)
_NOT_MAPPED = Text(
    "Tidak ada baris mappings dari edisi ini.", "No row of mappings is of this edition."
)
