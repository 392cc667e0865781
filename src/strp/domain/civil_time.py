"""Moments in words, as people in Jakarta read them."""

from datetime import datetime

from strp.domain.certificate import day_text
from strp.domain.sla import WIB
from strp.domain.text import Text


def moment_text(at: datetime) -> Text:
    """A moment: "20 Juli 2021 pukul 15.00 WIB", "20 July 2021, 15:00 WIB".

    Args:
        at: aware.
    """
    local = at.astimezone(WIB)
    day = day_text(local.date())
    return Text(f"{day.id} pukul {local:%H.%M} WIB", f"{day.en}, {local:%H:%M} WIB")
