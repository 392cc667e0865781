"""Who signed a trust bundle, and whose signature its readers may ask for next time.

Bundles are signed by keys that sign nothing else, so that a bundle can withdraw a key of
certificates that leaked. The payload names them in `signers`; whoever trusts one of them trusts all
that it names, which is how one key follows another. Bundles of earlier releases name none: there
the keys of certificates sign, and for some weeks after an upgrade one of them signs beside the new
key, so that readers which pinned it are led over (docs/decisions/bundle-key.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from strp.credential.bundle_json import decode_json
from strp.credential.bundle_shape import BundleShape, Header, Jws, Signature
from strp.credential.signing import SigningKey, VerifyingKey, base64url, from_base64url

TYP: Final = "strp-trust-bundle+jws"


class Signers(NamedTuple):
    """Thumbprints (RFC 7638, base64url) of keys that sign bundles.

    Args:
        first: of the key whose signature stands in the JWS itself.
        signed: of all whose signatures were checked.
        named: of those that may sign the next bundle; one of them signed this one.
    """

    first: str
    signed: frozenset[str]
    named: frozenset[str]


def check_signatures(jws: Jws, content: BundleShape) -> Signers | None:
    """Who signed a bundle, or None where a signature is wrong or none of its signers signed.

    A signature by a key that is not inside says nothing and is passed over, but for the first.

    Args:
        jws: the bundle.
        content: its payload.

    Raises:
        ValueError: a key or a header cannot be read.
    """
    signers = _keys(content.signers.keys if content.signers else [])
    keys = {**_keys(content.jwks.keys), **signers}
    known = {kid: key for kid, key in keys.items() if not key.exercise}
    first, *others = (
        _signer(one, jws.payload, known)
        for one in (
            Signature(protected=jws.protected, signature=jws.signature),
            *jws.other_signatures,
        )
    )
    if not first or "" in others:
        return None
    signed = frozenset(each for each in (first, *others) if each)
    named = frozenset(key.thumbprint for key in signers.values()) or frozenset({first})
    return Signers(first, signed, named) if named & signed else None


def sign_payload(payload: bytes, signers: Sequence[SigningKey]) -> bytes:
    """A payload as a JWS.

    Args:
        payload: JSON.
        signers: the first signs in the JWS itself, the rest beside it.
    """
    encoded = base64url(payload)
    first, *others = (_signature(encoded, key) for key in signers)
    jws = Jws(
        payload=encoded,
        protected=first.protected,
        signature=first.signature,
        other_signatures=others,
    )
    return msgspec.json.encode(jws)


def _signature(payload: str, key: SigningKey) -> Signature:
    header = Header(alg="ES256", kid=base64url(key.kid), typ=TYP)
    protected = base64url(msgspec.json.encode(header))
    signature = base64url(key.sign(f"{protected}.{payload}".encode()))
    return Signature(protected=protected, signature=signature)


def _keys(jwks: Iterable[dict[str, str]]) -> dict[bytes, VerifyingKey]:
    return {key.kid: key for key in map(VerifyingKey.from_jwk, jwks)}


def _signer(one: Signature, payload: str, keys: Mapping[bytes, VerifyingKey]) -> str | None:
    """The thumbprint of who signed; empty: the signature is wrong; None: the key is unknown."""
    header = decode_json(from_base64url(one.protected), Header)
    key, signature = keys.get(from_base64url(header.kid)), from_base64url(one.signature)
    if (header.alg, header.typ) != ("ES256", TYP):
        return ""
    if key is None:
        return None
    signed = f"{one.protected}.{payload}".encode()
    return key.thumbprint if key.verifies(signature, signed) else ""
