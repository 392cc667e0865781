"""Reads the sectors of a policy and what business classes lead to."""

from enum import StrEnum

from strp.domain.employers.caps import UNLIMITED, WHOLE_STAFF, Caps
from strp.domain.rules.checkpoint_reading import NO_SUCH_SECTOR
from strp.domain.rules.document import FieldReader
from strp.domain.rules.kbli_mapping import (
    DIVISIONS,
    DIVISIONS_OF,
    KbliMapping,
    MappingDecision,
)
from strp.domain.rules.policy import Sector, SectorClass
from strp.domain.text import Text

NO_LIMIT = "unlimited"


class ExemptFor(StrEnum):
    """Whose people need no certificate in an exempt sector; others go before an officer."""

    GOVERNMENT = "government"
    EVERYBODY = "everybody"


def read_sectors(reader: FieldReader) -> tuple[Sector, ...]:
    """Read the sectors, each code once."""
    sectors: dict[str, Sector] = {}
    for row in reader.rows():
        sector = _sector(row)
        if sector.code in sectors:
            row.field("code").wrong(_TWICE)
        sectors[sector.code] = sector
    return tuple(sectors.values())


def _sector(reader: FieldReader) -> Sector:
    reader.only("code", "class", "name", "caps", "citation", "evidence", "remarks", "exempt_for")
    caps = reader.field("caps")
    caps.only("service", "administration")
    evidence, remarks = reader.field("evidence"), reader.field("remarks")
    exempt_for, class_ = reader.field("exempt_for"), reader.field("class").choice(SectorClass)
    if exempt_for.given and class_ is not SectorClass.EXEMPT:
        exempt_for.wrong(_ONLY_WITH_EXEMPT)
    whom = exempt_for.choice(ExemptFor) if exempt_for.given else ExemptFor.GOVERNMENT
    return Sector(
        code=reader.field("code").string(),
        class_=class_,
        name=reader.field("name").text(),
        caps=Caps(_cap(caps.field("service")), _cap(caps.field("administration"))),
        citation=reader.field("citation").string(),
        evidence=tuple(row.text() for row in evidence.rows()) if evidence.given else (),
        remarks=remarks.text() if remarks.given else None,
        frees_all=whom is ExemptFor.EVERYBODY,
    )


def _cap(reader: FieldReader) -> int:
    """A share of staff in percent, or `unlimited`."""
    return UNLIMITED if reader.says(NO_LIMIT) else reader.number(0, WHOLE_STAFF)


def read_kbli(reader: FieldReader, sectors: frozenset[str]) -> tuple[KbliMapping, ...]:
    """Read what business classes lead to.

    Args:
        reader: the list of mappings.
        sectors: codes of the sectors that a row may name.
    """
    mappings: dict[tuple[int, str], KbliMapping] = {}
    for row in reader.rows():
        mapping = _mapping(row, sectors)
        if (mapping.edition, mapping.prefix) in mappings:
            row.field("prefix").wrong(_TWICE)
        mappings[mapping.edition, mapping.prefix] = mapping
    return tuple(mappings.values())


def _mapping(reader: FieldReader, sectors: frozenset[str]) -> KbliMapping:
    reader.only("prefix", "edition", "sector", "decision", "note")
    decision = reader.field("decision").choice(MappingDecision)
    sector = reader.field("sector")
    code = sector.one_of(sectors, NO_SUCH_SECTOR) if sector.given else None
    if code is None and decision is MappingDecision.AUTO:
        sector.wrong(_AUTO_NEEDS_SECTOR)
    prefix, edition = reader.field("prefix"), reader.field("edition").number(1968, 2100)
    digits = prefix.digits(2, 5)
    if edition == DIVISIONS_OF and digits[:2] not in DIVISIONS:
        prefix.slip(_NO_SUCH_DIVISION)
    return KbliMapping(
        prefix=digits,
        edition=edition,
        sector=code,
        decision=decision,
        note=reader.field("note").text(),
    )


_NO_SUCH_DIVISION = Text(
    f"KBLI {DIVISIONS_OF} tidak mengenal golongan pokok ini (dua angka pertama).",
    f"KBLI {DIVISIONS_OF} has no such division (first two digits).",
)
_TWICE = Text("Sudah ada sebelumnya.", "Was there before.")
_ONLY_WITH_EXEMPT = Text(
    "Hanya untuk sektor dengan class: exempt.", "Only for a sector with class: exempt."
)
_AUTO_NEEDS_SECTOR = Text("Keputusan auto perlu sektor.", "The decision auto needs a sector.")
