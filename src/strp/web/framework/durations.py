"""Spans of time in words."""

from datetime import datetime, timedelta

from strp.domain.durations import span_in_words
from strp.domain.text import Text


def time_left(until: datetime, now: datetime) -> Text:
    """How long is left, or how long ago it was due, in days, hours and minutes.

    Args:
        until: aware.
        now: aware.
    """
    if until < now:
        span = span_in_words(now - until)
        return Text(id=f"terlambat {span.id}", en=f"{span.en} late")
    span = span_in_words(until - now)
    return Text(id=f"{span.id} lagi", en=f"{span.en} left")


def age(seconds: int) -> Text:
    """An age in words."""
    return span_in_words(timedelta(seconds=seconds))
