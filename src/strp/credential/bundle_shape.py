"""The JSON inside a trust bundle, and how it becomes values.

A bundle is a JWS in flattened JSON form (RFC 7515 §7.2.2) under ES256. Its payload:

    {"number", "issuer", "issued_at", "next_update", "trusted_until", "jitter_s",
     "signers": {"keys": [JWK…]}, "jwks": {"keys": [JWK…]},
     "periods": [{"number", "code", "name": {"id", "en"}, "from", "until", "exercise"?}…],
     "status_lists": [{"number", "uri", "issued_at", "sha256", "cwt"?}…],
     "checkpoints": [{"code", "name", "from"?, "until"?, "citation", "operator"?, "days"?,
                      "windows": [{"opens", "closes", "admits", "sectors"}…],
                      "without"?: [{"group", "opens"?, "closes"?, "citation"}…],
                      "instead"?, "also"?: [{"document", …, "citation", "sectors"?}…],
                      "form"?}…],
     "groups"?: [{"code", "name", "show", "looks"?, "picture"?, "citation"}…],
     "documents"?: [{"code", "name", "looks", "picture"?, "citation"}…],
     "holidays"?: [{"on", "name", "citation"}…]}
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec

from strp.credential.signing import base64url
from strp.domain.identifiers import PeriodId
from strp.domain.rules.checkpoint import (
    Admits,
    CheckpointRule,
    CheckpointWindow,
    DayKind,
    Document,
    Form,
    Holiday,
    Operator,
    Shown,
    cover_the_day,
)
from strp.domain.rules.policy import ExemptGroup, Period
from strp.domain.text import Text

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Whole = Annotated[int, msgspec.Meta(ge=1 - (1 << 53), le=(1 << 53) - 1)]
"""A number that every reader of JSON holds exactly (RFC 7493 §2.2)."""
CLOCK = "%H:%M"
YEARS = range(2000, 9999)
"""What a bundle may name: a day after, and the same moment in Jakarta, must exist too."""
MOST_KEYS = 64
MOST_SIGNATURES = 8
MOST_LISTS = 4096
"""Each start of an issuing process has one, and each 65,536 certificates."""
MOST_LIST_BYTES = 64 << 20
"""All lists of a bundle once unpacked; those of an epoch have 16 KiB each."""


class Signature(msgspec.Struct, kw_only=True):
    """One signature of a JWS, over the same payload."""

    protected: str
    signature: str


class Jws(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A flattened JWS (RFC 7515 §7.2.2).

    `other_signatures` is a member of ours, which other readers ignore, as the RFC says: one of
    `signatures` would make it a general JWS.
    """

    payload: str
    protected: str
    signature: str
    other_signatures: Annotated[list[Signature], msgspec.Meta(max_length=MOST_SIGNATURES)] = []


class Header(msgspec.Struct, kw_only=True):
    """The protected header of the JWS."""

    alg: str
    kid: str
    typ: str


class Sentence(msgspec.Struct):
    """A text in both languages."""

    id: str
    en: str

    def value(self) -> Text:
        """The text."""
        return Text(self.id, self.en)


class Dated(msgspec.Struct):
    """Holds days and moments of `YEARS` alone; moments in milliseconds, as browsers know them."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, date) and value.year not in YEARS:
                raise ValueError("a day is out of range")
            if isinstance(value, datetime):
                setattr(self, name, value - timedelta(microseconds=value.microsecond % 1000))


class PeriodShape(Dated, kw_only=True, omit_defaults=True):
    """A period; both days belong to it. `exercise` stands only in periods of exercises."""

    number: Whole
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
        """The period."""
        number, name = PeriodId(self.number), self.name.value()
        return Period(number, self.code, name, self.from_, self.until, self.exercise)


class ListShape(Dated, kw_only=True, omit_defaults=True):
    """A status list: where it is, its digest, and itself where lists are inline."""

    number: Whole
    uri: str
    issued_at: Moment
    sha256: str
    cwt: str | None = None

    @classmethod
    def of(
        cls, number: int, uri: str, issued_at: datetime, cwt: bytes, *, inline: bool
    ) -> "ListShape":
        """The shape of a status list token.

        Args:
            number: of the list.
            uri: where its token is fetched.
            issued_at: aware UTC; when it was signed.
            cwt: the signed token, whole.
            inline: whether the token itself goes into the bundle; its digest always does.
        """
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
        opens, closes = _clock(self.opens), _clock(self.closes)
        return CheckpointWindow(opens, closes, self.admits, tuple(self.sectors))


class GroupShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A group that needs no certificate, and how inspectors know it."""

    code: str
    name: Sentence
    show: Sentence
    citation: str
    looks: Sentence | None = None
    picture: str = ""

    @classmethod
    def of(cls, group: ExemptGroup) -> "GroupShape":
        """The shape of a group."""
        return cls(
            code=group.code,
            name=Sentence(*group.name),
            show=Sentence(*group.show_instead),
            citation=group.citation,
            looks=Sentence(*group.looks) if group.looks else None,
            picture=group.picture,
        )

    def value(self) -> ExemptGroup:
        """The group."""
        return ExemptGroup(
            code=self.code,
            name=self.name.value(),
            show_instead=self.show.value(),
            citation=self.citation,
            looks=self.looks.value() if self.looks else None,
            picture=self.picture,
        )


class DocumentShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A document that inspectors look at, and how they know it."""

    code: str
    name: Sentence
    looks: Sentence
    citation: str
    picture: str = ""

    @classmethod
    def of(cls, document: Document) -> "DocumentShape":
        """The shape of a document."""
        return cls(
            code=document.code,
            name=Sentence(*document.name),
            looks=Sentence(*document.looks),
            citation=document.citation,
            picture=document.picture,
        )

    def value(self) -> Document:
        """The document."""
        texts = self.name.value(), self.looks.value()
        return Document(self.code, *texts, self.picture, self.citation)


class HolidayShape(Dated, kw_only=True):
    """A public holiday."""

    on: date
    name: Sentence
    citation: str

    @classmethod
    def of(cls, holiday: Holiday) -> "HolidayShape":
        """The shape of a holiday."""
        return cls(on=holiday.on, name=Sentence(*holiday.name), citation=holiday.citation)

    def value(self) -> Holiday:
        """The holiday."""
        return Holiday(self.on, self.name.value(), self.citation)


class ShownShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A group or a document that counts at a checkpoint; without hours round the clock."""

    group: str = ""
    document: str = ""
    citation: str
    opens: str | None = None
    closes: str | None = None
    sectors: list[str] = []

    @classmethod
    def groups(cls, listed: Iterable[Shown]) -> "list[ShownShape]":
        """The shapes of groups."""
        return [cls(group=each.code, **cls._rest(each)) for each in listed]

    @classmethod
    def documents(cls, listed: Iterable[Shown]) -> "list[ShownShape]":
        """The shapes of documents."""
        return [cls(document=each.code, **cls._rest(each)) for each in listed]

    @staticmethod
    def _rest(shown: Shown) -> dict[str, Any]:
        opens, closes = (each and each.strftime(CLOCK) for each in (shown.opens, shown.closes))
        own = {"citation": shown.citation, "sectors": [*shown.sectors]}
        return own | {"opens": opens, "closes": closes}

    def value(self) -> Shown:
        """What counts.

        Raises:
            ValueError: it names nothing, or an hour is not HH:MM or stands alone.
        """
        code = self.group or self.document
        if not code or (self.opens is None) != (self.closes is None):
            raise ValueError("what counts has no code, or one hour alone")
        opens = None if self.opens is None else _clock(self.opens)
        closes = None if self.closes is None else _clock(self.closes)
        return Shown(code, self.citation, opens, closes, tuple(self.sectors))


class CheckpointShape(Dated, kw_only=True, omit_defaults=True):
    """The rule of a kind of checkpoint."""

    code: str
    name: Sentence
    citation: str
    windows: list[WindowShape]
    from_: date | None = msgspec.field(name="from", default=None)
    until: date | None = None
    operator: str | None = None
    days: list[DayKind] = []
    without: list[ShownShape] = []
    instead: list[ShownShape] = []
    also: list[ShownShape] = []
    form: Form = Form.ANY

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
            operator=rule.operator,
            days=list(rule.days),
            without=ShownShape.groups(rule.without),
            instead=ShownShape.documents(rule.instead),
            also=ShownShape.documents(rule.also),
            form=rule.form,
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
            operator=Operator(self.operator) if self.operator in _OPERATORS else None,
            days=tuple(self.days),
            without=tuple(each.value() for each in self.without),
            instead=tuple(each.value() for each in self.instead),
            also=tuple(each.value() for each in self.also),
            form=self.form,
        )


_OPERATORS = frozenset(Operator)


def _clock(text: str) -> time:
    return datetime.strptime(text if text.isascii() else "", CLOCK).time()


class KeySet(msgspec.Struct):
    """A JWK set (RFC 7517 §5)."""

    keys: Annotated[list[dict[str, str]], msgspec.Meta(max_length=MOST_KEYS)]


class BundleShape(Dated, kw_only=True, omit_defaults=True):
    """The payload of a trust bundle."""

    issuer: str
    issued_at: Moment
    next_update: Moment
    number: Whole = 0
    trusted_until: Moment | None = None
    jitter_s: Whole = 0
    signers: KeySet | None = None
    jwks: KeySet
    periods: list[PeriodShape]
    status_lists: Annotated[list[ListShape], msgspec.Meta(max_length=MOST_LISTS)]
    checkpoints: list[CheckpointShape]
    groups: list[GroupShape] = []
    documents: list[DocumentShape] = []
    holidays: list[HolidayShape] = []
