"""One decision over all applications that a filter of the desk finds: what it would do, and did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from strp.domain.errors import Conflict, NotFound
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.text import Text

HELD_FOR: Final = timedelta(minutes=1)
"""How long it waits, and can be undone: certificates are out in seconds after it begins."""
RIGHT_ENDED: Final = "right-ended"
"""Why it stopped: the official may not decide any more."""
MOST_APPLICATIONS: Final = 2_000
"""Of one bulk decision: the nearest due times first."""


class BulkState(StrEnum):
    """Where a bulk decision stands."""

    HELD = "held"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"
    STOPPED = "stopped"


class LeftBecause(StrEnum):
    """Why an application of the filter was not decided, or not wholly."""

    HELD_BY_OTHER = "held-by-other"
    NOT_ON_DESK = "not-on-desk"
    RULING_NEEDED = "ruling-needed"
    SECOND_OFFICER = "second-officer"
    NOBODY_WAITS = "nobody-waits"
    FAILED = "failed"


LEFT_BECAUSE: Final = {
    LeftBecause.HELD_BY_OTHER: Text(
        "Sedang ditangani petugas lain", "Another officer is working on it"
    ),
    LeftBecause.NOT_ON_DESK: Text(
        "Sudah diputus, ditarik, atau ditahan", "Decided, withdrawn or held already"
    ),
    LeftBecause.RULING_NEEDED: Text(
        "Perusahaan perlu penetapan dahulu", "The company needs a ruling first"
    ),
    LeftBecause.SECOND_OFFICER: Text(
        "Diusulkan; menunggu petugas kedua", "Proposed; a second officer confirms"
    ),
    LeftBecause.NOBODY_WAITS: Text(
        "Tidak ada pekerja yang menunggu dengan alasan ini",
        "No worker waits for this reason any more",
    ),
    LeftBecause.FAILED: Text(
        "Tidak dapat diputus bersama; putuskan sendiri",
        "Could not be decided with the others; decide it by itself",
    ),
}
"""Why it was left, as an officer reads it."""


class Matched(NamedTuple):
    """An application that the filter finds.

    Args:
        workers: who wait, with the reason of the filter where there is one.
        passed: of these, whom screening let pass.
        unknown: of these, whom nobody can approve before a ruling.
        overridden: of these, whose approval goes against the rules.
        is_held: by another officer, now.
        needs_sector: whether the sector is undetermined.
    """

    nib: Nib
    application_id: ApplicationId
    workers: int
    passed: int
    unknown: int
    overridden: int
    is_held: bool
    needs_sector: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a bulk decision would do now.

    Args:
        applications: that would be decided.
        workers: of these.
        employers: of these.
        passed: workers of these whom screening let pass.
        held: applications left out, for another officer is working on them.
        unknown: applications that are left where the decision is to approve: a ruling comes first.
        overridden: workers whose approval goes against the rules: proposed where four eyes are due.
        has_more: whether the filter finds more than one bulk decision takes.
    """

    applications: int
    workers: int
    employers: int
    passed: int
    held: int
    unknown: int
    overridden: int
    has_more: bool


def preview_of(found: Sequence[Matched], *, has_more: bool) -> Preview:
    """What a bulk decision over these applications would do.

    Args:
        found: what the filter finds.
        has_more: whether it finds still more.
    """
    taken = [each for each in found if not each.is_held]
    return Preview(
        applications=len(taken),
        workers=sum(each.workers for each in taken),
        employers=len({each.nib for each in taken}),
        passed=sum(each.passed for each in taken),
        held=len(found) - len(taken),
        unknown=sum(bool(each.unknown) or each.needs_sector for each in taken),
        overridden=sum(each.overridden for each in taken),
        has_more=has_more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDecision:
    """A bulk decision and how far it is.

    Args:
        account_id: who decided.
        begins_at: aware; until then it can be undone.
        worker_reason: only workers whom screening referred for this; None: all who wait.
        stopped_because: code, where it ended before all were decided.
        applications: in all.
        done: of these, looked at.
        decided_workers: so far.
    """

    bulk_id: int
    account_id: int
    made_at: datetime
    begins_at: datetime
    worker_reason: str | None
    decision: str
    reason: str | None
    remark: str | None
    begun_at: datetime | None
    ended_at: datetime | None
    undone_by: int | None
    stopped_because: str | None
    applications: int
    workers: int
    done: int
    decided_workers: int

    @property
    def state(self) -> BulkState:
        """Where it stands."""
        if self.undone_by is not None:
            return BulkState.UNDONE
        if self.ended_at is not None:
            return BulkState.STOPPED if self.stopped_because else BulkState.DONE
        return BulkState.HELD if self.begun_at is None else BulkState.RUNNING


def bulk_open() -> Conflict:
    """The official has one that is not at its end."""
    return Conflict(
        "bulk-open",
        Text(
            id="Keputusan massal Anda yang sebelumnya belum selesai. Tunggu sampai selesai, atau "
            "batalkan.",
            en="Your bulk decision before is not at its end. Wait for it, or undo it.",
        ),
    )


def bulk_begun() -> Conflict:
    """It cannot be undone any more."""
    return Conflict(
        "bulk-begun",
        Text(
            id="Keputusan massal ini sudah dijalankan; tidak dapat dibatalkan lagi.",
            en="This bulk decision has begun; it cannot be undone any more.",
        ),
    )


def bulk_unknown() -> NotFound:
    """There is none of this number, or it is another official's."""
    return NotFound(
        "bulk-unknown",
        Text(
            id="Keputusan massal ini tidak ada, atau bukan milik Anda.",
            en="There is no such bulk decision, or it is not yours.",
        ),
    )


def bulk_changed() -> Conflict:
    """What waits is not what the preview showed."""
    return Conflict(
        "bulk-changed",
        Text(
            id="Yang menunggu sudah berubah sejak pratinjau. Periksa angkanya sekali lagi, lalu "
            "jalankan.",
            en="What waits has changed since the preview. Look at the numbers again, then go on.",
        ),
    )
