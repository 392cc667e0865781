"""Session tokens and API keys that show by themselves that this installation made them.

Each ends in a keyed tag over its random part (RFC 2104), so that made-up ones cost no look-up.
"""

import base64
import hmac
import secrets
from typing import Final

from strp.domain.people.api_key import SECRET_BYTES, read_secret, write_api_key
from strp.domain.people.sign_in import SESSION_TOKEN_BYTES, SessionToken, is_tagged_token
from strp.usecases.process.system import System

TAG_BYTES: Final = 8
"""One in 2^64 made-up credentials costs a look-up, and opens nothing."""
_SESSION: Final = "session token"
_KEY: Final = "API key"


def write_session_token(system: System, secret: bytes) -> SessionToken:
    """The text of a session's token, 54 letters.

    Args:
        system: the installation.
        secret: SESSION_TOKEN_BYTES that nobody can guess.
    """
    return SessionToken(_encode(secret) + _encode(_tag(system, _SESSION, secret)))


def is_made_up_token(system: System, token: str) -> bool:
    """Whether a session's token has a tag, and not ours; those of earlier releases have none.

    Args:
        system: the installation.
        token: of either shape.
    """
    return is_tagged_token(token) and not is_own_token(system, token)


def is_own_token(system: System, token: str) -> bool:
    """Whether a session's token bears our tag; says nothing of its being in force."""
    if not is_tagged_token(token):
        return False
    letters = -(-SESSION_TOKEN_BYTES * 8 // 6)
    secret = base64.urlsafe_b64decode(token[:letters] + "=")
    tag = _encode(_tag(system, _SESSION, secret))
    return hmac.compare_digest(_encode(secret) + tag, token)


def new_api_key(system: System) -> str:
    """The text of a new API key: 136 random bits, the tag, and the checksum of the format."""
    secret = secrets.token_bytes(SECRET_BYTES - TAG_BYTES)
    return write_api_key(secret + _tag(system, _KEY, secret))


def is_own_key(system: System, key: str) -> bool:
    """Whether an API key bears our tag; keys of earlier releases are good without.

    Args:
        system: the installation.
        key: whose shape and checksum were checked.
    """
    secret = read_secret(key)
    random, tag = secret[:-TAG_BYTES], secret[-TAG_BYTES:]
    return hmac.compare_digest(_tag(system, _KEY, random), tag)


def _tag(system: System, purpose: str, secret: bytes) -> bytes:
    return system.keys.mac(purpose, secret)[:TAG_BYTES]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
