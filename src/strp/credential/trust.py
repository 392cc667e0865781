"""The trust bundle: all that a check needs without a network, signed; and the check itself.

The number only grows: of two bundles of an issuer, the one with the higher number holds. From
`next_update` on it is stale, and from `trusted_until` on nothing passes by it alone. Earlier
releases gave no number and no `trusted_until`: their bundles end nothing, and prove no time.

Keys in `jwks` sign certificates and lists; one with `"strp": "exercise"` certificates of exercises
alone, and no list. Keys in `signers` sign bundles, and nothing else (`bundle_signatures`). The keys
inside vouch for the bundle only where it came over a trusted way; a reader that cannot know pins
the thumbprint of a key.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from strp.credential.bundle_json import decode_json
from strp.credential.bundle_shape import (
    MOST_LIST_BYTES,
    BundleShape,
    Jws,
    ListShape,
)
from strp.credential.bundle_signatures import check_signatures
from strp.credential.certificate import read_certificate
from strp.credential.refusal import is_refusal
from strp.credential.signing import VerifyingKey, base64url, from_base64url
from strp.credential.status_list import StatusList, read_status_list
from strp.domain.certificates.certificate import (
    Claims,
    Freshness,
    Judgement,
    ReasonCode,
    Status,
    Verdict,
    exercise_issuer,
    freshness,
    is_exercise,
    judge,
)
from strp.domain.certificates.judged_moment import JudgedMoment, judged_moment
from strp.domain.certificates.reminder import remind
from strp.domain.civil_time import WIB, civil_day
from strp.domain.epochs import LOWEST_EPOCH
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.identifiers import PeriodId
from strp.domain.rules.checkpoint import (
    CheckpointRule,
    Document,
    Holiday,
    ShownNow,
    rule_on,
    shown_at,
)
from strp.domain.rules.policy import ExemptGroup, Period
from strp.domain.text import Text

MEDIA_TYPE: Final = "application/jose+json"
MOMENTS_APART: Final = timedelta(seconds=5)
"""Between clocks of one installation, and between a certificate's whole second and its making."""
BUNDLE_MAX_BYTES: Final = 128 << 20
"""All lists that a bundle may have, none of them compressible, in base64 twice."""


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
        trusted_until: aware; from then on nothing passes by it alone; None: it does not say.
        signer: RFC 7638 thumbprint (base64url) of the key that signed it first; empty: made here.
        signed_by: thumbprints of all that signed it.
        signers: thumbprints of those that may sign the next one.
        groups: who needs no certificate.
        documents: what rules of checkpoints name.
        holidays: public holidays.
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
    trusted_until: datetime | None = None
    signer: str = ""
    signed_by: frozenset[str] = frozenset()
    signers: frozenset[str] = frozenset()
    groups: Sequence[ExemptGroup] = ()
    documents: Sequence[Document] = ()
    holidays: Sequence[Holiday] = ()
    _signed_at: datetime = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lists = (entry.issued_at for entry in self.lists.values())
        object.__setattr__(self, "_signed_at", max((self.issued_at, *lists)))

    def rule(self, code: str | None, now: datetime) -> CheckpointRule | None:
        """The rule of a kind of checkpoint on the civil day of a moment, if there is one.

        Args:
            code: of a kind of checkpoint; None: no rule.
            now: aware; its day in Jakarta counts.
        """
        holidays = {holiday.on for holiday in self.holidays}
        return rule_on(self.checkpoints, code, civil_day(now), holidays)

    def shown(self, code: str | None, now: datetime, sector: str | None = None) -> ShownNow | None:
        """What a kind of checkpoint asks for at a moment, if it has a rule then.

        Args:
            code: of a kind of checkpoint; None: nothing.
            now: aware; its day and time of day in Jakarta count.
            sector: of the certificate that is shown; None: none is.
        """
        rule = self.rule(code, now)
        return shown_at(rule, now.astimezone(WIB).time(), sector) if rule else None

    def known_checkpoint(self, code: str | None) -> None:
        """Refuse a kind of checkpoint that no rule names, which would count no hours.

        Args:
            code: of a kind of checkpoint; None: no hours are asked for.

        Raises:
            InvalidInput: `checkpoint-unknown`; says which there are.
        """
        if code is None or any(rule.code == code for rule in self.checkpoints):
            return
        codes = ", ".join(sorted({rule.code for rule in self.checkpoints}))
        text = _no_checkpoint(codes)
        fields = [FieldError("checkpoint", "invalid", text)]
        raise InvalidInput("checkpoint-unknown", text, fields=fields)

    def moment(self, clock: datetime, *signed_at: datetime) -> JudgedMoment:
        """The moment to judge for: this bundle, its lists and what else was signed prove time.

        Args:
            clock: aware; what the device takes for now.
            signed_at: aware; when other things were signed whose signatures were checked.
        """
        if self.trusted_until is None:
            return JudgedMoment(clock, 0)
        return judged_moment(clock, self._signed_at, *signed_at)


