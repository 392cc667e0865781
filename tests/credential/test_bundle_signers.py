"""Who may sign a trust bundle, and how a reader is led from one key to the next."""

import json
from pathlib import Path
from typing import Any

import pytest

from strp.credential.codec import write_text
from strp.credential.signing import SigningKey, from_base64url
from strp.credential.trust import read_bundle, verify_text
from strp.domain.certificates.certificate import Verdict
from strp.domain.errors import InvalidInput
from tests.credential.bundle_vectors import FOLDER, Keys, outcome
from tests.credential.claim_cases import NOW, PLAIN, sign, sign_text

KEYS = Keys()


def thumbprint(key: SigningKey) -> str:
    return key.verifying.thumbprint


def believed(bundle: bytes, *pins: SigningKey) -> bool:
    try:
        read_bundle(bundle, pins=[thumbprint(key) for key in pins])
    except InvalidInput as error:
        assert error.code == "bundle-untrusted"
        return False
    return True


def test_a_bundle_key_signs_no_certificate() -> None:
    trust = read_bundle(KEYS.bundle_of(KEYS.bundle))
    assert verify_text(sign_text(PLAIN, KEYS.bundle), trust, NOW).verdict is Verdict.UNTRUSTED
    assert verify_text(sign_text(PLAIN, KEYS.certificates), trust, NOW).verdict is Verdict.VALID


def test_a_bundle_key_signs_no_list() -> None:
    assert not believed(KEYS.bundle_of(KEYS.bundle, lists=[KEYS.list_by(KEYS.bundle)]))


def test_a_pinned_key_of_certificates_leads_over_to_the_bundle_key() -> None:
    handing_over = KEYS.bundle_of(KEYS.certificates, KEYS.bundle)
    assert believed(handing_over, KEYS.certificates) and believed(handing_over, KEYS.bundle)
    assert read_bundle(handing_over).signers == {thumbprint(KEYS.bundle)}


def test_a_bundle_that_names_a_signer_which_did_not_sign_is_refused() -> None:
    handing_over = json.loads(KEYS.bundle_of(KEYS.certificates, KEYS.bundle))
    handing_over.pop("other_signatures")
    assert not believed(json.dumps(handing_over).encode())


def test_programs_of_earlier_releases_read_the_bundle_while_it_is_handed_over() -> None:
    """They know the flattened JWS, whose key they look for in `jwks`, and pass over the rest."""
    handing_over = json.loads(KEYS.bundle_of(KEYS.certificates, KEYS.bundle))
    signed = f"{handing_over['protected']}.{handing_over['payload']}".encode()
    signature = from_base64url(handing_over["signature"])
    assert KEYS.certificates.verifying.verifies(signature, signed)


def test_whoever_pins_the_bundle_key_believes_nothing_that_a_leaked_key_of_certificates_signs() -> (
    None
):
    forged = KEYS.bundle_of(KEYS.certificates, KEYS.stranger)
    assert not believed(forged, KEYS.bundle)


def test_both_keys_of_a_rotation_are_believed_and_named() -> None:
    rotating = KEYS.bundle_of(KEYS.bundle, KEYS.next_bundle)
    assert believed(rotating, KEYS.bundle) and believed(rotating, KEYS.next_bundle)
    assert read_bundle(rotating).signers == {thumbprint(KEYS.bundle), thumbprint(KEYS.next_bundle)}


def test_a_withdrawn_key_of_certificates_is_no_longer_trusted() -> None:
    trust = read_bundle(KEYS.bundle_of(KEYS.bundle, keys=[KEYS.exercise], lists=[]))
    assert verify_text(sign_text(PLAIN, KEYS.certificates), trust, NOW).verdict is Verdict.UNTRUSTED


def test_a_bundle_is_no_certificate_of_its_key() -> None:
    trust = read_bundle(KEYS.bundle_of(KEYS.bundle))
    text = write_text(sign(PLAIN, KEYS.bundle))
    assert verify_text(text, trust, NOW).claims is None


FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = [
    pytest.param(file, case, id=f"{case['bundle']}, pin {case['pins']}")
    for file, document in FILES.items()
    for case in document["cases"]
]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_a_golden_bundle_is_believed_under_the_pins_that_were_written_down(
    file: str, case: dict[str, Any]
) -> None:
    document = FILES[file]
    found = outcome(document["bundles"][case["bundle"]], document["pins"][case["pins"]])
    if "moments" not in case:  # a file of before they were told
        found.pop("moments", None)
    assert found.items() <= case.items()


def test_there_are_golden_bundles() -> None:
    assert Path(FOLDER).is_dir() and CASES
