"""Figures as a reader writes them: bytes, times and shares by their names, in both languages."""

from typing import Any

from babel.numbers import format_decimal

from strp.domain.text import Text

_MIB, _GIB = 1 << 20, 1 << 30
LONG_S = 120
"""Seconds from which minutes and hours are told."""


def shown(name: str, value: Any) -> Text:
    """A figure by the unit that its name says.

    Args:
        name: as the JSON has it.
        value: number, or a list or a table of numbers.
    """
    return Text(_shown(name, value, "id"), _shown(name, value, "en"))


def _shown(name: str, value: Any, language: str) -> str:
    if isinstance(value, dict):
        return (
            ", ".join(f"{key} {_shown(name, one, language)}" for key, one in value.items()) or "–"
        )
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if name.endswith("_bytes"):
        large = value >= _GIB
        return f"{_number(value / (_GIB if large else _MIB), language)} {'GiB' if large else 'MiB'}"
    if name.endswith("ratio") or name.endswith("_share"):
        return f"{_number(100 * value, language)} %"
    if name.endswith("_s") and not name.endswith("per_s") and value >= LONG_S:
        minutes = round(value / 60)
        hours, rest = divmod(minutes, 60)
        words = ("jam", "menit") if language == "id" else ("h", "min")
        return f"{hours} {words[0]} {rest} {words[1]}" if hours else f"{minutes} {words[1]}"
    return _number(value, language)


def _number(value: float, language: str) -> str:
    return str(format_decimal(value, format="#,##0.##", locale=language))
