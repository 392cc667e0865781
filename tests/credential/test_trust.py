"""The trust bundle, and the check of a text against it."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strp.credential.codec import write_text
from strp.credential.make_bundle import SignedList, build_bundle
from strp.credential.signing import SigningKey, VerifyingKey, base64url, from_base64url
from strp.credential.status_list import pack_statuses, sign_status_list
from strp.credential.trust import TrustBundle, read_bundle, verify_text
from strp.domain.certificates.certificate import (
    Freshness,
    FreshnessState,
    Status,
    Verdict,
    exercise_issuer,
)
from strp.domain.errors import InvalidInput
from strp.domain.rules.checkpoint import Admits, CheckpointRule, CheckpointWindow
from strp.domain.text import Text
from tests.credential.claim_cases import ISSUER, NOW, PERIOD, PLAIN, sign, sign_text

OLD, KEY = SigningKey.generate(), SigningKey.generate()
ROAD = CheckpointRule(
    code="road",
    name=Text("Jalan", "Road"),
    from_on=date(2021, 7, 5),
    until_on=date(2021, 7, 20),
    windows=(
        CheckpointWindow(time(6), time(10), Admits.HOLDERS),
        CheckpointWindow(time(10), time(22), Admits.SECTORS, ("K-a",)),
        CheckpointWindow(time(22), time(6), Admits.EVERYONE),
    ),
    citation="Ditlantas PMJ, 15 July 2021",
)


def bundle(
    statuses: dict[int, Status] | None = None,
    *,
    inline: bool = True,
    listed_at: datetime = NOW,
    **changes: Any,
) -> bytes:
    uri = "https://strp.example/status-lists/0"
    cwt = sign_status_list(
        pack_statuses((statuses or {}).items()),
        uri=uri,
        issued_at=listed_at,
        expires_at=NOW + timedelta(days=1),
        ttl_s=300,
        key=KEY,
    )
    parts: dict[str, Any] = {
        "issuer": ISSUER,
        "issued_at": NOW,
        "next_update": NOW + timedelta(hours=1),
        "keys": [KEY, OLD],
        "periods": [PERIOD],
        "lists": [SignedList(0, uri, listed_at, cwt)],
        "checkpoints": [ROAD],
    }
    return build_bundle(**parts | changes, inline=inline)


def trust(statuses: dict[int, Status] | None = None, **changes: Any) -> TrustBundle:
    return read_bundle(bundle(statuses, **changes))


def verdict(text: str, rests_on: TrustBundle, now: datetime = NOW) -> Verdict:
    return verify_text(text, rests_on, now).verdict


def changed(data: bytes, **parts: str) -> bytes:
    return json.dumps(json.loads(data) | parts).encode()


def test_a_bundle_gives_back_the_periods_that_went_in() -> None:
    assert trust().periods == {PERIOD.number: PERIOD}


def test_a_bundle_gives_back_the_checkpoint_rules_that_went_in() -> None:
    assert trust().checkpoints == [ROAD]


def test_a_bundle_gives_back_the_keys_that_went_in() -> None:
    assert trust().keys.keys() == {KEY.kid, OLD.kid}


def test_a_bundle_is_a_flattened_jws() -> None:
    assert json.loads(bundle()).keys() == {"payload", "protected", "signature"}


def test_the_signature_of_a_bundle_is_that_of_a_jws() -> None:
    jws = json.loads(bundle())
    signed = f"{jws['protected']}.{jws['payload']}".encode()
    assert KEY.verifying.verifies(from_base64url(jws["signature"]), signed)


def test_the_keys_of_a_bundle_are_a_jwk_set() -> None:
    payload = json.loads(from_base64url(json.loads(bundle())["payload"]))
    kids = [VerifyingKey.from_jwk(jwk).kid for jwk in payload["jwks"]["keys"]]
    assert kids == [KEY.kid, OLD.kid]


def test_a_bundle_without_inline_lists_names_and_digests_them() -> None:
    payload = json.loads(from_base64url(json.loads(bundle(inline=False))["payload"]))
    assert payload["status_lists"][0].keys() == {"number", "uri", "issued_at", "sha256"}


def test_a_bundle_whose_signer_is_pinned_is_trusted() -> None:
    assert read_bundle(bundle(), pins={KEY.verifying.thumbprint}).issuer == ISSUER


def test_a_bundle_whose_signer_is_not_pinned_is_refused() -> None:
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_bundle(bundle(), pins={OLD.verifying.thumbprint})


def test_a_bundle_whose_payload_was_changed_is_refused() -> None:
    other = json.loads(bundle(issuer="ID-JB"))["payload"]
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_bundle(changed(bundle(), payload=other))


def test_a_bundle_signed_by_a_key_that_is_not_inside_is_refused() -> None:
    content = bundle()
    forger = SigningKey.generate()
    protected = base64url(
        json.dumps({"alg": "ES256", "kid": base64url(forger.kid), "typ": "x"}).encode()
    )
    signature = base64url(forger.sign(f"{protected}.{json.loads(content)['payload']}".encode()))
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_bundle(changed(content, protected=protected, signature=signature))


def test_a_bundle_that_asks_for_no_signature_is_refused() -> None:
    protected = base64url(
        json.dumps({"alg": "none", "kid": base64url(KEY.kid), "typ": ""}).encode()
    )
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_bundle(changed(bundle(), protected=protected, signature=""))


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b'{"payload":"!","protected":"","signature":""}', b"[" * 90_000],
    ids=["nothing", "empty", "list", "not text", "not base64", "deep"],
)
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="bundle-unreadable"):
        read_bundle(data)


@given(st.binary(max_size=200))
def test_random_bytes_are_no_bundle(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_bundle(data)


def test_a_list_that_another_key_signed_makes_the_bundle_untrusted() -> None:
    forged = SignedList(0, "u", NOW, write_text(b"").encode())
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_bundle(bundle(lists=[forged]))


def test_a_certificate_of_today_is_valid() -> None:
    assert verdict(sign_text(PLAIN, KEY), trust()) is Verdict.VALID


def test_a_certificate_of_a_key_that_no_longer_signs_is_valid() -> None:
    assert verdict(sign_text(PLAIN, OLD), trust()) is Verdict.VALID


def test_a_revoked_certificate_is_revoked() -> None:
    rests_on = trust({PLAIN.status_index: Status.REVOKED})
    assert verdict(sign_text(PLAIN, KEY), rests_on) is Verdict.REVOKED


def test_a_suspended_certificate_is_suspended() -> None:
    rests_on = trust({PLAIN.status_index: Status.SUSPENDED})
    assert verdict(sign_text(PLAIN, KEY), rests_on) is Verdict.SUSPENDED


def test_a_certificate_of_an_unknown_key_is_untrusted() -> None:
    assert verdict(sign_text(PLAIN, SigningKey.generate()), trust()) is Verdict.UNTRUSTED


def test_an_untrusted_certificate_shows_nothing_of_what_it_says() -> None:
    assert verify_text(sign_text(PLAIN, SigningKey.generate()), trust(), NOW).claims is None


def test_a_certificate_of_another_issuer_is_untrusted() -> None:
    assert verdict(sign_text(PLAIN, KEY), trust(issuer="ID-JB")) is Verdict.UNTRUSTED


def test_without_its_status_list_a_certificate_is_untrusted() -> None:
    assert verdict(sign_text(PLAIN, KEY), trust(inline=False)) is Verdict.UNTRUSTED


def test_a_text_that_is_no_certificate_is_unreadable() -> None:
    assert verdict("https://strp-jakarta.example/123", trust()) is Verdict.UNREADABLE


@settings(max_examples=200)
@given(st.data())
def test_a_text_with_any_character_changed_is_unreadable_or_untrusted(data: st.DataObject) -> None:
    text = list(sign_text(PLAIN, KEY))
    place = data.draw(st.integers(6, len(text) - 1))
    others = [c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" if c != text[place]]
    text[place] = data.draw(st.sampled_from(others))
    assert verdict("".join(text), trust()) in {Verdict.UNREADABLE, Verdict.UNTRUSTED}


@given(st.text(max_size=300))
def test_any_text_at_all_gets_a_verdict(text: str) -> None:
    assert verdict("STRP1:" + text, trust()) in {Verdict.UNREADABLE, Verdict.UNTRUSTED}


def test_a_prolonged_period_makes_an_old_certificate_valid_again() -> None:
    later = datetime(2021, 7, 25, 3, 0, tzinfo=UTC)
    prolonged = trust(periods=[PERIOD._replace(ends_on=date(2021, 7, 25))])
    assert verdict(sign_text(PLAIN, KEY), prolonged, later) is Verdict.VALID


@pytest.mark.parametrize(
    ("hour_in_jakarta", "expected"),
    [(6, Verdict.VALID), (10, Verdict.OUTSIDE_WINDOW), (22, Verdict.VALID)],
)
def test_the_hours_of_a_checkpoint_count_there(hour_in_jakarta: int, expected: Verdict) -> None:
    now = datetime(2021, 7, 15, hour_in_jakarta, tzinfo=UTC) - timedelta(hours=7)
    found = verify_text(sign_text(PLAIN, KEY), trust(), now, checkpoint="road")
    assert found.verdict is expected


def test_the_hours_of_a_checkpoint_do_not_count_elsewhere() -> None:
    now = datetime(2021, 7, 15, 5, tzinfo=UTC)
    assert verdict(sign_text(PLAIN, KEY), trust(), now) is Verdict.VALID


def test_a_new_bundle_is_fresh() -> None:
    found = verify_text(sign_text(PLAIN, KEY), trust(), NOW + timedelta(minutes=1))
    assert found.freshness == Freshness(FreshnessState.FRESH, 60)


def test_an_old_bundle_is_stale_and_still_gives_a_verdict() -> None:
    found = verify_text(sign_text(PLAIN, KEY), trust(), NOW + timedelta(hours=6))
    assert (found.verdict, found.freshness.state) == (Verdict.VALID, FreshnessState.STALE)


def test_a_check_is_as_old_as_its_bundle_which_vouches_for_lists_that_did_not_change() -> None:
    rests_on = trust(listed_at=NOW - timedelta(hours=5))
    later = NOW + timedelta(minutes=5)
    assert verify_text(sign_text(PLAIN, KEY), rests_on, later).freshness.age_s == 300


def test_a_status_list_is_no_certificate() -> None:
    cwt = sign_status_list(
        pack_statuses([]), uri="u", issued_at=NOW, expires_at=NOW, ttl_s=1, key=KEY
    )
    assert verdict(write_text(cwt), trust()) is Verdict.UNREADABLE


def test_a_certificate_is_no_status_list() -> None:
    wrong = SignedList(0, "u", NOW, sign(PLAIN, KEY))
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_bundle(bundle(lists=[wrong]))


EXERCISE_KEY = SigningKey.generate(exercise=True)
EXERCISE = PLAIN._replace(issuer=exercise_issuer(ISSUER), exercise=True)


def exercise_trust(statuses: dict[int, Status] | None = None, **changes: Any) -> TrustBundle:
    return trust(statuses, **{"keys": [KEY, EXERCISE_KEY]} | changes)


def test_a_certificate_of_an_exercise_says_so_where_another_is_valid() -> None:
    found = verify_text(sign_text(EXERCISE, EXERCISE_KEY), exercise_trust(), NOW)
    assert (found.verdict, found.exercise) == (Verdict.EXERCISE, True)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(Status.REVOKED, Verdict.REVOKED), (Status.SUSPENDED, Verdict.SUSPENDED)],
)
def test_what_was_taken_back_says_that_and_that_it_was_an_exercise(
    status: Status, expected: Verdict
) -> None:
    rests_on = exercise_trust({PLAIN.status_index: status})
    found = verify_text(sign_text(EXERCISE, EXERCISE_KEY), rests_on, NOW)
    assert (found.verdict, found.exercise) == (expected, True)


def test_an_exercise_that_has_ended_says_expired() -> None:
    later = NOW + timedelta(days=60)
    found = verify_text(sign_text(EXERCISE, EXERCISE_KEY), exercise_trust(), later)
    assert (found.verdict, found.exercise) == (Verdict.EXPIRED, True)


def test_a_true_key_does_not_vouch_for_an_exercise() -> None:
    forged = SigningKey.from_pem(KEY.to_pem(), exercise=True)
    assert verdict(sign_text(EXERCISE, forged), exercise_trust()) is Verdict.UNTRUSTED


def test_a_key_of_exercises_does_not_vouch_for_a_true_certificate() -> None:
    forged = SigningKey.from_pem(EXERCISE_KEY.to_pem())
    assert verdict(sign_text(PLAIN, forged), exercise_trust()) is Verdict.UNTRUSTED


def test_an_unmarked_certificate_of_an_exercise_period_is_never_valid() -> None:
    marked = PERIOD._replace(exercise=True)
    found = verify_text(sign_text(PLAIN, KEY), trust(periods=[marked]), NOW)
    assert (found.verdict, found.exercise) == (Verdict.EXERCISE, True)


def test_prolonging_never_makes_an_exercise_valid() -> None:
    prolonged = PERIOD._replace(ends_on=PERIOD.ends_on + timedelta(days=365))
    later = NOW + timedelta(days=60)
    found = verdict(sign_text(EXERCISE, EXERCISE_KEY), exercise_trust(periods=[prolonged]), later)
    assert found is Verdict.EXERCISE


def test_an_exercise_that_begins_anew_does_not_bring_back_its_old_certificates() -> None:
    anew = PERIOD._replace(starts_on=date(2021, 7, 8), exercise=True)
    found = verdict(
        sign_text(EXERCISE, EXERCISE_KEY), exercise_trust(periods=[anew]), NOW + timedelta(days=4)
    )
    assert found is Verdict.EXPIRED


def test_a_key_of_exercises_signs_no_bundle() -> None:
    with pytest.raises(InvalidInput, match="bundle-untrusted"):
        read_bundle(bundle(keys=[EXERCISE_KEY, KEY]))


def test_the_mark_of_a_key_is_a_text_that_earlier_releases_can_read() -> None:
    assert all(isinstance(value, str) for value in EXERCISE_KEY.public_jwk().values())


def later_form(**changes: Any) -> TrustBundle:
    """A bundle that says until when it is trusted."""
    return read_bundle(bundle(trusted_until=NOW + timedelta(hours=24), **changes))


def test_a_clock_a_day_slow_does_not_let_an_ended_certificate_pass() -> None:
    ended = PERIOD._replace(ends_on=(NOW - timedelta(days=1)).date())
    found = verify_text(sign_text(PLAIN, KEY), later_form(periods=[ended]), NOW - timedelta(days=1))
    assert (found.verdict, found.clock_behind_s) == (Verdict.EXPIRED, 86_400)


@pytest.mark.parametrize(("after", "verdict"), [(-1, Verdict.VALID), (0, Verdict.UNTRUSTED)])
def test_nothing_passes_by_a_bundle_that_is_too_old(after: int, verdict: Verdict) -> None:
    now = NOW + timedelta(hours=24, seconds=after)
    found = verify_text(sign_text(PLAIN, KEY), later_form(), now)
    assert (found.verdict, found.freshness.state) == (verdict, FreshnessState.STALE)


def test_what_was_revoked_stays_so_however_old_the_bundle_is() -> None:
    trusted = later_form(statuses={PLAIN.status_index: Status.REVOKED})
    found = verify_text(sign_text(PLAIN, KEY), trusted, NOW + timedelta(days=3650))
    assert found.verdict is Verdict.REVOKED


def test_a_list_that_ended_lets_nothing_pass() -> None:
    trusted = read_bundle(bundle(trusted_until=NOW + timedelta(days=3)))
    found = verify_text(sign_text(PLAIN, KEY), trusted, NOW + timedelta(days=1))
    assert (found.verdict, found.code) == (Verdict.UNTRUSTED, "data-too-old")
