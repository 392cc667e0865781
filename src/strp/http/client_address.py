"""The network address of a client, proxies of our own seen through; nobody else's word is taken."""

from collections.abc import Iterable, Mapping
from typing import Any


def client_address(scope: Mapping[str, Any], trusted: frozenset[str]) -> str:
    """The network address of the client behind an ASGI scope, proxies of ours seen through.

    Args:
        scope: of one HTTP request.
        trusted: addresses of our own proxies.
    """
    peer = asgi_peer(scope)
    if peer not in trusted:
        return peer
    return seen_through(
        peer,
        [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"],
        trusted,
    )


def asgi_peer(scope: Mapping[str, Any]) -> str:
    """Network address of the other end of the connection behind an ASGI scope; empty: unknown."""
    return str(scope["client"][0]) if scope.get("client") else ""


def rsgi_client(scope: Any, trusted: frozenset[str]) -> str:
    """The network address of the client behind an RSGI scope, proxies of ours seen through.

    Args:
        scope: of one HTTP request.
        trusted: addresses of our own proxies.
    """
    peer = rsgi_peer(scope)[0]
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
        for address in reversed(",".join(forwarded).split(",")):
            if address.strip() and address.strip() not in trusted:
                return address.strip()
    return peer


def is_local(client: str) -> bool:
    """Whether a request comes from this machine itself, through no proxy: its operator."""
    return client in {"127.0.0.1", "::1", ""}
