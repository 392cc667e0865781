"""Golden certificates: what was signed once reads the same for ever."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest

from strp.credential.certificate import Profile, issue, read_certificate
from strp.credential.codec import read_text
from strp.credential.signing import SigningKey, VerifyingKey
from strp.credential.trust import read_bundle, verify_text
from strp.domain.certificates.certificate import Claims
from strp.domain.identifiers import PeriodId
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import SectorClass

FOLDER = Path(__file__).parents[1] / "vectors" / "certificates"
VECTORS: dict[str, Any] = json.loads((FOLDER / "vectors.json").read_text())
KEY = VerifyingKey.from_jwk(VECTORS["key"])
TRUST = read_bundle((FOLDER / "trust-bundle.json").read_bytes(), pins={KEY.thumbprint})
CERTIFICATES = pytest.mark.parametrize(
    "vector", VECTORS["certificates"], ids=lambda vector: vector["name"]
)
CHECKS = [
    pytest.param(vector["text"], check, id=f"{vector['name']} {check['now']} {check['checkpoint']}")
    for vector in VECTORS["certificates"]
    for check in vector["checks"]
]
NOW = datetime.fromisoformat("2021-07-06T03:00:00Z")


def as_claims(fields: dict[str, Any]) -> Claims:
    values = fields | {
        "issued_at": datetime.fromisoformat(fields["issued_at"]),
        "expires_at": datetime.fromisoformat(fields["expires_at"]),
        "sector_class": SectorClass(fields["sector_class"]),
        "site_type": SiteType(fields["site_type"]),
        "period_id": PeriodId(fields["period_id"]),
    }
    return Claims(**values)


@CERTIFICATES
def test_the_claims_are_written_to_the_same_bytes(vector: dict[str, Any]) -> None:
    prepared = Profile("ID-JK").prepare(as_claims(vector["claims"]))
    token = issue([prepared], SigningKey.generate())[0]
    assert cbor2.loads(token).value[2].hex() == vector["payload"]


@CERTIFICATES
def test_the_text_carries_these_bytes(vector: dict[str, Any]) -> None:
    token = read_text(vector["text"])
    assert token is not None and cbor2.loads(token).value[2].hex() == vector["payload"]


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS["certificates"] if vector["name"] != "unknown-key"],
    ids=lambda vector: vector["name"],
)
def test_the_signature_still_verifies(vector: dict[str, Any]) -> None:
    unverified = read_certificate(vector["text"])
    verified = unverified.verify({KEY.kid: KEY}) if unverified else None
    assert verified is not None and verified.claims == as_claims(vector["read"])


@pytest.mark.parametrize(("text", "check"), CHECKS)
def test_the_verdict_is_the_same(text: str, check: dict[str, Any]) -> None:
    now = datetime.fromisoformat(check["now"])
    found = verify_text(text, TRUST, now, checkpoint=check["checkpoint"])
    assert (found.verdict, found.freshness.state) == (check["verdict"], check["freshness"])


# Small letters are read since November 2026: vectors are never edited, so it is said here.
READ_SINCE = {"lower-case"}


@pytest.mark.parametrize("name", sorted(VECTORS["unreadable"].keys() - READ_SINCE))
def test_what_is_no_certificate_stays_unreadable(name: str) -> None:
    assert verify_text(VECTORS["unreadable"][name], TRUST, NOW).verdict == "UNREADABLE"
