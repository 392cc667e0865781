"""The line of time of a row of policies, drawn as SVG."""

from collections.abc import Sequence
from datetime import date
from html import escape

from strp.domain.rules.policy import Policy

WIDTH, MARGIN, ROW, PER_DAY = 1000, 20, 26, 8.2


def svg_of(policies: Sequence[Policy]) -> str:
    """Draw the policies from their first days on, and the spans of their periods.

    Args:
        policies: in the order in which they come into force.
    """
    if not policies:
        return ""
    first = policies[0].effective_from
    height = MARGIN * 2 + ROW * (len(policies) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="12">',
        "<title>Line of time of the policies</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        *_months(first, max(policy.effective_from for policy in policies), height),
    ]
    for number, policy in enumerate(policies, start=1):
        x, y = _x(first, policy.effective_from), MARGIN + ROW * number
        later = policies[number].effective_from if number < len(policies) else None
        width = max(4.0, _x(first, later) - x) if later else 12.0
        left = x > WIDTH / 2
        said = f"{policy.effective_from:%d %b}: {escape(policy.title.en)}"
        anchor = f'x="{x - 4:.0f}" text-anchor="end"' if left else f'x="{x + width + 4:.0f}"'
        parts.append(
            f'<rect x="{x:.0f}" y="{y}" width="{width:.0f}" height="14" fill="#1d70b8"/>'
            f'<text {anchor} y="{y + 11}" fill="#0b0c0c">{said}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _months(first: date, last: date, height: int) -> list[str]:
    marks = []
    year, month = first.year, first.month
    while (day := date(year, month, 1)) <= last:
        if day >= first:
            x = _x(first, day)
            marks.append(
                f'<line x1="{x:.0f}" y1="{MARGIN}" x2="{x:.0f}" y2="{height - MARGIN}" '
                f'stroke="#b1b4b6"/><text x="{x + 3:.0f}" y="{MARGIN}" fill="#505a5f">'
                f"{day:%B %Y}</text>"
            )
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return marks


def _x(first: date, day: date) -> float:
    return MARGIN + (day - first).days * PER_DAY
