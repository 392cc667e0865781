"""Spans of time in words."""

from datetime import datetime, timedelta

from strp.domain.text import Text

_MINUTE = timedelta(minutes=1)


def time_left(until: datetime, now: datetime) -> Text:
    """How long is left, or how long ago it was due, in days, hours and minutes.

    Args:
        until: aware.
        now: aware.
    """
    if until < now:
        span = _span(now - until)
        return Text(id=f"terlambat {span.id}", en=f"{span.en} late")
    span = _span(until - now)
    return Text(id=f"{span.id} lagi", en=f"{span.en} left")


def age(seconds: int) -> Text:
    """An age in words."""
    return _span(timedelta(seconds=seconds))


def _span(span: timedelta) -> Text:
    minutes = span // _MINUTE
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return _join((days, "hari", "d"), (hours, "jam", "h"))
    if hours:
        return _join((hours, "jam", "h"), (minutes, "menit", "min"))
    if not minutes:
        return Text(id="kurang dari 1 menit", en="less than 1 min")
    return Text(id=f"{minutes} menit", en=f"{minutes} min")


def _join(*parts: tuple[int, str, str]) -> Text:
    counted = [part for part in parts if part[0]]
    return Text(
        id=" ".join(f"{count} {word}" for count, word, _ in counted),
        en=" ".join(f"{count} {word}" for count, _, word in counted),
    )
