"""Closures: a city closes an employer for a time, and what must hold meanwhile.

While a closure is in force nobody files for the employer, its workers who wait are held, nothing is
issued, and each of its certificates reads SUSPENDED. All of that ends by itself with the closure.
Closures may overlap: the employer is open again once the last of them is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from strp.domain.civil_time import WIB, moment_text
from strp.domain.errors import Conflict, FieldError, Forbidden, InvalidInput
from strp.domain.identifiers import Nib, format_nib
from strp.domain.text import Text

REASON_MOST_CHARACTERS = 200
CITATION_MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """One closure of an employer.

    Args:
        reason: why, as the employer reads it; no personal data.
        citation: the rule or order that it rests on.
        from_at: aware; the first moment of it.
        until_at: aware; the first moment after it, or None where no end is set.
        lifted_at: aware; when it was taken back, or None.
        exercise: whether it was made in an exercise, with which it ends.
    """

    closure_id: int
    nib: Nib
    reason: str
    citation: str
    from_at: datetime
    until_at: datetime | None
    lifted_at: datetime | None = None
    exercise: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether the employer is closed by it at a moment."""
        return self.from_at <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended, or was lifted, before a moment; one still to come is not over."""
        ended = self.until_at is not None and self.until_at <= at
        return ended or (self.lifted_at is not None and self.lifted_at <= at)


def in_force(closures: Iterable[Closure], at: datetime) -> list[Closure]:
    """The closures that hold at a moment, the one that lasts longest last.

    Args:
        closures: of one employer, in any order; lifted ones among them.
        at: aware.
    """
    held = [each for each in closures if each.holds(at)]
    return sorted(held, key=lambda each: (each.until_at is None, each.until_at or at))


def check_closure(
    reason: str, citation: str, from_at: datetime, until_at: datetime | None, now: datetime
) -> None:
    """Hold a new closure against the rules.

    Args:
        reason: as the employer will read it.
        citation: regulation that it rests on.
        from_at: aware; when it begins.
        until_at: aware; when it ends, or None for until it is lifted.
        now: aware; the end must be still to come.

    Raises:
        InvalidInput: `closure-incomplete`; names the field and what is wrong with it.
    """
    fields = []
    if not 0 < len(reason.strip()) <= REASON_MOST_CHARACTERS:
        fields.append(FieldError("reason", "missing", _REASON))
    if not 0 < len(citation.strip()) <= CITATION_MOST_CHARACTERS:
        fields.append(FieldError("citation", "missing", _CITATION))
    if until_at is not None and until_at <= max(from_at, now):
        fields.append(FieldError("until", "invalid", _UNTIL))
    if fields:
        raise InvalidInput("closure-incomplete", _INCOMPLETE, fields=fields)


def read_moment(text: str, *, ends: bool = False) -> datetime | None:
    """Read a moment as people type it, or None.

    Args:
        text: RFC 3339, without an offset in Jakarta's time; or a day, `2026-11-30`.
        ends: whether a day means its end, so that the day belongs to the span.
    """
    try:
        if len(text) == len("2026-11-30"):
            day = date.fromisoformat(text) + timedelta(days=1 if ends else 0)
            return datetime.combine(day, time.min, WIB)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=WIB)


def employer_closed(closure: Closure, contact: str) -> Forbidden:
    """The answer to who files for a closed employer: why, until when, and how to object.

    Args:
        closure: the one in force that lasts longest.
        contact: whom to write to.
    """
    until, nib = until_text(closure), format_nib(closure.nib)
    return Forbidden(
        "employer-closed",
        Text(
            id=f"Perusahaan ini ditutup {until.id}, jadi tidak ada yang diajukan. "
            f"Alasan: {closure.reason}. Dasar: {closure.citation}. "
            f"Bila keberatan, ajukan di halaman perusahaan atau lewat POST /api/v1/objections "
            f'(about "closure", ref {nib}), atau tulis kepada {contact} dengan NIB {nib}.',
            en=f"This employer is closed {until.en}, so nothing was filed. "
            f"Reason: {closure.reason}. Basis: {closure.citation}. "
            f'To object, use the employer\'s page or POST /api/v1/objections (about "closure", '
            f"ref {nib}), or write to {contact} and name NIB {nib}.",
        ),
    )


def on_hold(closure: Closure) -> Conflict:
    """The answer to an officer who would decide workers of a closed employer."""
    until = until_text(closure)
    return Conflict(
        "application-on-hold",
        Text(
            id=f"Perusahaan ini ditutup {until.id}; pekerjanya ditahan sampai dibuka kembali. "
            "Ambil pengajuan berikutnya.",
            en=f"This employer is closed {until.en}; its workers are held until it opens again. "
            "Take the next one.",
        ),
    )


def until_text(closure: Closure) -> Text:
    """Until when an employer is closed, in words."""
    if closure.until_at is None:
        return Text(id="sampai ada keputusan lain", en="until further notice")
    moment = moment_text(closure.until_at)
    return Text(id=f"sampai {moment.id}", en=f"until {moment.en}")


_REASON = Text(
    id="Sebutkan alasan dalam 1 sampai 200 karakter, tanpa data pribadi.",
    en="Say why, in 1 to 200 characters, without personal data.",
)
_CITATION = Text(
    id="Sebutkan dasar hukumnya dalam 1 sampai 300 karakter.",
    en="Name the rule it rests on, in 1 to 300 characters.",
)
_UNTIL = Text(
    id="Akhir penutupan harus setelah awalnya dan setelah saat ini.",
    en="A closure ends after it begins, and after now.",
)
_INCOMPLETE = Text(
    id="Penutupan ini belum lengkap; tidak ada yang ditutup.",
    en="This closure is not complete; nothing was closed.",
)
