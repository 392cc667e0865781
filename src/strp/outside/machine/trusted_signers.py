"""Which keys sign the trust bundles of each issuer, remembered in the data folder.

A bundle vouches for itself, so a forger's vouches for the forger. Whoever checks with bundles from
the network trusts the signers of the first, and those that they name later, and no other, unless a
pin names one (trust on first use, as SSH does with hosts, RFC 4251 §4.1).
"""

import json
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = "trusted-signers.json"


class Remembered(NamedTuple):
    """What is remembered of an issuer.

    Args:
        signers: thumbprints (RFC 7638, base64url) of keys that sign its bundles.
        number: of the newest bundle that was seen; 0 where none gave a number.
    """

    signers: frozenset[str]
    number: int


def remembered_signers(folder: Path, issuer: str) -> Remembered | None:
    """What is remembered of an issuer, or None.

    Args:
        folder: of data.
        issuer: ISO 3166-2 code of an authority.

    Raises:
        OSError: the file is there and cannot be read.
        ValueError: the file is not what `remember_signers` writes.
    """
    try:
        known = json.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if isinstance(known, dict) and issuer not in known:
        return None
    match known.get(issuer) if isinstance(known, dict) else known:
        case str(signer) if signer:  # as earlier releases wrote it
            return Remembered(frozenset({signer}), 0)
        case {"signers": [*signers], "number": int(number)} if signers and _texts(signers):
            return Remembered(frozenset(signers), number)
    raise ValueError(f"{FILE} does not hold thumbprints by issuer")


def remember_signers(folder: Path, issuer: str, signers: Collection[str], number: int) -> None:
    """Remember who signs for an issuer; what is known of others stays.

    Args:
        folder: of data; made where it is not there.
        issuer: ISO 3166-2 code of an authority.
        signers: thumbprints (RFC 7638, base64url).
        number: of the bundle that names them.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    entry = {"signers": sorted(signers), "number": number}
    new = folder / f".{FILE}.{secrets.token_hex(4)}"
    new.write_text(json.dumps(known | {issuer: entry}, indent=1) + "\n", "utf-8")
    new.replace(path)


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) and value for value in values)
