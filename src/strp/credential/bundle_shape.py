"""The JSON inside a trust bundle, and how it becomes values."""

import hashlib
from datetime import date, datetime
from typing import Annotated

import msgspec

from strp.credential.signing import base64url
from strp.domain.identifiers import PeriodId
from strp.domain.rules.policy import Admits, CheckpointRule, CheckpointWindow, Period, cover_the_day
from strp.domain.text import Text

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
CLOCK = "%H:%M"
YEARS = range(2000, 9999)
"""What a bundle may name: a day after, and the same moment in Jakarta, must exist too."""
MOST_KEYS = 64
MOST_LISTS = 4096
"""Each start of an issuing process has one, and each 65,536 certificates."""
MOST_LIST_BYTES = 64 << 20
"""All lists of a bundle once unpacked; those of an epoch have 16 KiB each."""


class Jws(msgspec.Struct, kw_only=True):
    """A flattened JWS (RFC 7515 §7.2.2)."""

    payload: str
    protected: str
    signature: str


class Header(msgspec.Struct, kw_only=True):
    """The protected header of the JWS."""

    alg: str
    kid: str
    typ: str


class Sentence(msgspec.Struct):
    """A text in both languages."""

    id: str
    en: str


class PeriodShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A period; both days belong to it. `exercise` stands only in periods of exercises."""

    number: int
    code: str
    name: Sentence
    from_: date = msgspec.field(name="from")
    until: date
    exercise: bool = False

    @classmethod
    def of(cls, period: Period) -> "PeriodShape":
        """The shape of a period."""
        return cls(
            number=period.number,
            code=period.code,
            name=Sentence(*period.name),
            from_=period.starts_on,
            until=period.ends_on,
            exercise=period.exercise,
        )

    def value(self) -> Period:
        """The period.

        Raises:
            ValueError: a day is out of range.
        """
        if self.from_.year not in YEARS or self.until.year not in YEARS:
            raise ValueError("a day is out of range")
        name = Text(self.name.id, self.name.en)
        number = PeriodId(self.number)
        return Period(number, self.code, name, self.from_, self.until, self.exercise)


class ListShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A status list: where it is, its digest, and itself where lists are inline."""

    number: int
    uri: str
    issued_at: Moment
    sha256: str
    cwt: str | None = None

    @classmethod
    def of(
        cls, number: int, uri: str, issued_at: datetime, cwt: bytes, *, inline: bool
    ) -> "ListShape":
        """The shape of a status list token."""
        return cls(
            number=number,
            uri=uri,
            issued_at=issued_at,
            sha256=base64url(hashlib.sha256(cwt).digest()),
            cwt=base64url(cwt) if inline else None,
        )


class WindowShape(msgspec.Struct, kw_only=True):
    """Hours of a checkpoint in Jakarta, and who passes."""

    opens: str
    closes: str
    admits: Admits
    sectors: list[str]

    @classmethod
    def of(cls, window: CheckpointWindow) -> "WindowShape":
        """The shape of a window."""
        return cls(
            opens=window.opens.strftime(CLOCK),
            closes=window.closes.strftime(CLOCK),
            admits=window.admits,
            sectors=list(window.sectors),
        )

    def value(self) -> CheckpointWindow:
        """The window.

        Raises:
            ValueError: an hour is not HH:MM.
        """
        opens, closes = (datetime.strptime(at, CLOCK).time() for at in (self.opens, self.closes))
        return CheckpointWindow(opens, closes, self.admits, tuple(self.sectors))


class CheckpointShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The rule of a kind of checkpoint."""

    code: str
    name: Sentence
    citation: str
    windows: list[WindowShape]
    from_: date | None = msgspec.field(name="from", default=None)
    until: date | None = None

    @classmethod
    def of(cls, rule: CheckpointRule) -> "CheckpointShape":
        """The shape of a rule."""
        return cls(
            code=rule.code,
            name=Sentence(*rule.name),
            citation=rule.citation,
            windows=[WindowShape.of(window) for window in rule.windows],
            from_=rule.from_on,
            until=rule.until_on,
        )

    def value(self) -> CheckpointRule:
        """The rule.

        Raises:
            ValueError: an hour is not HH:MM, or the hours do not cover the day.
        """
        windows = tuple(window.value() for window in self.windows)
        if not cover_the_day(windows):
            raise ValueError("the hours do not cover the day")
        return CheckpointRule(
            code=self.code,
            name=Text(self.name.id, self.name.en),
            from_on=self.from_,
            until_on=self.until,
            windows=windows,
            citation=self.citation,
        )


class KeySet(msgspec.Struct):
    """A JWK set (RFC 7517 §5)."""

    keys: Annotated[list[dict[str, str]], msgspec.Meta(max_length=MOST_KEYS)]


class BundleShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The payload of a trust bundle."""

    issuer: str
    issued_at: Moment
    next_update: Moment
    number: int = 0
    trusted_until: Moment | None = None
    jwks: KeySet
    periods: list[PeriodShape]
    status_lists: Annotated[list[ListShape], msgspec.Meta(max_length=MOST_LISTS)]
    checkpoints: list[CheckpointShape]
