"""The trust bundle: all that a check needs without a network, signed; and the check itself.

A bundle is a JWS in flattened JSON form (RFC 7515 §7.2.2) under ES256. Its payload:

    {"number", "issuer", "issued_at", "next_update", "jwks": {"keys": [JWK…]},
     "periods": [{"number", "code", "name": {"id", "en"}, "from", "until", "exercise"?}…],
     "status_lists": [{"number", "uri", "issued_at", "sha256", "cwt"?}…],
     "checkpoints": [{"code", "name", "from"?, "until"?, "citation",
                      "windows": [{"opens", "closes", "admits", "sectors"}…]}…]}

The number only grows: of two bundles of an issuer, the one with the higher number holds. Earlier
releases gave none.

A JWK with `"strp": "exercise"` vouches for certificates of exercises alone, for no bundle and no
list. The keys inside vouch for the bundle only where it came over a trusted way; a reader
that cannot know pins the thumbprint of a key.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from strp.credential.bundle_shape import (
    MOST_LIST_BYTES,
    YEARS,
    BundleShape,
    CheckpointShape,
    Header,
    Jws,
    KeySet,
    ListShape,
    PeriodShape,
)
from strp.credential.certificate import read_certificate
from strp.credential.refusal import is_refusal
from strp.credential.signing import SigningKey, VerifyingKey, base64url, from_base64url
from strp.credential.status_list import StatusList, read_status_list
from strp.domain.certificate import (
    Claims,
    Freshness,
    Status,
    Verdict,
    exercise_issuer,
    freshness,
    is_exercise,
    judge,
)
from strp.domain.epochs import LOWEST_EPOCH
from strp.domain.errors import InvalidInput
from strp.domain.identifiers import PeriodId
from strp.domain.policy import CheckpointRule, Period
from strp.domain.sla import civil_day
from strp.domain.text import Text

MEDIA_TYPE: Final = "application/jose+json"
TYP: Final = "strp-trust-bundle+jws"
MOMENTS_APART: Final = timedelta(seconds=5)
"""Between clocks of one installation, and between a certificate's whole second and its making."""
BUNDLE_MAX_BYTES: Final = 128 << 20
"""All lists that a bundle may have, none of them compressible, in base64 twice."""


class SignedList(NamedTuple):
    """A status list token, ready to be put into a bundle."""

    number: int
    uri: str
    issued_at: datetime
    cwt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustBundle:
    """What a check rests on, its signatures checked.

    Args:
        number: grows with each bundle of an issuer; 0 where none was given.
        issuer: ISO 3166-2 code of the authority.
        issued_at: aware; when it was made.
        next_update: aware; from then on it is stale.
        keys: by kid.
        periods: by number.
        lists: status lists by number; empty where the bundle did not carry them.
        listed: numbers of all lists that the bundle names.
        checkpoints: who passes at which hours.
    """

    issuer: str
    issued_at: datetime
    next_update: datetime
    keys: Mapping[bytes, VerifyingKey]
    periods: Mapping[PeriodId, Period]
    lists: Mapping[int, StatusList] = field(default_factory=dict)
    checkpoints: Sequence[CheckpointRule] = ()
    number: int = 0
    listed: Collection[int] = frozenset()

    def rule(self, code: str | None, now: datetime) -> CheckpointRule | None:
        """The rule of a kind of checkpoint on the civil day of a moment, if there is one."""
        day = civil_day(now)
        for rule in self.checkpoints:
            begun = rule.from_on is None or rule.from_on <= day
            if rule.code == code and begun and (rule.until_on is None or day <= rule.until_on):
                return rule
        return None


class Inspection(NamedTuple):
    """What a check found.

    Args:
        verdict: the outcome.
        reason: why.
        claims: what the certificate says; None where no trusted key signed it.
        freshness: how old the bundle and the status list are.
        checked_at: aware; the moment it was judged for.
        exercise: whether it was issued in an exercise, whatever else it is worth.
        cause: `replaced` or `ended`, where that is why it is REVOKED and this is known.
    """

    verdict: Verdict
    reason: Text
    claims: Claims | None
    freshness: Freshness
    checked_at: datetime
    exercise: bool = False
    cause: str | None = None


