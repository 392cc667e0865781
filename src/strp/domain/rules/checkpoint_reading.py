"""Reads the rules of checkpoints: who passes where, on which days, at which hours, by what."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, time, timedelta

from strp.domain.rules.checkpoint import (
    Admits,
    CheckpointRule,
    CheckpointWindow,
    DayKind,
    Document,
    Form,
    Holiday,
    Operator,
    Shown,
    cover_the_day,
)
from strp.domain.rules.document import NO_DAY, FieldReader
from strp.domain.rules.policy import ExemptGroup
from strp.domain.text import Text


def read_groups(reader: FieldReader) -> tuple[ExemptGroup, ...]:
    """Read the groups that need no certificate."""
    groups, words = list[ExemptGroup](), set[str]()
    for row in reader.rows():
        group = _group(row)
        if any(group.code == other.code for other in groups):
            row.field("code").slip(_TWICE)
        groups.append(group)
        if words & {*map(str.casefold, group.roster)}:
            row.field("roster").slip(_WORD_OF_ANOTHER)
        words |= {*map(str.casefold, group.roster)}
    if reader.given and not groups:
        reader.wrong(_EMPTY_LIST)
    return tuple(groups)


def _group(reader: FieldReader) -> ExemptGroup:
    reader.only(*_GROUP_FIELDS)
    only = reader.field("only_at_checkpoints")
    looks, picture = reader.field("looks"), reader.field("picture")
    words = reader.field("roster")
    return ExemptGroup(
        code=reader.field("code").word(),
        name=reader.field("name").text(),
        show_instead=reader.field("show_instead").text(),
        looks=looks.text() if looks.given else None,
        picture=picture.word() if picture.given else "",
        citation=reader.field("citation").string(),
        only_at_checkpoints=only.yes() if only.given else False,
        roster=tuple(row.string() for row in words.rows()) if words.given else (),
    )


def read_documents(reader: FieldReader) -> tuple[Document, ...]:
    """Read what inspectors look at beside or instead of a certificate; none where none is named."""
    documents: dict[str, Document] = {}
    for row in reader.rows() if reader.given else ():
        row.only("code", "name", "looks", "picture", "citation")
        picture = row.field("picture")
        document = Document(
            code=row.field("code").word(),
            name=row.field("name").text(),
            looks=row.field("looks").text(),
            picture=picture.word() if picture.given else "",
            citation=row.field("citation").string(),
        )
        if document.code in documents:
            row.field("code").wrong(_TWICE)
        documents[document.code] = document
    return tuple(documents.values())


def read_holidays(reader: FieldReader) -> tuple[Holiday, ...]:
    """Read public holidays; none where none is named."""
    holidays: dict[date, Holiday] = {}
    for row in reader.rows() if reader.given else ():
        row.only("on", "name", "citation")
        day = row.field("on").day()
        if day in holidays:
            row.field("on").wrong(_TWICE)
        holidays[day] = Holiday(day, row.field("name").text(), row.field("citation").string())
    return tuple(holidays.values())


def read_checkpoints(
    reader: FieldReader,
    *,
    sectors: frozenset[str],
    groups: Collection[str],
    documents: Collection[str],
) -> tuple[CheckpointRule, ...]:
    """Read the rules of checkpoints.

    Args:
        reader: the list of rules.
        sectors: codes of the sectors that a rule may name.
        groups: codes of the groups that need no certificate.
        documents: codes of the documents that a rule may name.
    """
    rules: list[CheckpointRule] = []
    for row in reader.rows():
        rule = _checkpoint(row, sectors, groups, documents)
        if any(rule.code == other.code and _overlap(rule, other) for other in rules):
            row.field("code").wrong(_RULES_OVERLAP)
        rules.append(rule)
    for code in {rule.code: None for rule in rules if rule.days}:
        missing = _missing_days([rule for rule in rules if rule.code == code])
        if missing:
            reader.wrong(_no_rule(code, missing))
    return tuple(rules)


def _checkpoint(
    reader: FieldReader,
    sectors: frozenset[str],
    groups: Collection[str],
    documents: Collection[str],
) -> CheckpointRule:
    reader.only(*_FIELDS)
    first, last = reader.field("from"), reader.field("until")
    operator, form = reader.field("operator"), reader.field("form")
    from_on = first.day() if first.given else None
    until_on = last.day() if last.given else None
    if from_on and until_on and NO_DAY < until_on < from_on:
        last.wrong(_BEFORE_FIRST)
    windows = tuple(_window(row, sectors) for row in reader.field("windows").rows())
    if not cover_the_day(windows):
        reader.field("windows").wrong(_GAPS)
    rule = CheckpointRule(
        code=reader.field("code").word(),
        name=reader.field("name").text(),
        operator=operator.choice(Operator) if operator.given else None,
        from_on=from_on,
        until_on=until_on,
        days=_days(reader.field("days")),
        windows=windows,
        without=_shown(reader.field("without"), "group", groups, NO_SUCH_GROUP),
        instead=_shown(reader.field("instead"), "document", documents, NO_SUCH_DOCUMENT),
        also=_shown(reader.field("also"), "document", documents, NO_SUCH_DOCUMENT, sectors),
        form=form.choice(Form) if form.given else Form.ANY,
        citation=reader.field("citation").string(),
    )
    if windows and not _anybody_passes(rule):
        reader.field("windows").wrong(_NOBODY_PASSES)
    return rule


def _anybody_passes(rule: CheckpointRule) -> bool:
    by_certificate = any(each.admits is not Admits.SECTORS or each.sectors for each in rule.windows)
    return by_certificate or bool(rule.without or rule.instead)


def _days(reader: FieldReader) -> tuple[DayKind, ...]:
    days: dict[DayKind, None] = {}
    for row in reader.rows() if reader.given else ():
        day = row.choice(DayKind)
        if day in days:
            row.wrong(_TWICE)
        days[day] = None
    if reader.given and not days:
        reader.wrong(_EMPTY_LIST)
    return tuple(days)


def _shown(
    reader: FieldReader,
    name: str,
    known: Collection[str],
    unknown: Text,
    sectors: Collection[str] | None = None,
) -> tuple[Shown, ...]:
    """Groups or documents that count at a checkpoint, some of them during some hours.

    Args:
        sectors: that an entry may name beside whose certificates it is carried; None: none may.
    """
    shown: list[Shown] = []
    for row in reader.rows() if reader.given else ():
        row.only(name, "opens", "closes", "citation", *(() if sectors is None else ("sectors",)))
        code = row.field(name).one_of(known, unknown)
        if any(code == other.code for other in shown):
            row.field(name).wrong(_TWICE)
        opens, closes = _hours(row)
        named = read_sectors_of(row.field("sectors"), sectors or ())
        shown.append(Shown(code, row.field("citation").string(), opens, closes, named))
    return tuple(shown)


def read_sectors_of(reader: FieldReader, known: Collection[str]) -> tuple[str, ...]:
    """Sectors of which something is asked; none where it is asked of all.

    Args:
        reader: the list.
        known: codes of the sectors of the policy.
    """
    if not reader.given:
        return ()
    codes = tuple(row.one_of(known, NO_SUCH_SECTOR) for row in reader.rows())
    if not codes:
        reader.wrong(_EMPTY_LIST)
    return codes


def _hours(reader: FieldReader) -> tuple[time, time] | tuple[None, None]:
    opens, closes = reader.field("opens"), reader.field("closes")
    if opens.given != closes.given:
        reader.wrong(_BOTH_HOURS)
    if not (opens.given and closes.given):
        return None, None
    if opens.clock() == closes.clock():
        closes.wrong(_NO_HOURS)
    return opens.clock(), closes.clock()


def _window(reader: FieldReader, sectors: frozenset[str]) -> CheckpointWindow:
    reader.only("opens", "closes", "admits", "sectors")
    named, opens = reader.field("sectors"), reader.field("opens")
    rows = named.rows() if named.given else ()
    codes = tuple(row.one_of(sectors, NO_SUCH_SECTOR) for row in rows)
    if reader.field("admits").says(GROUPS):
        if named.given:
            named.wrong(_SECTORS_WITH_ADMITS)
        return CheckpointWindow(opens.clock(), reader.field("closes").clock(), Admits.SECTORS)
    admits = reader.field("admits").choice(Admits)
    if (admits is Admits.SECTORS) != bool(codes):
        named.wrong(_SECTORS_WITH_ADMITS)
    elif named.given and not codes:
        named.slip(_SECTORS_WITH_ADMITS)
    return CheckpointWindow(opens.clock(), reader.field("closes").clock(), admits, codes)


def _overlap(one: CheckpointRule, other: CheckpointRule) -> bool:
    def after(first: CheckpointRule, second: CheckpointRule) -> bool:
        if first.from_on is None or second.until_on is None:
            return False
        return second.until_on < first.from_on

    if one.days and other.days and not set(one.days) & set(other.days):
        return False
    return not after(one, other) and not after(other, one)


def _missing_days(rules: Sequence[CheckpointRule]) -> list[DayKind]:
    """Kinds of days that no rule of a kind of checkpoint names while another of its rules holds."""
    missing = {kind for day in _edges(rules) for kind in _missing_on(rules, day)}
    return [kind for kind in DayKind if kind in missing]


def _missing_on(rules: Sequence[CheckpointRule], day: date) -> set[DayKind]:
    named = {kind for kind in DayKind if any(rule.holds_on(day, kind) for rule in rules)}
    return set(DayKind) - named if named else set()


def _edges(rules: Sequence[CheckpointRule]) -> Iterator[date]:
    """Days between which nothing changes."""
    yield date.min
    for rule in rules:
        if rule.from_on is not None:
            yield rule.from_on
        if rule.until_on is not None and rule.until_on < date.max:
            yield rule.until_on + timedelta(days=1)


def _no_rule(code: str, missing: Sequence[DayKind]) -> Text:
    days = ", ".join(missing)
    return Text(
        f"Untuk {code} tidak ada aturan pada: {days}. Sebut setiap hari, juga holiday.",
        f"No rule of {code} names: {days}. Name every day, holiday as well.",
    )


GROUPS = "groups"
"""In a window: no certificate admits, only a group of `without` or a document of `instead`."""
_GROUP_FIELDS = (
    "code",
    "name",
    "show_instead",
    "looks",
    "picture",
    "only_at_checkpoints",
    "roster",
    "citation",
)
_FIELDS = (
    "code",
    "name",
    "operator",
    "from",
    "until",
    "days",
    "windows",
    "without",
    "instead",
    "also",
    "form",
    "citation",
)
_TWICE = Text("Sudah ada sebelumnya.", "Was there before.")
_WORD_OF_ANOTHER = Text(
    "Kelompok lain sudah memakai salah satu kata ini.", "Another group has one of these words."
)
_EMPTY_LIST = Text("Daftar tidak boleh kosong.", "The list must not be empty.")
_BEFORE_FIRST = Text("Lebih awal dari hari pertama.", "Is earlier than the first day.")
_BOTH_HOURS = Text(
    "Tulis opens dan closes, atau tidak keduanya.", "Write opens and closes, or none."
)
_NO_HOURS = Text(
    "Sama dengan opens: untuk sepanjang hari jangan tulis jam.",
    "Equals opens: round the clock has no hours.",
)
NO_SUCH_GROUP = Text(
    "Tidak ada kelompok dengan kode ini di exempt.", "There is no group of this code in exempt."
)
NO_SUCH_DOCUMENT = Text(
    "Tidak ada dokumen dengan kode ini di documents.",
    "There is no document of this code in documents.",
)
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
_NOBODY_PASSES = Text(
    "Tidak ada yang dapat lewat di sini pada jam mana pun. Sebut kelompok di without, dokumen di "
    "instead, atau jam dengan holders.",
    "Nobody passes here at any hour. Name a group in without, a document in instead, or hours for "
    "holders.",
)
NO_SUCH_SECTOR = Text("Tidak ada sektor dengan kode ini.", "There is no sector of this code.")
