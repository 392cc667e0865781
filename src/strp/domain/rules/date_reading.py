"""Reads the days of a policy: when it holds, and the period of its certificates."""

from datetime import date

from strp.domain.identifiers import PeriodId
from strp.domain.rules.document import NO_DAY, FieldReader
from strp.domain.rules.policy import Period
from strp.domain.text import Text

TODAY = "today"


def read_effective_until(reader: FieldReader, follows_today: bool) -> date | None:
    """Read the last day; None while nothing ends the policy, and for an exercise.

    Args:
        reader: the whole file.
        follows_today: whether it is an exercise.
    """
    until = reader.field("effective_until")
    if follows_today and until.given and not until.says(TODAY):
        until.slip(_MUST_BE_TODAY)
    if follows_today or not until.given:
        return None
    last = until.day()
    if NO_DAY < last < reader.field("effective_from").day():
        until.wrong(_BEFORE_FIRST)
    return last


def read_period(reader: FieldReader, follows_today: bool) -> Period:
    """Read the span that certificates are valid for.

    Args:
        reader: of the period.
        follows_today: whether it is an exercise.
    """
    reader.only("number", "code", "name", "from", "until", "citation")
    first = read_dated(reader.field("from"), follows_today)
    last = read_dated(reader.field("until"), follows_today)
    if NO_DAY < last < first:
        reader.field("until").wrong(_BEFORE_FIRST)
    citation = reader.field("citation")
    if citation.given:
        citation.string_now()
    return Period(
        number=PeriodId(reader.field("number").number(1, 32767)),
        code=reader.field("code").string(),
        name=reader.field("name").text(),
        starts_on=first,
        ends_on=last,
        exercise=follows_today,
    )


def read_dated(reader: FieldReader, follows_today: bool) -> date:
    """A day; an exercise writes `today` instead, and its dates are put in when it is read.

    Args:
        reader: of the day.
        follows_today: whether it is an exercise.
    """
    if not follows_today:
        return reader.day()
    if reader.string(TODAY) != TODAY:
        reader.wrong(_MUST_BE_TODAY)
    return NO_DAY


_BEFORE_FIRST = Text("Lebih awal dari hari pertama.", "Is earlier than the first day.")
_MUST_BE_TODAY = Text(
    "Aturan latihan mengikuti hari ini: tulis today.",
    "An exercise follows today: write today.",
)
