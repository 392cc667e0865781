"""Which addresses take a body, from whom, and how large it may be.

Whatever is not named here is for known senders: a form that somebody adds is closed to strangers
until its address is written down.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from strp.domain.overload import Priority, priority_of

FORM_BYTES: Final = 16 << 10
TEXT_BYTES: Final = 64 << 10
PHOTO_BYTES: Final = 21 << 20
EVIDENCE_BYTES: Final = 11 << 20
"""A letter of 10 MiB and the form around it."""
KNOWN_FORM_BYTES: Final = 1 << 20
"""Also what a form may be larger than the roster in it."""


class BodyDoor(NamedTuple):
    """One address that takes a body.

    Args:
        most_bytes: that are taken in.
        for_anyone: whether strangers may send.
        answers_itself: whether the page behind says that a body is too large.
    """

    most_bytes: int
    for_anyone: bool = False
    answers_itself: bool = False


TakesBody = Callable[[str, str], bool]
_FOR_ANYONE: Final = (
    (re.compile(r"/sign-in(/.*)?|/sign-out"), BodyDoor(FORM_BYTES, for_anyone=True)),
    (re.compile(r"/api/v1/verifications"), BodyDoor(TEXT_BYTES, for_anyone=True)),
    (re.compile(r"/verify"), BodyDoor(PHOTO_BYTES, for_anyone=True, answers_itself=True)),
)
_EVIDENCE: Final = re.compile(r"/(employer|api/v1/employers)/\d[\d.]*/evidence")
_KNOWN: Final = BodyDoor(KNOWN_FORM_BYTES)


class BodyDoors:
    """The addresses of one installation.

    Args:
        roster_bytes: of the largest roster file.
        takes_body: whether any route has a method and path.
    """

    def __init__(self, roster_bytes: int, takes_body: TakesBody) -> None:
        self._takes_body = takes_body
        self._roster = BodyDoor(roster_bytes + KNOWN_FORM_BYTES, answers_itself=True)

    def find(self, method: str, path: str) -> BodyDoor | None:
        """The door at an address, or None where nothing takes a body.

        Args:
            method: upper case.
            path: without the query.
        """
        path = path.rstrip("/") or "/"
        if not self._takes_body(method, path):
            return None
        if priority_of(method, path) is Priority.FILING:
            return self._roster
        if _EVIDENCE.fullmatch(path):
            return BodyDoor(EVIDENCE_BYTES, answers_itself=True)
        return next((door for shape, door in _FOR_ANYONE if shape.fullmatch(path)), _KNOWN)


class RoutesWithBody:
    """Which of the routes behind the front take a body.

    Args:
        routes: method and path of each, parameters in braces: `/employer/{nib:str}/keys`.
    """

    def __init__(self, routes: Iterable[tuple[str, str]]) -> None:
        by_method: dict[str, list[str]] = {}
        for method, path in routes:
            by_method.setdefault(method, []).append(_shape(path))
        self._shapes = {
            method: re.compile("|".join(shapes), re.DOTALL) for method, shapes in by_method.items()
        }

    def methods(self, path: str) -> list[str]:
        """Methods that an address serves, as `Allow` names them; HEAD wherever GET is."""
        found = {method for method in self._shapes if self(method, path)}
        return sorted(found | ({"HEAD"} if "GET" in found else set()))

    def __call__(self, method: str, path: str) -> bool:
        """Whether there is such a route."""
        shape = self._shapes.get(method)
        return shape is not None and shape.fullmatch(path) is not None


def _shape(path: str) -> str:
    parts = re.split(r"\{[^:}]*:?([^}]*)\}", path)
    literal, kinds = parts[::2], parts[1::2]
    found = [re.escape(literal[0])]
    for kind, after in zip(kinds, literal[1:], strict=True):
        found += [".*" if kind == "path" else "[^/]+", re.escape(after)]
    return "".join(found)
