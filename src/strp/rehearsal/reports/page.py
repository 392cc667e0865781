"""Pages of reports: words in both languages, figures and drawings, and nothing beside them."""

import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

from strp.domain.text import Text
from strp.rehearsal.reports.words import FIGURES, SERIES

Plot = tuple[Text, str]


def page_of(title: Text, report: Mapping[str, Any], plots: Sequence[Plot]) -> str:
    """A page that needs nothing beside itself.

    Args:
        title: of the page.
        report: figures for its table, by the names that the JSON has; what was not measured
            (None) is left out.
        plots: captions and SVG drawings.
    """
    rows = "".join(
        f"<tr><th scope=row>{_both(FIGURES.get(name, Text(name, name)))}"
        f"<td>{html.escape(_shown(value))}"
        for name, value in report.items()
        if value is not None
    )
    figures = "".join(
        f"<figure><figcaption>{_both(caption)}</figcaption>{drawing}</figure>"
        for caption, drawing in plots
    )
    return (
        f"<!DOCTYPE html><html lang=id><meta charset=utf-8><title>{html.escape(title.id)}</title>"
        '<meta name=viewport content="width=device-width"><style>'
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;"
        "color:#16232b}h1{color:#0f4c5c}table{border-collapse:collapse}th,td{text-align:left;"
        "padding:.25rem 1.5rem .25rem 0;border-bottom:1px solid #c5d0d5;font-weight:400;"
        "vertical-align:top;overflow-wrap:anywhere}td{font-variant-numeric:tabular-nums}"
        "@media(max-width:40rem){th,td{display:block;padding-right:0}th{border:0;padding-bottom:0}}"
        "figure{margin:2rem 0}figcaption{font-weight:600}svg{max-width:100%;height:auto}"
        "[lang=en]{display:block;font-weight:400;font-size:.875em;color:#4a5b64}</style>"
        f"<main><h1>{_both(title)}</h1><table>{rows}</table>{figures}</main></html>\n"
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
        axes.plot(xs, values, label=SERIES.get(name, name), color=colour, linewidth=1.2)
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


def _both(text: Text) -> str:
    if text.id == text.en:
        return html.escape(text.id)
    return f"{html.escape(text.id)} <span lang=en>{html.escape(text.en)}</span>"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