class Inspection(NamedTuple):
    """What a check found.

    Args:
        verdict: the outcome.
        reason: why.
        claims: what the certificate says; None where no trusted key signed it.
        freshness: how old the bundle is; it vouches for its lists as they were then.
        checked_at: aware; the moment it was judged for.
        code: the reason for programs.
        exercise: whether it was issued in an exercise, whatever else it is worth.
        cause: `replaced` or `ended`, where that is why it is REVOKED and this is known.
        clock_behind_s: by how many seconds the clock is behind at least; 0 where it is right.
        shown: what the checkpoint asks for at that moment; None: no kind, or no rule of it.
    """

    verdict: Verdict
    reason: Text
    claims: Claims | None
    freshness: Freshness
    checked_at: datetime
    code: ReasonCode
    exercise: bool = False
    cause: str | None = None
    clock_behind_s: int = 0
    shown: ShownNow | None = None


def read_bundle(data: bytes, *, pins: Collection[str] = ()) -> TrustBundle:
    """Read a trust bundle and check its signatures with the keys inside.

    Args:
        data: the bundle.
        pins: RFC 7638 thumbprints (base64url) of keys of which one must have signed it; empty:
            any key inside.

    Raises:
        InvalidInput: `bundle-unreadable`, or `bundle-untrusted` where a signature is wrong or
            no signer is among the pins.
    """
    if len(data) > BUNDLE_MAX_BYTES:
        raise InvalidInput("bundle-unreadable", _BUNDLE_UNREADABLE)
    try:
        jws = decode_json(data, Jws)
        content = decode_json(from_base64url(jws.payload), BundleShape)
        keys = {key.kid: key for key in map(VerifyingKey.from_jwk, content.jwks.keys)}
        inline = [(it, from_base64url(it.cwt)) for it in content.status_lists if it.cwt is not None]
        periods = {entry.number: entry.value() for entry in content.periods}
        rules = [entry.value() for entry in content.checkpoints]
        signers = check_signatures(jws, content)
        is_ours = signers and not (pins and signers.signed.isdisjoint(pins))
        lists = _read_lists(inline, keys) if is_ours else None
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise InvalidInput("bundle-unreadable", _BUNDLE_UNREADABLE) from None
    if signers is None or lists is None:
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
        trusted_until=content.trusted_until,
        signer=signers.first,
        groups=[entry.value() for entry in content.groups],
        documents=[entry.value() for entry in content.documents],
        holidays=[entry.value() for entry in content.holidays],
        signed_by=signers.signed,
        signers=signers.named,
    )


def verify_text(
    text: str, trust: TrustBundle, now: datetime, *, checkpoint: str | None = None
) -> Inspection:
    """Check the text of a QR.

    Args:
        text: as scanned or typed; anything at all.
        trust: what the check rests on.
        now: aware; by the clock of the device, which may be behind.
        checkpoint: kind of checkpoint whose hours count; None: no hours.
    """
    found = _checked(text, trust, now, checkpoint)
    sector = None if found.claims is None else found.claims.sector
    shown = trust.shown(checkpoint, found.checked_at, sector)
    if shown is None:
        return found
    reminder = remind(found.verdict, shown, trust.groups, trust.documents)
    reason = _joined(found.reason, reminder) if reminder else found.reason
    return found._replace(shown=shown, reason=reason)


