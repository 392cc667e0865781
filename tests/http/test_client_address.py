"""An address of IPv4 is the same one however the socket spells it."""

import pytest

from strp.http.client_address import (
    client_address,
    is_local,
    is_proxy,
    plain,
    seen_through,
    trusted_addresses,
)

TRUSTED = trusted_addresses("127.0.0.1,::1, ::FFFF:10.0.0.7 ,0:0:0:0:0:0:0:2")


def asked(peer: str, *forwarded: str) -> dict[str, object]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"client": (peer, 1), "headers": headers}


@pytest.mark.parametrize("peer", ["127.0.0.1", "::ffff:127.0.0.1", "::FFFF:127.0.0.1", "10.0.0.7"])
def test_a_proxy_of_ours_is_seen_through_over_a_socket_of_both_kinds(peer: str) -> None:
    scope = asked(peer, "203.0.113.9")
    assert is_proxy(scope, TRUSTED)
    assert client_address(scope, TRUSTED) == "203.0.113.9"


@pytest.mark.parametrize("forwarded", ["203.0.113.9, ::ffff:127.0.0.1", "::ffff:203.0.113.9"])
def test_what_a_proxy_wrote_is_compared_in_one_spelling_too(forwarded: str) -> None:
    assert seen_through("127.0.0.1", [forwarded], TRUSTED) == "203.0.113.9"


@pytest.mark.parametrize("peer", ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1"])
def test_nobody_elses_word_is_taken(peer: str) -> None:
    assert client_address(asked(peer, "198.51.100.1"), TRUSTED) == plain(peer)


def test_this_machine_is_itself_over_a_socket_of_both_kinds() -> None:
    assert is_local(client_address(asked("::ffff:127.0.0.1"), TRUSTED))
    assert not is_local(client_address(asked("::ffff:127.0.0.1", "203.0.113.9"), TRUSTED))


@pytest.mark.parametrize("text", ["::ffff:", "::ffff:7f00:1", "::ffff:x", "unknown", ""])
def test_what_is_no_such_address_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_the_spelling_of_the_setting_makes_no_difference() -> None:
    assert {"127.0.0.1", "::1", "10.0.0.7", "::2"} == TRUSTED
