"""Makes golden vectors of bundles at the limits that docs/verifying.md names.

    python -m tests.credential.bundle_limits NAME

writes `tests/vectors/bundles/NAME.json` once, as `bundle_spellings` does. What should come of each
bundle is said here, and the check must agree, or nothing is written.
"""

import json
import sys
import zlib
from collections.abc import Iterator
from typing import Any, Final

import cbor2

from strp.credential.cose import sign1
from strp.credential.make_bundle import SignedList
from strp.credential.signing import base64url, from_base64url
from strp.credential.status_list import LIST_BYTES, MEDIA_TYPE
from tests.credential.bundle_spellings import bundle_with, document, payload, signed, write_json
from tests.credential.bundle_vectors import FOLDER, Keys, _header, _signed
from tests.credential.claim_cases import NOW
from tests.credential.limit_vectors import ORDER, items_in

YES, NO, BROKEN = "believed", "bundle-untrusted", "bundle-unreadable"
URI: Final = "https://strp.example/status-lists/0"
NOW_S: Final = int(NOW.timestamp())
Cases = Iterator[tuple[str, str, str]]


def cases(keys: Keys) -> Cases:
    """Bundles by name, and what comes of each."""
    yield from _lists(keys)
    yield from _entries(keys)
    yield from _signatures(keys)
    yield from _rules(keys)


def _lists(keys: Keys) -> Cases:
    """Status lists inline: one that is none spoils the bundle."""
    whole = zlib.compress(bytes(16384))
    claims: dict[int, Any] = {2: URI, 6: NOW_S, 65533: {"bits": 2, "lst": whole}}

    def with_items(items: int) -> dict[int, Any]:
        return claims | {99: [0] * (items - items_in(claims) - 2)}

    def with_list(data: bytes) -> dict[int, Any]:
        return claims | {65533: {"bits": 2, "lst": data}}

    for name, changed, outcome in (
        ("1,023 items", with_items(1023), YES),
        ("1,024 items", with_items(1024), YES),
        ("1,025 items", with_items(1025), NO),
        ("neither exp nor ttl", claims, YES),
        ("a ttl that is a text", claims | {65534: "soon"}, YES),
        ("an exp of 0", claims | {4: 0}, YES),
        ("an exp of 32 bits", claims | {4: (1 << 32) - 1}, YES),
        ("an exp of 33 bits", claims | {4: 1 << 32}, NO),
        ("an exp that is null", claims | {4: None}, NO),
        ("an iat of 0", claims | {6: 0}, YES),
        ("an iat of 33 bits", claims | {6: 1 << 32}, NO),
        ("an iat before 0", claims | {6: -1}, NO),
        ("one bit each", claims | {65533: {"bits": 1, "lst": whole}}, NO),
        ("more beside the bits", claims | {65533: {"bits": 2, "lst": whole, "x": 1}}, YES),
        ("no entries", with_list(zlib.compress(b"")), YES),
        ("the longest", with_list(zlib.compress(bytes(LIST_BYTES))), YES),
        ("a byte longer", with_list(zlib.compress(bytes(LIST_BYTES + 1))), NO),
        ("cut short", with_list(whole[:-1]), NO),
        ("a byte behind", with_list(whole + b"\0"), NO),
        ("no zlib", with_list(zlib.compress(b"", wbits=-15)), NO),
    ):
        token = sign1(cbor2.dumps(changed), keys.certificates, typ=MEDIA_TYPE)
        made = keys.bundle_of(keys.bundle, lists=[SignedList(0, URI, NOW, token)])
        yield f"a list: {name}", made.decode(), outcome


def _entries(keys: Keys) -> Cases:
    content, token = payload(keys), keys.list_by(keys.certificates).cwt
    digest = content["status_lists"][0]["sha256"]
    other = digest[:-1] + chr(ord(digest[-1]) + 1)  # two bits more, that hold nothing
    if from_base64url(other) != from_base64url(digest):
        raise SystemExit("the digest ends in z, Z or 9: run it again")
    for name, change, outcome in (
        ("its digest spelled otherwise", {"sha256": other}, NO),
        ("no list for a token", {"cwt": ""}, NO),
        ("a token that is no base64url", {"cwt": base64url(token) + "!"}, BROKEN),
        ("named alone, a digest that is none", {"cwt": None, "sha256": "!"}, YES),
    ):
        entry = content["status_lists"][0] | change
        yield (
            f"an entry: {name}",
            bundle_with(content, "status_lists/0", entry, keys.bundle),
            outcome,
        )
    entry = content["status_lists"][0] | {"cwt": "!"}
    both = json.loads(bundle_with(content, "status_lists/0", entry, keys.bundle))
    both["signature"] = base64url(bytes(64))
    yield "an entry: no base64url, and a wrong signature", json.dumps(both), BROKEN


