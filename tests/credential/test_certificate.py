"""Certificates as bytes: size, form, and what happens to those that are not ours."""

import time
from datetime import UTC, datetime

import cbor2
import cwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strp.credential.certificate import (
    TOKEN_MAX_BYTES,
    IssueToken,
    Profile,
    Verified,
    issue,
    read_certificate,
    read_token,
)
from strp.credential.codec import write_text
from strp.credential.signing import SigningKey, from_base64url
from strp.domain.certificates.certificate import ELLIPSIS, NAME_MAX_CHARACTERS, Claims
from strp.domain.identifiers import PeriodId
from strp.outside.paper.qr_writer import draw_symbol
from tests.credential.claim_cases import ISSUER, PLAIN, claims, sign, sign_text

KEY = SigningKey.generate()
KEYS = {KEY.kid: KEY.verifying}
LARGEST = PLAIN._replace(
    serial=(1 << 60) - 1,
    holder="W" * NAME_MAX_CHARACTERS,
    employer="W" * NAME_MAX_CHARACTERS,
    identity_tail="9999",
    sector="E-w",
    region=9999,
    period_id=255,
    status_list=255,
    status_index=(1 << 20) - 1,
)


def verified(token: bytes) -> Claims:
    unverified = read_token(token)
    assert unverified is not None
    result = unverified.verify(KEYS)
    assert result is not None
    return result.claims


def payload_of(token: bytes) -> bytes:
    payload = cbor2.loads(token).value[2]
    assert isinstance(payload, bytes)
    return payload


@given(claims())
def test_a_certificate_says_what_was_claimed(one: Claims) -> None:
    assert verified(sign(one, KEY)) == one


@given(claims())
def test_the_claims_are_deterministic_cbor(one: Claims) -> None:
    payload = payload_of(sign(one, KEY))
    assert cbor2.dumps(cbor2.loads(payload), canonical=True) == payload


@given(claims())
def test_the_message_is_deterministic_cbor(one: Claims) -> None:
    token = sign(one, KEY)
    assert cbor2.dumps(cbor2.loads(token), canonical=True) == token


def test_the_protected_header_holds_algorithm_and_key_and_nothing_else() -> None:
    protected, unprotected, *_ = cbor2.loads(sign(PLAIN, KEY)).value
    assert (cbor2.loads(protected), unprotected) == ({1: -7, 4: KEY.kid}, {})


@given(claims(names=st.text(max_size=120)))
def test_no_names_at_all_make_a_certificate_too_large(one: Claims) -> None:
    assert len(sign(one, KEY)) <= TOKEN_MAX_BYTES


@given(claims(names=st.text(max_size=120)), st.text(min_size=4, max_size=4))
def test_no_identity_at_all_makes_a_certificate_too_large(one: Claims, tail: str) -> None:
    encodable = tail.encode(errors="ignore").decode()
    assert len(sign(one._replace(identity_tail=encodable), KEY)) <= TOKEN_MAX_BYTES


def test_two_names_of_forty_characters_are_not_shortened() -> None:
    read = verified(sign(LARGEST, KEY))
    assert (read.holder, read.employer) == (LARGEST.holder, LARGEST.employer)


@pytest.mark.parametrize(("level", "version"), [("M", 11), ("Q", 13)])
def test_the_largest_certificate_fits_the_qr_version(level: str, version: int) -> None:
    assert draw_symbol(sign_text(LARGEST, KEY), level).version <= version


@pytest.mark.parametrize("field", ["holder", "employer"])
def test_a_longer_name_is_shortened_visibly(field: str) -> None:
    read = verified(sign(PLAIN._replace(**{field: "A" * 41}), KEY))
    assert getattr(read, field).endswith(ELLIPSIS)


def test_a_name_in_another_script_may_use_what_the_employer_leaves() -> None:
    holder = "王" * 20
    assert verified(sign(PLAIN._replace(holder=holder, employer="PT A"), KEY)).holder == holder


def test_a_document_number_keeps_its_letters() -> None:
    assert verified(sign(PLAIN._replace(identity_tail="X12Z"), KEY)).identity_tail == "X12Z"


def test_a_token_signs_once() -> None:
    token = Profile(ISSUER).prepare(PLAIN)
    issue([token], KEY)
    with pytest.raises(RuntimeError):
        issue([token], KEY)


def test_only_a_profile_prepares_a_token() -> None:
    with pytest.raises(TypeError):
        IssueToken(b"", object())


def test_only_keys_make_claims_verified() -> None:
    with pytest.raises(TypeError):
        Verified(PLAIN, KEY.kid, object())


