"""Rules of checkpoints: who passes where, on which days, at which hours, and what is shown there.

A rule holds for one kind of checkpoint from one day to another, on the kinds of days that it names,
round the clock. Beside its windows it says who passes by a card and no certificate (`without`),
which documents count instead (`instead`), which are carried too (`also`), and in which `form` a
certificate is shown. Operators differed in July 2021: a QR on a phone was enough on the road, the
commuter train asked for paper with a wet stamp, and there a company's letter counted instead.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import NamedTuple

from strp.domain.text import Text


class Admits(StrEnum):
    """Whom a checkpoint lets pass during some hours."""

    EVERYONE = "everyone"
    HOLDERS = "holders"
    SECTORS = "sectors"


class Operator(StrEnum):
    """Who checks."""

    ROAD = "road"
    KRL = "krl"
    MRT = "mrt"
    TRANSJAKARTA = "transjakarta"
    OFFICE = "office"


class DayKind(StrEnum):
    """Kinds of days; a holiday is that, whichever day of the week it is."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


class Form(StrEnum):
    """In which form a certificate is shown."""

    ANY = "any"
    PRINTED = "printed"


WEEK = tuple(DayKind)[:7]


class Holiday(NamedTuple):
    """A public holiday, and where it is laid down."""

    on: date
    name: Text
    citation: str


class Document(NamedTuple):
    """A document that inspectors look at, and how they know it.

    Args:
        looks: what it looks like.
        picture: name of a picture of it; empty where there is none.
        citation: which rule names it.
    """

    code: str
    name: Text
    looks: Text
    picture: str
    citation: str


class CheckpointWindow(NamedTuple):
    """Hours of a day at a checkpoint (WIB; may pass midnight), and who passes.

    `SECTORS` without any admits no certificate: only the groups and documents of the rule count.
    """

    opens: time
    closes: time
    admits: Admits
    sectors: tuple[str, ...] = ()


class Shown(NamedTuple):
    """A group or a document that counts at a checkpoint.

    Args:
        code: of the group or document.
        citation: which rule says so.
        opens: WIB; from when on it counts; None: round the clock.
        closes: WIB; until when; both or neither.
        sectors: of the certificates beside which it is carried; none: of all.
    """

    code: str
    citation: str
    opens: time | None = None
    closes: time | None = None
    sectors: tuple[str, ...] = ()

    def counts_at(self, local: time) -> bool:
        """Whether it counts at a time of day in WIB."""
        return self.opens is None or self.closes is None or within(local, self.opens, self.closes)

    def is_asked_of(self, sector: str | None) -> bool:
        """Whether it is carried beside a certificate of a sector; None: of any."""
        return not self.sectors or sector is None or sector in self.sectors


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRule:
    """What holds at a kind of checkpoint.

    Args:
        code: kind of checkpoint, such as `road` or `krl`.
        from_on: first day, or None for always.
        until_on: last day, or None for always.
        windows: follow each other round the clock.
        operator: who checks; None where the rule does not say.
        days: kinds of days on which it holds; empty: all.
        without: groups that pass by their card.
        instead: documents that count instead of a certificate.
        also: documents that holders of a certificate carry too.
        form: in which form a certificate is shown.
    """

    code: str
    name: Text
    from_on: date | None
    until_on: date | None
    windows: tuple[CheckpointWindow, ...]
    citation: str
    operator: Operator | None = None
    days: tuple[DayKind, ...] = ()
    without: tuple[Shown, ...] = ()
    instead: tuple[Shown, ...] = ()
    also: tuple[Shown, ...] = ()
    form: Form = Form.ANY

    def window_at(self, local: time) -> CheckpointWindow:
        """The window that holds at a time of day in WIB."""
        for window in self.windows:
            if within(local, window.opens, window.closes):
                return window
        raise AssertionError("windows cover the day")

    def holds_on(self, day: date, kind: DayKind) -> bool:
        """Whether the rule holds on a civil day of a kind.

        Args:
            day: civil day in Jakarta.
            kind: which it is, as `day_kind` says.
        """
        begun = self.from_on is None or self.from_on <= day
        goes_on = self.until_on is None or day <= self.until_on
        return begun and goes_on and (not self.days or kind in self.days)


class ShownNow(NamedTuple):
    """What holds at a checkpoint at one moment.

    Args:
        rule: the rule of the day.
        window: the hours.
        without: codes of groups that pass by their card now.
        instead: codes of documents that count instead of a certificate now.
        also: codes of documents that holders carry too now.
    """

    rule: CheckpointRule
    window: CheckpointWindow
    without: tuple[str, ...]
    instead: tuple[str, ...]
    also: tuple[str, ...]


def shown_at(rule: CheckpointRule, local: time, sector: str | None = None) -> ShownNow:
    """What a rule asks for at a time of day in WIB.

    Args:
        rule: that of the day.
        local: time of day in Jakarta.
        sector: of the certificate that is shown; None: of any.
    """
    window = rule.window_at(local)
    without, instead, also = (
        tuple(each.code for each in listed if each.counts_at(local) and each.is_asked_of(sector))
        for listed in (rule.without, rule.instead, rule.also)
    )
    return ShownNow(rule, window, without, instead, also)


def day_kind(day: date, holidays: Collection[date]) -> DayKind:
    """Which kind of day a civil day is.

    Args:
        day: civil day in Jakarta.
        holidays: public holidays, of any years.
    """
    return DayKind.HOLIDAY if day in holidays else WEEK[day.weekday()]


def rule_on(
    rules: Iterable[CheckpointRule], code: str | None, day: date, holidays: Collection[date] = ()
) -> CheckpointRule | None:
    """The rule of a kind of checkpoint on a civil day, if there is one.

    Args:
        code: kind of checkpoint; None: no rule.
        day: civil day in Jakarta.
        holidays: public holidays.
    """
    kind = day_kind(day, holidays)
    return next((rule for rule in rules if rule.code == code and rule.holds_on(day, kind)), None)


def cover_the_day(windows: tuple[CheckpointWindow, ...]) -> bool:
    """Whether the windows follow each other and go round the clock exactly once."""
    if not windows:
        return False
    followed = (*windows[1:], windows[0])
    joined = all(a.closes == b.opens for a, b in zip(windows, followed, strict=True))
    past_midnight = sum(window.closes <= window.opens for window in windows)
    return joined and past_midnight == 1


def within(local: time, opens: time, closes: time) -> bool:
    """Whether a time of day lies in hours that may pass midnight.

    Args:
        local: time of day in Jakarta.
        opens: belongs to the hours.
        closes: does not; where it is not later than `opens`, on the next day.
    """
    if opens < closes:
        return opens <= local < closes
    return local >= opens or local < closes
