"""Hostile certificates, lists and bundles: refused, at once, by the declared errors alone.

What Hypothesis finds here is added to `tests/vectors/hostile`, so that it is tried for ever.
"""

import json
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strp.credential.bundle_signatures import TYP
from strp.credential.cbor import CborError, read_cbor
from strp.credential.codec import write_text
from strp.credential.cose import sign1
from strp.credential.signing import SigningKey, base64url, from_base64url
from strp.credential.status_list import MEDIA_TYPE, read_status_list
from strp.credential.trust import TrustBundle, read_bundle, verify_text
from strp.domain.certificates.certificate import Verdict
from strp.domain.errors import InvalidInput
from tests.credential.claim_cases import NOW, PLAIN, sign
from tests.credential.hostile import CBOR, at_once, kept_texts, texts, tokens
from tests.credential.test_trust import KEY, bundle

TRUST = read_bundle(bundle())
GENUINE = sign(PLAIN, KEY)
REFUSED = {Verdict.UNREADABLE, Verdict.UNTRUSTED}
LONG = settings(max_examples=5_000, suppress_health_check=list(HealthCheck))
SHORT = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def verdict(text: str) -> Verdict:
    return at_once(lambda: verify_text(text, TRUST, NOW)).verdict


@pytest.mark.parametrize("text", [text for text, _ in kept_texts()], ids=dict(kept_texts()).get)
def test_a_text_that_once_failed_is_refused_at_once(text: str) -> None:
    assert verdict(text) in REFUSED


def is_refused(text: str) -> None:
    assert verdict(text) in REFUSED or text.strip() == write_text(GENUINE)


def is_read_or_refused(data: bytes) -> None:
    try:
        found = at_once(lambda: read_cbor(data))
    except CborError:
        return
    assert found == cbor2.loads(data)


def is_no_list(token: bytes) -> None:
    assert at_once(lambda: read_status_list(token, {KEY.kid: KEY.verifying})) is None


def claims_are_no_list(payload: bytes) -> None:
    """Even where a trusted key signed it."""
    token = sign1(payload, KEY, typ=MEDIA_TYPE)
    at_once(lambda: read_status_list(token, {KEY.kid: KEY.verifying}))


def claims_are_judged(payload: bytes) -> None:
    """Even where a trusted key signed them."""
    at_once(lambda: verify_text(write_text(sign1(payload, KEY)), TRUST, NOW))


@SHORT
@given(texts(GENUINE))
def test_any_text_is_refused_at_once(text: str) -> None:
    is_refused(text)


@SHORT
@given(CBOR)
def test_what_is_read_is_what_another_reader_reads(data: bytes) -> None:
    is_read_or_refused(data)


@SHORT
@given(tokens(GENUINE))
def test_any_token_is_no_list(token: bytes) -> None:
    is_no_list(token)


@SHORT
@given(CBOR)
def test_any_signed_content_is_read_or_refused(payload: bytes) -> None:
    claims_are_no_list(payload)
    claims_are_judged(payload)


@pytest.mark.drill
@LONG
@given(texts(GENUINE))
def test_drill_any_text_is_refused_at_once(text: str) -> None:
    is_refused(text)


@pytest.mark.drill
@LONG
@given(CBOR)
def test_drill_any_cbor_is_read_or_refused(data: bytes) -> None:
    is_read_or_refused(data)
    is_no_list(data)
    claims_are_no_list(data)
    claims_are_judged(data)


def _changed_claims(change: Callable[[dict[Any, Any]], object]) -> Verdict:
    claims = cbor2.loads(cbor2.loads(GENUINE).value[2])
    change(claims)
    return verdict(write_text(sign1(cbor2.dumps(claims), KEY)))


@pytest.mark.parametrize("more", [1, -1, "x", b"x", [1, [2]], {1: {"a": None}}, True, None])
def test_a_claim_of_a_later_version_does_no_harm(more: object) -> None:
    assert _changed_claims(lambda claims: claims.update({99: more})) is Verdict.VALID
    assert _changed_claims(lambda claims: claims[-65537].update({99: more})) is Verdict.VALID


@pytest.mark.parametrize("more", [1.5, float("nan"), 1 << 64, -1 << 70, cbor2.CBORTag(30, "1e99")])
def test_a_claim_that_is_not_of_the_format_makes_it_unreadable(more: object) -> None:
    assert _changed_claims(lambda claims: claims.update({99: more})) is Verdict.UNREADABLE


@pytest.mark.parametrize("claim", [2, 4, 5, 6, 7, 8, 9])
@pytest.mark.parametrize("value", [True, -1, 1 << 32, (1 << 64) - 1, 1.0, None, [1]])
def test_a_number_that_is_none_of_ours_makes_it_unreadable(claim: int, value: object) -> None:
    found = _changed_claims(lambda claims: claims[-65537].update({claim: value}))
    assert found is Verdict.UNREADABLE


@pytest.mark.parametrize(
    "data",
    ["a201010102", "a1f401", "a1400a", "1801ff", "5f4101ff", "9f01ff", "fb3ff8000000000000",
     "c249010000000000000000", "d81801", "f7", "fc", "1c", "61ff", "9bffffffffffffffff", ""],
)  # fmt: skip
def test_what_is_not_of_the_format_is_refused(data: str) -> None:
    with pytest.raises(CborError):
        read_cbor(bytes.fromhex(data))


