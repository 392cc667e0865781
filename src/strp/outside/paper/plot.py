"""Bars over the hours of a day, or over days, as an SVG drawing for pages and paper."""

import html
from collections.abc import Sequence
from typing import Final

WIDTH: Final = 600
HEIGHT: Final = 150
_BOTTOM: Final = 128
_TOP: Final = 18


def bars(values: Sequence[float], labels: Sequence[str], colour: str, title: str) -> str:
    """Bars with a label below each, as far as there is room, and the highest value written.

    Args:
        values: none below 0.
        labels: as many.
        colour: of the bars, as CSS writes it.
        title: what a reader hears who sees no drawing.
    """
    most = max([*values, 1])
    width = WIDTH / max(len(values), 1)
    every = max(1, -(-len(values) * 40 // WIDTH))
    drawn = []
    for n, (value, label) in enumerate(zip(values, labels, strict=True)):
        height = (_BOTTOM - _TOP) * value / most
        drawn.append(
            f'<rect x="{n * width + 1:.1f}" y="{_BOTTOM - height:.1f}" width="{width - 2:.1f}" '
            f'height="{height:.1f}" fill="{colour}"/>'
        )
        if n % every == 0:
            drawn.append(_text(n * width + width / 2, HEIGHT - 6, label, "middle"))
    highest = f"{most:,.0f}".replace(",", " ")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strp-chart" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="100%" role="img" aria-label="{html.escape(title)}">'
        f'<line x1="0" x2="{WIDTH}" y1="{_BOTTOM}" y2="{_BOTTOM}" stroke="#1d1d1d"/>'
        f"{''.join(drawn)}{_text(0, 12, highest, 'start')}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" font-size="15" font-family="Source Sans 3, sans-serif" '
        f'text-anchor="{anchor}" fill="#1d1d1d">{html.escape(text)}</text>'
    )