def build_bundle(
    *,
    issuer: str,
    issued_at: datetime,
    next_update: datetime,
    keys: Iterable[SigningKey],
    periods: Iterable[Period],
    lists: Iterable[SignedList],
    checkpoints: Iterable[CheckpointRule] = (),
    inline: bool = False,
    number: int = 0,
) -> bytes:
    """A signed trust bundle.

    Args:
        issuer: ISO 3166-2 code of the authority.
        issued_at: aware.
        next_update: aware; from then on readers call it stale.
        keys: the first signs, all are in it; those of exercises come last.
        periods: periods of certificates, as they stand.
        lists: status lists.
        checkpoints: who passes at which hours.
        inline: whether the lists themselves are in it.
        number: higher than that of every bundle before, see `bundle_number`.
    """
    signers = list(keys)
    content = BundleShape(
        number=number,
        issuer=issuer,
        issued_at=issued_at.astimezone(UTC),
        next_update=next_update.astimezone(UTC),
        jwks=KeySet([key.public_jwk() for key in signers]),
        periods=[PeriodShape.of(period) for period in periods],
        status_lists=[ListShape.of(*entry, inline=inline) for entry in lists],
        checkpoints=[CheckpointShape.of(rule) for rule in checkpoints],
    )
    header = Header(alg="ES256", kid=base64url(signers[0].kid), typ=TYP)
    protected = base64url(msgspec.json.encode(header))
    payload = base64url(msgspec.json.encode(content))
    signature = base64url(signers[0].sign(f"{protected}.{payload}".encode()))
    return msgspec.json.encode(Jws(payload=payload, protected=protected, signature=signature))


def read_bundle(data: bytes, *, pins: Collection[str] = ()) -> TrustBundle:
    """Read a trust bundle and check its signatures with the keys inside.

    Args:
        data: the bundle.
        pins: RFC 7638 thumbprints (base64url) of keys that may sign it; empty: any key inside.

    Raises:
        InvalidInput: `bundle-unreadable`, or `bundle-untrusted` where a signature is wrong or
            the signer is not among the pins.
    """
    if len(data) > BUNDLE_MAX_BYTES:
        raise InvalidInput("bundle-unreadable", _BUNDLE_UNREADABLE)
    try:
        jws = msgspec.json.decode(data, type=Jws)
        content = msgspec.json.decode(from_base64url(jws.payload), type=BundleShape)
        keys = {key.kid: key for key in map(VerifyingKey.from_jwk, content.jwks.keys)}
        signer = _signer(jws, keys)
        periods = {entry.number: entry.value() for entry in content.periods}
        rules = [entry.value() for entry in content.checkpoints]
        if not {content.issued_at.year, content.next_update.year} <= set(YEARS):
            raise ValueError("a moment is out of range")
        lists = _read_lists(content.status_lists, keys)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise InvalidInput("bundle-unreadable", _BUNDLE_UNREADABLE) from None
    if signer is None or lists is None or (pins and signer.thumbprint not in pins):
        raise InvalidInput("bundle-untrusted", _BUNDLE_UNTRUSTED)
    return TrustBundle(
        number=content.number,
        issuer=content.issuer,
        issued_at=content.issued_at,
        next_update=content.next_update,
        keys=keys,
        periods={PeriodId(number): period for number, period in periods.items()},
        lists=lists,
        listed=frozenset(entry.number for entry in content.status_lists),
        checkpoints=rules,
    )


def verify_text(
    text: str, trust: TrustBundle, now: datetime, *, checkpoint: str | None = None
) -> Inspection:
    """Check the text of a QR.

    Args:
        text: as scanned or typed; anything at all.
        trust: what the check rests on.
        now: aware.
        checkpoint: kind of checkpoint whose hours count; None: no hours.
    """
    age = freshness(issued_at=trust.issued_at, next_update=trust.next_update, now=now)
    if is_refusal(text):
        return Inspection(Verdict.UNTRUSTED, _A_REFUSAL, None, age, now)
    unverified = read_certificate(text)
    if unverified is None:
        return Inspection(Verdict.UNREADABLE, _UNREADABLE, None, age, now)
    verified = unverified.verify(trust.keys)
    if verified is None or not _is_of_issuer(verified.claims, trust.issuer):
        return Inspection(Verdict.UNTRUSTED, _UNTRUSTED, None, age, now)
    claims = verified.claims
    entries = trust.lists.get(claims.status_list)
    judgement = judge(
        claims,
        now=now,
        periods=trust.periods,
        status=_status(claims, entries, trust),
        checkpoint=trust.rule(checkpoint, now),
    )
    oldest = min(trust.issued_at, entries.issued_at) if entries else trust.issued_at
    age = freshness(issued_at=oldest, next_update=trust.next_update, now=now)
    exercise = is_exercise(claims, trust.periods)
    return Inspection(judgement.verdict, judgement.reason, claims, age, now, exercise)


