"""The compliance report as a file: JSON, CSV, workbook or PDF."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from strp.domain.civil_time import day_text, moment_text
from strp.domain.desk.compliance import (
    MOST_PAIRS,
    SIZE_NAMES,
    SUSPICION,
    ComplianceReport,
    GroupSums,
)
from strp.domain.desk.handover import ReportForm
from strp.domain.employers.activities import ACTIVITIES
from strp.domain.figures.definitions import (
    ASKED,
    AT_UNLISTED_SITES,
    ATTEMPT_WORKERS,
    ATTEMPTS,
    CLAIMED,
    NAMED_TWICE,
    NOT_PROVEN,
    OVER_CAP,
    TAKEN_OFF,
    Figure,
)
from strp.domain.identifiers import format_nib
from strp.domain.text import Text
from strp.outside.machine.confined import ConfinedProcess, Gone
from strp.outside.paper.compliance import print_compliance
from strp.outside.spreadsheets.report_tables import Sheet
from strp.outside.spreadsheets.report_writer import (
    start_report,
    take_report,
    write_document,
    write_sheets,
)
from strp.usecases.desk.compliance import sector_names
from strp.usecases.process.system import System

MEDIA_TYPES: Final = {
    ReportForm.JSON: "application/json",
    ReportForm.CSV: "text/csv; charset=utf-8",
    ReportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportForm.PDF: "application/pdf",
}
MOST_PRINTED: Final = 2_000
"""Employers on paper; past so many the sheets would serve nobody, and the workbook has all."""
EXERCISE: Final = "EXERCISE"
MARK: Final = "LATIHAN – EXERCISE"
FIGURES: Final[Sequence[Figure]] = (
    ATTEMPTS,
    ATTEMPT_WORKERS,
    OVER_CAP,
    NAMED_TWICE,
    NOT_PROVEN,
    AT_UNLISTED_SITES,
    ASKED,
    CLAIMED,
    TAKEN_OFF,
)
"""The numbers of this report, in the order in which they are explained."""
COLUMNS: Final = (
    *("nib", "name", "sector", "sector_name", "activity", "activity_name", "region"),
    *("region_name", "size", "attempts", "workers", "over_cap", "named_by_two", "note"),
)
NOTE: Final = "dugaan, bukan bukti – suspicion, not proof"


async def report_file(
    system: System, report: ComplianceReport, form: ReportForm, gone: Gone | None = None
) -> bytes:
    """The report as bytes to save.

    Made in a process of its own, one at a time: 100,000 employers take seconds. Of a PDF, which
    prints few of them, in a thread.

    Args:
        report: what is said.
        form: kind of file.
        gone: waits until whoever asked is gone; the file is given up then.

    Raises:
        TooMany: more files wait than may.
        Unavailable: `busy`: it took too long.
        InvalidInput: `upload-incomplete`: whoever asked is gone.
    """
    names = await sector_names(system)
    if form is ReportForm.PDF:
        issuer = system.authority.name
        return await system.paper.run(print_compliance, printed(report, names, issuer))
    async with system.report_files.one("report"):
        process = await system.corrections.run(_started, form, report, names)
        return await take_report(process, gone)


def report_name(report: ComplianceReport, form: ReportForm) -> str:
    """Name to save the report under.

    Args:
        report: whose days it names.
        form: kind of file; its ending.
    """
    mark = "latihan-" if report.exercise else ""
    return f"{mark}kepatuhan-{report.span.first}-{report.span.last}.{form}"


def document(report: ComplianceReport) -> dict[str, Any]:
    """The report as JSON says it; `employers` are written behind it, some at a time."""
    return {
        "from": report.span.first,
        "until": report.span.last,
        **({"mark": EXERCISE} if report.exercise else {}),
        "exercise": report.exercise,
        "made_at": report.made_at,
        "note": SUSPICION._asdict(),
        "employers": [],
        "totals": report.totals._asdict(),
        "by_sector": _groups(report.by_sector),
        "by_region": _groups(report.by_region),
        "by_size": _groups(report.by_size),
        "by_activity": _groups(report.by_activity),
        "apart": report.apart._asdict(),
        "named_by_two": [
            {
                "nib": format_nib(each.nib),
                "other_nib": format_nib(each.other_nib),
                "workers": each.workers,
            }
            for each in report.pairs
        ],
        "taken_off": [
            {
                "nib": format_nib(each.nib),
                "name": each.name,
                "about": each.about,
                "decided_on": each.decided_on,
                "attempts": each.attempts,
                "workers": each.workers,
                "over_cap": each.over_cap,
            }
            for each in report.taken_off
        ],
        "definitions": {
            figure.code: {"name": figure.name._asdict(), "meaning": figure.meaning._asdict()}
            for figure in FIGURES
        },
    }


def _employers(report: ComplianceReport) -> Iterator[dict[str, Any]]:
    for each in report.employers:
        yield {
            "nib": format_nib(each.nib),
            "name": each.name,
            "sector": each.sector,
            "region": each.region,
            "attempts": each.attempts,
            "workers": each.workers,
            "over_cap": each.over_cap,
            "region_name": each.region_name,
            "activity": each.activity,
            "size": each.size,
            "named_by_two": each.named_by_two,
        }


def _groups(found: Sequence[GroupSums]) -> list[dict[str, Any]]:
    return [{"code": each.code, **each.sums._asdict()} for each in found]


def _json(report: ComplianceReport, _names: Mapping[str, Text]) -> bytes:
    return write_document(document(report), _employers(report))


def _started(
    form: ReportForm, report: ComplianceReport, names: Mapping[str, Text]
) -> ConfinedProcess:
    return start_report(form, _WRITTEN[form](report, names))


def _rows(report: ComplianceReport, names: Mapping[str, Text]) -> list[tuple[str | int, ...]]:
    note = f"{MARK}; {NOTE}" if report.exercise else NOTE
    return [
        (
            format_nib(each.nib),
            each.name,
            each.sector,
            _name(names, each.sector),
            each.activity,
            _name(ACTIVITIES, each.activity),
            each.region,
            each.region_name,
            each.size.value,
            each.attempts,
            each.workers,
            each.over_cap,
            each.named_by_two,
            note,
        )
        for each in report.employers
    ]


def _csv(report: ComplianceReport, names: Mapping[str, Text]) -> bytes:
    return write_sheets([Sheet("", COLUMNS, _rows(report, names))])


def _workbook(report: ComplianceReport, names: Mapping[str, Text]) -> bytes:
    pairs = [
        (format_nib(each.nib), each.name, format_nib(each.other_nib), each.other_name, each.workers)
        for each in report.pairs
    ]
    taken_off = [
        (
            format_nib(each.nib),
            each.name,
            each.about,
            each.decided_on.isoformat(),
            each.attempts,
            each.workers,
            each.over_cap,
        )
        for each in report.taken_off
    ]
    return write_sheets(
        [
            Sheet("Perusahaan", COLUMNS, _rows(report, names)),
            Sheet("Ringkasan", ("code", "id", "en", "number"), _summary(report, names)),
            Sheet("Dua perusahaan", ("nib", "name", "other_nib", "other_name", "workers"), pairs),
            Sheet(
                "Keberatan dikabulkan",
                ("nib", "name", "about", "decided_on", "attempts", "workers", "over_cap"),
                taken_off,
            ),
        ]
    )


_WRITTEN: Final = {
    ReportForm.JSON: _json,
    ReportForm.CSV: _csv,
    ReportForm.XLSX: _workbook,
}
"""Each as the process that writes files is given it."""


def _summary(report: ComplianceReport, names: Mapping[str, Text]) -> list[tuple[str | int, ...]]:
    """Totals, sums by group, what is counted apart, and what each number means."""
    rows: list[tuple[str | int, ...]] = []
    if report.exercise:
        rows.append(("mark", MARK, MARK, ""))
    first, last = day_text(report.span.first), day_text(report.span.last)
    made = moment_text(report.made_at)
    rows += [
        ("days", f"{first.id} – {last.id}", f"{first.en} – {last.en}", ""),
        ("made_at", made.id, made.en, ""),
        ("note", *SUSPICION, ""),
    ]
    rows += [(f"total.{name}", "", "", sums) for name, sums in report.totals._asdict().items()]
    for prefix, groups, known in (
        ("sector", report.by_sector, names),
        ("region", report.by_region, report.region_texts),
        ("size", report.by_size, SIZE_NAMES),
        ("activity", report.by_activity, ACTIVITIES),
    ):
        for each in groups:
            text = known.get(each.code) or Text(each.code, each.code)
            for name, value in each.sums._asdict().items():
                rows.append((f"{prefix}.{each.code}.{name}", *text, value))
    rows += [(f"apart.{name}", "", "", value) for name, value in report.apart._asdict().items()]
    for figure in FIGURES:
        rows.append((f"definition.{figure.code}", *_explained(figure), ""))
    return rows


def _explained(figure: Figure) -> tuple[str, str]:
    return (
        f"{figure.name.id}: {figure.meaning.id}",
        f"{figure.name.en}: {figure.meaning.en}",
    )


def printed(report: ComplianceReport, names: Mapping[str, Text], issuer: str) -> dict[str, Any]:
    """What the template reads; texts only, so that no content can become markup.

    Args:
        names: of the sectors, by code; beside them what is said, and the authority's name.
    """
    first, last = day_text(report.span.first), day_text(report.span.last)
    span = Text(f"{first.id} – {last.id}", f"{first.en} – {last.en}")
    return {
        "office": issuer,
        "exercise": report.exercise,
        "span": span._asdict(),
        "made": moment_text(report.made_at)._asdict(),
        "suspicion": SUSPICION._asdict(),
        "totals": report.totals._asdict(),
        "groups": [
            {"title": title._asdict(), "rows": _printed_groups(groups, known)}
            for title, groups, known in (
                (Text("Menurut sektor", "By sector"), report.by_sector, names),
                (Text("Menurut wilayah", "By region"), report.by_region, report.region_texts),
                (Text("Menurut ukuran", "By size"), report.by_size, SIZE_NAMES),
                (Text("Menurut kegiatan", "By activity"), report.by_activity, ACTIVITIES),
            )
        ],
        "apart": report.apart._asdict(),
        "employers": [
            {
                "nib": format_nib(each.nib),
                "name": each.name,
                "place": f"{_name(names, each.sector)} · {_name(ACTIVITIES, each.activity)} · "
                f"{each.region_name}",
                "attempts": each.attempts,
                "workers": each.workers,
                "over_cap": each.over_cap,
            }
            for each in report.employers[:MOST_PRINTED]
        ],
        "more": max(0, report.totals.employers - MOST_PRINTED),
        "pairs": [
            {"one": each.name, "other": each.other_name, "workers": each.workers}
            for each in report.pairs[: MOST_PAIRS // 10]
        ],
        "taken_off": [
            {
                "nib": format_nib(each.nib),
                "name": each.name,
                "on": day_text(each.decided_on)._asdict(),
                "attempts": each.attempts,
                "workers": each.workers,
                "over_cap": each.over_cap,
            }
            for each in report.taken_off
        ],
        "figures": [
            {"name": figure.name._asdict(), "meaning": figure.meaning._asdict()}
            for figure in FIGURES
        ],
    }


def _printed_groups(groups: Sequence[GroupSums], known: Mapping[Any, Text]) -> list[dict[str, Any]]:
    return [{"name": _name(known, each.code), **each.sums._asdict()} for each in groups]


def _name(known: Mapping[Any, Text], code: str) -> str:
    text = known.get(code)
    return text.id if text else code
