"""Proof of work: some computing for each ticket, so that a flood of them costs whoever sends it.

A challenge is signed and holds all that is needed to check its solution, so no process remembers
which ones it gave out (altcha.org, proof of work 2). Its counter is drawn between so many and twice
as many: the work is about the same for everybody, and nobody is unlucky.
"""

import secrets
import time
from typing import Any, Final, NamedTuple

from altcha import Payload, create_challenge, verify_solution

ALGORITHM: Final = "PBKDF2/SHA-256"
"""Every browser has it built in, so a phone is not slower at it than whoever floods."""
ROUNDS: Final = 100
LEAST_TRIES: Final = 4000


class ProofKeys(NamedTuple):
    """Secrets of an installation, the same in all its processes.

    Args:
        challenge: signs challenges.
        solution: signs what solves them.
    """

    challenge: bytes
    solution: bytes


def new_challenge(
    keys: ProofKeys, life_s: int, *, least_tries: int = LEAST_TRIES
) -> dict[str, Any]:
    """A challenge as JSON, `{"parameters": {…}, "signature": hex}`.

    Args:
        keys: of the installation.
        life_s: seconds until it is worth nothing; by the clock of the machine.
        least_tries: what it costs, and up to twice that.
    """
    made = create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=least_tries + secrets.randbelow(least_tries),
        expires_at=int(time.time()) + life_s,
        hmac_secret=keys.challenge,
        hmac_key_secret=keys.solution,
    )
    document: dict[str, Any] = made.to_dict()
    return document


def solved_challenge(proof: str, keys: ProofKeys) -> bytes | None:
    """Which challenge a proof solves.

    Args:
        proof: base64 of `{"challenge": {…}, "solution": {"counter", "derivedKey"}}`.
        keys: of the installation.

    Returns:
        The signature of the challenge, 32 bytes, the same for every spelling of the proof; None
        where it is forged, expired or not solved.
    """
    try:
        payload = Payload.from_base64(proof)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    found = verify_solution(payload, keys.challenge, hmac_key_secret=keys.solution)
    signature = payload.challenge.signature
    return bytes.fromhex(signature) if found.verified and signature else None
