"""Hashes of recovery codes that are slow to try (Argon2id, RFC 9106).

Source: OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def slow_hash(secret: bytes) -> str:
    """The hash of a secret, with its salt and parameters (PHC string format)."""
    return _HASHER.hash(secret)


def is_hash_of(secret: bytes, known: str) -> bool:
    """Whether a hash is this secret's; takes as long as making one.

    Args:
        secret: what is tried.
        known: of `slow_hash`; a damaged one is nobody's.
    """
    try:
        return _HASHER.verify(known, secret)
    except (VerificationError, InvalidHashError):
        return False
