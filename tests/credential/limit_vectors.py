"""Makes golden vectors at the limits that docs/verifying.md names: the last that is, the first not.

    python -m tests.credential.limit_vectors NAME

writes `tests/vectors/verdicts/NAME.json` once, in the form of `verdict_vectors`. A verifier that a
stranger wrote from the page alone agreed with every vector before these, and so did it with 39 of
its lines made wrong: each group here is one of those lines.
"""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import cbor2

from strp.credential.bundle_signatures import sign_payload
from strp.credential.codec import MOST_COPIED, TEXT_MAX_CHARACTERS, read_text, write_text
from strp.credential.cose import sign1
from strp.credential.make_bundle import SignedList
from strp.credential.signing import SigningKey, from_base64url
from strp.credential.status_list import MEDIA_TYPE, change_statuses, pack_statuses, sign_status_list
from strp.credential.trust import read_bundle, verify_text
from strp.domain.certificates.certificate import Status
from tests.credential.checkpoint_vectors import DOCUMENTS, GROUPS, RULES, shown_document
from tests.credential.claim_cases import NOW, PERIOD, sign_text
from tests.credential.form_vectors import CLAIMS, OWN, STRP, dumps
from tests.credential.verdict_vectors import (
    DAY,
    END,
    EXPIRED,
    FORGED,
    HOUR,
    IS_REVOKED,
    NOT_YET,
    NOTHING,
    OUTSIDE,
    REVOKED,
    SECOND,
    STATUS_UNKNOWN,
    VALID,
    WIB,
    Maker,
    Vectors,
    write_once,
)

