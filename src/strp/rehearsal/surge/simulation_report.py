"""The report of a simulated day: one JSON document, and a page that opens with its verdict."""

import json
from pathlib import Path
from typing import Any

from strp.domain.text import Text
from strp.rehearsal.reports.page import draw, page_of
from strp.rehearsal.reports.units import LONG_S, shown
from strp.rehearsal.reports.verdict import OF_SIMULATION, judge
from strp.rehearsal.surge.simulation import Simulated


def write_simulation(folder: Path, simulated: Simulated) -> Path:
    """Write `simulation.json` and `simulation.html`; returns the page.

    Args:
        folder: is made where it is missing; an earlier simulation in it is replaced.
        simulated: one day.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = {"summary": simulated.summary, "minutes": simulated.minutes}
    (folder / "simulation.json").write_text(json.dumps(document) + "\n")
    hours = [minute["hour"] for minute in simulated.minutes]

    def plot(*names: str) -> str:
        series = {name: [minute[name] for minute in simulated.minutes] for name in names}
        return draw(series, hours, "jam · hour of the day")

    plots = [
        (
            Text("Pengunjung per detik", "Visitors a second"),
            plot("arrived_per_s", "admitted_per_s"),
        ),
        (Text("Dalam antrean", "In line"), plot("in_line")),
        (Text("Pertanyaan antrean per detik", "Polls a second"), plot("polls_per_s")),
        (
            Text("Permintaan per detik di dalam", "Requests a second behind the door"),
            plot("requests_per_s"),
        ),
        (Text("Waktu tunggu di dalam (ms)", "Queueing delay inside (ms)"), plot("delay_ms")),
    ]
    page = folder / "simulation.html"
    title = Text("Simulasi hari pembukaan", "Simulation of an opening day")
    verdict = judge(simulated.summary, OF_SIMULATION, _why(simulated.summary))
    page.write_text(page_of(title, simulated.summary, plots, verdict))
    return page


def _why(found: dict[str, Any]) -> Text:
    """What the day came to, in the reader's units."""
    wait, most = shown("wait_p90_s", found["wait_p90_s"]), shown("most", found["most_in_line"])
    wanted, came = shown("n", found["who_wanted_in"]), shown("n", found["admitted"])
    gave = shown("n", found["gave_up"])
    return Text(
        f"Dari {wanted.id} yang ingin masuk, {came.id} masuk dan {gave.id} menyerah. Antrean "
        f"terpanjang {most.id} orang; 90 dari 100 menunggu paling lama {wait.id}"
        f"{'' if found['wait_p90_s'] >= LONG_S else ' detik'}. Yang membatasi ialah yang "
        f"diselesaikan mesin: {found['machines']} × {found['requests_per_s_of_one']:g} permintaan "
        "per detik.",
        f"Of {wanted.en} who wanted in, {came.en} came in and {gave.en} gave up. The longest line "
        f"was {most.en}; 90 of 100 waited up to {wait.en}"
        f"{'' if found['wait_p90_s'] >= LONG_S else ' s'}. What bounds it is what the machines "
        f"finish: {found['machines']} × {found['requests_per_s_of_one']:g} requests a second.",
    )