@pytest.mark.parametrize(
    "change",
    [
        {"identity_tail": "3171010101010042"},
        {"issuer": "ID-JB"},
        {"status_index": 1 << 20},
        {"status_index": -1},
        {"issued_at": datetime(1970, 1, 1, tzinfo=UTC)},
        {"expires_at": datetime(2200, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_claims_that_break_the_profile_are_not_prepared(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Profile(ISSUER).prepare(PLAIN._replace(**change))


def test_a_refusal_does_not_tell_the_identity() -> None:
    with pytest.raises(ValueError) as refusal:
        Profile(ISSUER).prepare(PLAIN._replace(identity_tail="3171010101010042"))
    assert "3171" not in str(refusal.value)


@pytest.mark.parametrize("issuer", ["", "ID-JKTX", "ID-É"])
def test_an_issuer_that_is_no_iso_code_makes_no_profile(issuer: str) -> None:
    with pytest.raises(ValueError):
        Profile(issuer)


def test_a_batch_keeps_its_order() -> None:
    profile = Profile(ISSUER)
    batch = [profile.prepare(PLAIN._replace(status_index=index)) for index in range(20)]
    assert [verified(token).status_index for token in issue(batch, KEY)] == list(range(20))


def test_another_key_does_not_verify_a_certificate() -> None:
    unverified = read_token(sign(PLAIN, SigningKey.generate()))
    assert unverified is not None and unverified.verify(KEYS) is None


def test_a_signature_of_another_key_under_our_kid_does_not_verify() -> None:
    forger = SigningKey.generate()
    message = cbor2.loads(sign(PLAIN, forger))
    protected = cbor2.dumps({1: -7, 4: KEY.kid})
    forged = cbor2.dumps(cbor2.CBORTag(18, [protected, *message.value[1:]]))
    unverified = read_token(forged)
    assert unverified is not None and unverified.verify(KEYS) is None


def test_a_serial_that_was_changed_does_not_verify() -> None:
    token = sign(PLAIN, KEY)
    forged = token.replace(PLAIN.serial.to_bytes(8), (PLAIN.serial + 1).to_bytes(8))
    unverified = read_token(forged)
    assert unverified is not None and unverified.verify(KEYS) is None


@settings(max_examples=300)
@given(st.data())
def test_a_certificate_with_any_byte_changed_is_unreadable_or_untrusted(
    data: st.DataObject,
) -> None:
    token = bytearray(sign(PLAIN, KEY))
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= data.draw(st.integers(1, 255))
    unverified = read_token(bytes(token))
    assert unverified is None or unverified.verify(KEYS) is None


@given(st.integers(1, 160))
def test_a_certificate_cut_short_is_unreadable(missing: int) -> None:
    assert read_token(sign(PLAIN, KEY)[:-missing]) is None


@given(st.binary(min_size=1, max_size=40))
def test_a_certificate_with_bytes_behind_it_is_unreadable(more: bytes) -> None:
    assert read_token(sign(PLAIN, KEY) + more) is None


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_random_bytes_are_unreadable(data: bytes) -> None:
    assert read_certificate(write_text(data)) is None


@pytest.mark.parametrize(
    "token",
    [
        b"\x81" * 600,
        b"\xd8\x18" * 300,
        bytes.fromhex("d2845f58ffff"),
        bytes.fromhex("9bffffffffffffffff"),
        bytes.fromhex("c48221c249ffffffffffffffffff"),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"", b""])),
        cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps([1]), {}, b"\xa0", bytes(64)])),
        cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7, 4: b"abcd"}), {}, b"\xa0", bytes(64)])),
    ],
    ids=["arrays", "tags", "endless", "giant", "bignum", "empty", "no header", "no claims"],
)
def test_hostile_cbor_is_unreadable(token: bytes) -> None:
    assert read_token(token) is None


def test_an_independent_cwt_library_verifies_and_reads_a_certificate() -> None:
    jwk = KEY.public_jwk()
    x, y, kid = (from_base64url(jwk[name]) for name in ("x", "y", "kid"))
    key = cwt.COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, -2: x, -3: y})
    later = datetime.fromtimestamp(int(time.time()) + 3600, UTC)
    decoded = cwt.decode(sign(PLAIN._replace(expires_at=later), KEY), keys=[key])
    assert decoded == {
        1: "ID-JK",
        4: int(later.timestamp()),
        6: int(PLAIN.issued_at.timestamp()),
        7: PLAIN.serial.to_bytes(8),
        -65537: {
            1: "Siti Aminah",
            2: 42,
            3: "PT Bank Contoh",
            4: 1,
            5: 1,
            6: 3174,
            7: 1,
            8: 0,
            9: 1234,
            10: 1,
        },
    }


def test_the_largest_certificate_of_an_exercise_keeps_its_names_and_fits() -> None:
    key = SigningKey.generate(exercise=True)
    text = sign_text(LARGEST._replace(issuer="XX-JK", exercise=True, period_id=PeriodId(20)), key)
    read = read_certificate(text)
    claims = read.verify({key.kid: key.verifying}) if read else None
    assert claims and len(claims.claims.holder) == len(claims.claims.employer) == 40
    assert (draw_symbol(text, "M").version, draw_symbol(text, "Q").version) <= (11, 13)


def test_a_key_of_exercises_cannot_sign_a_true_certificate() -> None:
    with pytest.raises(ValueError, match="a key of its own"):
        issue([Profile(ISSUER).prepare(PLAIN)], SigningKey.generate(exercise=True))


def test_a_true_key_cannot_sign_an_exercise() -> None:
    one = PLAIN._replace(issuer="XX-JK", exercise=True)
    with pytest.raises(ValueError, match="a key of its own"):
        issue([Profile(ISSUER).prepare(one)], KEY)


def test_a_certificate_of_an_exercise_cannot_name_the_true_issuer() -> None:
    with pytest.raises(ValueError, match="issuer"):
        Profile(ISSUER).prepare(PLAIN._replace(exercise=True))
