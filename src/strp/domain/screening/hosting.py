"""Hostings: an employer sends people to work at another employer's site, and that one says so.

Who sends names the host by its NIB in a roster; until the host's representative or an officer has
confirmed it, with a number of places by site type, nobody is approved for that site. A host that is
named by strangers hears of few of them by letter, and of all on its page.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from strp.domain.employers.caps import OutsourcedCaps, OutsourcedRule, QuotaLimit, QuotaUse, Staff
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.rate_limit import RateLimit
from strp.domain.screening.ruling import MOST_STAFF, STAFF_INVALID
from strp.domain.text import Text

MOST_ASKED = 100
"""Hosts of one employer that may wait to be confirmed at a time."""
MOST_LETTERS_A_DAY = 3
"""Letters on one civil day to one host about who names it."""
WORDS_ON_ONE: Final = RateLimit(burst=20, interval=timedelta(hours=1))
"""What one host says on one employer: each word is recorded and screens again who waits for it."""
REASON_MOST_CHARACTERS = 300


class HostingState(StrEnum):
    """What the host, or an officer in its place, has said."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """What is known of one employer at one host in one period.

    Args:
        nib: employer that sends people.
        host_nib: employer whose site it is.
        service: places confirmed at service sites.
        administration: places confirmed in offices.
        until_on: last day of the confirmation; None for the whole period.
        reason: why it was declined or withdrawn; no personal data.
        decided_by: label of who said so, or None.
        proposed_by: label of an official who would confirm it, where a second one must.
    """

    nib: Nib
    host_nib: Nib
    period_id: PeriodId
    state: str
    service: int
    administration: int
    until_on: date | None
    reason: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    proposed_by: str | None

    def counts_on(self, day: date) -> bool:
        """Whether it lets workers in on a civil day."""
        is_over = self.until_on is not None and self.until_on < day
        return self.state == HostingState.CONFIRMED and not is_over


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingWord:
    """What a host says of an employer, or an officer in its place.

    Args:
        state: `confirmed`, `declined` or `withdrawn`.
        service: places at service sites, where it is confirmed.
        administration: places in offices.
        until_on: last day; None for the whole period.
        reason: why it is declined or withdrawn.
    """

    state: HostingState
    service: int = 0
    administration: int = 0
    until_on: date | None = None
    reason: str = ""


def check_word(word: HostingWord, today: date) -> None:
    """Hold what was said against what can be.

    Args:
        today: civil day in Jakarta.

    Raises:
        InvalidInput: `hosting-incomplete`; names each field and what is wrong with it.
    """
    fields = []
    if word.state is HostingState.ASKED:
        fields.append(FieldError("state", "invalid", _STATE))
    if word.state is HostingState.CONFIRMED:
        for name, number in (("service", word.service), ("administration", word.administration)):
            if not 0 <= number <= MOST_STAFF:
                fields.append(FieldError(name, "invalid", STAFF_INVALID))
        if word.service + word.administration == 0:
            fields.append(FieldError("service", "missing", _PLACES))
        if word.until_on is not None and word.until_on < today:
            fields.append(FieldError("until", "invalid", _UNTIL))
    elif not 0 < len(word.reason) <= REASON_MOST_CHARACTERS:
        fields.append(FieldError("reason", "missing", _REASON))
    if fields:
        raise InvalidInput("hosting-incomplete", _INCOMPLETE, fields=fields)


def check_places(
    word: HostingWord,
    rule: OutsourcedRule,
    *,
    staff: Staff,
    limit: QuotaLimit,
    used: QuotaUse,
    granted: QuotaUse,
    by_official: bool,
) -> None:
    """Hold the places that are confirmed against the host's caps and its own staff.

    Args:
        word: what is confirmed.
        rule: of the policy.
        staff: of the host.
        limit: of the host's caps.
        used: by the host's own people.
        granted: to all other employers at this host.
        by_official: whether an officer confirms, who is bound by the caps alone.

    Raises:
        InvalidInput: `hosting-no-room`; names each number that is too high, and the highest.
    """
    fields = []
    for n, name in enumerate(("service", "administration")):
        wanted, room = getattr(word, name), MOST_STAFF
        if not by_official:
            room = (staff[n] or 0) * rule.host_confirms_percent // 100 - granted[n]
        cap = limit[n]
        if rule.caps is OutsourcedCaps.HOST and cap is not None:
            room = min(room, cap - used[n] - granted[n])
        if wanted > max(room, 0):
            fields.append(FieldError(name, "invalid", _at_most(max(room, 0))))
    if fields:
        raise InvalidInput("hosting-no-room", _NO_ROOM, fields=fields)


def hosting_unknown() -> NotFound:
    """The answer to a word on an employer that never named this host."""
    return NotFound("hosting-unknown", _UNKNOWN)


def hosting_not_confirmed() -> Conflict:
    """The answer to the withdrawal of what was never confirmed, or a refusal of what was."""
    return Conflict("hosting-state", _NOT_CONFIRMED)


def _at_most(room: int) -> Text:
    return Text(
        id=f"Paling banyak {room} sekarang. Untuk lebih banyak, nyatakan jumlah pegawai "
        "perusahaan ini, atau minta petugas.",
        en=f"At most {room} now. For more, declare this company's staff, or ask the office.",
    )


_STATE = Text(
    id="Pilih konfirmasi, tolak, atau cabut.", en="Choose to confirm, decline or withdraw."
)
_PLACES = Text(
    id="Tulis berapa pekerja yang bekerja di tempat Anda.",
    en="Write how many of the workers work at your site.",
)
_UNTIL = Text(
    id="Tulis hari terakhir, hari ini atau sesudahnya, misalnya 2026-12-31.",
    en="Write the last day, today or later, such as 2026-12-31.",
)
_REASON = Text(
    id="Sebutkan alasan dalam 1 sampai 300 karakter, tanpa data pribadi.",
    en="Say why, in 1 to 300 characters, without personal data.",
)
_INCOMPLETE = Text(
    id="Jawaban ini belum lengkap; tidak ada yang berubah.",
    en="This answer is not complete; nothing has changed.",
)
_NO_ROOM = Text(
    id="Jumlah ini melebihi yang dapat dikonfirmasi; tidak ada yang berubah.",
    en="This is more than can be confirmed; nothing has changed.",
)
_UNKNOWN = Text(
    id="Perusahaan ini tidak menyebut lokasi kerja itu pada masa berlaku ini. Periksa NIB.",
    en="This employer has not named that work site in this period. Check the NIB.",
)
_NOT_CONFIRMED = Text(
    id="Yang sudah dikonfirmasi dapat dicabut; yang belum dapat ditolak. Muat ulang halaman ini.",
    en="What is confirmed can be withdrawn; what is not can be declined. Load this page again.",
)
