"""The table of addresses: which route answers a method and a path, and what it is.

Built once from the routes themselves. It is asked for each request before anything else is, so it
is a tree of path segments: an address costs a look-up for each of its segments.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from strp.http.route_class import NO_ROUTE, RouteClass


class Declared(NamedTuple):
    """One route.

    Args:
        method: upper case.
        path: parameters in braces: `/employer/{nib:str}/keys`.
        route: what it is.
    """

    method: str
    path: str
    route: RouteClass


class _Node:
    """What may follow after a path so far."""

    __slots__ = ("any_segment", "below", "by_method")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.any_segment: _Node | None = None
        self.by_method: dict[str, RouteClass] = {}


class RouteTable:
    """The routes of one installation.

    Args:
        routes: all of them.

    Raises:
        ValueError: a parameter spans several segments, or two routes have one address.
    """

    def __init__(self, routes: Iterable[Declared]) -> None:
        self._routes = tuple(routes)
        self._root = _Node()
        for declared in self._routes:
            self._add(declared)

    def __iter__(self) -> Iterator[Declared]:
        return iter(self._routes)

    def find(self, method: str, path: str) -> RouteClass:
        """What the route of an address is; NO_ROUTE where there is none.

        Args:
            method: upper case; HEAD is served wherever GET is.
            path: without the query, decoded; empty segments count for nothing.
        """
        node = self._node(path)
        if node is None:
            return NO_ROUTE
        return node.by_method.get("GET" if method == "HEAD" else method, NO_ROUTE)

    def methods(self, path: str) -> list[str]:
        """Methods that an address serves, as `Allow` names them; HEAD wherever GET is."""
        node = self._node(path)
        found = set(node.by_method) if node is not None else set[str]()
        return sorted(found | ({"HEAD"} if "GET" in found else set()))

    def _add(self, declared: Declared) -> None:
        node = self._root
        for part in _parts(declared.path):
            if not part.startswith("{"):
                node = node.below.setdefault(part, _Node())
                continue
            if part.endswith(":path}"):
                raise ValueError(f"a parameter of several segments: {declared.path}")
            below = node.any_segment = node.any_segment or _Node()
            node = below
        if declared.method in node.by_method:
            raise ValueError(f"two routes for {declared.method} {declared.path}")
        node.by_method[declared.method] = declared.route

    def _node(self, path: str) -> _Node | None:
        return _walk(self._root, _parts(path), 0)


def _walk(node: _Node, parts: list[str], at: int) -> _Node | None:
    """The node at a path; a segment that is spelled out goes before a parameter."""
    if at == len(parts):
        return node if node.by_method else None
    spelled = node.below.get(parts[at])
    found = None if spelled is None else _walk(spelled, parts, at + 1)
    if found is None and node.any_segment is not None:
        found = _walk(node.any_segment, parts, at + 1)
    return found


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
