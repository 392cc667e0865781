"""Makes golden vectors by mutation: genuine texts as transport, people or attackers change them.

    python -m tests.credential.fuzz NAME [--cases 400] [--seed 16]

writes `tests/vectors/verdicts/NAME.json` once; both verifiers are held to it. Characters, bytes,
CBOR heads, pieces of two certificates, signed again or not: nothing raises, and nothing is VALID
that no key signed. New cases at each run, in both languages, are the drill of
`test_typescript_verifier`.
"""

import argparse
import random
from collections.abc import Iterator
from typing import Final

from strp.credential.codec import read_text, read_texts, write_text
from strp.credential.cose import read_sign1, sign1
from strp.credential.trust import read_bundle, verify_text
from tests.credential.claim_cases import NOW, sign_text
from tests.credential.verdict_vectors import Maker, Vectors, write_once

HEADS: Final = bytes.fromhex("001718191a1b2038405f5860787f809fa0bfc0d2f4f6f7f9fbff")
MARKS: Final = " \t\n\r>\ufeff\u200b\u00a0\u2009-\u2013.:%$/+*0Oo1lI\u0660\uff21"


def main() -> int:
    """Write one file of vectors, unless it is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seed", type=int, default=16)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    return write_once(options.name, corpus(options.cases, chance))


def corpus(cases: int, chance: random.Random) -> Vectors:
    """So many mutated texts with what Python makes of them.

    Raises:
        SystemExit: one that should be refused is VALID.
    """
    made, vectors = Maker(), Vectors()
    vectors.bundles["usual"] = made.bundle()
    bundle = read_bundle(vectors.bundles["usual"])
    seeds = [made.text(holder=holder) for holder in ("Siti Aminah", "Ñandú", "B" * 40)] + [
        sign_text(made.exercise_claims(), made.exercise)
    ]
    for number, (name, text) in zip(range(cases), mutated(seeds, made, chance), strict=False):
        found = verify_text(text, bundle, NOW)
        if found.verdict == "VALID" and not is_genuine(name, text, seeds):
            raise SystemExit(f"{number} {name} is VALID: {text!r}")
        vectors.add(name, text, "usual", NOW, found.verdict.value, found.code.value)
    return vectors


def is_genuine(name: str, text: str, seeds: list[str]) -> bool:
    """Whether a text is one of the genuine ones once it is read, or was signed anew."""
    tokens = {read_text(seed) for seed in seeds}
    return name == "signed anew" or any(token in tokens for token in read_texts(text))


def mutated(seeds: list[str], made: Maker, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Texts without end, each with the name of what was done to it."""
    while True:
        seed = chance.choice(seeds)
        token = read_text(seed) or b""
        match chance.randrange(6):
            case 0:
                yield "characters", _characters(seed, chance)
            case 1:
                yield "bytes", write_text(_bytes(token, chance))
            case 2:
                yield "pieces of two", _pieces(seed, chance.choice(seeds), chance)
            case 3:
                yield "cut", seed[: chance.randrange(len(seed))]
            case 4:
                yield "signed anew", _signed_anew(token, made, chance)
            case _:
                yield "random", write_text(chance.randbytes(chance.randrange(1, 200)))


def _characters(text: str, chance: random.Random) -> str:
    letters = list(text)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(letters))
        match chance.randrange(3):
            case 0:
                letters[place] = chance.choice(MARKS)
            case 1:
                letters.insert(place, chance.choice(MARKS))
            case _:
                letters[place] = letters[place].swapcase()
    return "".join(letters)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[place] ^= 1 << chance.randrange(8)
            case 1:
                changed[place] = chance.choice(HEADS)
            case 2:
                changed.insert(place, chance.choice(HEADS))
            case _:
                del changed[place]
    return bytes(changed)


def _pieces(one: str, other: str, chance: random.Random) -> str:
    place = chance.randrange(6, min(len(one), len(other)))
    return one[:place] + other[place:]


def _signed_anew(token: bytes, made: Maker, chance: random.Random) -> str:
    """A payload that was changed before a trusted key signed it: only its form is wrong."""
    message = read_sign1(token)
    payload = message.payload if message else b"\xa0"
    return write_text(sign1(_bytes(payload, chance), made.key))


if __name__ == "__main__":
    raise SystemExit(main())