def bundle_number(now: datetime, before: int) -> int:
    """The number of a bundle that is made now.

    It is the time in milliseconds, so that what is restored from a backup, which cannot know how
    far the lost system had counted, goes on above it.

    Args:
        now: aware.
        before: the highest number that is known.
    """
    return max(int(now.timestamp() * 1000), before + 1)


def _status(claims: Claims, entries: StatusList | None, trust: TrustBundle) -> Status | None:
    """What is known of a certificate's status; None where its list should be here and is not.

    A list of an epoch begins with the first certificate in it. A bundle that is older than the
    certificate could not have named the list, nor had anybody taken the certificate back by then.
    """
    if entries is not None:
        return entries.status(claims.status_index)
    is_drawn = claims.status_list >= LOWEST_EPOCH and claims.status_list not in trust.listed
    is_newer = claims.issued_at > trust.issued_at - MOMENTS_APART
    return Status.VALID if is_drawn and is_newer else None


def _is_of_issuer(claims: Claims, issuer: str) -> bool:
    return claims.issuer == (exercise_issuer(issuer) if claims.exercise else issuer)


def _signer(jws: Jws, keys: Mapping[bytes, VerifyingKey]) -> VerifyingKey | None:
    """The key among those inside that signed the bundle, or None."""
    header = msgspec.json.decode(from_base64url(jws.protected), type=Header)
    key = keys.get(from_base64url(header.kid))
    if key is None or key.exercise or (header.alg, header.typ) != ("ES256", TYP):
        return None
    signed = f"{jws.protected}.{jws.payload}".encode()
    return key if key.verifies(from_base64url(jws.signature), signed) else None


def _read_lists(
    entries: Iterable[ListShape], keys: Mapping[bytes, VerifyingKey]
) -> dict[int, StatusList] | None:
    """The lists that are inline, or None where one of them is not what the bundle says."""
    true_keys = {kid: key for kid, key in keys.items() if not key.exercise}
    lists: dict[int, StatusList] = {}
    unpacked_bytes = 0
    for entry in entries:
        if entry.cwt is None:
            continue
        cwt = from_base64url(entry.cwt)
        status_list = read_status_list(cwt, true_keys)
        if status_list is None or status_list.uri != entry.uri:
            return None
        if base64url(hashlib.sha256(cwt).digest()) != entry.sha256:
            return None
        unpacked_bytes += len(status_list.entries)
        if unpacked_bytes > MOST_LIST_BYTES:
            raise ValueError("the lists are too large")
        lists[entry.number] = status_list
    return lists


_UNREADABLE = Text(
    id="Ini bukan kode STRP, atau kodenya rusak atau terpotong. Pindai sekali lagi.",
    en="This is not an STRP code, or it is damaged or cut short. Scan it once more.",
)
_UNTRUSTED = Text(
    id="Kode ini tidak ditandatangani oleh penerbit yang dipercaya. Jangan diterima.",
    en="This code was not signed by an issuer that is trusted. Do not accept it.",
)
_A_REFUSAL = Text(
    id="Ini kode surat penolakan, bukan STRP. Jangan diterima.",
    en="This is the code of a letter of refusal, no STRP. Do not accept it.",
)
_BUNDLE_UNREADABLE = Text(
    id="Berkas data pemeriksa tidak dapat dibaca. Unduh sekali lagi.",
    en="The trust bundle cannot be read. Download it once more.",
)
_BUNDLE_UNTRUSTED = Text(
    id="Tanda tangan data pemeriksa tidak benar, atau penandatangannya bukan yang ditetapkan.",
    en="The signature of the trust bundle is wrong, or its signer is not the one that is pinned.",
)
