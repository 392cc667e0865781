"""Cookies belong to one host where people come by HTTPS; what is named otherwise is not ours."""

import pytest

from strp.http.cookies import cookie_header, cookies_by_name, own_cookie, read_cookies

OURS = "__Host-strp_session=ours"
THEIRS = "strp_session=theirs"


@pytest.mark.parametrize("sent", [f"{OURS}; {THEIRS}", f"{THEIRS}; {OURS}", f"a=1;{OURS};{THEIRS}"])
def test_a_cookie_of_a_site_below_the_same_domain_never_stands_in_for_ours(sent: str) -> None:
    assert read_cookies(sent, secure=True)["strp_session"] == "ours"


@pytest.mark.parametrize("name", ["strp_session", "strp_ticket", "strp_admission", "strp_sign_in"])
def test_where_ours_is_missing_another_is_none(name: str) -> None:
    assert read_cookies(f"{name}=theirs; lang=en", secure=True) == {"lang": "en"}


def test_without_https_names_are_plain() -> None:
    assert read_cookies(THEIRS)["strp_session"] == "theirs"
    assert own_cookie("strp_session", "a", max_age_s=1, secure=False).key == "strp_session"


def test_a_cookie_that_is_bound_to_a_host_meets_the_rule_of_browsers() -> None:
    """Secure, for all paths, and without Domain, or browsers drop it (RFC 6265bis, 4.1.3.2)."""
    cookie = own_cookie("strp_sign_in", "a", max_age_s=1, secure=True, path="/sign-in")
    _, header = cookie_header("strp_ticket", "a", max_age_s=1, secure=True)
    assert (cookie.key, cookie.path, cookie.domain) == ("__Host-strp_sign_in", "/", None)
    assert cookie.secure
    assert header.startswith(b"__Host-strp_ticket=a; Path=/; ")
    assert b"Secure" in header and b"Domain" not in header


def test_the_language_of_a_reader_needs_no_host() -> None:
    assert own_cookie("lang", "en", max_age_s=1, secure=True).key == "lang"


def test_the_doors_behind_the_front_read_what_the_front_reads() -> None:
    sent = [(b"accept", b"*/*"), (b"cookie", f"{THEIRS}; {OURS}; lang=en".encode())]
    assert cookies_by_name(sent, secure=True) == [
        (b"accept", b"*/*"),
        (b"cookie", b"strp_session=ours; lang=en"),
    ]
    twice = [(b"cookie", b"strp_session=first; strp_session=last")]
    assert cookies_by_name(twice, secure=False) == [(b"cookie", b"strp_session=last")]
