"""Forms are read within bounds, whatever their sender makes of them."""

import time
from typing import Any

import pytest
from litestar._parsers import parse_url_encoded_form_data

from strp.http.route_class import JSON_BYTES
from strp.web.framework.forms import MOST_FIELDS, MOST_FILES
from tests.web.conftest import Site

PARTS = {"Content-Type": "multipart/form-data; boundary=x"}
PAIRS = {"Content-Type": "application/x-www-form-urlencoded"}


def parts(*sent: tuple[str, bytes]) -> bytes:
    """A form in parts: what stands behind `form-data` in the head of each, and its body."""
    return (
        b"".join(
            b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), body)
            for head, body in sent
        )
        + b"--x--\r\n"
    )


def ask(site: Site, body: bytes, headers: dict[str, str], path: str = "/verify") -> Any:
    return site.browser.post(path, content=body, headers=headers)


def text(body: bytes, kind: str) -> bytes:
    return parts((f'name="text"\r\nContent-Type: {kind}', body))


@pytest.mark.parametrize("charset", ["punycode", "bogus", "zlib_codec", "utf-7", "utf-16", "idna"])
def test_a_text_is_utf_8_whatever_charset_it_claims(visitor: Site, charset: str) -> None:
    """`punycode` takes quadratic time: 60 KB of it were 2 s of processor, 1 MB minutes."""
    begun_s = time.process_time()
    reply = ask(visitor, text(b"abc-" + b"9" * 60_000, f"text/plain; charset={charset}"), PARTS)
    assert reply.status_code == 200
    assert time.process_time() - begun_s < 1.0


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"\xed\xa0\x80", b"\xc3"])
def test_a_text_that_is_no_utf_8_is_read_all_the_same(visitor: Site, body: bytes) -> None:
    assert ask(visitor, text(body, "text/plain"), PARTS).status_code == 200


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (PARTS, parts(('name="text"', b"x" * (JSON_BYTES + 1))), 413),
        (PARTS, parts(*[('name="a"', b"x" * 40_000)] * 2), 413),
        (PARTS, parts(*[('name="a"', b"")] * (MOST_FIELDS + 1)), 400),
        (PARTS, parts(*[('name="a"; filename="a"', b"x")] * (MOST_FILES + 1)), 400),
        (PARTS, parts(('name="text"', b"x"))[:-9], 400),
        (PARTS, b"", 400),
        (PARTS, parts(('nome="text"', b"x")), 422),
        (PARTS, b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\r\n--x--', 400),
        ({"Content-Type": "multipart/form-data"}, b"--x", 400),
        (PAIRS, b"a&" * MOST_FIELDS, 400),
        (PAIRS, b"text=" + b"x" * JSON_BYTES, 413),
        (PAIRS, b"text=%FF%ED%A0%80%", 200),
        ({"Content-Type": "text/plain"}, b"text=a", 200),
        ({}, b"text=a", 200),
    ],
)
def test_a_form_beyond_its_bounds_is_refused(
    visitor: Site, headers: dict[str, str], body: bytes, status: int
) -> None:
    reply = ask(visitor, body, headers)
    assert reply.status_code == status


def test_as_many_fields_as_may_be_are_read(visitor: Site) -> None:
    many = [('name="a"', b"")] * (MOST_FIELDS - 1)
    reply = ask(visitor, parts(*many, ('name="text"', b"a")), PARTS)
    assert reply.status_code == 200


def test_no_form_is_remembered(visitor: Site) -> None:
    """A thousand of the largest were a gigabyte, with the codes that people typed."""
    before = parse_url_encoded_form_data.cache_info().currsize
    for number in range(5):
        visitor.send("/sign-in/code", code="123456", a=str(number))
    assert parse_url_encoded_form_data.cache_info().currsize == before
