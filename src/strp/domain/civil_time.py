"""Moments in words, as people in Jakarta read them."""

from datetime import date, datetime, timedelta, timezone

from strp.domain.text import Text


def moment_text(at: datetime) -> Text:
    """A moment: "20 Juli 2021 pukul 15.00 WIB", "20 July 2021, 15:00 WIB".

    Args:
        at: aware.
    """
    local = at.astimezone(WIB)
    day = day_text(local.date())
    return Text(f"{day.id} pukul {local:%H.%M} WIB", f"{day.en}, {local:%H:%M} WIB")


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
