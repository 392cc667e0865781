"""What is turned away first when there is more than can be done.

Each kind of request may fill the room inside up to its own mark, so that while it fills, exports
find no place first, then look-ups, then pages; filings and checks of certificates have slots of
their own. What continues something that was acknowledged finds one to the last (cf. Welsh and
Culler, "Adaptive overload control", 2003).
"""

import errno
from dataclasses import dataclass
from enum import IntEnum
from math import ceil

from strp.domain.errors import InvalidInput, TooLarge, TooMany, TooSoon, Unavailable
from strp.domain.text import Text


class Priority(IntEnum):
    """Kinds of requests, the first shed last."""

    ACKNOWLEDGED = 0
    FILING = 1
    CHECK = 2
    PEOPLE = 3
    LOOK_UP = 4
    EXPORT = 5


_SHARE_PERCENT = {
    Priority.ACKNOWLEDGED: 100,
    Priority.FILING: 90,
    Priority.CHECK: 90,
    Priority.PEOPLE: 75,
    Priority.LOOK_UP: 60,
    Priority.EXPORT: 30,
}

_DEADLINE_S = {
    Priority.ACKNOWLEDGED: 20.0,
    Priority.FILING: 120.0,
    Priority.CHECK: 10.0,
    Priority.PEOPLE: 10.0,
    Priority.LOOK_UP: 10.0,
    Priority.EXPORT: 600.0,
}

