"""The morning brief: one page with the numbers of a day, for those who answer for the city."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from strp.domain.civil_time import civil_day, day_text, moment_text
from strp.domain.desk.brief import (
    DAYS_BEFORE,
    FIGURES,
    Brief,
    NonEssential,
    sum_of,
    unusual,
    value_of,
)
from strp.domain.desk.compliance import Span, read_span
from strp.domain.desk.day_figures import DayFigures, Sums, bounds_of
from strp.domain.figures import definitions as figure
from strp.domain.people.account import Actor, may_read_reports, not_your_task
from strp.domain.screening.reasons import reason_text
from strp.domain.text import Language, Text
from strp.outside.paper.brief import brief_page, print_brief
from strp.store.desk import compliance as listed
from strp.store.desk import figures as store
from strp.store.engine.database import Connection
from strp.usecases.desk.compliance import EVERYBODY, is_exercise, sector_names
from strp.usecases.desk.figures import read_day
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

EXERCISE: Final = "EXERCISE"
_HOURLY: Final = (figure.VISITS, figure.APPLICATIONS, figure.DECIDED)


class BriefForm(StrEnum):
    """Forms of the brief."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"


MEDIA_TYPES: Final = {
    BriefForm.HTML: "text/html; charset=utf-8",
    BriefForm.PDF: "application/pdf",
    BriefForm.JSON: "application/json",
}


async def make_brief(system: System, actor: Actor, day: str, origin: Text | None = None) -> Brief:
    """The brief of a day, of one moment of the database.

    Args:
        system: the installation.
        actor: a supervisor, an auditor, or the operator.
        day: in Jakarta, as typed.
        origin: where the numbers come from, where they are not those of a day that happened.

    Raises:
        Forbidden: the actor reads no reports.
        InvalidInput: `report-days`: it is no day, or lies in the future.
    """
    if not may_read_reports(actor):
        raise not_your_task()
    now = system.clock()
    wanted = read_span(day, day, civil_day(now)).first
    exercise = await is_exercise(system)
    sectors = await sector_names(system)
    async with system.database.transaction() as conn:
        await listed.read_days(conn, Span(wanted, wanted), exercise=exercise)
        figures = await read_day(conn, wanted, exercise=exercise)
        before = await _days_before(conn, wanted, exercise=exercise)
        apart = await _non_essential(conn)
        is_today = wanted == civil_day(now)
        backlog = sum((await store.read_backlog(conn, now)).values()) if is_today else None
    return Brief(
        figures=figures,
        before=before,
        non_essential=apart,
        backlog=backlog,
        reasons=await reason_names(system, figures),
        sectors=sectors,
        made_at=now,
        is_whole=not is_today,
        origin=origin,
    )


async def brief_file(system: System, brief: Brief, language: Language, form: BriefForm) -> bytes:
    """The brief as bytes to save.

    Args:
        system: the installation.
        brief: of a day.
        language: of the reader; JSON has both.
        form: of the file.
    """
    if form is BriefForm.JSON:
        return msgspec.json.format(msgspec.json.encode(document(brief)), indent=2) + b"\n"
    sheet = sheet_of(brief, language, system.authority.name)
    if form is BriefForm.HTML:
        return brief_page(sheet).encode()
    return await system.paper.run(print_brief, sheet)


def brief_name(brief: Brief, form: BriefForm) -> str:
    """Name to save the brief under.

    Args:
        brief: of a day.
        form: of the file.
    """
    mark = "latihan-" if brief.figures.exercise else ""
    return f"{mark}ringkasan-{brief.figures.day}.{form}"


def document(brief: Brief) -> dict[str, Any]:
    """The brief as JSON says it."""
    figures = brief.figures
    yesterday = brief.before.get(figures.day - timedelta(days=1))
    return {
        "date": figures.day,
        **({"mark": EXERCISE} if figures.exercise else {}),
        "exercise": figures.exercise,
        **({} if brief.origin is None else {"origin": brief.origin._asdict()}),
        "made_at": brief.made_at,
        "day_is_over": brief.is_whole,
        "numbers": {each.code: value_of(brief, each.code) for each in FIGURES},
        "day_before": None if yesterday is None else numbers_of(yesterday),
        "usual": None if brief.usual is None else numbers_of(brief.usual),
        "unusual": [each._asdict() for each in unusual(brief)],
        "by_hour": [
            {"hour": hour, **numbers_of(sums)} for hour, sums in enumerate(figures.by_hour)
        ],
        "by_sector": _grouped(figures.by_sector),
        "by_region": _grouped(figures.by_region),
        "refused_for": dict(figures.by_reason),
        "returned_for": dict(figures.returned_for),
        "days_before": [
            {"date": day, **numbers_of(sums)} for day, sums in sorted(brief.before.items())
        ],
        "definitions": {
            each.code: {"name": each.name._asdict(), "meaning": each.meaning._asdict()}
            for each in FIGURES
        },
    }


def numbers_of(sums: Sums) -> dict[str, float | int | None]:
    """The numbers of some hours by their codes."""
    return {each.code: sum_of(sums, each.code) for each in FIGURES if hasattr(sums, each.code)}


def _grouped(groups: Mapping[str, Sums]) -> dict[str, dict[str, float | int | None]]:
    wanted = {"applications", "workers_filed", "approved", "refused", "returned", "decided"}
    return {
        code: {name: number for name, number in numbers_of(sums).items() if name in wanted}
        for code, sums in groups.items()
    }


