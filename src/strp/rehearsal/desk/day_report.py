"""The report of a rehearsed day at the desk: one JSON document, and a page with plots."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from strp.domain.text import Text
from strp.rehearsal.desk.day import DeskTally, waits_by_hour
from strp.rehearsal.desk.forecast_trial import Trial, coverage_percent, median_error_percent
from strp.rehearsal.reports.page import draw, page_of
from strp.rehearsal.reports.verdict import OF_DESK, judge
from strp.usecases.rehearsal.desk import DeskOutcome


def desk_report(
    tally: DeskTally,
    outcome: DeskOutcome,
    trials: Sequence[Trial],
    *,
    applications: int,
    officers: int,
) -> dict[str, Any]:
    """What the contract names first, then the rest.

    Args:
        tally: what was counted from outside.
        outcome: what the database says.
        trials: forecasts of simulated days.
        applications: that were to come.
        officers: who were signed in.
    """
    within = tally.within_promise()
    filed = len(tally.filed_at)
    return {
        "applications": filed,
        "decided": len(tally.decided_at),
        "within_sla": within,
        "late": filed - within,
        "double_decisions": outcome.decided_twice + tally.double_claims,
        "lost_leases": filed - outcome.decided - outcome.on_desk,
        "forecast_median_error_percent": round(median_error_percent(trials), 1),
        "interval_coverage_percent": round(coverage_percent(trials), 1),
        "applications_wanted": applications,
        "officers": officers,
        "officers_crashed": tally.crashed,
        "found_after_the_day": outcome.found_again,
        "answers_refused": {str(status): n for status, n in sorted(tally.refused.items())},
        "forecasts": len(trials),
    }


def write_desk_report(folder: Path, report: dict[str, Any], tally: DeskTally) -> Path:
    """Write `report.json` and `report.html`; returns the page.

    Args:
        folder: is made where it is missing; an earlier report in it is replaced.
        report: what JSON can hold.
        tally: what was counted from outside; moments in seconds since the day began.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    filed, decided, waiting = waits_by_hour(tally)
    hours = [7.5 + n for n in range(len(filed))]
    plots = [
        (
            Text("Diajukan dan diputus setiap jam", "Filed and decided each hour"),
            draw({"filed": filed, "decided": decided}, hours, "WIB"),
        ),
        (
            Text("Menunggu di antrean", "Waiting at the desk"),
            draw({"waiting": waiting}, hours, "WIB"),
        ),
    ]
    page = folder / "report.html"
    late = report["late"] / max(1, report["applications"])
    judged = {**report, "late_share": late}
    why = Text(
        f"{report['officers']} petugas memutus {report['decided']} dari {report['applications']} "
        f"pengajuan; {report['within_sla']} tepat waktu, {report['late']} terlambat.",
        f"{report['officers']} officers decided {report['decided']} of {report['applications']} "
        f"applications; {report['within_sla']} in time, {report['late']} late.",
    )
    title = Text("Satu hari di antrean", "A day at the desk")
    page.write_text(page_of(title, report, plots, judge(judged, OF_DESK, why)))
    return page