def _checked(text: str, trust: TrustBundle, now: datetime, checkpoint: str | None) -> Inspection:
    if is_refusal(text):
        return _turned_away(trust, now, Verdict.UNTRUSTED, _A_REFUSAL, ReasonCode.REFUSAL)
    unverified = read_certificate(text)
    if unverified is None:
        return _turned_away(trust, now, Verdict.UNREADABLE, _UNREADABLE, ReasonCode.NO_CERTIFICATE)
    verified = unverified.verify(trust.keys)
    if verified is None or not _is_of_issuer(verified.claims, trust.issuer):
        return _turned_away(trust, now, Verdict.UNTRUSTED, _UNTRUSTED, ReasonCode.SIGNATURE)
    claims = verified.claims
    at, clock_behind_s = trust.moment(now, claims.issued_at)
    entries = trust.lists.get(claims.status_list)
    status, rule = _status(claims, entries, trust), trust.rule(checkpoint, at)
    judgement = judge(claims, now=at, periods=trust.periods, status=status, checkpoint=rule)
    if status is None and _is_unlisted(claims, trust):  # it leaves when all in it has ended
        ended = judge(claims, now=at, periods=trust.periods, status=Status.VALID)
        judgement = ended if ended.verdict is Verdict.EXPIRED else judgement
    if judgement.verdict in _LETS_PASS and _is_too_old(trust, entries, at):
        judgement = Judgement(Verdict.UNTRUSTED, _TOO_OLD, ReasonCode.DATA_TOO_OLD)
    return Inspection(
        verdict=judgement.verdict,
        reason=_with_clock(judgement.reason, clock_behind_s),
        claims=claims,
        freshness=freshness(issued_at=trust.issued_at, next_update=trust.next_update, now=at),
        checked_at=at,
        code=judgement.code,
        exercise=is_exercise(claims, trust.periods),
        clock_behind_s=clock_behind_s,
    )


def _turned_away(
    trust: TrustBundle, now: datetime, verdict: Verdict, reason: Text, code: ReasonCode
) -> Inspection:
    """The outcome for what no trusted key signed."""
    at, clock_behind_s = trust.moment(now)
    age = freshness(issued_at=trust.issued_at, next_update=trust.next_update, now=at)
    reason = _with_clock(reason, clock_behind_s)
    return Inspection(verdict, reason, None, age, at, code, clock_behind_s=clock_behind_s)


def _is_too_old(trust: TrustBundle, entries: StatusList | None, at: datetime) -> bool:
    """Whether what the check rests on has ended, so that nobody may pass by it alone."""
    if trust.trusted_until is None:
        return False
    ends = [trust.trusted_until]
    if entries is not None and entries.expires_at is not None:
        ends.append(entries.expires_at)
    return at >= min(ends)


def _with_clock(reason: Text, clock_behind_s: int) -> Text:
    return _joined(reason, _CLOCK_WRONG) if clock_behind_s else reason


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.id} {second.id}", f"{first.en} {second.en}")


def _status(claims: Claims, entries: StatusList | None, trust: TrustBundle) -> Status | None:
    """What is known of a certificate's status; None where its list should be here and is not.

    A list of an epoch begins with the first certificate in it. A bundle that is older than the
    certificate could not have named the list, nor had anybody taken the certificate back by then.
    """
    if entries is not None:
        return entries.status(claims.status_index)
    is_newer = claims.issued_at > trust.issued_at - MOMENTS_APART
    return Status.VALID if is_newer and _is_unlisted(claims, trust) else None


def _is_unlisted(claims: Claims, trust: TrustBundle) -> bool:
    return claims.status_list >= LOWEST_EPOCH and claims.status_list not in trust.listed


def _is_of_issuer(claims: Claims, issuer: str) -> bool:
    return claims.issuer == (exercise_issuer(issuer) if claims.exercise else issuer)


def _read_lists(
    inline: Iterable[tuple[ListShape, bytes]], keys: Mapping[bytes, VerifyingKey]
) -> dict[int, StatusList] | None:
    """The lists that are inline, or None where one of them is not what the bundle says."""
    true_keys = {kid: key for kid, key in keys.items() if not key.exercise}
    lists: dict[int, StatusList] = {}
    unpacked_bytes = 0
    for entry, cwt in inline:
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


def _no_checkpoint(codes: str) -> Text:
    if not codes:
        return Text(
            id="Aturan yang berlaku tidak menyebut titik pemeriksaan; jangan sebut satu pun.",
            en="The rules in force name no checkpoints; name none.",
        )
    return Text(
        id=f"Jenis titik pemeriksaan ini tidak dikenal. Yang ada: {codes}.",
        en=f"This kind of checkpoint is not known. There are: {codes}.",
    )


_LETS_PASS = frozenset({Verdict.VALID, Verdict.EXERCISE})
_CLOCK_WRONG = Text(
    id="Jam perangkat ini terlambat; betulkan jamnya.",
    en="The clock of this device is slow; set it right.",
)
_TOO_OLD = Text(
    id="Data pemeriksa di perangkat ini terlalu lama; sambungkan ke jaringan, lalu pindai lagi.",
    en="What this device knows is too old to let anyone pass; go on line, then scan again.",
)
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
