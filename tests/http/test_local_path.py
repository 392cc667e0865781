"""Where a reader may be sent on to, read as a browser reads an address."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from strp.http.local_path import local_path, sign_in_after_form

TROUBLE = st.text(st.sampled_from("/\\\t\n\r\0 .:@?#%20feviléA-_"), max_size=12)


def host_in_a_browser(address: str) -> str:
    """The host that a browser would go to; empty where it stays (URL Standard, 4.4)."""
    stripped = address.strip("".join(map(chr, range(0x21))))
    read = re.sub(r"[\t\n\r]", "", stripped).replace("\\", "/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", read):
        return read
    return read[2:] if read.startswith("//") else ""


@given(st.text() | TROUBLE | TROUBLE.map("/".__add__))
@example("/\t/evil.example")
@example("/\n/evil.example")
@example("/%09/evil.example")
@example("/\\evil.example")
@example("/..//evil.example")
@example("/employer\r\nset-cookie: a=b")
def test_no_text_leads_to_another_site_or_breaks_a_header(text: str) -> None:
    path = local_path(text)
    assert host_in_a_browser(path) == ""
    assert path == "" or (path.startswith("/") and path.isascii() and path.isprintable())


@given(st.text())
def test_a_path_that_passes_is_kept_as_it_was(text: str) -> None:
    assert local_path(text) in {"", text}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/employer",
        "/employer/8120001110001/keys",
        "/employer/81.2000.1110001",
        "/sign-in?next=%2Fwaiting-room%2Fseat",
        "/office?done=12",
        "/checkpoint?checkpoint=KRL-01",
        "/waiting-room/seat",
    ],
)
def test_our_own_pages_pass(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "text",
    ["", "employer", "//evil.example", "/a//b", "/%2F/evil.example", "/a\\b", "/..", "/a b", "/é"],
)
def test_what_our_pages_are_not_made_of_does_not_pass(text: str) -> None:
    assert local_path(text) == ""


def test_no_endless_path_passes() -> None:
    assert local_path("/" + "a" * 500) == ""


@pytest.mark.parametrize(
    ("referer", "onward"),
    [
        ("https://strp.example/employer/8120001110001", "%2Femployer%2F8120001110001"),
        ("https://strp.example/employer?q=Bank", "%2Femployer"),
        ("https://elsewhere.example/employer", ""),
        ("https://strp.example//elsewhere.example", ""),
        ("/employer", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_who_sent_a_form_comes_back_to_its_page_and_to_no_other_site(
    referer: str | None, onward: str
) -> None:
    assert sign_in_after_form(referer, "strp.example") == f"/sign-in?unsent=1&next={onward}"
