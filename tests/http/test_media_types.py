"""An answer says one encoding, the one that it is written in."""

import pytest
from litestar import Response, get
from litestar.testing import create_test_client

from strp.http.media_types import tell_encoding_once


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("text/csv; charset=windows-1252", "text/csv; charset=windows-1252"),
        ("text/csv; charset=utf-16le", "text/csv; charset=utf-16le"),
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("text/plain; version=0.0.4; charset=utf-8", "text/plain; version=0.0.4; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/json", "application/json"),
        ("application/pdf", "application/pdf"),
    ],
)
def test_the_encoding_of_an_answer_is_told_once(given: str, told: str) -> None:
    @get("/")
    async def answer() -> Response[bytes]:
        return Response(b"a", media_type=given)

    with create_test_client(answer, before_send=[tell_encoding_once]) as client:
        assert client.get("/").headers["content-type"] == told
