"""Pages of reports: words in both languages, figures and drawings, and nothing beside them."""

import html
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from strp.domain.text import Text
from strp.rehearsal.reports.units import shown
from strp.rehearsal.reports.verdict import Judged, Verdict
from strp.rehearsal.reports.words import FIGURES, SERIES

Plot = tuple[Text, str]


def page_of(
    title: Text,
    report: Mapping[str, Any],
    plots: Sequence[Plot],
    verdict: Verdict | None = None,
) -> str:
    """A page that needs nothing beside itself; the verdict first, then drawings, then all figures.

    Args:
        title: of the page.
        report: figures for its table, by the names that the JSON has; what was not measured
            (None) is left out.
        plots: captions and SVG drawings.
        verdict: how it went; None where nothing is promised.
    """
    rows = "".join(
        f"<tr><th scope=row>{_both(_named(name))}<td>{_both(shown(name, value))}"
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
        "[lang=en]{display:block;font-weight:400;font-size:.875em;color:#4a5b64}"
        "section{border-left:8px solid #1e6b3a;padding:.5rem 1rem;margin:1rem 0 2rem}"
        "section.bad{border-color:#b3261e}h2{margin:.25rem 0}td.bad{font-weight:600}</style>"
        f"<main><h1>{_both(title)}</h1>{_head(verdict)}{figures}"
        f"<table>{rows}</table></main></html>\n"
    )


def _head(verdict: Verdict | None) -> str:
    """The verdict, why, and each figure beside its threshold."""
    if verdict is None:
        return ""
    rows = "".join(
        f"<tr><th scope=row>{_both(_named(each.threshold.name))}"
        f"<td{'' if each.is_kept else ' class=bad'}>{_both(shown(each.threshold.name, each.value))}"
        f"<td>{_both(_bound(each))}<td>{_both(_KEPT if each.is_kept else _MISSED)}"
        for each in verdict.judged
    )
    title, kind = (_WELL, "good") if verdict.is_good else (_NOT_WELL, "bad")
    return (
        f"<section class={kind} data-verdict={kind}><h2>{_both(title)}</h2>"
        f"<p>{_both(verdict.why)}</p><table>{rows}</table></section>"
    )


def _named(name: str) -> Text:
    return FIGURES.get(name, Text(name, name))


def _bound(each: Judged) -> Text:
    bound = each.threshold
    most = bound.most is not None
    limit = shown(bound.name, bound.most if most else bound.least)
    words = ("paling banyak", "at most") if most else ("paling sedikit", "at least")
    return Text(f"{words[0]} {limit.id}", f"{words[1]} {limit.en}")


_WELL = Text("Lulus: semua ambang dipenuhi", "Passed: every threshold was kept")
_NOT_WELL = Text("Tidak lulus", "Not passed")
_KEPT, _MISSED = Text("dipenuhi", "kept"), Text("tidak dipenuhi", "missed")


COLOURS: Final = ("#0f4c5c", "#c77d14", "#b3261e")
MOST_TIMES: Final = 8.0
"""Lines whose tops differ by more than this have a panel each: the lower one could not be read."""


def panels_of(series: Mapping[str, Sequence[float]]) -> list[list[str]]:
    """Which lines are drawn together: those of about the same height.

    Args:
        series: values by name.
    """
    panels: list[tuple[float, list[str]]] = []
    for name, values in series.items():
        top = max((abs(value) for value in values), default=0.0)
        for height, names in panels:
            if max(height, top) <= MOST_TIMES * min(height, top) or height == top:
                names.append(name)
                break
        else:
            panels.append((top, [name]))
    return [names for _, names in panels]


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

    panels = panels_of(series)
    figure, grid = plt.subplots(
        len(panels), sharex=True, squeeze=False, figsize=(9, 1.4 + 1.4 * len(panels))
    )
    colours = dict(zip(series, COLOURS, strict=False))
    for axes, names in zip(grid[:, 0], panels, strict=True):
        for name in names:
            label, colour = SERIES.get(name, name), colours.get(name, COLOURS[0])
            axes.plot(xs, series[name], label=label, color=colour, linewidth=1.2)
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        if len(series) > 1:
            axes.legend(frameon=False, loc="upper right")
    grid[-1, 0].set_xlabel(x_label)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    text = drawn.getvalue()
    return text[text.index("<svg") :]


def _both(text: Text) -> str:
    if text.id == text.en:
        return html.escape(text.id)
    return f"{html.escape(text.id)} <span lang=en>{html.escape(text.en)}</span>"