@pytest.mark.parametrize("opening", [b"\x81", b"\xa1\x01", b"\xd2", b"\x9f"])
def test_depth_is_bounded(opening: bytes) -> None:
    with pytest.raises(CborError):
        at_once(lambda: read_cbor(opening * 500_000 + b"\x00"))


def test_items_are_bounded() -> None:
    with pytest.raises(CborError, match="too many items"):
        at_once(lambda: read_cbor(b"\x99\xff\xff" + b"\x00" * 0xFFFF))


def signed_bundle(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A bundle whose content was changed and signed anew: whoever made it chose every byte."""
    content = json.loads(from_base64url(json.loads(bundle())["payload"]))
    raw = change(content)
    body = raw if isinstance(raw, bytes) else json.dumps(content).encode()
    header = {"alg": "ES256", "kid": base64url(KEY.kid), "typ": TYP}
    protected, payload = base64url(json.dumps(header).encode()), base64url(body)
    signature = base64url(KEY.sign(f"{protected}.{payload}".encode()))
    parts = {"payload": payload, "protected": protected, "signature": signature}
    return json.dumps(parts).encode()


def read_or_refused(data: bytes) -> TrustBundle | None:
    try:
        found = at_once(lambda: read_bundle(data))
    except InvalidInput as refusal:
        assert refusal.code in {"bundle-unreadable", "bundle-untrusted"}
        return None
    at_once(lambda: verify_text(write_text(GENUINE), found, NOW, checkpoint="road"))
    return found


HOSTILE_BUNDLES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a year without a next day": lambda b: b["periods"][0].update({"until": "9999-12-31"}),
    "the first day there is": lambda b: b["periods"][0].update({"from": "0001-01-01"}),
    "a moment before all time": lambda b: b.update({"issued_at": "0001-01-01T00:00:00+14:00"}),
    "a moment after all time": lambda b: b.update({"next_update": "9999-12-31T23:59:59-14:00"}),
    "a number without end": lambda b: (
        json.dumps(b).replace('"number": 1', '"number": ' + "9" * 9999).encode()
    ),
    "an exponent without end": lambda b: (
        json.dumps(b).replace('"number": 1', '"number": 1e999999').encode()
    ),
    "half of a pair": lambda b: b.update({"issuer": "\ud800"}),
    "a coordinate of a megabyte": lambda b: b["jwks"]["keys"][0].update({"x": "A" * (1 << 20)}),
    "a coordinate beyond the field": lambda b: b["jwks"]["keys"][0].update({"x": "_" * 43}),
    "keys without end": lambda b: b["jwks"].update({"keys": b["jwks"]["keys"] * 50_000}),
    "lists without end": lambda b: b.update({"status_lists": b["status_lists"] * 5_000}),
    "nested without end": lambda _: b'{"issuer":' + b"[" * 1_000_000,
    "an hour that is none": lambda b: b["checkpoints"][0]["windows"][0].update({"opens": "24:60"}),
    "no window at all": lambda b: b["checkpoints"][0].update({"windows": []}),
    "an hour with a zone": lambda b: b["checkpoints"][0]["windows"][0].update(
        {"opens": "06:00+01"}
    ),
}


@pytest.mark.parametrize("what", HOSTILE_BUNDLES)
def test_a_hostile_bundle_is_read_or_refused_at_once(what: str) -> None:
    read_or_refused(signed_bundle(HOSTILE_BUNDLES[what]))


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=9),
        st.sampled_from(["9999-12-31", "0001-01-01T00:00:00Z", "24:00", "\ud800", 10**4000]),
    ),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3), st.dictionaries(st.text(max_size=5), inside, max_size=3)
    ),
    max_leaves=6,
)
PLACES = st.sampled_from(
    [("issuer",), ("issued_at",), ("next_update",), ("jwks",), ("jwks", "keys"), ("periods",),
     ("jwks", "keys", 0, "x"), ("periods", 0, "from"), ("periods", 0, "until"),
     ("periods", 0, "number"), ("status_lists", 0, "cwt"), ("status_lists", 0, "number"),
     ("checkpoints", 0, "windows"), ("checkpoints", 0, "windows", 0, "opens"),
     ("checkpoints", 0, "from"), ("checkpoints", 0, "windows", 0, "sectors")]
)  # fmt: skip


def bundle_with(place: tuple[Any, ...], value: object) -> bytes:
    def change(content: dict[str, Any]) -> object:
        *way, last = place
        at: Any = content
        for step in way:
            at = at[step]
        at[last] = value
        text = json.dumps(content, default=str)
        return text.encode(errors="surrogatepass")

    return signed_bundle(change)


@SHORT
@given(PLACES, JSON)
def test_a_bundle_with_anything_inside_is_read_or_refused(
    place: tuple[Any, ...], value: object
) -> None:
    read_or_refused(bundle_with(place, value))


@pytest.mark.drill
@LONG
@given(PLACES, JSON)
def test_drill_a_bundle_with_anything_inside(place: tuple[Any, ...], value: object) -> None:
    read_or_refused(bundle_with(place, value))


def test_a_key_of_another_kind_is_refused() -> None:
    other = SigningKey.generate().public_jwk() | {"crv": "P-384"}
    assert read_or_refused(signed_bundle(lambda b: b["jwks"].update({"keys": [other]}))) is None
