"""Reads the rules of checkpoints: who passes where, on which days, at which hours."""

from strp.domain.rules.document import FieldReader
from strp.domain.rules.policy import Admits, CheckpointRule, CheckpointWindow, cover_the_day
from strp.domain.text import Text


def read_checkpoints(reader: FieldReader, sectors: frozenset[str]) -> tuple[CheckpointRule, ...]:
    """Read the rules of checkpoints.

    Args:
        reader: the list of rules.
        sectors: codes of the sectors that a rule may name.
    """
    rules: list[CheckpointRule] = []
    for row in reader.rows():
        rule = _checkpoint(row, sectors)
        if any(rule.code == other.code and _overlap(rule, other) for other in rules):
            row.field("code").wrong(_RULES_OVERLAP)
        rules.append(rule)
    return tuple(rules)


def _checkpoint(reader: FieldReader, sectors: frozenset[str]) -> CheckpointRule:
    reader.only("code", "name", "from", "until", "windows", "citation")
    first, last = reader.field("from"), reader.field("until")
    windows = tuple(_window(row, sectors) for row in reader.field("windows").rows())
    if not cover_the_day(windows):
        reader.field("windows").wrong(_GAPS)
    return CheckpointRule(
        code=reader.field("code").word(),
        name=reader.field("name").text(),
        from_on=first.day() if first.given else None,
        until_on=last.day() if last.given else None,
        windows=windows,
        citation=reader.field("citation").string(),
    )


def _window(reader: FieldReader, sectors: frozenset[str]) -> CheckpointWindow:
    reader.only("opens", "closes", "admits", "sectors")
    named = reader.field("sectors")
    codes = tuple(row.string() for row in named.rows()) if named.given else ()
    if not sectors.issuperset(codes):
        named.wrong(_NO_SUCH_SECTOR)
    admits = reader.field("admits").choice(Admits)
    if (admits is Admits.SECTORS) != bool(codes):
        named.wrong(_SECTORS_WITH_ADMITS)
    return CheckpointWindow(
        reader.field("opens").clock(), reader.field("closes").clock(), admits, codes
    )


def _overlap(one: CheckpointRule, other: CheckpointRule) -> bool:
    def after(first: CheckpointRule, second: CheckpointRule) -> bool:
        if first.from_on is None or second.until_on is None:
            return False
        return second.until_on < first.from_on

    return not after(one, other) and not after(other, one)


_RULES_OVERLAP = Text(
    "Dua aturan untuk jenis ini berlaku pada hari yang sama.",
    "Two rules of this kind hold on the same day.",
)
_GAPS = Text(
    "Jam harus bersambung dan mencakup satu hari penuh.",
    "The hours must follow each other and cover the whole day once.",
)
_SECTORS_WITH_ADMITS = Text(
    "Isi sectors hanya bila admits bernilai sectors.",
    "Name sectors where admits is sectors, and only there.",
)
_NO_SUCH_SECTOR = Text("Tidak ada sektor dengan kode ini.", "There is no sector of this code.")
