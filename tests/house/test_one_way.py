"""One way for each thing: what is done below the doors is written in one place."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "strp"
# What gives away that a thing is done, and where it is done. `front` answers in bytes what the web
# framework is too slow for: it may build an answer, but what a header means it asks `http`.
ONE_PLACE = {
    "a cookie is made": (r"\bCookie\(|SimpleCookie|HttpOnly", {"http/cookies.py"}),
    "a tag is compared": (r"removeprefix\(\"W/\"\)", {"http/etags.py"}),
    "a tag is made": (r"W/\{|f'\"\{hashlib", {"http/etags.py"}),
    "the address behind proxies is read": (
        r"x-forwarded-for\"\)|== b\"x-forwarded-for\"",
        {"http/client_address.py"},
    ),
    "the cross-site rule is read": (r"\"sec-fetch-site\"", {"http/cross_site.py"}),
    "the idempotency header is named": (r"\"idempotency-key\"", {"http/idempotency.py"}),
    "it is said when to come back": (
        r"(?i)\"retry-after\"\]? = |b\"retry-after\"",
        {"http/problems.py", "web/framework/page.py", "front/waiting_room/pages.py"},
    ),
    "a moment is written for programs": (r"%Y-%m-%dT%H", {"domain/civil_time.py"}),
    "a time of day is written for people": (
        r"%H\.%M|replace\(\":\", \"\.\"\)",
        {"domain/civil_time.py"},
    ),
    "an error becomes a status": (r"-> HTTPStatus:", {"http/problems.py"}),
    "a bucket of tokens is kept": (r"class \w*Bucket", {"domain/rate_limit.py"}),
}


@pytest.mark.parametrize("thing", ONE_PLACE)
def test_where_it_is_done_it_is_done_alone(thing: str) -> None:
    pattern, places = ONE_PLACE[thing]
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "rehearsal" not in path.parts  # stands for a program outside
        and re.search(pattern, path.read_text("utf-8"))
    }
    assert found == places
