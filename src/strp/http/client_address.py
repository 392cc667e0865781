"""The network address of a client, proxies of our own seen through; nobody else's word is taken."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any, Final

_MAPPED: Final = "::ffff:"


def plain(address: str) -> str:
    """An address as it is compared: of one of IPv4 that came over a socket of IPv6, the IPv4.

    Args:
        address: as a socket or a header gives it; what is none stays as it is.
    """
    if not address.startswith("::"):  # on the way of every request
        return address
    bare = address.lower()
    return bare.removeprefix(_MAPPED) if bare.startswith(_MAPPED) and "." in bare else address


def trusted_addresses(text: str) -> frozenset[str]:
    """The addresses of our own proxies, each in the one spelling that a socket gives.

    Args:
        text: of the setting, with commas between.
    """
    return frozenset(_spelled(one.strip()) for one in text.split(",") if one.strip())


def _spelled(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str((ip.version == 6 and ip.ipv4_mapped) or ip)


def client_address(scope: Mapping[str, Any], trusted: frozenset[str]) -> str:
    """The network address of the client behind an ASGI scope, proxies of ours seen through.

    Args:
        scope: of one HTTP request.
        trusted: addresses of our own proxies.
    """
    peer = plain(asgi_peer(scope))
    if peer not in trusted:
        return peer
    return seen_through(
        peer,
        [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"],
        trusted,
    )


def is_proxy(scope: Mapping[str, Any], trusted: frozenset[str]) -> bool:
    """Whether a proxy of ours is the other end of the connection behind an ASGI scope.

    Args:
        scope: of one HTTP request.
        trusted: addresses of our own proxies.
    """
    return plain(asgi_peer(scope)) in trusted


def asgi_peer(scope: Mapping[str, Any]) -> str:
    """Network address of the other end of the connection behind an ASGI scope; empty: unknown."""
    return str(scope["client"][0]) if scope.get("client") else ""


def rsgi_client(scope: Any, trusted: frozenset[str]) -> str:
    """The network address of the client behind an RSGI scope, proxies of ours seen through.

    Args:
        scope: of one HTTP request.
        trusted: addresses of our own proxies.
    """
    peer = plain(rsgi_peer(scope)[0])
    if peer not in trusted:
        return peer
    return seen_through(peer, scope.headers.get_all("x-forwarded-for"), trusted)


def rsgi_peer(scope: Any) -> tuple[str, int]:
    """Network address and port of the other end of the connection behind an RSGI scope."""
    host, _, port = str(scope.client).rpartition(":")
    return host.strip("[]"), int(port) if port.isdigit() else 0


def seen_through(peer: str, forwarded: Iterable[str], trusted: frozenset[str]) -> str:
    """The last address in X-Forwarded-For that no proxy of ours added; nobody else's word is taken.

    Args:
        peer: address that the connection comes from.
        forwarded: values of that header.
        trusted: addresses of our own proxies.
    """
    if peer in trusted:
        for sent in reversed(",".join(forwarded).split(",")):
            address = plain(sent.strip())
            if address and address not in trusted:
                return address
    return peer


def is_local(client: str) -> bool:
    """Whether a request comes from this machine itself, through no proxy: its operator."""
    return client in {"127.0.0.1", "::1", ""}
