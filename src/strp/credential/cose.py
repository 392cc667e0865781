"""COSE_Sign1 messages with ES256 (RFC 9052 §4.2): assembled and read by hand."""

from typing import Final, NamedTuple

import cbor2

from strp.credential.cbor import CborError, read_cbor
from strp.credential.signing import KID_BYTES, SIGNATURE_BYTES, SigningKey, VerifyingKey

ALG: Final = 1
KID: Final = 4
TYP: Final = 16  # RFC 9596
ES256: Final = -7
SIGN1_TAG: Final = b"\xd2"
"""Tag 18 in the one way of deterministic CBOR to write it."""
TOKEN_MAX_BYTES: Final = 1 << 20
_SIGN1_START = SIGN1_TAG + b"\x84"
_NO_UNPROTECTED = b"\xa0"
SIGNATURE_HEAD: Final = b"\x58\x40"
_SIGNATURE1 = b"\x84\x6aSignature1"


class Sign1(NamedTuple):
    """A COSE_Sign1 message that was read and not yet believed."""

    kid: bytes
    typ: str | None
    protected: bytes
    payload: bytes
    signature: bytes

    def is_signed_by(self, key: VerifyingKey) -> bool:
        """Whether the signature is the key's."""
        signed = sign1_frame(self.protected).to_sign + byte_string(self.payload)
        return key.verifies(self.signature, signed)


class Frame(NamedTuple):
    """What stands before the payload: in the message, and in what is signed."""

    message: bytes
    to_sign: bytes


def byte_string(data: bytes) -> bytes:
    """A CBOR byte string (RFC 8949 §3.1, major type 2)."""
    size = len(data)
    if size < 24:
        return bytes((0x40 | size,)) + data
    return bytes((0x58, size)) + data if size < 256 else cbor2.dumps(data)


def protected_header(kid: bytes, typ: str | None = None) -> bytes:
    """The protected header: algorithm, key and, where given, the type of the content.

    Args:
        kid: identifier of the key, as the key set names it.
        typ: media type of the content (RFC 9596); None: not said.

    Returns:
        The encoded map, in canonical CBOR.
    """
    header: dict[int, object] = {ALG: ES256, KID: kid}
    if typ is not None:
        header[TYP] = typ
    return cbor2.dumps(header, canonical=True)


def sign1_frame(protected: bytes, external_data: bytes = b"") -> Frame:
    """The bytes before the payload under one protected header (RFC 9052 §4.2 and §4.4).

    Args:
        protected: the header, encoded.
        external_data: signed and not sent (§4.3), so that a signature for one use fits no other.
    """
    header = byte_string(protected)
    return Frame(
        message=_SIGN1_START + header + _NO_UNPROTECTED,
        to_sign=_SIGNATURE1 + header + byte_string(external_data),
    )


def sign1(payload: bytes, key: SigningKey, *, typ: str | None = None) -> bytes:
    """Sign a payload: a tagged COSE_Sign1 message; equal payloads give equal bytes.

    Args:
        payload: what is signed, of any length.
        key: signs, and is named in the header.
        typ: media type of the content; None: not said.
    """
    frame = sign1_frame(protected_header(key.kid, typ))
    body = byte_string(payload)
    return frame.message + body + SIGNATURE_HEAD + key.sign_alike(frame.to_sign + body)


def read_sign1(token: bytes) -> Sign1 | None:
    """Read a COSE_Sign1 message of ours, or None where it is anything else.

    Args:
        token: at most 1 MiB.
    """
    if len(token) > TOKEN_MAX_BYTES or not token.startswith(SIGN1_TAG):
        return None
    try:
        match read_cbor(token.removeprefix(SIGN1_TAG)):
            case [bytes(protected), unprotected, bytes(payload), bytes(signature)]:
                header = read_cbor(protected)
            case _:
                return None
    except CborError:
        return None
    if unprotected != {} or len(signature) != SIGNATURE_BYTES or not isinstance(header, dict):
        return None
    kid, typ = header.get(KID), header.get(TYP)
    if header.get(ALG) != ES256 or not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        return None
    if not (typ is None or isinstance(typ, str)) or not header.keys() <= {ALG, KID, TYP}:
        return None
    return Sign1(kid, typ, protected, payload, signature)