ANEW: Final = ("EXPIRED", "exercise-began-anew")
DRAWN: Final = (1 << 24) + 5
ENDS: Final = datetime.fromisoformat("2021-07-20T17:00Z")
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256: for each signature (r, s) there is (r, ORDER - s), as right as the first."""
Change = Callable[[dict[str, Any]], object]


def make() -> Vectors:
    """All groups."""
    made, vectors = Maker(), Vectors(with_reasons=True)
    vectors.bundles["usual"] = made.bundle()
    for group in (
        _moments, _lengths, _pasted, _lines, _items, _younger, _order, _claims, _twice, _checkpoints
    ):  # fmt: skip
        group(made, vectors)
    return vectors


def list_of(made: Maker, signed_at: datetime, named_at: datetime, *revoked: int) -> SignedList:
    """List 0, whose own `iat` is another moment than the entry of the bundle says."""
    uri = "https://strp.example/status-lists/0"
    entries = change_statuses(pack_statuses([]), dict.fromkeys(revoked, Status.REVOKED))
    cwt = sign_status_list(
        entries, uri=uri, issued_at=signed_at, expires_at=signed_at + END, ttl_s=300, key=made.key
    )
    return SignedList(0, uri, named_at, cwt)


def items_in(value: object) -> int:
    """How many items of CBOR a value has, itself among them."""
    if isinstance(value, dict):
        return 1 + sum(items_in(key) + items_in(each) for key, each in value.items())
    return 1 + sum(map(items_in, value)) if isinstance(value, list) else 1


def list_with_items(made: Maker, items: int) -> SignedList:
    """List 0, its claims so many items of CBOR, in which one certificate is revoked."""
    one = list_of(made, NOW, NOW, REVOKED)
    claims = cbor2.loads(cbor2.loads(one.cwt).value[2])
    claims[99] = [0] * (items - items_in(claims) - 2)
    if items_in(claims) != items:
        raise SystemExit("the items were counted wrong")
    return one._replace(cwt=sign1(cbor2.dumps(claims), made.key, typ=MEDIA_TYPE))


def edited(made: Maker, bundle: bytes, change: Change) -> bytes:
    """A bundle whose payload was changed before it was signed."""
    payload = json.loads(from_base64url(json.loads(bundle)["payload"]))
    change(payload)
    return sign_payload(json.dumps(payload).encode(), [made.key])


def _moments(made: Maker, vectors: Vectors) -> None:
    """The moment is moved by the `iat` of a list at hand: by no entry, and by nothing unproven."""
    before, after = ENDS - 2 * HOUR, ENDS + HOUR
    for name, signed_at, named_at, inline in (
        ("signed later", after, before, True),
        ("named later", before, after, True),
        ("both later", after, after, True),
        ("both later, named alone", after, after, False),
    ):
        lists = [list_of(made, signed_at, named_at)]
        vectors.bundles[name] = made.bundle(before, lists=lists, inline=inline)
        moment = signed_at if inline else before
        outcome = EXPIRED if moment == after else VALID
        text = made.text(issued_at=NOW)
        _add_at(vectors, name, text, moment, before, *(outcome if inline else STATUS_UNKNOWN))
        forged = made.text(made.stranger, issued_at=after + DAY)
        _add_at(vectors, name, forged, moment, before, *FORGED)
        _add_at(vectors, name, "STRP1:", moment, before, *NOTHING)
        _add_at(vectors, name, "STRPNO1:", moment, before, "UNTRUSTED", "refusal")


def _add_at(
    vectors: Vectors, name: str, text: str, moment: datetime, at: datetime, *outcome: str
) -> None:
    """A case in the bundle of its name, which is judged for a moment that is said here."""
    vectors.add(name, text, name, at, outcome[0], outcome[1])
    if datetime.fromisoformat(vectors.cases[-1]["judged_at"]) != moment:
        raise SystemExit(f"{name}: judged at {vectors.cases[-1]['judged_at']}, not {moment}")


def _raw(made: Maker, own: Mapping[int, Any], **registered: Any) -> str:
    claims = CLAIMS | {int(name[1:]): value for name, value in registered.items()}
    return write_text(sign1(dumps(claims | {STRP: {**OWN, **own}}), made.key))


def _of_length(made: Maker, characters: int) -> str:
    """A certificate whose text has so many characters, by a claim of a later version."""
    text = next(
        text for size in range(300, 700) if len(text := _raw(made, {12: bytes(size)})) >= characters
    )
    if len(text) != characters:
        raise SystemExit(f"no certificate has {characters} characters")
    return text


def _lengths(made: Maker, vectors: Vectors) -> None:
    """1,024 characters with the prefix; base45 never has 3n+1, so that 1,023 is the longest."""
    most = TEXT_MAX_CHARACTERS
    longest, longer = _of_length(made, most - 1), _of_length(made, most + 1)
    vectors.add("1,023 characters", longest, "usual", NOW, *VALID)
    vectors.add("1,024 characters, none of base45", longest + "0", "usual", NOW, *NOTHING)
    vectors.add("1,025 characters", longer, "usual", NOW, *NOTHING)
    vectors.add("1,026 characters", _of_length(made, most + 2), "usual", NOW, *NOTHING)
    for rest in (most - 1, most + 1):
        text = _of_length(made, rest + len("STRP1:"))
        vectors.add(f"{rest:,} behind the prefix", text, "usual", NOW, *NOTHING)
    for name, text in (
        ("spaces around it", f" {longest} "),
        ("ten spaces before it", " " * 10 + longest),
        ("marks of quotation before it", "> > " + longest),
        ("in two lines", longest[:500] + "\r\n" + longest[500:]),
        ("with what nobody sees", "\u200b" * 10 + longest[:500] + "\u200b" * 10 + longest[500:]),
    ):
        vectors.add(f"1,023 characters, {name}", text, "usual", NOW, *VALID)


def _pasted(made: Maker, vectors: Vectors) -> None:
    """Of what is not printable ASCII 16,384 characters count: whole ones, not halves."""
    genuine = made.text()
    room = MOST_COPIED - len(genuine)
    tags = "\U000e0020" * 200
    for name, text, outcome in (
        ("blanks before it", " " * MOST_COPIED + genuine, VALID),
        ("lines before it, just", "\n" * room + genuine, VALID),
        ("lines before it, one too many", "\n" * (room + 1) + genuine, NOTHING),
        ("lines behind it", genuine + "\n" * MOST_COPIED, VALID),
        ("what is beyond is not read", genuine + "\n" * room + "X", VALID),
        ("the last that is read", genuine + "\n" * (room - 1) + "X", NOTHING),
        ("letters of two halves", tags + "\n" * (room - len(tags)) + genuine, VALID),
        ("letters of two halves", tags + "\n" * (room - len(tags) + 1) + genuine, NOTHING),
    ):
        vectors.add(f"16,384 characters, {name}", text, "usual", NOW, *outcome)


def _lines(made: Maker, vectors: Vectors) -> None:
    """What parts lines, what is taken from the start, and what begins a refusal."""
    genuine = next(text for text in iter(made.text, None) if " " in text[6:])
    for letter in "\x85\u2028\u2029\x1c\x1e\x1f":
        parted = genuine[:70] + letter + genuine[70:]
        name = f"U+{ord(letter):04X}"
        vectors.add(f"{name} parts no lines", parted, "usual", NOW, *NOTHING)
        vectors.add(f"{name} around it", letter + genuine + letter, "usual", NOW, *VALID)
        is_space = letter in "\u2028\u2029"
        small = letter + genuine.lower() + letter
        is_ascii = letter.isascii() or is_space  # once it is plain
        vectors.add(f"{name}, small", small, "usual", NOW, *(VALID if is_ascii else NOTHING))
        quoted = f"{letter}> {genuine}"
        vectors.add(f"{name}, quoted", quoted, "usual", NOW, *(VALID if is_space else NOTHING))
        in_place = genuine[:6] + genuine[6:].replace(" ", letter)
        outcome = VALID if is_space else NOTHING
        vectors.add(f"{name} for a space", in_place, "usual", NOW, *outcome)
    for letter in "\r\n\v\f\t":
        parted = genuine[:70] + letter + genuine[70:]
        vectors.add(f"U+{ord(letter):04X} parts lines", parted, "usual", NOW, *VALID)
    for text in ("strpno1:X", "> STRPNO1:X", "\u200bSTRPNO1:X", "STRPN\uff2f1:X", "STRPNO1X"):
        vectors.add("no refusal", text, "usual", NOW, *NOTHING)
    for letter in "\x85\u2028\x1c\u3000\t":
        vectors.add("a refusal", f"{letter}STRPNO1:X", "usual", NOW, "UNTRUSTED", "refusal")


def _items(made: Maker, vectors: Vectors) -> None:
    """A list of 1,024 items; a certificate of so many would be too long (bundles hold 1,025)."""
    for items in (1023, 1024):
        name = f"a list of {items:,} items"
        vectors.bundles[name] = made.bundle(lists=[list_with_items(made, items)])
        vectors.add(name, made.text(), name, NOW, *VALID)
        vectors.add(name, made.text(status_index=REVOKED), name, NOW, *IS_REVOKED)


def _younger(made: Maker, vectors: Vectors) -> None:
    """Later than five seconds before the bundle: five are not enough."""
    for seconds, outcome in (
        (0, VALID), (4, VALID), (5, STATUS_UNKNOWN), (6, STATUS_UNKNOWN)
    ):  # fmt: skip
        text = made.text(status_list=DRAWN, issued_at=NOW - seconds * SECOND)
        vectors.add(f"{seconds} s before the bundle", text, "usual", NOW, *outcome)
    for number, outcome in ((DRAWN, VALID), (1 << 24, VALID), ((1 << 24) - 1, STATUS_UNKNOWN)):
        text = made.text(status_list=number)
        vectors.add(f"list {number}, not named", text, "usual", NOW, *outcome)


def _order(made: Maker, vectors: Vectors) -> None:
    """Not yet, began anew, ended: the first that holds, wherever two do."""
    begins = datetime.fromisoformat("2021-06-30T17:00Z")
    early, late = begins - DAY, ENDS
    drill = made.exercise_claims()._replace(issued_at=early - HOUR)
    backwards = PERIOD._replace(starts_on=date(2021, 7, 10), ends_on=date(2021, 7, 5))
    vectors.bundles |= {
        "before the exercise": made.bundle(early),
        "in the exercise": made.bundle(begins + DAY),
        "after the exercise": made.bundle(late),
        "a period backwards": made.bundle(periods=[backwards]),
    }
    for claims in (drill, drill._replace(status_list=DRAWN)):
        text, is_named = sign_text(claims, made.exercise), claims.status_list == 1
        not_yet = NOT_YET if is_named else STATUS_UNKNOWN
        vectors.add("not yet, anew", text, "before the exercise", early, *not_yet)
        vectors.add("anew", text, "in the exercise", begins + DAY, *ANEW)
        vectors.add("anew, ended", text, "after the exercise", late, *ANEW)
    vectors.add("not yet, ended", made.text(), "a period backwards", NOW, *NOT_YET)


def _claims(made: Maker, vectors: Vectors) -> None:
    """Numbers and names beyond what is issued stand as they are; so does the text of a sector."""
    beyond: list[tuple[str, dict[int, Any]]] = [
        *((f"a name of {size}", {1: "A" * size}) for size in (0, 39, 40, 41, 60)),
        *((f"a name of {size}", {1: "\u00d1" * size}) for size in (40, 41)),
        *((f"identity {tail}", {2: tail}) for tail in (0, 7, 9999, 10000, (1 << 32) - 1)),
        *((f"identity '{tail}'", {2: tail}) for tail in ("", "A1", "12345")),
        *((f"region {region}", {6: region}) for region in (0, 999, 1000, 9999, 10000)),
    ]
    for name, own in beyond:
        vectors.add(name, _raw(made, own), "usual", NOW, *VALID)
    token = read_text(made.text()) or b""
    s = int.from_bytes(token[-32:])
    for each in (s, ORDER - s):
        text = write_text(token[:-32] + each.to_bytes(32))
        vectors.add("both of s and n - s", text, "usual", NOW, *VALID)
    for each in (0, ORDER):
        text = write_text(token[:-32] + each.to_bytes(32))
        vectors.add("an s that is none", text, "usual", NOW, *FORGED)


def _twice(made: Maker, vectors: Vectors) -> None:
    """Of two periods, lists or keys of one name the last counts."""
    ended = PERIOD._replace(ends_on=date(2021, 7, 5))
    held, revoking = list_of(made, NOW, NOW), list_of(made, NOW, NOW, REVOKED)
    marked = SigningKey.from_pem(made.next_key.to_pem(), exercise=True)
    vectors.bundles |= {
        "period ended last": made.bundle(periods=[PERIOD, ended]),
        "period ended first": made.bundle(periods=[ended, PERIOD]),
        "revoked last": made.bundle(lists=[held, revoking]),
        "revoked first": made.bundle(lists=[revoking, held]),
        "marked last": made.bundle(keys=[made.key, made.next_key, marked]),
        "marked first": made.bundle(keys=[made.key, marked, made.next_key]),
    }
    revoked, other = made.text(status_index=REVOKED), made.text(made.next_key)
    for name, text, outcome in (
        ("period ended last", made.text(), EXPIRED),
        ("period ended first", made.text(), VALID),
        ("revoked last", revoked, IS_REVOKED),
        ("revoked first", revoked, VALID),
        ("marked last", other, FORGED),
        ("marked first", other, VALID),
    ):
        vectors.add(name, text, name, NOW, *outcome)


def _checkpoints(made: Maker, vectors: Vectors) -> None:
    """Sectors of a certificate at a window, and what is shown beside one that nobody signed."""
    begin = datetime.fromisoformat("2021-07-15T00:00Z") - WIB
    usual = made.bundle(begin, checkpoints=RULES, groups=GROUPS, documents=DOCUMENTS)

    def change(payload: dict[str, Any]) -> None:
        for rule in payload["checkpoints"]:
            rule |= {"operator": "ferry", "days": []}
            for each in rule.get("also", []):
                each["sectors"] = []
            rule["without"] = [{"group": "nobody-knows", "citation": "", "sectors": ["E-e"]}]

    vectors.bundles |= {"rules": usual, "rules of a later version": edited(made, usual, change)}
    for name, own, outcome in (
        ("a text in class 3", {4: 3, 10: "E-e"}, VALID),
        ("a number in class 3", {4: 3, 10: 5}, OUTSIDE),
        ("a number in class 1", {4: 1, 10: 5}, VALID),
        ("a number in class 2", {4: 2, 10: 5}, OUTSIDE),
        ("a text of class 1 in class 2", {4: 2, 10: "E-e"}, VALID),
        ("number 0", {4: 1, 10: 0}, OUTSIDE),
    ):
        _shown(vectors, name, _raw(made, own), "rules", begin + 11 * HOUR, *outcome, "road")
    of_nobody = made.text(sector="", issued_at=begin - HOUR)
    of_a_stranger = made.text(made.stranger, sector="K-z", issued_at=begin - HOUR)
    for bundle in ("rules", "rules of a later version"):
        at = begin + 7 * HOUR
        _shown(vectors, "no sector", of_nobody, bundle, at, *VALID, "mrt")
        _shown(vectors, "a stranger's", of_a_stranger, bundle, at, *FORGED, "mrt")
        _shown(vectors, "no certificate", "STRP1:", bundle, at, *NOTHING, "mrt")
        _shown(vectors, "a refusal", "STRPNO1:", bundle, at, "UNTRUSTED", "refusal", "mrt")
    day_before = made.bundle(begin - DAY, checkpoints=RULES, groups=GROUPS, documents=DOCUMENTS)
    vectors.bundles["no rule yet"] = day_before
    for text, outcome in ((made.text(), VALID), ("STRP1:", NOTHING)):
        _shown(vectors, "no rule yet", text, "no rule yet", begin - HOUR, *outcome, "road")


def _shown(vectors: Vectors, name: str, text: str, bundle: str, at: datetime, *rest: str) -> None:
    verdict, code, checkpoint = rest
    vectors.add(name, text, bundle, at, verdict, code, checkpoint)
    read = read_bundle(vectors.bundles[bundle])
    found = verify_text(text, read, at, checkpoint=checkpoint)
    vectors.cases[-1]["shown"] = shown_document(found.shown)


if __name__ == "__main__":
    raise SystemExit(write_once(sys.argv[1], make()))