_LONGEST_QUEUE_S = {
    Priority.ACKNOWLEDGED: 10.0,
    Priority.FILING: 10.0,
    Priority.CHECK: 3.0,
    Priority.PEOPLE: 3.0,
    Priority.LOOK_UP: 1.0,
    Priority.EXPORT: 1.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How much one process does at once.

    Args:
        slots: requests inside at once.
        queue: requests that may wait for a slot.
    """

    slots: int = 64
    queue: int = 256


def may_start(priority: Priority, inside: int, room: Capacity) -> bool:
    """Whether there is a slot for a request of this kind.

    Args:
        priority: of the request's route.
        inside: requests that are worked on now.
        room: of one process.
    """
    return inside < max(1, room.slots * _SHARE_PERCENT[priority] // 100)


def may_queue(priority: Priority, queued: int, room: Capacity) -> bool:
    """Whether it may wait for one.

    Args:
        priority: of the request's route.
        queued: requests that wait now.
        room: of one process.
    """
    return queued < room.queue * _SHARE_PERCENT[priority] // 100


def deadline_s(priority: Priority) -> float:
    """Seconds after which nobody waits for the answer any more."""
    return _DEADLINE_S[priority]


def longest_queue_s(priority: Priority) -> float:
    """Seconds after which a request had better be told to come back than wait for its turn."""
    return _LONGEST_QUEUE_S[priority]


def come_back_s(priority: Priority, queued: int, finished_per_s: float, draw: float) -> int:
    """When a request that was turned away should come back: drawn, so that not all come at once.

    Args:
        priority: of the request; what is shed first comes back last.
        queued: requests that wait.
        finished_per_s: requests that are finished a second.
        draw: of a uniform random number below 1.

    Returns:
        Whole seconds, 2–120.
    """
    clear_s = queued / max(finished_per_s, 1.0)
    spread_s = 5.0 * (1 + priority) + clear_s
    return min(max(2, ceil(clear_s + spread_s * draw)), 120)


_FIRST_IF_KNOWN = {Priority.PEOPLE, Priority.LOOK_UP}


def proven(priority: Priority, *, is_known: bool) -> Priority:
    """The priority that a request gets: its route declares one, proof of its sender grants it.

    Args:
        priority: of the route.
        is_known: whether the sender holds a key, a session or an admission.
    """
    if priority is Priority.CHECK:  # inspectors are not signed in
        return priority
    if not is_known:
        return max(priority, Priority.PEOPLE)
    return Priority.ACKNOWLEDGED if priority in _FIRST_IF_KNOWN else priority


def upload_incomplete() -> InvalidInput:
    """The error for a body that broke off before its end."""
    return InvalidInput(
        "upload-incomplete",
        Text(
            id="Kiriman terputus sebelum selesai; tidak ada yang tercatat. Kirim ulang seluruhnya.",
            en="What was sent broke off before its end; nothing was filed. Send all of it again.",
        ),
    )


def shed(retry_after_s: int) -> Unavailable:
    """The error for a request that found no place."""
    return Unavailable(
        "busy",
        Text(
            id="Sedang sangat ramai, jadi permintaan ini belum diproses dan tidak ada yang "
            f"tercatat. Coba lagi {retry_after_s} detik lagi; yang sudah mendapat tanda terima "
            "tetap tersimpan.",
            en="Very many people are here, so this was not done and nothing was filed. Try again "
            f"in {retry_after_s} s; whatever has a receipt is safe.",
        ),
        retry_after_s=retry_after_s,
    )


TOO_MANY = "too-many-requests"


def too_busy() -> Unavailable:
    """The error for filings while more wait to be stored than may."""
    return Unavailable(
        "too-busy",
        Text(
            id="Terlalu banyak pengajuan sedang ditulis. Kirim ulang setelah waktu yang disebut; "
            "tidak ada yang tercatat dua kali dengan Idempotency-Key yang sama.",
            en="Too many filings are being written. Send again after the time named; with the same "
            "Idempotency-Key nothing is filed twice.",
        ),
        retry_after_s=5,
    )


def too_many_requests(retry_after_s: int) -> TooMany:
    """The error for a client that takes more than its share."""
    return TooMany(
        TOO_MANY,
        Text(
            id="Terlalu banyak permintaan dari alamat atau akun ini. Coba lagi "
            f"{retry_after_s} detik lagi.",
            en=f"Too many requests from this address or account. Try again in {retry_after_s} s.",
        ),
        retry_after_s=retry_after_s,
    )


def head_too_large() -> TooLarge:
    """The error for an address, a query or a header that is larger than any that is read."""
    return TooLarge(
        "head-too-large",
        Text(
            id="Alamat atau kepala permintaan ini terlalu panjang. Hapus kuki situs ini, atau "
            "persingkat alamatnya, lalu coba lagi.",
            en="The address or a header of this request is too long. Delete the cookies of this "
            "site, or shorten the address, and try again.",
        ),
    )


def too_slow() -> TooSoon:
    """The error for a body that does not arrive."""
    return TooSoon(
        "too-slow",
        Text(
            id="Kiriman berhenti di tengah jalan, jadi tidak ada yang tercatat. Kirim ulang saat "
            "sambungan lebih baik; kunci yang sama tidak mencatat dua kali.",
            en="What you sent stopped half-way, so nothing was filed. Send it again when the "
            "connection is better; with the same key nothing is filed twice.",
        ),
        retry_after_s=10,
    )


STORAGE_FULL = "storage-full"
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def storage_full() -> Unavailable:
    """The error for what finds no space on a disk, the database's or that of uploads."""
    return Unavailable(
        STORAGE_FULL,
        Text(
            id="Ruang penyimpanan kami penuh, jadi tidak ada yang tercatat; yang sudah mendapat "
            "tanda terima tetap tersimpan. Kirim ulang setelah waktu yang disebut; dengan "
            "Idempotency-Key yang sama tidak ada yang tercatat dua kali.",
            en="Our storage is full, so nothing was filed; whatever has a receipt is safe. Send "
            "again after the time named; with the same Idempotency-Key nothing is filed twice.",
        ),
        retry_after_s=60,
    )


def is_storage_full(error: BaseException) -> bool:
    """Whether the operating system says that a disk, or a share of one, is full or read-only."""
    return isinstance(error, OSError) and error.errno in _NO_SPACE
