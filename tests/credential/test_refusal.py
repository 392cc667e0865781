"""A letter of refusal can be shown at no checkpoint as a permit."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from strp.credential import refusal
from strp.credential.codec import base45_decode, base45_encode
from strp.credential.cose import read_sign1
from strp.credential.signing import SigningKey, VerifyingKey
from strp.credential.trust import read_bundle, verify_text
from strp.domain.identifiers import Nib

FOLDER = Path(__file__).parents[1] / "vectors" / "certificates"
VECTORS: dict[str, Any] = json.loads((FOLDER / "refusal.json").read_text())
KEY = VerifyingKey.from_jwk(json.loads((FOLDER / "vectors.json").read_text())["key"])
TRUST = read_bundle((FOLDER / "trust-bundle.json").read_bytes(), pins={KEY.thumbprint})
NOW = datetime(2021, 7, 6, 3, tzinfo=UTC)
PRINTED = VECTORS["texts"][0]["text"]


@pytest.mark.parametrize("vector", VECTORS["texts"], ids=lambda vector: vector["name"])
def test_the_verdict_is_the_same(vector: dict[str, str]) -> None:
    assert verify_text(vector["text"], TRUST, NOW).verdict == vector["verdict"]


def test_the_signature_is_no_certificates_signature() -> None:
    token = base45_decode(PRINTED.removeprefix(refusal.PREFIX))
    message = read_sign1(token or b"")
    assert message is not None and message.typ == refusal.TYP
    assert not message.is_signed_by(KEY)


def test_the_text_names_no_holder_and_fits_the_alphabet_of_a_symbol() -> None:
    made = refusal.refusal_text(
        refusal.Refusal("ID-JK", NOW, "EBHV-PBX9-FMJR-K", Nib(8120001110001), 8),
        SigningKey.generate(),
    )
    assert len(made) == len(PRINTED)
    assert set(made) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert base45_encode(base45_decode(made[len(refusal.PREFIX) :]) or b"") in made
