"""Holds each answer of the JSON door against the description: a call names every code it tells.

The list of codes in `strp.api.described` is written by hand. Whatever tests ask through a browser
of `tests.web.conftest` or a client of `tests.journeys.running` is held against it, so that a new
error which a call does not name fails the test that meets it.
"""

import json
import re
from typing import Any, NamedTuple

import httpx

PROBLEM = "application/problem+json"
METHODS = {"get", "post", "put", "delete", "patch"}


class _Call(NamedTuple):
    method: str
    path: re.Pattern[str]
    codes: dict[str, set[str]]


class NamedErrors:
    """What each call of a description says of its errors.

    Args:
        document: the description.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        # Fixed addresses first: `/certificates/{serial}.pdf` before `/certificates/{serial}`.
        paths = sorted(document["paths"], key=lambda path: (path.count("{"), -len(path)))
        self._calls = [
            _Call(method, _pattern(path), _codes(operation))
            for path in paths
            for method, operation in document["paths"][path].items()
            if method in METHODS
        ]

    def check(self, response: httpx.Response) -> None:
        """Hook of a client.

        Raises:
            AssertionError: the call tells an error that its description does not name.
        """
        if not response.headers.get("content-type", "").startswith(PROBLEM):
            return
        method, path = response.request.method.lower(), response.request.url.path
        call = next((c for c in self._calls if c.method == method and c.path.fullmatch(path)), None)
        if call is None:
            return  # an address or a method that is not there
        response.read()
        code = json.loads(response.content)["code"]
        named = call.codes.get(str(response.status_code), set())
        assert code in named, f"{method} {path} does not name {response.status_code} {code}"


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+?", re.escape(path)))


def _codes(operation: dict[str, Any]) -> dict[str, set[str]]:
    return {
        status: set(answer["content"][PROBLEM].get("examples", ()))
        for status, answer in operation["responses"].items()
        if PROBLEM in answer.get("content", {})
    }
