"""The cross-site rule at pages and calls: who bears a cookie is protected, the rest is open."""

import pytest

from tests.web.conftest import Site

ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]
FILING = "/api/v1/applications?nib=8120001110001"


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_call_that_bears_a_cookie_is_refused_from_elsewhere(
    visitor: Site, headers: dict[str, str]
) -> None:
    visitor.sign_in("lintas@contoh.example")
    answer = visitor.browser.post(FILING, json={"workers": []}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross-site-request")


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_key_without_a_cookie_is_asked_for_itself_alone(
    visitor: Site, headers: dict[str, str]
) -> None:
    with_key = {**headers, "Authorization": "Bearer made-up"}
    answer = visitor.browser.post(FILING, json={"workers": []}, headers=with_key)
    assert answer.json()["code"] == "key-unknown"


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_any_site_may_verify(visitor: Site, headers: dict[str, str]) -> None:
    call = visitor.browser.post("/api/v1/verifications", json={"text": "STRP1:"}, headers=headers)
    form = visitor.browser.post("/verify", files={"text": (None, "STRP1:")}, headers=headers)
    assert (call.status_code, call.json()["verdict"]) == (200, "UNREADABLE")
    assert form.status_code == 200


def test_the_language_switch_of_an_odd_address_stays_here(visitor: Site) -> None:
    page = visitor.get("//evil.example/")
    assert "evil.example" not in page.text
