"""What a site below the same domain sets in a browser stands for nothing of ours over HTTPS."""

from collections.abc import Iterator

import httpx
import pytest

from tests.journeys.running import Installation, installation
from tests.journeys.sessions import session_of

OWN_FORM = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def by_https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that people reach by HTTPS, asked behind its proxy."""
    folder = tmp_path_factory.mktemp("by-https")
    with installation(folder, STRP_PUBLIC_URL="https://strp.example") as running:
        yield running


def office(city: Installation, cookie: str) -> int:
    """How the office answers to a `Cookie` header."""
    return httpx.get(f"{city.url}/office", headers={"Cookie": cookie}, timeout=60).status_code


def names_set(answer: httpx.Response) -> set[str]:
    """Cookies that an answer sets, checked against the rule for their prefix."""
    names = set[str]()
    for header in answer.headers.get_list("set-cookie"):
        name, _, rest = header.partition("=")
        words = {word.strip().lower() for word in rest.split(";")[1:]}
        assert {"path=/", "secure", "httponly", "samesite=lax"} <= words, header
        assert not any(word.startswith("domain") for word in words), header
        names.add(name)
    return names


def test_a_session_that_another_site_put_there_is_nobodys(by_https: Installation) -> None:
    theirs, ours = session_of(by_https, "officer"), session_of(by_https, "officer")
    assert office(by_https, theirs) == 303
    assert office(by_https, f"__Host-{ours}") == 200
    made_up = "strp_session=" + "A" * 43
    assert office(by_https, f"__Host-{ours}; {made_up}") == 200
    assert office(by_https, f"{made_up}; __Host-{ours}") == 200
    assert office(by_https, f"{theirs}; __Host-{made_up}") == 303


def test_all_that_a_visitor_is_given_is_bound_to_this_host(by_https: Installation) -> None:
    with httpx.Client(base_url=by_https.url, headers=OWN_FORM, timeout=60) as visitor:
        entered = visitor.get("/employer")
        asked = visitor.post("/sign-in", data={"email": "hr@saudara.example"})
        out = visitor.post("/sign-out")
    given = names_set(entered) | names_set(asked) | names_set(out)
    assert {"__Host-strp_admission", "__Host-strp_sign_in", "__Host-strp_session"} <= given
    assert all(name.startswith("__Host-") for name in given), given


def test_the_language_that_a_reader_chose_is_kept(by_https: Installation) -> None:
    english = httpx.get(f"{by_https.url}/", headers={"Cookie": "lang=en"}, timeout=60)
    assert 'lang="en"' in english.text
