"""ES256 keys: one signs, all verify; each is named by the start of its thumbprint.

Signatures are made by AWS-LC, in three quarters of OpenSSL's time, and checked by OpenSSL
(docs/decisions/signing.md).

Sources: RFC 7518 §3.4 (ES256), RFC 7638 (thumbprint), RFC 9053 §2.1 (raw signatures in COSE).
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

import cbor2
from awscrt.crypto import EC
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from strp.domain.errors import Unavailable
from strp.domain.text import Text

COSE_KEYS_TYPE: Final = "application/cose-key-set"
KID_BYTES: Final = 4
SIGNATURE_BYTES: Final = 64
EXERCISE_MARK: Final = {"strp": "exercise"}
"""Member of the JWK of an exercise's key. Its value is a text, as all others in a JWK: readers of
earlier releases take nothing else."""
_COORDINATE_BYTES = 32
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")
_ES256 = ec.ECDSA(hashes.SHA256())
_ES256_ALIKE = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


def base64url(data: bytes) -> str:
    """Bytes as base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Bytes behind base64url without padding.

    Raises:
        ValueError: the text is not base64url.
    """
    if not _BASE64URL.fullmatch(text):
        raise ValueError("the text is not base64url")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def raw_signature(der: bytes) -> bytes:
    """An ECDSA signature of two numbers in DER as 64 raw bytes (RFC 9053 §2.1)."""
    end = 4 + der[3]
    r, s = der[4:end][-32:], der[end + 2 :][-32:]
    return r.rjust(32, b"\0") + s.rjust(32, b"\0")


def raw_signer(private_key: ec.EllipticCurvePrivateKey) -> EC:
    """What signs SHA-256 digests with a key, as ECDSA signatures in DER."""
    der = private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return EC.new_key_from_der_data(der)


class VerifyingKey:
    """A public P-256 key.

    Args:
        public_key: the key; another curve is refused.
        exercise: whether it signs certificates of exercises, and nothing else.
    """

    __slots__ = ("_public_key", "exercise", "jwk", "kid", "thumbprint")

    def __init__(self, public_key: ec.EllipticCurvePublicKey, *, exercise: bool = False) -> None:
        if not isinstance(public_key.curve, ec.SECP256R1):
            raise ValueError("ES256 needs a P-256 key")
        numbers = public_key.public_numbers()
        point = {
            "crv": "P-256",
            "kty": "EC",
            "x": base64url(numbers.x.to_bytes(_COORDINATE_BYTES)),
            "y": base64url(numbers.y.to_bytes(_COORDINATE_BYTES)),
        }
        canonical = json.dumps(point, separators=(",", ":"), sort_keys=True)
        digest = hashlib.sha256(canonical.encode()).digest()
        self._public_key = public_key
        self.exercise: Final = exercise
        self.kid: Final = digest[:KID_BYTES]
        self.thumbprint: Final = base64url(digest)
        jwk = {**point, "alg": "ES256", "kid": base64url(self.kid), "use": "sig"}
        self.jwk: Final = {**jwk, **(EXERCISE_MARK if exercise else {})}

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> "VerifyingKey":
        """Read a JWK (RFC 7517); its `kid` is derived, not believed.

        Raises:
            ValueError: it is not a P-256 key.
        """
        if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
            raise ValueError("ES256 needs a P-256 key")
        x, y = (_coordinate(jwk.get(name)) for name in "xy")
        public_key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        return cls(public_key, exercise=bool(EXERCISE_MARK.keys() & jwk.keys()))

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether the 64 raw bytes are this key's signature of the data.

        Args:
            signature: r and s, 32 bytes each; of another length it is no signature.
            data: what was signed, not hashed.
        """
        if len(signature) != SIGNATURE_BYTES:
            return False
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        try:
            self._public_key.verify(encode_dss_signature(r, s), data, _ES256)
        except InvalidSignature:
            return False
        return True


def _coordinate(text: object) -> int:
    """A coordinate of a point, in full length (RFC 7518 §6.2.1.2)."""
    data = from_base64url(text) if isinstance(text, str) else b""
    if len(data) != _COORDINATE_BYTES:
        raise ValueError("a coordinate of P-256 has 32 bytes")
    return int.from_bytes(data)


def cose_key_set(keys: Iterable[VerifyingKey]) -> bytes:
    """Public keys as a COSE_KeySet, whose `kid` is bytes: some libraries take a JWK's for text.

    Sources: RFC 9052 §7 (COSE_Key), RFC 9053 §7.1.1 (EC2 keys).
    """
    rows = []
    for key in keys:
        x, y = (from_base64url(key.jwk[name]) for name in "xy")
        rows.append({1: 2, 2: key.kid, 3: -7, -1: 1, -2: x, -3: y})
    return cbor2.dumps(rows, canonical=True)


class SigningKey:
    """A private P-256 key.

    Args:
        private_key: the key; another curve is refused.
        exercise: whether it signs certificates of exercises, and nothing else.
    """

    __slots__ = ("_private_key", "_signer", "verifying")

    def __init__(self, private_key: ec.EllipticCurvePrivateKey, *, exercise: bool = False) -> None:
        self._private_key = private_key
        self._signer = raw_signer(private_key)
        self.verifying: Final = VerifyingKey(private_key.public_key(), exercise=exercise)

    @classmethod
    def generate(cls, *, exercise: bool = False) -> "SigningKey":
        """A new random key."""
        return cls(ec.generate_private_key(ec.SECP256R1()), exercise=exercise)

    @classmethod
    def from_pem(cls, pem: bytes, *, exercise: bool = False) -> "SigningKey":
        """Read an unencrypted PEM file (PKCS #8 or SEC 1).

        Args:
            pem: the file's bytes.
            exercise: whether the key signs certificates of exercises, and nothing else.

        Raises:
            Unavailable: it is not a private P-256 key.
        """
        try:
            key = serialization.load_pem_private_key(pem, password=None)
            if isinstance(key, ec.EllipticCurvePrivateKey):
                return cls(key, exercise=exercise)
        except (ValueError, TypeError):
            pass
        raise Unavailable("signing-key-unreadable", _NOT_A_KEY)

    def to_pem(self) -> bytes:
        """The key as an unencrypted PEM file (PKCS #8): keep it readable by its owner alone."""
        return self._private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def exercise(self) -> bool:
        """Whether it signs certificates of exercises, and nothing else."""
        return self.verifying.exercise

    @property
    def kid(self) -> bytes:
        """First four bytes of the thumbprint's digest, as in COSE headers."""
        return self.verifying.kid

    def public_jwk(self) -> dict[str, str]:
        """The public half as a JWK; its `kid` is base64url of the bytes in COSE headers."""
        return dict(self.verifying.jwk)

    def sign_alike(self, data: bytes) -> bytes:
        """Sign with ES256, equal data with equal bytes (RFC 6979), in three times the time."""
        return raw_signature(self._private_key.sign(data, _ES256_ALIKE))

    def sign(self, data: bytes) -> bytes:
        """Sign with ES256: 64 raw bytes."""
        return raw_signature(self._signer.sign(hashlib.sha256(data).digest()))


_NOT_A_KEY = Text(
    id="Berkas kunci tanda tangan bukan kunci privat P-256 (PEM). Pulihkan dari cadangan; "
    "jangan membuat kunci baru.",
    en="The signing key file is not a private P-256 key (PEM). Restore it from the backup; "
    "do not make a new key.",
)
