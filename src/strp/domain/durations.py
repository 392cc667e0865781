"""Spans of time in words."""

from datetime import timedelta

from strp.domain.text import Text

_MINUTE = timedelta(minutes=1)


def span_in_words(span: timedelta) -> Text:
    """A span in days, hours and minutes.

    Args:
        span: not negative.
    """
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
