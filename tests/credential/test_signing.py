"""Signing keys."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from strp.credential.signing import (
    KID_BYTES,
    SigningKey,
    VerifyingKey,
    base64url,
    from_base64url,
    raw_signature,
)
from strp.domain.errors import Unavailable

KEY = SigningKey.generate()


def test_a_key_survives_its_pem_file() -> None:
    assert SigningKey.from_pem(KEY.to_pem()).public_jwk() == KEY.public_jwk()


def test_the_kid_of_the_jwk_encodes_the_bytes_of_the_cose_header() -> None:
    assert from_base64url(KEY.public_jwk()["kid"]) == KEY.kid


def test_the_kid_is_the_start_of_the_thumbprint() -> None:
    assert from_base64url(KEY.verifying.thumbprint)[:KID_BYTES] == KEY.kid


def test_a_public_jwk_holds_no_secret() -> None:
    assert KEY.public_jwk().keys() == {"alg", "crv", "kid", "kty", "use", "x", "y"}


def test_a_jwk_with_a_false_kid_gets_its_true_one() -> None:
    assert VerifyingKey.from_jwk(KEY.public_jwk() | {"kid": "AAAAAA"}).kid == KEY.kid


@given(st.binary(max_size=100))
def test_a_signature_verifies_with_its_key(data: bytes) -> None:
    assert KEY.verifying.verifies(KEY.sign(data), data)


@given(st.binary(max_size=100), st.integers(0, 511))
def test_a_signature_with_one_bit_changed_does_not_verify(data: bytes, bit: int) -> None:
    changed = (int.from_bytes(KEY.sign(data)) ^ 1 << bit).to_bytes(64)
    assert not KEY.verifying.verifies(changed, data)


def test_a_signature_of_another_key_does_not_verify() -> None:
    assert not KEY.verifying.verifies(SigningKey.generate().sign(b"data"), b"data")


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_does_not_verify(length: int) -> None:
    assert not KEY.verifying.verifies(bytes(length), b"data")


@pytest.mark.parametrize(
    ("der", "raw"),
    [
        (bytes.fromhex("3006020101020102"), bytes(31) + b"\1" + bytes(31) + b"\2"),
        (
            b"\x30\x46" + b"\x02\x21\x00" + b"\xff" * 32 + b"\x02\x21\x00" + b"\x80" * 32,
            b"\xff" * 32 + b"\x80" * 32,
        ),
    ],
    ids=["short numbers", "numbers with a sign byte"],
)
def test_a_der_signature_becomes_64_raw_bytes(der: bytes, raw: bytes) -> None:
    assert raw_signature(der) == raw


@pytest.mark.parametrize(
    "pem",
    [
        b"not a key",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        ec.generate_private_key(ec.SECP384R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    ],
    ids=["text", "broken PEM", "Ed25519", "P-384"],
)
def test_a_file_that_is_no_p256_key_is_refused(pem: bytes) -> None:
    with pytest.raises(Unavailable, match="signing-key-unreadable"):
        SigningKey.from_pem(pem)


@given(st.binary(max_size=100))
def test_base64url_gives_back_what_it_wrote(data: bytes) -> None:
    assert from_base64url(base64url(data)) == data
