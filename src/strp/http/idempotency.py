"""The header under which a request may be repeated, and is done once."""

from typing import Any, Final

from litestar import Request

from strp.domain.errors import InvalidInput
from strp.domain.text import Text

MOST_KEY_CHARACTERS: Final = 255
IDEMPOTENCY_HEADER: Final = "idempotency-key"


def idempotency_key_of(request: Request[Any, Any, Any]) -> str | None:
    """The key under which a request may be repeated, or None.

    Raises:
        InvalidInput: it is no such key.
    """
    return check_idempotency_key(request.headers.get(IDEMPOTENCY_HEADER))


def check_idempotency_key(key: str | None) -> str | None:
    """The key as it came, or None where there is none.

    Raises:
        InvalidInput: it is no such key.
    """
    if key is None or is_idempotency_key(key):
        return key
    raise InvalidInput("idempotency-key-malformed", _KEY_MALFORMED)


def is_idempotency_key(key: str) -> bool:
    """Whether a text may be a key: 1 to 255 printable characters of ASCII."""
    return 0 < len(key) <= MOST_KEY_CHARACTERS and key.isascii() and key.isprintable()


_KEY_MALFORMED = Text(
    id="Idempotency-Key harus 1 sampai 255 karakter ASCII yang dapat dicetak.",
    en="An Idempotency-Key has 1 to 255 printable characters of ASCII.",
)
