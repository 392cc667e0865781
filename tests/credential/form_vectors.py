"""Makes golden vectors of forms: what is read as a certificate and what is not, and the sentences.

    python -m tests.credential.form_vectors NAME

As `verdict_vectors`, whose file it adds to: every verifier reads the same bytes as the same.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any, Final, NamedTuple

import cbor2

from strp.credential.codec import base45_encode, read_text, write_text
from strp.credential.cose import ES256, SIGN1_TAG, sign1, sign1_frame
from strp.credential.refusal import TYP
from strp.credential.signing import SigningKey
from tests.credential.claim_cases import NOW, PERIOD, PLAIN
from tests.credential.verdict_vectors import (
    DAY,
    END,
    FORGED,
    HOUR,
    IS_REVOKED,
    MINUTE,
    NOT_YET,
    NOTHING,
    OUTSIDE,
    REVOKED,
    SECOND,
    STATUS_UNKNOWN,
    SUSPENDED,
    TOO_OLD,
    UNKNOWN_LIST,
    VALID,
    Maker,
    Vectors,
    write_once,
)

SERIAL: Final = PLAIN.serial.to_bytes(8)
ISSUED_S, EXPIRES_S = int(PLAIN.issued_at.timestamp()), int(PLAIN.expires_at.timestamp())
OWN: Final[dict[int, Any]] = {
    1: "Siti", 2: 42, 3: "PT Bank", 4: 1, 5: 1, 6: 3174, 7: 1, 8: 0, 9: 1234, 10: 1
}  # fmt: skip
CLAIMS: Final[dict[int, Any]] = {1: "ID-JK", 4: EXPIRES_S, 6: ISSUED_S, 7: SERIAL, -65537: OWN}
STRP: Final = -65537


class Raw(NamedTuple):
    """CBOR that no encoder would write, put where a value stands."""

    data: bytes


def dumps(value: Any) -> bytes:
    """CBOR of plain values, with raw parts kept as they are."""
    if isinstance(value, Raw):
        return value.data
    if isinstance(value, dict):
        pairs = [part for pair in value.items() for part in pair]
        return bytes((0xA0 | len(value),)) + b"".join(map(dumps, pairs))
    return cbor2.dumps(value)


def make() -> Vectors:
    """All groups."""
    made, vectors = Maker(), Vectors(with_reasons=True)
    vectors.bundles |= {
        "usual": made.bundle(),
        "ended": made.bundle(periods=[PERIOD._replace(ends_on=(NOW - DAY).date())]),
        "later": made.bundle(periods=[PERIOD._replace(starts_on=(NOW + DAY).date())]),
    }
    for group in (_claims, _headers, _texts, _letters, _sentences, _midnight):
        group(made, vectors)
    return vectors


def _claims(made: Maker, vectors: Vectors) -> None:
    """Payloads under a true signature: only the form differs."""
    for name, payload, is_read in chain(_readable(), _unreadable()):
        text = write_text(sign1(payload, made.key))
        vectors.add(name, text, "usual", NOW, *(VALID if is_read else NOTHING))


def _of(own: dict[int, Any] | None = None, **changes: Any) -> bytes:
    """A payload with some claims changed; `c4` is the registered claim 4, `own` the private."""
    registered = {int(name[1:]): value for name, value in changes.items()}
    return dumps(CLAIMS | registered | {STRP: OWN | (own or {})})


def _readable() -> Iterator[tuple[str, bytes, bool]]:
    for name, payload in (
        ("as it should be", _of()),
        ("a claim more", _of({12: "later"}, c99=[1, {2: b"3"}])),
        ("a claim with a text for its key", dumps(CLAIMS | {"extra": 1})),
        ("numbers that are longer than they need be", _of({9: Raw(b"\x1a\x00\x00\x04\xd2")})),
        ("the longest form of a number", _of({9: Raw(b"\x1b" + (1234).to_bytes(8))})),
        ("a text with a long head", _of({1: Raw(b"\x79\x00\x04Siti")})),
        ("a name that begins with a mark", _of({1: "\ufeffSiti"})),
        ("a sector that is no number", _of({10: "bank"})),
        ("a sector beyond the letters", _of({10: 27})),
        ("a sector that is null", _of({10: None})),
        ("an identity of five digits", _of({2: 12345})),
        ("an identity that is a text", _of({2: "A12"})),
        ("an exercise that is none", _of({11: False})),
        ("a large number in a claim of a later version", _of({12: (1 << 64) - 1})),
        ("eight deep", _of({12: [[[[[[1]]]]]]})),
    ):
        yield name, payload, True


def _unreadable() -> Iterator[tuple[str, bytes, bool]]:
    without = {key: value for key, value in CLAIMS.items() if key != 7}
    for name, payload in (
        ("no serial", dumps(without)),
        ("a serial of seven bytes", _of(c7=SERIAL[1:])),
        ("a serial that is a text", _of(c7="12345678")),
        ("a time that is a float", _of(c4=Raw(b"\xfb" + bytes(8)))),
        ("a time that is a half float", _of(c6=Raw(b"\xf9\x3c\x00"))),
        ("a float in a claim of a later version", _of({12: 1.5})),
        ("a time with a tag", _of(c6=Raw(b"\xc1" + cbor2.dumps(ISSUED_S)))),
        ("a tag in a claim of a later version", _of({12: Raw(b"\xc0\x60")})),
        ("a bignum", _of({9: Raw(b"\xc2\x41\x01")})),
        ("a time of before", _of(c6=(1 << 30) - 1)),
        ("a time of far later", _of(c4=1 << 32)),
        ("a negative index", _of({9: -1})),
        ("an index of 33 bits", _of({9: 1 << 32})),
        ("an index of 64 bits", _of({9: (1 << 64) - 1})),
        ("an index that is true", _of({9: True})),
        ("an identity that is true", _of({2: True})),
        ("an identity that is negative", _of({2: -5})),
        ("an unknown class", _of({4: 4})),
        ("an unknown kind of site", _of({5: 0})),
        ("a name that is bytes", _of({1: b"Siti"})),
        ("a name that is no UTF-8", _of({1: Raw(b"\x64S\xff\xfei")})),
        ("a name that is a surrogate", _of({1: Raw(b"\x63\xed\xa0\x80")})),
        ("an exercise that is a number", _of({11: 1})),
        ("an exercise that is null", _of({11: None})),
        ("undefined", _of({12: Raw(b"\xf7")})),
        ("a simple value of two bytes", _of({12: Raw(b"\xf8\x20")})),
        ("an unknown simple value", _of({12: Raw(b"\xe5")})),
        ("an indefinite text", _of({1: Raw(b"\x7f\x64Siti\xff")})),
        ("an indefinite array", _of({12: Raw(b"\x9f\x01\xff")})),
        ("a key twice", bytes((0xA6,)) + dumps(CLAIMS)[1:] + b"\x01\x65ID-JK"),
        ("a key that is bytes", dumps(CLAIMS | {b"x": 1})),
        ("a key that is null", dumps(CLAIMS | {None: 1})),
        ("a key that is true", dumps(CLAIMS | {Raw(b"\xf5"): 1})),
        ("something behind the claims", dumps(CLAIMS) + b"\x00"),
        ("cut short", dumps(CLAIMS)[:-1]),
        ("nine deep", _of({12: [[[[[[[1]]]]]]]})),
        ("an array that promises too much", _of({12: Raw(b"\x9a\xff\xff\xff\xff")})),
        ("no map", cbor2.dumps([1, 2])),
        ("nothing", b""),
    ):
        yield name, payload, False


def _headers(made: Maker, vectors: Vectors) -> None:
    """Messages around the same claims."""
    key, payload = made.key, dumps(CLAIMS)
    kid = key.kid
    for name, header, outcome in (
        ("a header in the other order", {4: kid, 1: ES256}, VALID),
        ("an algorithm in a long form", {1: Raw(b"\x38\x06"), 4: kid}, VALID),
        ("a type that is null", {1: ES256, 4: kid, 16: None}, VALID),
        ("the type of a refusal", {1: ES256, 4: kid, 16: TYP}, NOTHING),
        ("a type that is a number", {1: ES256, 4: kid, 16: 7}, NOTHING),
        ("another algorithm", {1: -8, 4: kid}, NOTHING),
        ("no algorithm", {4: kid}, NOTHING),
        ("no key", {1: ES256}, NOTHING),
        ("a key of five bytes", {1: ES256, 4: kid + b"\0"}, NOTHING),
        ("a key that nobody has", {1: ES256, 4: b"\0\0\0\0"}, FORGED),
        ("something critical", {1: ES256, 4: kid, 2: [99]}, NOTHING),
        ("a nonce", {1: ES256, 4: kid, 5: b""}, NOTHING),
    ):
        message = _message(key, dumps(header), payload)
        vectors.add(name, write_text(message), "usual", NOW, *outcome)
    protected = dumps({1: ES256, 4: kid})
    whole = _message(key, protected, payload)
    unprotected = _message(key, protected, payload, b"\xa1\x04\x41\0")
    for name, message, outcome in (
        ("a header that is not protected", unprotected, NOTHING),
        ("no tag", whole[1:], NOTHING),
        ("the tag in a long form", b"\xd8\x12" + whole[1:], NOTHING),
        ("another tag", b"\xd1" + whole[1:], NOTHING),
        ("a signature of 63 bytes", _cut_signature(whole), NOTHING),
        ("a signature that is zero", whole[:-64] + bytes(64), FORGED),
        ("external data", _external(key, protected, payload), FORGED),
        ("no header", _message(key, b"", payload), NOTHING),
        ("a header with a tail", _message(key, protected + b"\0", payload), NOTHING),
    ):  # fmt: skip
        vectors.add(name, write_text(message), "usual", NOW, *outcome)


def _message(
    key: SigningKey, protected: bytes, payload: bytes, unprotected: bytes = b"\xa0"
) -> bytes:
    signature = key.sign(sign1_frame(protected).to_sign + cbor2.dumps(payload))
    parts = (cbor2.dumps(protected), unprotected, cbor2.dumps(payload), cbor2.dumps(signature))
    return SIGN1_TAG + b"\x84" + b"".join(parts)


def _external(key: SigningKey, protected: bytes, payload: bytes) -> bytes:
    frame = sign1_frame(protected, b"another use")
    body = cbor2.dumps(payload)
    return frame.message + body + cbor2.dumps(key.sign(frame.to_sign + body))


def _cut_signature(message: bytes) -> bytes:
    return message[:-66] + b"\x58\x3f" + message[-64:-1]


def _texts(made: Maker, vectors: Vectors) -> None:
    """Texts that are no certificates, and such as look like one."""
    genuine = made.text()
    token = read_text(genuine) or b""
    for name, text in (
        ("a link", "https://strp.jakarta.go.id/c/AbCdEf"),
        ("a contact", "BEGIN:VCARD\nFN:Siti\nEND:VCARD"),
        ("a network", "WIFI:T:WPA;S:pos;P:rahasia;;"),
        ("a serial", "0123-4567-89AB-C"),
        ("a NIK", "3174" + "0" * 12),
        ("JSON", '{"verdict": "VALID"}'),
        ("markup", "<img src=x onerror=alert(1)>"),
        ("an EU certificate", "HC1:" + base45_encode(token)),
        ("two certificates one after the other", genuine + genuine),
        ("two certificates in two lines", genuine + "\n" + genuine),
        ("a prefix twice", "STRP1:" + genuine),
        ("base45 of a lone character", "STRP1:0"),
        ("base45 beyond two bytes", "STRP1:GGW"),
        ("base45 beyond a byte", "STRP1:ZZ"),
        ("a letter that base45 lacks", genuine[:20] + "#" + genuine[21:]),
        ("a letter of another script", genuine[:20] + "Ж" + genuine[21:]),
        ("a zero byte inside", genuine[:20] + "\0" + genuine[20:]),
        ("a bell behind", genuine + "\x07"),
        ("half a letter", genuine[:30] + "\ud83d" + genuine[30:]),
        ("the longest that is read", "STRP1:" + "0" * 1018),
        ("a long one", "STRP1:" + "0" * 4000),
        ("spaces around a refusal", "  STRPNO " + genuine[6:]),
    ):
        if "\ud83d" not in text:  # no UTF-8, and no JSON that every reader takes
            vectors.add(name, text, "usual", NOW, *NOTHING)
    for text in ("STRPNO1:", " STRPNO1:X", "STRPNO1:" + genuine, "\nSTRPNO1:A\n"):
        vectors.add("a refusal", text, "usual", NOW, "UNTRUSTED", "refusal")


def _letters(made: Maker, vectors: Vectors) -> None:
    """Letters that a copy changes, and how they are read."""
    genuine = _with(lambda text: {" ", "-", ".", "0", "7"} <= set(text[6:]), made)
    for name, text in (
        ("full-width letters", genuine.translate({each: each + 0xFEE0 for each in range(33, 127)})),
        ("Arabic digits", _put(genuine, _digits(0x660))),
        ("Thai digits", _put(genuine, _digits(0xE50))),
        ("mathematical digits", _put(genuine, _digits(0x1D7D8))),
        ("an en dash", genuine.replace("-", "\u2013")),
        ("a minus", genuine.replace("-", "\u2212")),
        ("a full stop of Japan", genuine.replace(".", "\u3002")),
        ("a thin space", genuine.replace(" ", "\u2009")),
        ("an ideographic space", genuine.replace(" ", "\u3000")),
        ("soft hyphens", "\u00ad".join(genuine[at : at + 40] for at in range(0, len(genuine), 40))),
        ("joiners and selectors", "\u200d\ufe0f".join((genuine[:50], genuine[50:]))),
        ("marks of direction", "\u2066" + genuine + "\u2069"),
        ("small letters, wrapped", genuine[:70].lower() + "\n" + genuine[70:].lower()),
        ("form feeds", "\f" + genuine[:70] + "\f\n" + genuine[70:]),
        ("quoted twice", "> > " + genuine),
        ("blank lines between", genuine[:64] + "\n\n \n" + genuine[64:]),
    ):  # fmt: skip
        vectors.add(name, text, "usual", NOW, *VALID)
    for name, text in (
        ("superscripts", _put(genuine, {"0": "\u2070", "7": "\u2077"})),
        ("circled digits", _put(genuine, {"7": "\u2466"})),
        ("a comma for a stop", genuine.replace(".", ",")),
    ):
        vectors.add(name, text, "usual", NOW, *NOTHING)


def _with(is_wanted: Callable[[str], bool], made: Maker) -> str:
    """A certificate whose text has what a group needs; signatures are random."""
    return next(text for text in iter(made.text, None) if is_wanted(text))


def _digits(zero: int) -> dict[str, str]:
    """Decimal digits of another script."""
    return {str(digit): chr(zero + digit) for digit in range(10)}


def _put(text: str, letters: dict[str, str]) -> str:
    return text[:6] + text[6:].translate(str.maketrans(letters))


def _sentences(made: Maker, vectors: Vectors) -> None:
    """Each reason once, with its sentence, by a right clock and by a slow one."""
    early = made.text(issued_at=NOW - 2 * HOUR)
    for text, bundle, outcome in (
        (early, "usual", VALID),
        (early, "ended", ("EXPIRED", "period-ended")),
        (early, "later", NOT_YET),
        (made.text(status_index=REVOKED), "usual", IS_REVOKED),
        (made.text(status_index=SUSPENDED), "usual", ("SUSPENDED", "suspended")),
        (made.text(status_list=UNKNOWN_LIST), "usual", STATUS_UNKNOWN),
        (made.text(made.stranger), "usual", FORGED),
        ("STRP1:", "usual", NOTHING),
        ("STRPNO1:", "usual", ("UNTRUSTED", "refusal")),
    ):
        for behind in (0 * SECOND, 3 * MINUTE, 400 * DAY):
            vectors.add("a sentence", text, bundle, NOW - behind, *outcome)
    vectors.add("a sentence", early, "usual", NOW + END, *TOO_OLD)


def _midnight(made: Maker, vectors: Vectors) -> None:
    """Hours to the second, over midnight, and on the days on which a rule begins and ends."""
    first = NOW.replace(month=7, day=4, hour=17)  # midnight in Jakarta of the fifth
    bank = made.text(sector="E-a", issued_at=first - DAY)
    vectors.bundles["fourth"] = made.bundle(first - HOUR, end=20 * DAY)
    for hours, is_open in ((-1, True), (0, True), (6, True), (10, False), (22, True)):
        for seconds in (0, 1, 3599):
            at = first + timedelta(hours=hours, seconds=seconds)
            vectors.add("an hour", bank, "fourth", at, *(VALID if is_open else OUTSIDE), "road")
    for hours, is_open in ((10, True), (22, False)):  # the second before it changes
        at = first + timedelta(hours=hours) - SECOND
        vectors.add("an hour's end", bank, "fourth", at, *(VALID if is_open else OUTSIDE), "road")


if __name__ == "__main__":
    raise SystemExit(write_once(sys.argv[1], make()))
