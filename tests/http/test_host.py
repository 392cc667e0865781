"""A Host header is a name or an address, and a port; no other reaches the doors."""

from urllib.parse import urlsplit

import pytest

from strp.http.host import is_host

HOSTS = [
    "",
    "strp.example",
    "STRP.example:443",
    "127.0.0.1:8000",
    "[::1]",
    "[::1]:8000",
    "a_b",
    "x:",
]
OTHERS = [
    *("a: b", "a:99999", "a:x", "[", "]", "[::1", "a/b", "a@b", "a?b", "a#b", "a b", "a\tb", "é"),
    *("2021-07-01T99:99:99Z-1", "a:1:2", "[::1]x", "a\\b", "%41", "a:-1", "a" * 300, "a:٣", "\0"),
]


@pytest.mark.parametrize("text", HOSTS)
def test_a_host_is_one(text: str) -> None:
    assert is_host(text)
    assert urlsplit(f"http://{text}/").port in {None, 443, 8000}


@pytest.mark.parametrize("text", OTHERS)
def test_anything_else_is_none(text: str) -> None:
    assert not is_host(text)
