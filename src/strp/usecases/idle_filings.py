"""Filings that bring nothing new, counted by employer: each is a row for good, so bounded."""

from datetime import datetime, timedelta
from typing import Final

from strp.domain.application import Ledger
from strp.domain.errors import TooMany
from strp.domain.identifiers import Nib
from strp.domain.sign_in import RateLimit, decide_rate
from strp.domain.text import Text

IDLE_PER_EMPLOYER: Final = RateLimit(burst=200, interval=timedelta(seconds=30))
"""Whoever files a worker never meets it; a program that sends one roster over and over does."""
MOST_KEPT: Final = 50_000


class IdleFilings:
    """Counts filings of which no row was accepted, for this process alone, in bounded memory.

    What it forgets only lets somebody through.
    """

    __slots__ = ("_busy_until",)

    def __init__(self) -> None:
        self._busy_until: dict[Nib, datetime] = {}

    def refuse_past_share(self, nib: Nib, now: datetime) -> None:
        """Turn a filing away before any work where the employer's last ones brought nothing.

        Args:
            nib: employer.
            now: aware time.

        Raises:
            TooMany: says after how many seconds the next may be filed.
        """
        busy_until = self._busy_until.get(nib)
        if busy_until is None:
            return
        decision = decide_rate(IDLE_PER_EMPLOYER, busy_until, now)
        if not decision.allowed:
            raise _too_many_idle(decision.retry_after_s)

    def count(self, nib: Nib, ledger: Ledger, now: datetime) -> None:
        """Count a filing that was stored, where it brought nothing.

        Args:
            nib: employer.
            ledger: where its rows went.
            now: aware time.
        """
        if ledger.accepted:
            return
        if len(self._busy_until) >= MOST_KEPT:
            busy = {each: until for each, until in self._busy_until.items() if until > now}
            self._busy_until = busy if len(busy) < MOST_KEPT // 2 else {}
        self._busy_until[nib] = decide_rate(IDLE_PER_EMPLOYER, self._busy_until.get(nib), now).state


def _too_many_idle(retry_after_s: int) -> TooMany:
    return TooMany(
        "too-many-unchanged",
        Text(
            id="Pengajuan-pengajuan terakhir perusahaan ini tidak membawa baris baru. Kirim lagi "
            f"setelah {retry_after_s} detik, atau kirim hanya yang berubah; tanda terima yang ada "
            "tetap berlaku.",
            en="This employer's last filings brought no new row. File again after "
            f"{retry_after_s} s, or file only what has changed; the receipts you have stay good.",
        ),
        retry_after_s=retry_after_s,
    )
