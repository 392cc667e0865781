"""The signed text on a letter of refusal: it is the authority's, and permits nothing.

Nothing of it can pass for a certificate: the prefix is another, the protected header names another
type (RFC 9596), the signature covers external data that no certificate's does (RFC 9052 §4.3), and
the claims name no holder. Every verifier of certificates answers UNTRUSTED.
"""

from datetime import datetime
from typing import Final, NamedTuple

import cbor2

from strp.credential.codec import base45_encode
from strp.credential.cose import (
    SIGNATURE_HEAD,
    byte_string,
    protected_header,
    sign1_frame,
)
from strp.credential.signing import SigningKey
from strp.domain.identifiers import Nib

PREFIX: Final = "STRPNO1:"
TYP: Final = "application/strp-refusal+cwt"
EXTERNAL_DATA: Final = b"strp-refusal"
ISSUER, ISSUED_AT, RECEIPT, EMPLOYER, REFUSED = 1, 6, -70001, -70002, -70003


class Refusal(NamedTuple):
    """What a letter of refusal says in its QR.

    Args:
        issuer: ISO 3166-2 code of the authority.
        issued_at: aware.
        receipt: of the filing.
        nib: employer.
        refused: number of workers refused.
    """

    issuer: str
    issued_at: datetime
    receipt: str
    nib: Nib
    refused: int


def refusal_text(refusal: Refusal, key: SigningKey) -> str:
    """The text in the QR of a letter of refusal.

    Args:
        refusal: what it says.
        key: of the authority.
    """
    claims = {
        ISSUER: refusal.issuer,
        ISSUED_AT: int(refusal.issued_at.timestamp()),
        RECEIPT: refusal.receipt,
        EMPLOYER: refusal.nib,
        REFUSED: refusal.refused,
    }
    frame = sign1_frame(protected_header(key.kid, TYP), EXTERNAL_DATA)
    body = byte_string(cbor2.dumps(claims, canonical=True))
    token = frame.message + body + SIGNATURE_HEAD + key.sign(frame.to_sign + body)
    return PREFIX + base45_encode(token)


def is_refusal(text: str) -> bool:
    """Whether the text of a QR says that it is a refusal's."""
    return text.strip().startswith(PREFIX)
