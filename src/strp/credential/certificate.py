"""Certificates as bytes: a CWT (RFC 8392) in a COSE_Sign1 message, written by hand for speed.

Claims set, deterministic CBOR (RFC 8949 §4.2.1):

    {1: issuer, 4: expiry, 6: issued at, 7: serial (8 bytes), -65537: {
        1: holder, 2: last four of the identity, 3: employer,
        4: sector class (1 essential, 2 critical, 3 exempt), 5: site type (1 service, 2
        administration),
        6: region, 7: period, 8: status list, 9: index in it, 10: sector, 11: exercise}}

The private claims share one key of the private-use range (RFC 8392 §9.1). Four digits of an
identity are a number, other characters a text; a sector code such as "K-c" is the number of its
letter, since the class tells the rest, any other code a text, and no code leaves the claim out.
A certificate of an exercise has `11: true` and another issuer; all others leave the claim out.

Status list and index stand among the private claims: the registered claim 65535 demands a map
with a URI, which does not fit, and another shape under that number would break readers that
follow the draft.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from strp.credential.cbor import CborError, read_cbor
from strp.credential.codec import read_texts
from strp.credential.cose import (
    SIGNATURE_HEAD,
    Sign1,
    protected_header,
    read_sign1,
    sign1_frame,
)
from strp.credential.signing import SigningKey, VerifyingKey
from strp.domain.certificates.certificate import (
    STATUS_LIST_ENTRIES,
    Claims,
    exercise_issuer,
    shorten,
)
from strp.domain.identifiers import PeriodId
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import SectorClass

ISSUER: Final = 1
EXPIRES: Final = 4
ISSUED: Final = 6
SERIAL: Final = 7
SERIAL_BYTES: Final = 8
STRP: Final = -65537
TOKEN_MAX_BYTES: Final = 230
"""Contract, "Certificate": version 13 at level Q holds 352 characters (ISO/IEC 18004, table 7);
230 bytes are 345 in base45, and the prefix has six. Version 11 at level M holds 366."""
PAYLOAD_MAX_BYTES: Final = TOKEN_MAX_BYTES - 81
"""What the tag, the headers and the signature leave (RFC 9052 §4.2)."""
ISSUER_MAX_BYTES: Final = 6
"""ISO 3166-2: two letters, a hyphen, up to three characters."""
IDENTITY_TAIL_CHARACTERS: Final = 4
"""Contract, "Certificate": the last four digits, never the whole NIK."""
SECTOR_MAX_CHARACTERS: Final = 8
"""Policy files name sectors by a letter and a short word ("K-c"); what is longer is cut."""
EARLIEST_S: Final = 1 << 30
"""Times take five bytes each, from 2004 until 2106."""
SECTOR_CLASSES: Final = {
    1: SectorClass.ESSENTIAL,
    2: SectorClass.CRITICAL,
    3: SectorClass.EXEMPT,
}
SITE_TYPES: Final = {1: SiteType.SERVICE, 2: SiteType.ADMINISTRATION}
SECTOR_LETTERS: Final = {SectorClass.ESSENTIAL: "E", SectorClass.CRITICAL: "K"}
SECTOR_NUMBERS: Final = "-abcdefghijklmnopqrstuvwxyz"
EXERCISE_CLAIM: Final = b"\x0b\xf5"
PRIVATE_CLAIMS: Final = 9
"""Those that every certificate has: all but the sector and the mark of an exercise."""

_NUMBERS: Final = (4, 5, 6, 7, 8, 9)
_SEALED = object()
_CLASS_CODE = {class_: code for code, class_ in SECTOR_CLASSES.items()}
_SITE_CODE = {site: code for code, site in SITE_TYPES.items()}
_SMALL = [bytes((n,)) if n < 24 else bytes((0x18, n)) for n in range(256)]
_TEXT_HEAD = [bytes((0x60 | n,)) if n < 24 else bytes((0x78, n)) for n in range(256)]
_NAME_HEADS_BYTES = 2 + 2
_TAIL_AND_INDEX_BYTES = 4 + 6


class IssueToken:
    """Leave to sign one certificate once; only `Profile.prepare` makes one.

    Source: letsencrypt/boulder, issuance/cert.go (Prepare, Issue).
    """

    __slots__ = ("_exercise", "_payload")

    def __init__(self, payload: bytes, exercise: bool, sealed: object) -> None:
        if sealed is not _SEALED:
            raise TypeError("only Profile.prepare makes an IssueToken")
        self._payload: bytes | None = payload
        self._exercise = exercise

    def spend(self, key: SigningKey) -> bytes:
        """The payload for a key to sign, once.

        Raises:
            ValueError: a key of exercises would sign a true certificate, or the other way round.
            RuntimeError: it was spent before.
        """
        if self._exercise is not key.exercise:
            raise ValueError("an exercise has a key of its own")
        payload = self._payload
        if payload is None:
            raise RuntimeError("an IssueToken signs once")
        self._payload = None
        return payload


class Profile:
    """What the certificates of one issuer may hold, those of its exercises too.

    Args:
        issuer: ISO 3166-2 code of the authority.

    Raises:
        ValueError: the issuer is not such a code.
    """

    __slots__ = ("_exercise_issuer", "issuer")

    def __init__(self, issuer: str) -> None:
        if not (issuer.isascii() and 0 < len(issuer) <= ISSUER_MAX_BYTES):
            raise ValueError(f"an issuer has 1 to {ISSUER_MAX_BYTES} ASCII characters")
        self.issuer: Final = issuer
        self._exercise_issuer: Final = exercise_issuer(issuer)

    def prepare(self, claims: Claims) -> IssueToken:
        """Hold claims against the profile and write them down, names shortened where they must.

        Raises:
            ValueError: a claim breaks the profile; says which, never what it holds.
        """
        issuer, serial, issued_at, expires_at, name, identity, *of_filing, index, exercise = claims
        if issuer != (self._exercise_issuer if exercise else self.issuer):
            raise ValueError("the issuer is another")
        frame = _frame(issuer, issued_at, expires_at, *of_filing, exercise)
        tail, place = _identity_tail(identity), _index(index)
        holder = shorten(name, frame.room - len(tail) - len(place)).encode()
        return IssueToken(
            b"".join(
                (
                    frame.before_serial,
                    serial.to_bytes(8),
                    frame.before_holder,
                    _TEXT_HEAD[len(holder)],
                    holder,
                    tail,
                    frame.before_index,
                    place,
                    frame.after_index,
                )
            ),
            exercise,
            _SEALED,
        )


def issue(batch: Iterable[IssueToken], key: SigningKey) -> list[bytes]:
    """Sign prepared certificates.

    Args:
        batch: tokens, each spent by this.
        key: the key that signs.

    Returns:
        COSE_Sign1 messages, in the order of the batch.

    Raises:
        ValueError: the key is an exercise's and a token is not, or the other way round.
    """
    message_start, to_sign_start = sign1_frame(protected_header(key.kid))
    sign = key.sign
    certificates = []
    for token in batch:
        payload = token.spend(key)
        body = bytes((0x58, len(payload))) + payload
        signature = sign(to_sign_start + body)
        certificates.append(message_start + body + SIGNATURE_HEAD + signature)
    return certificates


class Verified:
    """Claims whose signature was checked; only `Unverified.verify` makes them."""

    __slots__ = ("claims", "kid")

    def __init__(self, claims: Claims, kid: bytes, sealed: object) -> None:
        if sealed is not _SEALED:
            raise TypeError("only Unverified.verify makes Verified claims")
        self.claims: Final = claims
        self.kid: Final = kid


class Unverified:
    """A certificate that was read and not yet believed: it shows nothing until `verify`."""

    __slots__ = ("_claims", "_message")

    def __init__(self, claims: Claims, message: Sign1) -> None:
        self._claims = claims
        self._message = message

    def verify(self, keys: Mapping[bytes, VerifyingKey]) -> Verified | None:
        """The claims, where a key signed them; None where none did.

        A key of exercises vouches for nothing but exercises, and no other key for these.

        Args:
            keys: by kid.
        """
        key = keys.get(self._message.kid)
        if key is None or key.exercise is not self._claims.exercise:
            return None
        if not self._message.is_signed_by(key):
            return None
        return Verified(self._claims, key.kid, _SEALED)


def read_certificate(text: str) -> Unverified | None:
    """Read the text of a QR, or None where it is not a certificate or damaged."""
    for token in read_texts(text):
        found = read_token(token)
        if found is not None:
            return found
    return None


def read_token(token: bytes) -> Unverified | None:
    """Read a COSE_Sign1 message, or None where it is not a certificate."""
    message = read_sign1(token)
    if message is None or message.typ is not None:
        return None
    try:
        claims = _read_claims(read_cbor(message.payload))
    except CborError:
        return None
    return None if claims is None else Unverified(claims, message)


class _Frame(NamedTuple):
    """What the certificates of one filing have in common, written down, around what differs."""

    before_serial: bytes
    before_holder: bytes
    before_index: bytes
    after_index: bytes
    room: int


@lru_cache(maxsize=256)
def _frame(
    issuer: str,
    issued_at: datetime,
    expires_at: datetime,
    employer: str,
    sector_class: SectorClass,
    sector: str,
    site_type: SiteType,
    region: int,
    period_id: int,
    status_list: int,
    exercise: bool,
) -> _Frame:
    issued, expires = _time(issued_at), _time(expires_at)
    before_serial = b"\xa5\x01" + _text(issuer) + b"\x04" + expires + b"\x06" + issued + b"\x07\x48"
    sector_claim = _sector(sector, sector_class)
    after_index = sector_claim + (EXERCISE_CLAIM if exercise else b"")
    private_claims = PRIVATE_CLAIMS + bool(sector_claim) + exercise
    before_holder = b"\x3a\x00\x01\x00\x00" + bytes((0xA0 | private_claims, 1))
    numbers = (
        _class_and_site(sector_class, site_type)
        + (b"\x06" + _uint(region))
        + (b"\x07" + _uint(period_id))
        + (b"\x08" + _uint(status_list))
    )
    used = before_serial + before_holder + numbers + after_index
    room = PAYLOAD_MAX_BYTES - len(used) - SERIAL_BYTES - len(b"\x03") - _NAME_HEADS_BYTES
    employer = shorten(employer, (room - _TAIL_AND_INDEX_BYTES) // 2)
    before_index = b"\x03" + _text(employer) + numbers
    return _Frame(
        before_serial, before_holder, before_index, after_index, room - len(employer.encode())
    )


def _time(at: datetime) -> bytes:
    seconds = int(at.timestamp())
    if not EARLIEST_S <= seconds < 1 << 32:
        raise ValueError("a time is out of range")
    return b"\x1a" + seconds.to_bytes(4)


def _class_and_site(sector_class: SectorClass, site_type: SiteType) -> bytes:
    return bytes((4, _CLASS_CODE[sector_class], 5, _SITE_CODE[site_type]))


def _index(index: int) -> bytes:
    if not 0 <= index < STATUS_LIST_ENTRIES:
        raise ValueError("the status index is out of range")
    return b"\x09" + _uint(index)


def _identity_tail(tail: str) -> bytes:
    if len(tail) > IDENTITY_TAIL_CHARACTERS:
        raise ValueError(f"an identity shows its last {IDENTITY_TAIL_CHARACTERS} characters")
    is_number = len(tail) == IDENTITY_TAIL_CHARACTERS and tail.isascii() and tail.isdigit()
    return b"\x02" + (_uint(int(tail)) if is_number else _text(tail))


def _sector(sector: str, sector_class: SectorClass) -> bytes:
    if not sector:
        return b""
    if len(sector) == 3 and sector[:2] == SECTOR_LETTERS.get(sector_class, "?") + "-":
        number = SECTOR_NUMBERS.find(sector[2])
        if number > 0:
            return b"\x0a" + _uint(number)
    return b"\x0a" + _text(sector[:SECTOR_MAX_CHARACTERS])


def _uint(number: int) -> bytes:
    if number < 256:
        return _SMALL[number]
    return b"\x19" + number.to_bytes(2) if number < 65536 else b"\x1a" + number.to_bytes(4)


def _text(text: str) -> bytes:
    data = text.encode()
    return _TEXT_HEAD[len(data)] + data


def _read_claims(payload: object) -> Claims | None:
    """Claims of the form above, or None; plain look-ups, in a third of a pattern's time."""
    own = payload.get(STRP) if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or not isinstance(own, dict):
        return None
    issuer, serial = payload.get(ISSUER), payload.get(SERIAL)
    holder, tail, employer = own.get(1), own.get(2), own.get(3)
    exercise = own.get(11, False)
    if not (isinstance(issuer, str) and isinstance(holder, str) and isinstance(employer, str)):
        return None
    if not (isinstance(serial, bytes) and isinstance(tail, (int, str))):
        return None
    if len(serial) != SERIAL_BYTES or not isinstance(exercise, bool):
        return None
    numbers: tuple[Any, ...] = (payload.get(EXPIRES), payload.get(ISSUED), *map(own.get, _NUMBERS))
    for number in numbers if isinstance(tail, str) else (*numbers, tail):
        if type(number) is not int or not 0 <= number < 1 << 32:
            return None
    expires_s, issued_s, class_code, site_code, region, period_id, status_list, status_index = (
        numbers
    )
    sector_class, site_type = SECTOR_CLASSES.get(class_code), SITE_TYPES.get(site_code)
    if sector_class is None or site_type is None or min(issued_s, expires_s) < EARLIEST_S:
        return None
    sector = _read_sector(own.get(10, ""), sector_class)
    return Claims(
        issuer=issuer,
        serial=int.from_bytes(serial),
        issued_at=datetime.fromtimestamp(issued_s, UTC),
        expires_at=datetime.fromtimestamp(expires_s, UTC),
        holder=holder,
        identity_tail=f"{tail:04d}" if isinstance(tail, int) else tail,
        employer=employer,
        sector_class=sector_class,
        sector=sector,
        site_type=site_type,
        region=region,
        period_id=PeriodId(period_id),
        status_list=status_list,
        status_index=status_index,
        exercise=exercise,
    )


def _read_sector(code: object, sector_class: SectorClass | None) -> str:
    letter = SECTOR_LETTERS.get(sector_class) if sector_class else None
    if type(code) is int and letter and 0 < code < len(SECTOR_NUMBERS):
        return f"{letter}-{SECTOR_NUMBERS[code]}"
    return code if isinstance(code, str) else ""
