"""Moments in words, as people in Jakarta and as programs read them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from strp.domain.text import Language, Text


def moment_text(at: datetime) -> Text:
    """A moment: "20 Juli 2021 pukul 15.00 WIB", "20 July 2021, 15:00 WIB".

    Args:
        at: aware.
    """
    local = at.astimezone(WIB)
    day = day_text(local.date())
    time_id, time_en = (clock_text(at, language) for language in (Language.ID, Language.EN))
    return Text(f"{day.id} pukul {time_id} WIB", f"{day.en}, {time_en} WIB")


def clock_text(at: datetime | time, language: Language, *, seconds: bool = False) -> str:
    """A time of day in Jakarta: "15.00", "15:00".

    Args:
        at: an aware moment; a bare time of day is one there already.
        language: Indonesian separates by dots, English by colons.
        seconds: whether they are told.
    """
    local = at.astimezone(WIB) if isinstance(at, datetime) else at
    written = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    return written.replace(":", ".") if language is Language.ID else written


def utc_text(at: datetime) -> str:
    """A moment for programs, to the second: "2021-07-20T08:00:00Z" (RFC 3339).

    Args:
        at: aware.
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


WIB = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian time; Asia/Jakarta has had no other offset since 1964."""


def civil_day(at: datetime) -> date:
    """The civil day in Jakarta at a moment (aware)."""
    return at.astimezone(WIB).date()


_MONTHS = (
    ("Januari", "January"),
    ("Februari", "February"),
    ("Maret", "March"),
    ("April", "April"),
    ("Mei", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("Agustus", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Desember", "December"),
)


def day_text(day: date) -> Text:
    """A civil day in words: "20 Juli 2021", "20 July 2021"."""
    month_id, month_en = _MONTHS[day.month - 1]
    return Text(id=f"{day.day} {month_id} {day.year}", en=f"{day.day} {month_en} {day.year}")
