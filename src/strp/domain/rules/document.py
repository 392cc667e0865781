"""A policy document as it was written, every value with its line, and a reader that notes mistakes.

Scalars stay the text that stands in the file, so that `01`, `07:30` and `no` mean what they say.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date, time
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias, TypeVar

from strp.domain.rules.meant import meant_day, meant_number, meant_time, meant_yes
from strp.domain.rules.words import did_you_mean
from strp.domain.text import Text

Choice = TypeVar("Choice", bound=StrEnum)


class Located(NamedTuple):
    """A value of a document and where it stands; line 0 where it came from the database."""

    value: "str | list[Located] | dict[str, Located]"
    line: int
    file: str


Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
"""A document without its lines, as JSON keeps it."""


def plain(node: Located) -> Plain:
    """The document without its lines."""
    match node.value:
        case dict():
            return {name: plain(field) for name, field in node.value.items()}
        case list():
            return [plain(row) for row in node.value]
        case _:
            return node.value


def located(value: Plain, file: str) -> Located:
    """A document that has lost its lines, ready to be read again.

    Args:
        value: what was kept of a policy file: texts, lists, mappings.
        file: name to say in mistakes; the line is 0.
    """
    match value:
        case dict():
            return Located({name: located(field, file) for name, field in value.items()}, 0, file)
        case list():
            return Located([located(row, file) for row in value], 0, file)
        case _:
            return Located(value, 0, file)


class PolicyMistake(NamedTuple):
    """What is wrong with one field of a policy file."""

    file: str
    line: int
    field: str
    text: Text


class Unsound(NamedTuple):
    """Documents that are refused, and everything that is wrong with them."""

    mistakes: tuple[PolicyMistake, ...]


class FieldReader:
    """Reads one field and notes what is wrong with it; the rest of the file is still read.

    Args:
        node: the value, or None where the field is not there.
        path: name of the field, such as `sectors[2].caps.service`.
        mistakes: list that all readers of one document share.
        parent: where the field should have been.
    """

    def __init__(
        self, node: Located | None, path: str, mistakes: list[PolicyMistake], parent: Located
    ) -> None:
        self.path = path
        self._node = node
        self._mistakes = mistakes
        self._place = node or parent

    @property
    def given(self) -> bool:
        """Whether the field is there at all."""
        return self._node is not None

    def wrong(self, text: Text) -> None:
        """Note a mistake in this field; a file that is wrong everywhere is told its first ones."""
        if len(self._mistakes) >= MOST_MISTAKES:
            return
        self._mistakes.append(
            PolicyMistake(self._place.file, self._place.line, self.path or "-", text)
        )

    def slip(self, text: Text) -> None:
        """Note what is wrong in a file; what an earlier release took and stored is still read."""
        if self._place.line:
            self.wrong(text)

    def field(self, name: str) -> "FieldReader":
        """A field of this mapping; what has no fields is said once, not for each of them."""
        path = f"{self.path}.{name}" if self.path else name
        fields = self._fields()
        mistakes = [] if fields is None else self._mistakes
        return FieldReader((fields or {}).get(name), path, mistakes, self._place)

    def only(self, *names: str) -> None:
        """Note fields that have another name than these."""
        for name, node in (self._fields() or {}).items():
            if name not in names and len(self._mistakes) < MOST_MISTAKES:
                self._unknown(name, node).wrong(did_you_mean(_UNKNOWN_FIELD, name, names))

    def only_now(self, *names: str) -> None:
        """The same, of a mapping whose other fields earlier releases took and did not read."""
        for name, node in (self._fields() or {}).items():
            if name not in names and len(self._mistakes) < MOST_MISTAKES:
                self._unknown(name, node).slip(did_you_mean(_UNKNOWN_FIELD, name, names))

    def _unknown(self, name: str, node: Located) -> "FieldReader":
        path = f"{self.path}.{name}" if self.path else name
        return FieldReader(node, path, self._mistakes, node)

    def names(self) -> list[str]:
        """Names of the fields of this mapping; none where it is not there."""
        return list(self._node.value) if self._node and isinstance(self._node.value, dict) else []

    def rows(self) -> "Iterator[FieldReader]":
        """The entries of this list."""
        value = self._value()
        if value is not None and not isinstance(value, list):
            self.wrong(_NOT_A_LIST)
            return
        for number, node in enumerate(value or []):
            yield FieldReader(node, f"{self.path}[{number + 1}]", self._mistakes, node)

    def says(self, word: str) -> bool:
        """Whether a certain word is written here."""
        return self._node is not None and self._node.value == word

    def one_of(self, known: Collection[str], unknown: Text) -> str:
        """A code that the document names elsewhere.

        Args:
            known: codes that it names.
            unknown: what is said of another.
        """
        code = self.string()
        if code and code not in known:
            self.wrong(did_you_mean(unknown, code, known))
        return code

    def string(self, fallback: str = "") -> str:
        """A text that is not empty."""
        value = self._value()
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None:
            self.wrong(_NOT_A_TEXT)
        return fallback

    def string_now(self) -> None:
        """Note what is no text, in a field that earlier releases took and did not read."""
        value = self._value()
        if not (isinstance(value, str) and value.strip()):
            self.slip(_NOT_A_TEXT)

    def text(self) -> Text:
        """A sentence in both languages, `{id: …, en: …}`."""
        if self._node is not None and isinstance(self._node.value, str):
            self.wrong(_BOTH_LANGUAGES)
            return Text("", "")
        self.only("id", "en")
        return Text(self.field("id").string(), self.field("en").string())

    def word(self) -> str:
        """Lower-case letters, digits and hyphens."""
        value = self.string()
        if value and not _WORD.fullmatch(value):
            self.wrong(_NOT_A_WORD)
        return value

    def digits(self, shortest: int, longest: int) -> str:
        """Some digits, kept as text.

        Args:
            shortest: fewest digits.
            longest: most digits.
        """
        value = self.string("0" * shortest)
        if not (value.isascii() and value.isdigit() and shortest <= len(value) <= longest):
            self.wrong(
                Text(f"Harus {shortest}–{longest} angka.", f"Must be {shortest}–{longest} digits.")
            )
        return value

    def number(self, lowest: int, highest: int) -> int:
        """A whole number between two bounds.

        Args:
            lowest: least number taken, and the one that stands for a wrong one.
            highest: greatest number taken.
        """
        value = self.string("")
        if value == "":
            return lowest
        is_number = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
        if is_number and lowest <= int(value) <= highest:
            return int(value)
        said = Text(
            f"Harus bilangan bulat {lowest}–{highest}.",
            f"Must be a whole number {lowest}–{highest}.",
        )
        self.wrong(_meant(said, meant_number(value, lowest, highest)))
        return lowest

    def day(self) -> date:
        """A civil day, `2021-07-09`."""
        written = self.string(NO_DAY.isoformat())
        try:
            day = date.fromisoformat(written)
        except ValueError:
            self.wrong(_meant(_NOT_A_DAY, meant_day(written)))
            return NO_DAY
        if not _DAY.fullmatch(written):
            self.slip(_meant(_NOT_A_DAY, day.isoformat()))
        elif not NO_DAY <= day <= _LAST_DAY:
            self.slip(_FAR_OFF)
        return day

    def clock(self) -> time:
        """A time of day, `07:30`."""
        written = self.string("00:00")
        try:
            clock = time.fromisoformat(written).replace(tzinfo=None)
        except ValueError:
            self.wrong(_meant(_NOT_A_TIME, meant_time(written)))
            return time(0)
        if not _CLOCK.fullmatch(written):
            self.slip(_meant(_NOT_A_TIME, f"{clock:%H:%M}"))
        return clock

    def yes(self) -> bool:
        """`true` or `false`."""
        value = self.string("false")
        if value not in {"true", "false"}:
            self.wrong(_meant(_NOT_YES_OR_NO, meant_yes(value)))
        return value == "true"

    def choice(self, choices: type[Choice]) -> Choice:
        """One of a few words."""
        first, *_ = members = list(choices)
        value = self.string(first.value)
        if value in {member.value for member in members}:
            return choices(value)
        words = [member.value for member in members]
        listed = ", ".join(words)
        said = Text(f"Harus salah satu dari: {listed}.", f"Must be one of: {listed}.")
        self.wrong(did_you_mean(said, value, words))
        return first

    def _fields(self) -> "dict[str, Located] | None":
        """The fields of this mapping; None where it is none, which is noted."""
        if self._node is None:
            self.wrong(_MISSING)
            return None
        if isinstance(self._node.value, dict):
            return self._node.value
        self.wrong(_NOT_FIELDS)
        return None

    def _value(self) -> "str | list[Located] | dict[str, Located] | None":
        if self._node is None:
            self.wrong(_MISSING)
            return None
        return self._node.value


def _meant(text: Text, meant: str | None) -> Text:
    """A sentence, and what was probably meant behind it."""
    return text if meant is None else did_you_mean(text, meant, [meant])


MOST_MISTAKES: Final = 200
"""Mistakes that are told of one file."""
_MOST_DIGITS: Final = 9
NO_DAY: Final = date(2000, 1, 1)
"""Stands for a day that is wrong or not there."""
_LAST_DAY: Final = date(2999, 12, 31)
"""Far enough for what ends one day: days are counted beyond it, and years end with 9999."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"\d{2}:\d{2}", re.ASCII)
_WORD = re.compile(r"[a-z0-9][a-z0-9-]*")
_MISSING = Text("Wajib ada, tetapi tidak ditemukan.", "Is required, but not there.")
_UNKNOWN_FIELD = Text("Nama bidang tidak dikenal.", "There is no field of this name.")
_NOT_FIELDS = Text("Harus berisi bidang-bidang (nama: nilai).", "Must hold fields (name: value).")
_BOTH_LANGUAGES = Text(
    "Harus dalam dua bahasa: {id: …, en: …}.", "Must be in both languages: {id: …, en: …}."
)
_NOT_A_LIST = Text("Harus berupa daftar.", "Must be a list.")
_NOT_A_TEXT = Text("Harus berupa teks yang tidak kosong.", "Must be a text that is not empty.")
_NOT_A_DAY = Text("Harus tanggal, misalnya 2021-07-09.", "Must be a day, such as 2021-07-09.")
_FAR_OFF = Text(
    "Harus hari antara 2000-01-01 dan 2999-12-31.",
    "Must be a day between 2000-01-01 and 2999-12-31.",
)
_NOT_A_TIME = Text("Harus jam, misalnya 07:30.", "Must be a time of day, such as 07:30.")
_NOT_YES_OR_NO = Text("Harus true atau false.", "Must be true or false.")
_NOT_A_WORD = Text(
    "Harus huruf kecil, angka dan tanda hubung.",
    "Must be lower-case letters, digits and hyphens.",
)