def _signatures(keys: Keys) -> Cases:
    content = payload(keys)
    whole = json.loads(signed(write_json(content), keys.bundle))
    ours = from_base64url(whole["signature"])
    turned = ours[:32] + (ORDER - int.from_bytes(ours[32:])).to_bytes(32)
    theirs = _signed(keys.stranger, whole["payload"])
    five = _header(keys.bundle, kid=base64url(keys.bundle.kid + b"\0"))
    unsigned, critical = _header(keys.bundle, alg="none"), _header(keys.bundle, crit="b64")
    for name, change, outcome in (
        ("n - s for s", {"signature": base64url(turned)}, YES),
        ("63 bytes", {"signature": base64url(ours[:-1])}, NO),
        ("a kid of five bytes", {"protected": five}, NO),
        ("a kid that is no base64url", {"protected": _header(keys.bundle, kid="!")}, BROKEN),
        ("no kid", {"protected": base64url(b'{"alg":"ES256"}')}, BROKEN),
        ("a member more beside it", {"a later member": 1}, YES),
        ("another, of an unknown key", {"other_signatures": [theirs]}, YES),
        ("another, a kid of five bytes", _other(theirs, protected=five), YES),
        ("another, of another type", _other(theirs, protected=_header(keys.stranger, typ="x")), NO),
        ("another, of another algorithm", _other(theirs, protected=unsigned), NO),
        ("another, unknown, no base64url", _other(theirs, signature="!"), BROKEN),
        ("another, unknown, 3 bytes", _other(theirs, signature="AAAA"), YES),
    ):  # fmt: skip
        yield f"a signature: {name}", json.dumps(whole | change), outcome
    signature = keys.bundle.sign(f"{critical}.{whole['payload']}".encode())
    more = {"protected": critical, "signature": base64url(signature)}
    yield "a signature: a member more in its header", json.dumps(whole | more), YES
    by_certificates = content | {"signers": {"keys": []}}
    made = signed(write_json(by_certificates), keys.certificates)
    yield "signers: none of them", made, YES
    for name, changed, outcome in (
        ("a member more", {"later": "a text"}, YES),
        ("a member more that is no text", {"later": 1}, BROKEN),
        ("marked as of exercises", {"strp": ""}, NO),
    ):
        key = content["signers"]["keys"][0] | changed
        yield f"signers: {name}", bundle_with(content, "signers/keys/0", key, keys.bundle), outcome


def _other(one: dict[str, str], **changes: str) -> dict[str, Any]:
    return {"other_signatures": [one | changes]}


def _rules(keys: Keys) -> Cases:
    content, rule = payload(keys), "checkpoints/0"
    all_day = {"opens": "00:00", "closes": "00:00", "admits": "everyone", "sectors": []}
    bare = {key: value for key, value in all_day.items() if key != "sectors"}
    paper = {"document": "d", "citation": "c"}
    for place, value, outcome in (
        ("windows", [all_day], YES),
        ("windows", [], BROKEN),
        ("windows", [bare], BROKEN),
        ("windows", [all_day, all_day], BROKEN),
        ("windows", [all_day | {"admits": "nobody"}], BROKEN),
        ("windows", [all_day | {"admits": "sectors"}], YES),
        ("form", "any", YES),
        ("form", "spoken", BROKEN),
        ("days", [], YES),
        ("days", ["someday"], BROKEN),
        ("days", ["monday", "monday"], YES),
        ("operator", "ferry", YES),
        ("operator", 5, BROKEN),
        ("citation", 5, BROKEN),
        ("instead", [paper | {"document": "in no list"}], YES),
        ("instead", [{"group": "g", "citation": "c"}], YES),
        ("instead", [{"citation": "c"}], BROKEN),
        ("instead", [{"document": "d"}], BROKEN),
        ("instead", [paper | {"opens": "06:00"}], BROKEN),
        ("instead", [paper | {"sectors": []}], YES),
        ("instead", [paper | {"sectors": None}], BROKEN),
        ("without", [{"group": "in no list", "citation": "c"}], YES),
        ("without", None, BROKEN),
        ("until", "2021-07-01", YES),  # before it begins: it never holds
    ):
        name = f"a rule: {place} {json.dumps(value)}"
        yield name, bundle_with(content, f"{rule}/{place}", value, keys.bundle), outcome
    for place, value, outcome in (
        ("groups/0/picture", 5, BROKEN),
        ("groups/0/picture", "", YES),
        ("groups/0/looks", None, YES),
        ("documents/0/looks", None, BROKEN),
        ("documents/0/code", 5, BROKEN),
        ("status_lists/0/uri", 5, BROKEN),
        ("periods/0/until", "2021-01-01", YES),  # before it begins
    ):
        name = f"{place} {json.dumps(value)}"
        yield name, bundle_with(content, place, value, keys.bundle), outcome


def main() -> int:
    """Write one file of vectors, unless it is there."""
    path = FOLDER / f"{sys.argv[1]}.json"
    if path.exists():
        raise SystemExit(f"{path} is there: vectors are added, never edited")
    said = list(cases(Keys()))
    made = document({name: text for name, text, _ in said})
    wrong = [
        f"{name}: {case['outcome']}, not {outcome}"
        for case, (name, _, outcome) in zip(made["cases"], said, strict=True)
        if case["outcome"] != outcome
    ]
    if wrong:
        raise SystemExit("\n".join(wrong))
    path.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    print(f"{len(said)} cases in {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
