"""The one error tree of STRP.

StrpError
├── InvalidInput        what was sent cannot be understood or breaks a rule
├── Unauthenticated     nobody is signed in, or the key is not known
├── Forbidden           signed in, but this is not theirs to do
├── NotFound            there is no such thing, or not for this reader
├── Conflict            true when it was sent, no longer true now
├── TooLarge            larger than the door lets in
├── Unsupported         a kind of file or media type that STRP does not read
├── TooSoon             right, but not yet: come back after `retry_after_s`
│   └── TooMany         more than one client's share: come back after `retry_after_s`
└── Unavailable         a part that STRP needs does not answer: nothing was filed

An error says what happened and what to do, in both languages, and never holds personal data.
Doors map it once: to a problem document, to a page, or to an exit code.
"""

from collections.abc import Sequence
from typing import NamedTuple

from strp.domain.text import Text


class FieldError(NamedTuple):
    """What is wrong with one field of what was sent."""

    field: str
    code: str
    detail: Text


class StrpError(Exception):
    """Root of the tree.

    Args:
        code: stable, lower-case words joined by hyphens; part of the public contract.
        text: what happened and what to do, in both languages.
        fields: what is wrong with single fields.
        retry_after_s: seconds after which the same request may succeed.
    """

    def __init__(
        self,
        code: str,
        text: Text,
        *,
        fields: Sequence[FieldError] = (),
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {text.en}")
        self.code = code
        self.text = text
        self.fields = tuple(fields)
        self.retry_after_s = retry_after_s


class InvalidInput(StrpError):
    """What was sent cannot be understood or breaks a rule."""


class Unauthenticated(StrpError):
    """Nobody is signed in, or the key is not known."""


class Forbidden(StrpError):
    """Signed in, but this is not theirs to do."""


class NotFound(StrpError):
    """There is no such thing, or not for this reader."""


class Conflict(StrpError):
    """True when it was sent, no longer true now."""


class TooLarge(StrpError):
    """Larger than the door lets in."""


class Unsupported(StrpError):
    """A kind of file or media type that STRP does not read."""


class TooSoon(StrpError):
    """Right, but not yet."""


class TooMany(TooSoon):
    """More than one client's share."""


class Unavailable(StrpError):
    """A part that STRP needs does not answer; nothing was changed."""
