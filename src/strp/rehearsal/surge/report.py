"""The report of a rehearsal: one JSON document, and a page with plots."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from strp.domain.text import Text
from strp.rehearsal.reports.page import draw, page_of
from strp.rehearsal.reports.units import LONG_S, shown
from strp.rehearsal.reports.verdict import OF_SURGE, judge
from strp.rehearsal.surge.tally import COUNTED, Tally


def report_of(
    tally: Tally, *, visitors: int, duration_s: float, lost_receipts: int, inversions: int
) -> dict[str, Any]:
    """What the contract names first, then the rest.

    Args:
        tally: what was counted.
        visitors: how many arrived.
        duration_s: over how long.
        lost_receipts: as the database says.
        inversions: as the published order says.
    """
    errors = sum(count for status, count in tally.statuses.items() if status >= 500)
    return {
        "visitors": visitors,
        "admitted": tally.admitted,
        "filed": tally.endings["filed"],
        "errors_5xx": errors,
        "lost_receipts": lost_receipts,
        "inversions": inversions,
        "goodput_ratio": tally.goodput_ratio(duration_s),
        "waiting_page_p99_ms": tally.waiting_delays.percentile_ms(0.99),
        "peak_rss_bytes": max((second.rss_bytes for second in tally.seconds), default=0),
        "duration_s": duration_s,
        "requests": sum(tally.requests.values()),
        "requests_by_kind": dict(tally.requests),
        "statuses": {str(status): count for status, count in sorted(tally.statuses.items())},
        "endings": dict(tally.endings),
        "receipts": len(tally.receipts),
        "lost_connections": tally.lost_connections,
        "most_waiting": max((second.waiting for second in tally.seconds), default=0),
        "waiting_page_p50_ms": tally.waiting_delays.percentile_ms(0.5),
        "receipt_p99_ms": tally.filing_delays.percentile_ms(0.99),
    }


def write_report(folder: Path, report: dict[str, Any], tally: Tally) -> Path:
    """Write `report.json`, `seconds.json` and `report.html`; returns the page.

    Args:
        folder: is made where it is missing; an earlier report in it is replaced.
        report: what JSON can hold.
        tally: of the whole run, second by second.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    seconds = [
        {name: second.counts[name] for name in COUNTED}
        | {"waiting": second.waiting, "p99_ms": second.delays.percentile_ms(0.99)}
        for second in tally.seconds
    ]
    (folder / "seconds.json").write_text(json.dumps(seconds) + "\n")
    page = folder / "report.html"
    page.write_text(report_page(report, seconds))
    return page


def report_page(report: dict[str, Any], seconds: Sequence[dict[str, Any]]) -> str:
    """The page of a rehearsal.

    Args:
        report: as `report.json` holds it.
        seconds: as `seconds.json` holds them.
    """
    plots = [
        (
            Text("Pengunjung per detik", "Visitors a second"),
            _lines(seconds, ("arrived", "admitted", "gave_up")),
        ),
        (Text("Dalam antrean", "In line"), _lines(seconds, ("waiting",))),
        (
            Text(
                "Permintaan per detik yang selesai tepat waktu di dalam",
                "Requests a second, finished in time behind the door",
            ),
            _lines(seconds, ("good",)),
        ),
        (Text("Pengajuan per detik", "Filings a second"), _lines(seconds, ("filed",))),
        (
            Text("Dijawab dalam, 99 dari 100 (ms)", "Answered within, 99 of 100 (ms)"),
            _lines(seconds, ("p99_ms",)),
        ),
        (
            Text("Ditolak dan gagal per detik", "Turned away and failed, a second"),
            _lines(seconds, ("shed", "errors")),
        ),
    ]
    title = Text("Gladi hari pembukaan", "Rehearsal of an opening day")
    return page_of(title, report, plots, judge(report, OF_SURGE, _why(report)))


def _why(report: dict[str, Any]) -> Text:
    """What the rehearsal came to, in the reader's units."""
    came, let_in, filed, line = (
        shown("n", report[name]) for name in ("visitors", "admitted", "filed", "most_waiting")
    )
    lasted = shown("duration_s", report["duration_s"])
    long = report["duration_s"] >= LONG_S
    return Text(
        f"{came.id} pengunjung datang dalam {lasted.id}{'' if long else ' detik'}; {let_in.id} "
        f"masuk, {filed.id} mengajukan, antrean terpanjang {line.id} orang.",
        f"{came.en} visitors came within {lasted.en}{'' if long else ' s'}; {let_in.en} were let "
        f"in, {filed.en} filed, and the longest line was {line.en}.",
    )


def _lines(seconds: Sequence[dict[str, Any]], names: Sequence[str]) -> str:
    xs = [float(n) for n in range(len(seconds))]
    return draw(
        {name: [second[name] for second in seconds] for name in names}, xs, "detik · seconds"
    )
