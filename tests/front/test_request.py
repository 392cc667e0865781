"""A request as the front reads it."""

import pytest

from strp.front.request import one_spelling


@pytest.mark.parametrize(
    ("path", "spelling"),
    [
        ("/", "/"),
        ("", ""),
        ("//", "/"),
        ("/employer", "/employer"),
        ("//employer", "/employer"),
        ("/employer//claim/", "/employer/claim"),
        ("/metrics/", "/metrics"),
        ("//evil.example/", "/evil.example"),
    ],
)
def test_a_path_has_one_spelling(path: str, spelling: str) -> None:
    assert one_spelling(path) == spelling
