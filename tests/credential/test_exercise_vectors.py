"""Golden certificates of an exercise: what was signed once says EXERCISE for ever, never VALID."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest

from strp.credential.certificate import Profile, issue
from strp.credential.signing import SigningKey, VerifyingKey
from strp.credential.trust import read_bundle, verify_text
from tests.credential.test_vectors import as_claims

FOLDER = Path(__file__).parents[1] / "vectors" / "certificates"
VECTORS: dict[str, Any] = json.loads((FOLDER / "exercise.json").read_text())
KEY = VerifyingKey.from_jwk(VECTORS["key"])
TRUST = read_bundle((FOLDER / "exercise-bundle.json").read_bytes(), pins={KEY.thumbprint})
CERTIFICATES = pytest.mark.parametrize(
    "vector", VECTORS["certificates"], ids=lambda vector: vector["name"]
)
CHECKS = [
    pytest.param(vector["text"], check, id=f"{vector['name']} {check['now']}")
    for vector in VECTORS["certificates"]
    for check in vector["checks"]
]


@CERTIFICATES
def test_the_claims_are_written_to_the_same_bytes(vector: dict[str, Any]) -> None:
    claims = as_claims(vector["claims"])
    token = issue(
        [Profile("ID-JK").prepare(claims)], SigningKey.generate(exercise=claims.exercise)
    )[0]
    assert cbor2.loads(token).value[2].hex() == vector["payload"]


@pytest.mark.parametrize(("text", "check"), CHECKS)
def test_the_verdict_is_the_same(text: str, check: dict[str, Any]) -> None:
    found = verify_text(text, TRUST, datetime.fromisoformat(check["now"]))
    assert (found.verdict, found.exercise) == (check["verdict"], check["exercise"])


def test_the_key_of_the_exercise_is_marked_in_the_bundle() -> None:
    exercise = VerifyingKey.from_jwk(VECTORS["exercise_key"])
    assert {kid for kid, key in TRUST.keys.items() if key.exercise} == {exercise.kid}
