"""Errors as pages: what to do now, a code, and nothing of the inside."""

import pytest

from tests.web.conftest import Site


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/no-such-page", 404, "not-found"),
        ("DELETE", "/verify", 405, "method-not-allowed"),
        ("GET", "/c/forged", 404, "certificate-link-unknown"),
        ("GET", "/static/../settings.py", 404, "not-found"),
        ("GET", "/demo/inbox", 404, "not-found"),
    ],
)
def test_an_error_is_a_page_with_a_code(
    visitor: Site, method: str, path: str, status: int, code: str
) -> None:
    page = visitor.browser.request(method, path)

    assert page.status_code == status
    assert f'<span class="strp-mono">{code}</span>' in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize("path", ["/employer", "/office", "/employer/8120001110001/keys"])
def test_a_page_behind_the_sign_in_leads_there_and_back(visitor: Site, path: str) -> None:
    answer = visitor.get(path, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused(visitor: Site, headers: dict[str, str]) -> None:
    answer = visitor.browser.post("/sign-in", data={"email": "a@b.example"}, headers=headers)

    assert answer.status_code == 403
    assert "cross-site-request" in answer.text


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "/\t/evil.example",
        "/\n/evil.example",
    ],
)
def test_sign_in_leads_on_to_no_other_site(visitor: Site, onward: str) -> None:
    page = visitor.get("/sign-in", params={"next": onward})

    assert '<input type="hidden" name="next" value="">' in page.text


def test_a_form_that_is_too_large_is_refused(visitor: Site) -> None:
    answer = visitor.send("/sign-in", email="a" * (2 << 20))

    assert answer.status_code == 413
    assert "request-entity-too-large" in answer.text