def sheet_of(brief: Brief, language: Language, office: str) -> dict[str, Any]:
    """The brief as one page shows it; texts and numbers only.

    Args:
        brief: of a day.
        language: of the reader.
        office: who answers for what is issued.
    """
    figures, usual = brief.figures, brief.usual
    yesterday = brief.before.get(figures.day - timedelta(days=1))

    def say(text: Text) -> str:
        return text.in_(language)

    def shown(number: float | int | None) -> str:
        return in_words(number, language)

    return {
        "language": language.value,
        "office": office,
        "title": say(_TITLE),
        "day": say(day_text(figures.day)),
        "made": say(_made(brief)),
        "mark": say(_MARK) if figures.exercise else "",
        "origin": "" if brief.origin is None else say(brief.origin),
        "unusual_title": say(_UNUSUAL),
        "unusual": [say(each) for each in unusual(brief)] or [say(_USUAL_DAY)],
        "heads": [say(each) for each in _HEADS],
        "rows": [
            [
                say(each.name),
                shown(value_of(brief, each.code)),
                shown(None if yesterday is None else sum_of(yesterday, each.code)),
                shown(None if usual is None else sum_of(usual, each.code)),
            ]
            for each in FIGURES
        ],
        "plots": [
            {
                "title": f"{say(each.name)}: {say(_BY_HOUR)}",
                "values": [sum_of(sums, each.code) or 0 for sums in figures.by_hour],
                "labels": [f"{hour:02}" for hour in range(24)],
            }
            for each in _HOURLY
        ]
        + _trend(brief, say),
        "reasons_title": say(_REASONS),
        "reasons": [
            [say(brief.reasons.get(code, Text(code, code))), shown(number)]
            for code, number in list(figures.by_reason.items())[:5]
        ],
        "definitions_title": say(_DEFINITIONS),
        "definitions": [[say(each.name), say(each.meaning)] for each in FIGURES],
    }


def in_words(number: float | int | None, language: Language) -> str:
    """A number as the reader writes it; a dash where there is none.

    Args:
        number: whole, or a share in percent.
        language: of the reader.
    """
    if number is None:
        return "–"
    text = f"{number:,.1f} %" if isinstance(number, float) else f"{number:,}"
    return text if language is Language.EN else text.translate(_SWAPPED)


def _trend(brief: Brief, say: Any) -> list[dict[str, Any]]:
    """Applications of the days before, where there are any."""
    if not brief.before:
        return []
    days = [*sorted(brief.before), brief.figures.day]
    sums = {**brief.before, brief.figures.day: brief.figures.totals}
    return [
        {
            "title": f"{say(figure.APPLICATIONS.name)}: {say(_BY_DAY)}",
            "values": [sums[day].applications for day in days],
            "labels": [f"{day.day}/{day.month}" for day in days],
        }
    ]


async def _days_before(conn: Connection, day: date, *, exercise: bool) -> dict[date, Sums]:
    until, _ = bounds_of(day)
    since, _ = bounds_of(day - timedelta(days=DAYS_BEFORE))
    return await store.read_days(conn, since, until, exercise=exercise)


async def _non_essential(conn: Connection) -> NonEssential:
    """Of the day whose counts this transaction has read."""
    apart = await listed.apart_of(conn)
    tried = [each for each in await listed.groups_of(conn, EVERYBODY) if each.sums.attempts]
    return NonEssential(
        employers=sum(each.sums.employers for each in tried),
        attempts=sum(each.sums.attempts for each in tried),
        asked=apart.asked,
        claimed=apart.claimed,
    )


async def reason_names(system: System, figures: DayFigures) -> dict[str, Text]:
    """Names of the reasons for which workers were refused or returned, by code."""
    policy, known = await policy_if_any(system), system.reasons.by_code
    codes = [*figures.by_reason, *figures.returned_for]
    if policy is None:
        return {}
    return {
        code: known[code].text if code in known else reason_text(code, policy)[0]
        for code in codes
        if code
    }


def _made(brief: Brief) -> Text:
    at = moment_text(brief.made_at)
    if brief.is_whole:
        return Text(f"Hari penuh. Dibuat {at.id}.", f"The whole day. Made {at.en}.")
    return Text(
        f"Hari masih berjalan. Angka sampai {at.id}.",
        f"The day goes on. Numbers until {at.en}.",
    )


_SWAPPED: Final = str.maketrans(",.", ".,")
_TITLE: Final = Text("Ringkasan STRP", "STRP morning brief")
_MARK: Final = Text("LATIHAN – EXERCISE", "EXERCISE – LATIHAN")
_UNUSUAL: Final = Text("Yang perlu diketahui", "What stands out")
_USUAL_DAY: Final = Text("Tidak ada yang luar biasa.", "Nothing out of the ordinary.")
_HEADS: Final = (
    Text("Angka", "Number"),
    Text("Hari ini", "This day"),
    Text("Sehari sebelumnya", "Day before"),
    Text("Rata-rata minggu sebelumnya", "Mean of the week before"),
)
_BY_HOUR: Final = Text("menurut jam", "by hour")
_BY_DAY: Final = Text("menurut hari", "by day")
_REASONS: Final = Text("Alasan penolakan", "Reasons of refusal")
_DEFINITIONS: Final = Text("Arti angka", "What the numbers mean")
