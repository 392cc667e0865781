"""Makes golden vectors of bundles: which are believed under which pins, and what they say then.

    python -m tests.credential.bundle_vectors NAME

writes `tests/vectors/bundles/NAME.json` once, under keys that nobody keeps; a file that is there is
never written again. Every verifier, in whatever language, is held to each.
"""

import json
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from strp.credential.make_bundle import SignedList, build_bundle
from strp.credential.signing import SigningKey, base64url, from_base64url
from strp.credential.status_list import pack_statuses, sign_status_list
from strp.credential.trust import TrustBundle, read_bundle
from strp.domain.errors import InvalidInput
from tests.credential.claim_cases import ISSUER, NOW, PERIOD

FOLDER = Path(__file__).parents[1] / "vectors" / "bundles"
RENEW, END = timedelta(hours=6), timedelta(hours=24)


@dataclass
class Keys:
    """Keys of this run."""

    certificates: SigningKey = field(default_factory=SigningKey.generate)
    bundle: SigningKey = field(default_factory=SigningKey.generate)
    next_bundle: SigningKey = field(default_factory=SigningKey.generate)
    stranger: SigningKey = field(default_factory=SigningKey.generate)
    exercise: SigningKey = field(default_factory=lambda: SigningKey.generate(exercise=True))

    def pins(self) -> dict[str, list[str]]:
        """Thumbprints by the name of the pin."""
        named = ("certificates", "bundle", "next_bundle", "stranger", "exercise")
        prints = {name: [getattr(self, name).verifying.thumbprint] for name in named}
        return {"none": [], **prints, "both": prints["bundle"] + prints["next_bundle"]}

    def bundle_of(self, *signers: SigningKey, **changes: Any) -> bytes:
        """A bundle that these sign."""
        parts: dict[str, Any] = {
            "issuer": ISSUER,
            "issued_at": NOW,
            "next_update": NOW + RENEW,
            "trusted_until": NOW + END,
            "keys": [self.certificates, self.exercise],
            "periods": [PERIOD],
            "lists": [self.list_by(self.certificates)],
            "number": int(NOW.timestamp() * 1000),
            "jitter_s": 1800,
            "inline": True,
            "signers": signers,
        }
        return build_bundle(**parts | changes)

    def list_by(self, key: SigningKey) -> SignedList:
        """A list that a key signs."""
        uri = "https://strp.example/status-lists/0"
        cwt = sign_status_list(
            pack_statuses([]), uri=uri, issued_at=NOW, expires_at=NOW + END, ttl_s=300, key=key
        )
        return SignedList(0, uri, NOW, cwt)


def bundles(keys: Keys) -> dict[str, dict[str, Any]]:
    """Bundles by name."""
    apart, both = keys.bundle_of(keys.bundle), keys.bundle_of(keys.bundle, keys.next_bundle)
    made = {
        "earlier release": keys.bundle_of(),
        "handing over": keys.bundle_of(keys.certificates, keys.bundle),
        "apart": apart,
        "rotating": both,
        "rotated": keys.bundle_of(keys.next_bundle, keys.bundle),
        "a stranger's": keys.bundle_of(keys.stranger),
        "leaked key of certificates": keys.bundle_of(keys.certificates, keys.stranger),
        "signed by the exercise": keys.bundle_of(keys.exercise, keys.bundle),
        "list by the bundle key": keys.bundle_of(keys.bundle, lists=[keys.list_by(keys.bundle)]),
        "list by the exercise": keys.bundle_of(keys.bundle, lists=[keys.list_by(keys.exercise)]),
        "without lists": keys.bundle_of(keys.bundle, inline=False),
    }
    read = {name: json.loads(bundle) for name, bundle in made.items()}
    ours, theirs = read["apart"], read["a stranger's"]
    payload = json.loads(from_base64url(ours["payload"]))
    edited = base64url(json.dumps(payload | {"next_update": "2031-07-06T09:00:00Z"}).encode())
    spare = json.loads(both)
    return read | {
        "edited": ours | {"payload": edited},
        "another's payload": ours | {"payload": theirs["payload"]},
        "no signature": ours | {"signature": ""},
        "second signature is wrong": spare
        | {"other_signatures": [spare["other_signatures"][0] | {"signature": ours["signature"]}]},
        "second signature by an unknown key": ours
        | {"other_signatures": [{k: theirs[k] for k in ("protected", "signature")}]},
        "signer named, credential key signs": {"payload": spare["payload"]}
        | _signed(keys.certificates, spare["payload"]),
        "no algorithm": ours | {"protected": _header(keys.bundle, alg="none")},
        "another type": ours | {"protected": _header(keys.bundle, typ="JWT")},
        "not base64": ours | {"payload": "!"},
        "empty": {},
    }


def _header(key: SigningKey, **changes: str) -> str:
    header = {"alg": "ES256", "kid": base64url(key.kid), "typ": "strp-trust-bundle+jws"}
    return base64url(json.dumps(header | changes).encode())


def _signed(key: SigningKey, payload: str) -> dict[str, str]:
    protected = _header(key)
    signature = base64url(key.sign(f"{protected}.{payload}".encode()))
    return {"protected": protected, "signature": signature}


def outcome(bundle: dict[str, Any] | str, pins: list[str]) -> dict[str, Any]:
    """What reading a bundle under pins gives; a text is one as it was written, to the letter."""
    written = bundle if isinstance(bundle, str) else json.dumps(bundle)
    try:
        read = read_bundle(written.encode(), pins=pins)
    except InvalidInput as error:
        return {"outcome": error.code}
    return {"outcome": "believed", **said_by(read)}


def said_by(read: TrustBundle) -> dict[str, Any]:
    """What a bundle that is believed says."""
    return {
        "number": read.number,
        "signed_by": sorted(read.signed_by),
        "signers": sorted(read.signers),
        "keys": sorted(base64url(kid) for kid in read.keys),
        "lists": sorted(read.lists),
        "moments": [
            None if moment is None else int(moment.timestamp() * 1000 + 0.5)
            for moment in (read.issued_at, read.next_update, read.trusted_until)
        ],
    }


def main() -> int:
    """Write one file of vectors, unless it is there."""
    path = FOLDER / f"{sys.argv[1]}.json"
    if path.exists():
        raise SystemExit(f"{path} is there: vectors are added, never edited")
    keys = Keys()
    made, pins = bundles(keys), keys.pins()
    cases = [
        {"bundle": name, "pins": pin, **outcome(bundle, pins[pin])}
        for name, bundle in made.items()
        for pin in pins
    ]
    path.parent.mkdir(exist_ok=True)
    document = {"bundles": made, "pins": pins, "cases": cases}
    path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(f"{len(cases)} cases in {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
