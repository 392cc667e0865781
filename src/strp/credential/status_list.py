"""Status lists: two bits a certificate, compressed, signed (draft-ietf-oauth-status-list).

A list covers the serials of one epoch, 2^16, those not yet issued too, so its length tells nothing;
the first one, and those of before the epochs, cover 2^20.
"""

import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import cbor2

from strp.credential.cbor import CborError, read_cbor
from strp.credential.cose import read_sign1, sign1
from strp.credential.signing import SigningKey, VerifyingKey
from strp.domain.certificates.certificate import STATUS_LIST_ENTRIES, Status

MEDIA_TYPE: Final = "application/statuslist+cwt"
SUBJECT: Final = 2
EXPIRES: Final = 4
ISSUED: Final = 6
STATUS_LIST: Final = 65533
TIME_TO_LIVE: Final = 65534
BITS: Final = 2
LIST_BYTES: Final = STATUS_LIST_ENTRIES * BITS // 8
_PER_BYTE = 8 // BITS


class StatusList(NamedTuple):
    """A status list whose signature was checked.

    Args:
        uri: where the list is kept.
        issued_at: aware UTC.
        entries: two bits each, the lowest first (draft §4.1).
        expires_at: aware UTC; from then on it must be fetched again; None: it does not say.
    """

    uri: str
    issued_at: datetime
    entries: bytes
    expires_at: datetime | None = None

    def status(self, index: int) -> Status | None:
        """The status at an index, or None where the list has no such entry or value."""
        place, shift = divmod(index, _PER_BYTE)
        if not 0 <= place < len(self.entries):
            return None
        return _STATUSES[self.entries[place] >> shift * BITS & (1 << BITS) - 1]


_STATUSES = (Status.VALID, Status.REVOKED, Status.SUSPENDED, None)


def pack_statuses(
    statuses: Iterable[tuple[int, Status]],
    suspended: Iterable[int] = (),
    size: int = STATUS_LIST_ENTRIES,
) -> bytes:
    """The entries of a list, two bits each, the lowest first (draft §4.1).

    Args:
        statuses: (index, status) of entries other than VALID; index from 0.
        suspended: indexes that are SUSPENDED besides, where no other status stands.
        size: certificates that the list covers.
    """
    values = bytearray(size)
    for index, status in statuses:
        values[index] = status
    for index in suspended:
        values[index] = values[index] or Status.SUSPENDED
    # Four values a byte: shifted as whole numbers, since a loop would hold up the event loop.
    lanes = (int.from_bytes(values[lane::_PER_BYTE]) << lane * BITS for lane in range(_PER_BYTE))
    return sum(lanes).to_bytes(size // _PER_BYTE)


def change_statuses(entries: bytes, statuses: Mapping[int, Status]) -> bytes:
    """The entries of a list with some of them changed.

    Args:
        entries: from `pack_statuses`.
        statuses: by index, what stands there now.
    """
    changed = bytearray(entries)
    for index, status in statuses.items():
        place, shift = divmod(index, _PER_BYTE)
        others = changed[place] & ~((1 << BITS) - 1 << shift * BITS)
        changed[place] = others | status << shift * BITS
    return bytes(changed)


def sign_status_list(
    entries: bytes,
    *,
    uri: str,
    issued_at: datetime,
    expires_at: datetime,
    ttl_s: int,
    key: SigningKey,
) -> bytes:
    """A status list token in CWT form (draft §5.2).

    Args:
        entries: from `pack_statuses`.
        uri: where the list is served; the `sub` claim.
        issued_at: aware.
        expires_at: aware; from then on readers must fetch it again.
        ttl_s: seconds for which a reader may keep it.
        key: the key that signs.
    """
    claims = {
        SUBJECT: uri,
        EXPIRES: int(expires_at.timestamp()),
        ISSUED: int(issued_at.timestamp()),
        STATUS_LIST: {"bits": BITS, "lst": zlib.compress(entries, level=9)},
        TIME_TO_LIVE: ttl_s,
    }
    return sign1(cbor2.dumps(claims, canonical=True), key, typ=MEDIA_TYPE)


def read_status_list(token: bytes, keys: Mapping[bytes, VerifyingKey]) -> StatusList | None:
    """Read a status list token, or None where it is not one or no key signed it.

    Args:
        token: CWT bytes.
        keys: keys that may sign, by kid.
    """
    message = read_sign1(token)
    if message is None or message.typ != MEDIA_TYPE:
        return None
    key = keys.get(message.kid)
    if key is None or not message.is_signed_by(key):
        return None
    try:
        content = read_cbor(message.payload)
    except CborError:
        return None
    match content:
        case {2: str(uri), 6: issued_s, 65533: {"bits": 2, "lst": bytes(compressed)}, **others}:
            entries = _decompress(compressed)
        case _:
            return None
    issued_at, expires_at = _moment(issued_s), _moment(others.get(EXPIRES))
    if entries is None or issued_at is None or (EXPIRES in others and expires_at is None):
        return None
    return StatusList(uri, issued_at, entries, expires_at)


def _moment(seconds: object) -> datetime | None:
    """A time of a CWT, or None where it is not one that has five bytes at most."""
    if type(seconds) is not int or not 0 <= seconds < 1 << 32:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _decompress(compressed: bytes) -> bytes | None:
    """At most one list's worth of bytes: a bomb stops there."""
    stream = zlib.decompressobj()
    try:
        entries = stream.decompress(compressed, LIST_BYTES + 1)
    except zlib.error:
        return None
    is_whole = stream.eof and not stream.unused_data
    return entries if is_whole and len(entries) <= LIST_BYTES else None
