"""A policy document as it was written, every value with its line, and a reader that notes mistakes.

Scalars stay the text that stands in the file, so that `01`, `07:30` and `no` mean what they say.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date, time
from enum import StrEnum
from typing import NamedTuple, TypeAlias, TypeVar

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
        """Note a mistake in this field."""
        self._mistakes.append(
            PolicyMistake(self._place.file, self._place.line, self.path or "-", text)
        )

    def field(self, name: str) -> "FieldReader":
        """A field of this mapping."""
        path = f"{self.path}.{name}" if self.path else name
        return FieldReader(self._mapping().get(name), path, self._mistakes, self._place)

    def only(self, *names: str) -> None:
        """Note fields that have another name than these."""
        for name, node in self._mapping().items():
            if name not in names:
                path = f"{self.path}.{name}" if self.path else name
                said = did_you_mean(_UNKNOWN_FIELD, name, names)
                FieldReader(node, path, self._mistakes, node).wrong(said)

    def names(self) -> list[str]:
        """Names of the fields of this mapping."""
        return list(self._mapping())

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

    def text(self) -> Text:
        """A sentence in both languages, `{id: …, en: …}`."""
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
        if value.isascii() and value.isdigit() and lowest <= int(value) <= highest:
            return int(value)
        self.wrong(
            Text(
                f"Harus bilangan bulat {lowest}–{highest}.",
                f"Must be a whole number {lowest}–{highest}.",
            )
        )
        return lowest

    def day(self) -> date:
        """A civil day, `2021-07-09`."""
        written = self.string("2000-01-01")
        try:
            return date.fromisoformat(written)
        except ValueError:
            self.wrong(_meant(_NOT_A_DAY, _meant_day(written)))
            return date(2000, 1, 1)

    def clock(self) -> time:
        """A time of day, `07:30`."""
        written = self.string("00:00")
        try:
            return time.fromisoformat(written)
        except ValueError:
            self.wrong(_meant(_NOT_A_TIME, _meant_time(written)))
            return time(0)

    def yes(self) -> bool:
        """`true` or `false`."""
        value = self.string("false")
        if value not in {"true", "false"}:
            self.wrong(_NOT_YES_OR_NO)
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

    def _mapping(self) -> "dict[str, Located]":
        if self._node is None:
            return {}
        if isinstance(self._node.value, dict):
            return self._node.value
        return {}

    def _value(self) -> "str | list[Located] | dict[str, Located] | None":
        if self._node is None:
            self.wrong(_MISSING)
            return None
        return self._node.value


def _meant(text: Text, meant: str | None) -> Text:
    """A sentence, and what was probably meant behind it."""
    return text if meant is None else did_you_mean(text, meant, [meant])


def _meant_day(written: str) -> str | None:
    """A day that was written the other way round (`9/7/2021`) or without its noughts."""
    found = _ANY_DAY.fullmatch(written)
    if found is None:
        return None
    first, month, last = found.groups()
    year, day = (first, last) if len(first) == 4 else (last, first)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _meant_time(written: str) -> str | None:
    """A time that was written with a full stop (`7.30`) or without its nought."""
    found = _ANY_TIME.fullmatch(written)
    try:
        return found and f"{time(int(found[1]), int(found[2] or 0)):%H:%M}"
    except ValueError:
        return None


_ANY_DAY = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", re.ASCII)
_ANY_TIME = re.compile(r"(\d{1,2})(?:[.:h](\d{1,2}))?", re.ASCII)
_WORD = re.compile(r"[a-z0-9][a-z0-9-]*")
_MISSING = Text("Wajib ada, tetapi tidak ditemukan.", "Is required, but not there.")
_UNKNOWN_FIELD = Text("Nama bidang tidak dikenal.", "There is no field of this name.")
_NOT_A_LIST = Text("Harus berupa daftar.", "Must be a list.")
_NOT_A_TEXT = Text("Harus berupa teks yang tidak kosong.", "Must be a text that is not empty.")
_NOT_A_DAY = Text("Harus tanggal, misalnya 2021-07-09.", "Must be a day, such as 2021-07-09.")
_NOT_A_TIME = Text("Harus jam, misalnya 07:30.", "Must be a time of day, such as 07:30.")
_NOT_YES_OR_NO = Text("Harus true atau false.", "Must be true or false.")
_NOT_A_WORD = Text(
    "Harus huruf kecil, angka dan tanda hubung.",
    "Must be lower-case letters, digits and hyphens.",
)
