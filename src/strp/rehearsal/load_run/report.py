"""The report of a day: one JSON document, and a page that shows whether it stayed as fast."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from strp.domain.text import Text
from strp.rehearsal.reports.page import draw, page_of

_PARTS = 40


class Moment(NamedTuple):
    """How far a day was.

    Args:
        seconds: since the first request.
        workers: answered with a receipt.
        certificates: stored.
        cpu_s: that the system had used, the load process aside.
    """

    seconds: float
    workers: int
    certificates: int
    cpu_s: float


def write_day_report(folder: Path, report: dict[str, Any], course: Sequence[Moment]) -> Path:
    """Write `day.json` and `day.html`; returns the page.

    Args:
        folder: is made where it is missing.
        report: of the day, as `--json` prints it.
        course: moments of the day in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "day.json").write_text(json.dumps(report, indent=2) + "\n")
    steps = list(_steps(course))
    minutes = [after.seconds / 60 for _, after in steps]
    rates = {
        "workers": [_a_second(before, after, "workers") for before, after in steps],
        "certificates": [_a_second(before, after, "certificates") for before, after in steps],
    }
    filed = [(before, after) for before, after in steps if after.workers > before.workers]
    millions = [after.workers / 1e6 for _, after in filed]
    costs = [(a.cpu_s - b.cpu_s) / (a.workers - b.workers) * 1e6 for b, a in filed]
    plots = [
        (
            Text(
                "Pekerja yang diterima dan sertifikat per detik",
                "Receipts for workers, and certificates, a second",
            ),
            draw(rates, minutes, "menit · minutes"),
        ),
        (
            Text(
                "Mikrodetik CPU per pekerja, menurut jumlah yang sudah tersimpan",
                "CPU microseconds a worker, by how many are stored already",
            ),
            draw({"cost": costs}, millions, "juta pekerja · million workers"),
        ),
    ]
    page = folder / "day.html"
    workers = report["workers"]
    grouped = f"{workers:,}".replace(",", ".")
    title = Text(f"Satu hari {grouped} pekerja", f"A day of {workers:,} workers")
    page.write_text(page_of(title, report, plots))
    return page


def _steps(course: Sequence[Moment]) -> Iterator[tuple[Moment, Moment]]:
    """The course in a few dozen equal parts: what is shorter is chance."""
    width = max(1, len(course) // _PARTS)
    marks = course[::width]
    return pairwise(marks)


def _a_second(before: Moment, after: Moment, what: str) -> float:
    passed = max(after.seconds - before.seconds, 1e-9)
    return float(getattr(after, what) - getattr(before, what)) / passed
