"""Where a request comes from, as its headers say."""

import pytest

from strp.domain.errors import Forbidden
from strp.http.cross_site import is_cross_site, refuse_cross_site
from strp.http.route_class import PAGE, RouteClass

ADDRESS = "https://strp.example"
FROM_ELSEWHERE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "https://strp.example"},
    {"sec-fetch-site": "anything else"},
    {"origin": "https://evil.example", "host": "strp.example"},
    {"origin": "https://strp.example.evil.example", "host": "strp.example"},
    {"origin": "https://strp.example:8443", "host": "strp.example"},
    {"origin": "http://strp.example", "host": "strp.example"},
    {"origin": "null", "host": "strp.example"},
    {"origin": "null"},
    {"origin": "", "host": ""},
    {"origin": "https://[", "host": "strp.example"},
    {"origin": "ftp://strp.example", "host": "strp.example"},
    {"origin": "//strp.example", "host": "strp.example"},
    {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    {"sec-fetch-site": "none", "origin": "https://evil.example"},
    {"referer": "https://evil.example/strp.example", "cookie": "strp-session=x"},
    {"referer": "http://strp.example/", "cookie": "strp-session=x", "host": "strp.example"},
    {"referer": "https://[", "cookie": "strp-session=x"},
    {"referer": "about:blank", "cookie": "strp-session=x"},
]
OURS = [
    {},
    {"host": "strp.example"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "null"},
    {"origin": "https://strp.example", "host": "strp.example"},
    {"origin": "https://strp.example", "host": "127.0.0.1:8000"},
    {"origin": "https://another-name.example", "host": "another-name.example"},
    {"referer": "https://strp.example/employer?x=1", "cookie": "strp-session=x"},
    {"referer": "https://evil.example/"},
    {"cookie": "strp-session=x"},
    {"origin": "https://strp.example", "referer": "https://evil.example/", "cookie": "a=b"},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_what_a_page_elsewhere_sends_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden) as raised:
        refuse_cross_site("POST", PAGE, headers, address=ADDRESS)
    assert raised.value.code == "cross-site-request"


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_and_programs_pass(headers: dict[str, str]) -> None:
    assert not is_cross_site(headers, address=ADDRESS)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_any_site_may_send_to_a_route_that_says_so(headers: dict[str, str]) -> None:
    refuse_cross_site("POST", RouteClass(from_any_site=True), headers, address=ADDRESS)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_is_open_to_links_from_elsewhere(method: str) -> None:
    refuse_cross_site(method, PAGE, {"sec-fetch-site": "cross-site"}, address=ADDRESS)


def test_without_https_the_host_alone_decides() -> None:
    headers = {"origin": "http://localhost:8000", "host": "localhost:8000"}
    assert not is_cross_site(headers, address="http://127.0.0.1:8000")


def test_the_scheme_of_our_own_address_is_asked_for() -> None:
    headers = {"origin": "https://localhost:8000", "host": "localhost:8000"}
    assert is_cross_site(headers, address="http://localhost:8000")
