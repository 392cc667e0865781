"""The report of a rehearsal: one JSON document, and a page with plots."""

import html
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from strp.rehearsal.surge_tally import COUNTED, Tally


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
    """Write `report.json`, `seconds.json` and `report.html`; returns the page."""
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
        ("Visitors a second", _lines(seconds, ("arrived", "admitted", "gave_up"))),
        ("In line", _lines(seconds, ("waiting",))),
        ("Requests a second, finished in time behind the door", _lines(seconds, ("good",))),
        ("Filings a second", _lines(seconds, ("filed",))),
        ("Answered within, 99 of 100 (ms)", _lines(seconds, ("p99_ms",))),
        ("Turned away and failed, a second", _lines(seconds, ("shed", "errors"))),
    ]
    return page_of("Rehearsal of an opening day", report, plots)


def page_of(title: str, report: dict[str, Any], plots: Sequence[tuple[str, str]]) -> str:
    """A page that needs nothing beside itself.

    Args:
        title: of the page.
        report: facts for its table.
        plots: captions and SVG drawings.
    """
    rows = "".join(
        f"<tr><th scope=row>{html.escape(name)}<td>{html.escape(_shown(value))}"
        for name, value in report.items()
    )
    figures = "".join(
        f"<figure><figcaption>{html.escape(caption)}</figcaption>{drawing}</figure>"
        for caption, drawing in plots
    )
    return (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{title}</title>"
        '<meta name=viewport content="width=device-width"><style>'
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;"
        "color:#16232b}h1{color:#0f4c5c}table{border-collapse:collapse}th,td{text-align:left;"
        "padding:.25rem 1.5rem .25rem 0;border-bottom:1px solid #c5d0d5;font-weight:400;"
        "vertical-align:top}td{font-variant-numeric:tabular-nums}figure{margin:2rem 0}"
        "figcaption{font-weight:600}svg{max-width:100%;height:auto}</style>"
        f"<main><h1>{title}</h1><table>{rows}</table>{figures}</main></html>\n"
    )


def draw(series: Mapping[str, Sequence[float]], xs: Sequence[float], x_label: str) -> str:
    """Lines over time as an SVG drawing.

    Args:
        series: values by name.
        xs: of each value.
        x_label: what they are.
    """
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.fonttype"] = "none"  # words stay words, and not an outline for each letter
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 2.8))
    for colour, (name, values) in zip(
        ("#0f4c5c", "#c77d14", "#b3261e"), series.items(), strict=False
    ):
        axes.plot(xs, values, label=name.replace("_", " "), color=colour, linewidth=1.2)
    axes.set_xlabel(x_label)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    if len(series) > 1:
        axes.legend(frameon=False)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    text = drawn.getvalue()
    return text[text.index("<svg") :]


def _lines(seconds: Sequence[dict[str, Any]], names: Sequence[str]) -> str:
    xs = [float(n) for n in range(len(seconds))]
    return draw({name: [second[name] for second in seconds] for name in names}, xs, "seconds")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items())
    return f"{value:,}" if isinstance(value, int | float) else str(value)
