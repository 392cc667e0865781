"""Reads what people outside the sectors are told: urgent needs, the non-essential, odd NIKs."""

from strp.domain.rules.document import FieldReader
from strp.domain.rules.policy import NonEssential, NoteEffect, UrgentNeed, UrgentOffice
from strp.domain.text import Text


def read_urgent_needs(reader: FieldReader) -> tuple[UrgentNeed, ...]:
    """Read the needs for which a person files alone, each code once."""
    needs: list[UrgentNeed] = []
    for row in reader.rows():
        need = _urgent_need(row)
        if any(need.code == other.code for other in needs):
            row.field("code").slip(_TWICE)
        needs.append(need)
    return tuple(needs)


def _urgent_need(reader: FieldReader) -> UrgentNeed:
    reader.only("code", "name", "evidence")
    return UrgentNeed(
        code=reader.field("code").word(),
        name=reader.field("name").text(),
        evidence=reader.field("evidence").text(),
    )


def read_urgent_office(reader: FieldReader) -> UrgentOffice | None:
    """Read where such a person goes; None where the policy does not say."""
    if not reader.given:
        return None
    reader.only("place", "telephone", "hours", "citation")
    return UrgentOffice(
        place=reader.field("place").text(),
        telephone=reader.field("telephone").string(),
        hours=reader.field("hours").text(),
        citation=reader.field("citation").string(),
    )


def read_non_essential(reader: FieldReader) -> NonEssential:
    """Read what holds for everybody whom no sector names."""
    reader.only("name", "rule", "citation", "objection")
    return NonEssential(
        name=reader.field("name").text(),
        rule=reader.field("rule").text(),
        citation=reader.field("citation").string(),
        objection=reader.field("objection").text(),
    )


def read_note_effects(reader: FieldReader) -> tuple[tuple[str, NoteEffect], ...]:
    """Read what a note on a NIK leads to."""
    reader.only_now(*NIK_NOTES)
    return tuple((name, reader.field(name).choice(NoteEffect)) for name in reader.names())


NIK_NOTES = ("nik-age", "nik-district-unknown")
"""What may be odd about a NIK, as `domain.roster.nik` says it."""
_TWICE = Text("Sudah ada sebelumnya.", "Was there before.")
