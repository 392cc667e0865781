"""Filings that bring nothing new, counted by who sends them: each is a row for good, so bounded.

A filing brings something where a worker is in it whom the employer does not have, or who leaves.
Whom this process saw the employer bring before, and withdraw, end or have refused since, is not
new; otherwise a program could file and withdraw one worker for ever.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import repeat
from typing import Final

from strp.domain.errors import TooMany
from strp.domain.identifiers import Nib
from strp.domain.rate_limit import RateLimit, decide_rate
from strp.domain.roster.row import WorkerRow
from strp.domain.text import Text
from strp.store.filing.intake import KnownBefore
from strp.usecases.filing.placement import FilingDraft
from strp.usecases.process.recent import Recent, RecentSet

IDLE_PER_SENDER: Final = RateLimit(burst=200, interval=timedelta(seconds=30))
"""Whoever files a worker never meets it; a program that sends one roster over and over does."""
MOST_KEPT: Final = 50_000
MOST_BROUGHT_KEPT: Final = 100_000
MOST_RECOGNISED: Final = 500
"""A filing that brings more is taken for new: what it costs its sender bounds it."""


class IdleFilings:
    """Counts filings that brought nothing, for this process alone, in bounded memory.

    What it forgets only lets somebody through.
    """

    __slots__ = ("_brought", "_busy_until")

    def __init__(self) -> None:
        self._busy_until: Recent[tuple[Nib, str], datetime] = Recent(MOST_KEPT)
        self._brought: RecentSet[tuple[Nib, bytes]] = RecentSet(MOST_BROUGHT_KEPT)

    def refusal(
        self, work: FilingDraft, sound: Sequence[tuple[WorkerRow, bytes]], before: KnownBefore
    ) -> TooMany | None:
        """Turn a filing away that brings nothing, where its sender's last ones brought nothing.

        Args:
            work: the filing, not yet placed; its leavers are settled.
            sound: its sound workers with their keyed indexes.
            before: what the database held.

        Returns:
            The error for this filing alone; None where it is to be placed.

        Raises:
            TooMany: it settled leavers or took workers back, and what the transaction wrote is to
                be rolled back.
        """
        self.look(work, sound, before)
        try:
            self.refuse_past_share(work)
        except TooMany as error:
            if work.left_rows or work.moved:
                raise
            return error
        return None

    def look(
        self, work: FilingDraft, sound: Sequence[tuple[WorkerRow, bytes]], before: KnownBefore
    ) -> None:
        """Note what some rows of a filing bring, before they are placed.

        Args:
            work: the filing.
            sound: sound workers with their keyed indexes.
            before: what the database held.
        """
        if len(work.brought) > MOST_RECOGNISED:
            return
        nib, engaged, left = work.nib, before.engaged, work.left_rows
        work.brought += [
            nik_index
            for worker, nik_index in sound
            if worker.row not in left and not engaged.by(nik_index, nib)
        ]

    def refuse_past_share(self, work: FilingDraft) -> None:
        """Refuse a filing that brings nothing past its sender's share of such.

        Raises:
            TooMany: says after how many seconds the next may be filed.
        """
        busy_until = self._busy_until.get((work.nib, work.actor.label))
        if busy_until is None or self._brings(work):
            return
        decision = decide_rate(IDLE_PER_SENDER, busy_until, work.submitted_at)
        if not decision.allowed:
            raise _too_many_idle(decision.retry_after_s)

    def count(self, work: FilingDraft) -> None:
        """Count a filing that was stored, where it brought nothing; else keep what it brought."""
        if self._brings(work):
            self._brought.keep_all(zip(repeat(work.nib), work.brought[:MOST_RECOGNISED]))
            return
        sender = (work.nib, work.actor.label)
        busy_until = self._busy_until.get(sender)
        self._busy_until[sender] = decide_rate(IDLE_PER_SENDER, busy_until, work.submitted_at).state

    def _brings(self, work: FilingDraft) -> bool:
        nib, known = work.nib, self._brought
        if len(work.brought) > MOST_RECOGNISED:
            return True
        return any((nib, each) not in known for each in work.brought)


def _too_many_idle(retry_after_s: int) -> TooMany:
    return TooMany(
        "too-many-unchanged",
        Text(
            id="Pengajuan ini dan pengajuan Anda sebelumnya tidak membawa pekerja baru. Kirim lagi "
            f"setelah {retry_after_s} detik, atau kirim hanya yang berubah; tanda terima yang ada "
            "tetap berlaku.",
            en="This filing and your last ones brought no new worker. File again after "
            f"{retry_after_s} s, or file only what has changed; the receipts you have stay good.",
        ),
        retry_after_s=retry_after_s,
    )
