"""Which key signed the first trust bundle of each issuer, remembered in the data folder.

A bundle vouches for itself, so a forger's vouches for the forger. Whoever checks with bundles from
the network trusts the signer of the first, and no other from then on, unless a pin names one
(trust on first use, as SSH does with hosts, RFC 4251 §4.1).
"""

import json
import secrets
from pathlib import Path
from typing import Final

FILE: Final = "trusted-signers.json"


def remembered_signer(folder: Path, issuer: str) -> str | None:
    """The thumbprint that is remembered for an issuer, or None.

    Args:
        folder: of data.
        issuer: ISO 3166-2 code of an authority.

    Raises:
        OSError: the file is there and cannot be read.
        ValueError: the file is not what `remember_signer` writes.
    """
    try:
        known = json.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    signer = known.get(issuer) if isinstance(known, dict) else ""
    if signer is not None and not (isinstance(signer, str) and signer):
        raise ValueError(f"{FILE} does not hold thumbprints by issuer")
    return signer


def remember_signer(folder: Path, issuer: str, thumbprint: str) -> None:
    """Remember who signs for an issuer; what is known of others stays.

    Args:
        folder: of data; made where it is not there.
        issuer: ISO 3166-2 code of an authority.
        thumbprint: RFC 7638, base64url.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    new = folder / f".{FILE}.{secrets.token_hex(4)}"
    new.write_text(json.dumps(known | {issuer: thumbprint}, indent=1) + "\n", "utf-8")
    new.replace(path)
