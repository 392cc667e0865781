"""Hostile inputs for the readers of certificates, lists and bundles: kept, and made up."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st

from strp.credential.codec import write_text

TEXTS = Path(__file__).parents[1] / "vectors" / "hostile" / "certificate-texts.txt"
MOST_CPU_S = 0.25
"""No reader of certificates takes a millisecond; the rest is for a machine that is busy."""
Found = TypeVar("Found")


def kept_texts() -> list[tuple[str, str]]:
    """Every text that ever failed, and what is inside."""
    lines = [line for line in TEXTS.read_text().splitlines() if not line.startswith("#")]
    return [(text, about) for text, _, about in (line.partition("\t# ") for line in lines)]


def at_once(verb: Callable[[], Found]) -> Found:
    """What a reader answers; it answers within the bound."""
    began = time.process_time()
    found = verb()
    assert time.process_time() - began < MOST_CPU_S
    return found


def head(major: int, argument: int) -> bytes:
    """The head of an item, the shortest form (RFC 8949 §3)."""
    if argument < 24:
        return bytes((major << 5 | argument,))
    size = next(size for size in (1, 2, 4, 8) if argument < 1 << 8 * size)
    return bytes((major << 5 | 24 + size.bit_length() - 1,)) + argument.to_bytes(size)


NUMBERS = st.one_of(st.integers(0, 30), st.integers(0, (1 << 64) - 1))
TAGS = st.one_of(st.integers(0, 64), st.sampled_from([100, 256, 258, 1004, 43000, 55799]), NUMBERS)
SPEAKING = st.sampled_from(["1e9999999", "9" * 400, "(a+)+$", "2026-13-45", "-1e999", "1/0", "\0"])
STRINGS = st.one_of(st.binary(max_size=40), SPEAKING.map(str.encode), st.just(b"\xff" * 600))
LEAVES = st.one_of(
    st.builds(head, st.sampled_from([0, 1]), NUMBERS),
    st.builds(lambda major, body: head(major, len(body)) + body, st.sampled_from([2, 3]), STRINGS),
    st.builds(lambda short: bytes((0xE0 | short,)), st.integers(0, 31)),
    st.builds(lambda body: b"\xfb" + body, st.binary(min_size=8, max_size=8)),
    st.builds(head, st.integers(2, 5), NUMBERS),
    st.binary(max_size=4),
)


def _wider(items: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    lists = st.lists(items, max_size=6)
    return st.one_of(
        lists.map(lambda inside: head(4, len(inside)) + b"".join(inside)),
        lists.map(lambda inside: head(5, len(inside) // 2) + b"".join(inside)),
        lists.map(lambda inside: b"\x9f" + b"".join(inside) + b"\xff"),
        lists.map(lambda inside: b"\xbf" + b"".join(inside) + b"\xff"),
        lists.map(lambda inside: b"\x5f" + b"".join(inside) + b"\xff"),
        st.builds(lambda tag, inside: head(6, tag) + inside, TAGS, items),
        st.builds(lambda tag, inside: head(6, tag) * 20 + inside, TAGS, items),
        st.builds(lambda major, inside: head(major, 1) * 20 + inside, st.integers(4, 6), items),
    )


CBOR = st.recursive(LEAVES, _wider, max_leaves=20)
"""CBOR of every kind there is, well-formed or nearly so."""


def byte_string(data: bytes) -> bytes:
    """A CBOR byte string."""
    return head(2, len(data)) + data


def message(protected: bytes, unprotected: bytes, payload: bytes, signature: bytes) -> bytes:
    """A COSE_Sign1 message with anything inside."""
    return b"\xd2\x84" + protected + unprotected + payload + signature


@st.composite
def tokens(draw: st.DrawFn, genuine: bytes) -> bytes:
    """Anything at all, a message with anything in one place, or a genuine one that was changed."""
    anything, place = draw(CBOR), draw(st.integers(0, 5))
    header, payload, signature = b"\xa2\x01\x26\x04\x44abcd", b"\xa0", bytes(64)
    match place:
        case 0:
            return anything
        case 1:
            return message(byte_string(anything), b"\xa0", b"\x41\xa0", byte_string(signature))
        case 2:
            return message(byte_string(header), anything, b"\x41\xa0", byte_string(signature))
        case 3:
            inside = byte_string(anything)
            return message(byte_string(header), b"\xa0", inside, byte_string(signature))
        case 4:
            return message(byte_string(header), b"\xa0", byte_string(payload), anything)
    changed = bytearray(genuine)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(changed) - 1))
        changed[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(changed)


def texts(genuine: bytes) -> st.SearchStrategy[str]:
    """Texts of QRs with such messages inside, and texts that are no base45."""
    letters = st.text(
        alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:a\n١\ud800", max_size=90
    )
    return st.one_of(
        tokens(genuine).map(write_text), letters.map("STRP1:".__add__), st.text(max_size=200)
    )
