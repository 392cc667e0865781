"""The description says of every call what a program needs, and nothing that is not so."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.routes import HTTPRoute

from strp.api import described, described_texts
from strp.api.described import CALLS
from strp.api.described_texts import LIMITS_OPEN, LIMITS_ROOM, LIMITS_SIGNED_IN
from strp.domain.rate_limit import RateLimit
from strp.domain.text import Text
from strp.front import rate_limits
from strp.http import problems
from strp.http.programs import is_api
from tests.api.conftest import Site
from tests.house.error_codes import find_error_codes

Call = tuple[str, str, Any]
METHODS = {"get", "post", "put", "delete", "patch"}
FORMS = ("pdf", "png", "svg", "txt")
FRONT = {
    *("get /waiting-room.json", "post /waiting-room/tickets", "post /waiting-room/admissions"),
    *("get /waiting-room/seat", "post /waiting-room/seat", "get /waiting-room/order.json"),
    *("get /waiting-room/opening.json",),
    *(f"get /api/v1/certificates/{{serial}}.{form}" for form in FORMS),
}


@pytest.fixture(scope="module")
def document(site: Site) -> Any:
    return site.browser.get("/api/v1/openapi.json").json()


@pytest.fixture(scope="module")
def calls(document: Any) -> list[Call]:
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def routes(site: Site) -> Iterator[str]:
    for route in site.browser.app.routes:
        path = re.sub(r":(int|str)\}", "}", route.path)
        of_door = is_api(path) or path in {"/healthz", "/readyz"}
        if isinstance(route, HTTPRoute) and of_door:
            yield from (f"{method.lower()} {path}" for method in route.methods - {"OPTIONS"})


def test_every_call_of_the_door_is_in_it(site: Site, calls: list[Call]) -> None:
    pages = {"get /waiting-room/page/{room}"}
    described = {f"{method} {path}" for method, path, _ in calls}
    assert described == (set(routes(site)) - pages) | FRONT


def test_every_call_has_a_summary_in_both_languages_and_a_text(calls: list[Call]) -> None:
    bare = [
        path
        for _, path, call in calls
        if call["x-summary"]["id"] == call["x-summary"]["en"]
        or call["summary"] != "{id} · {en}".format_map(call["x-summary"])
    ]
    assert bare == []
    for _, path, call in calls:
        indonesian, limits, english, in_english = call["description"].split("\n\n")
        assert limits.startswith("Batas: ") and in_english.startswith("Rate limits: "), path
        assert indonesian != english, path
    described = {call["operationId"] for _, _, call in calls}
    assert described == described_texts.TEXTS.keys() == CALLS.keys()


@pytest.mark.parametrize(
    "path",
    [
        *("/api/v1/description", "/api/v1/description/openapi.json", "/api/v1/description/x"),
        *("/schema", "/schema/openapi.json", "/schema/openapi.yaml", "/openapi.json"),
        *("/api/v1/openapi.yaml", "/api/v1/openapi.json/x", "/api/openapi.json"),
    ],
)
def test_there_is_one_document_and_no_other_address_serves_one(site: Site, path: str) -> None:
    answer = site.browser.get(path)
    assert (answer.status_code, '"paths"' in answer.text) == (404, False)


def test_the_licence_is_the_one_that_the_repository_names(document: Any) -> None:
    root = Path(__file__).parents[2]
    has_licence = any(root.glob("LICEN[CS]E*"))
    assert has_licence == ("no licence file yet" not in (root / "README.md").read_text("utf-8"))
    assert ("not-licensed" in document["info"]["license"]["identifier"]) != has_licence


def test_public_calls_need_no_key_and_others_name_theirs(calls: list[Call]) -> None:
    open_tags = {"public", "operations"}
    wrong = [
        path
        for _, path, call in calls
        if (call["security"] == []) != bool(open_tags & set(call["tags"]))
        if "waiting room" not in call["tags"]
    ]
    assert wrong == []


def test_every_json_body_and_answer_has_an_example(calls: list[Call]) -> None:
    without = []
    for _, path, call in calls:
        bodies = [call.get("requestBody", {}), call["responses"].get("200", {})]
        bodies += [call["responses"].get(status, {}) for status in ("201", "202")]
        for body in bodies:
            media = body.get("content", {}).get("application/json")
            if media and "$ref" in media["schema"] and "example" not in media:
                without.append(path)
    assert without == []


def test_no_example_lacks_what_its_schema_requires(document: Any, calls: list[Call]) -> None:
    """What the linters of others find in minutes (`test_generated_clients.py`), in a second."""
    found = []
    for method, path, operation in calls:
        for status, answer in operation["responses"].items():
            media = answer.get("content", {}).get("application/json", {})
            if "example" in media:
                lacks = lacking(document, media["schema"], media["example"])
                found += [(method, path, status, name) for name in lacks]
    assert found == []


def lacking(document: Any, schema: Any, example: Any) -> Iterator[str]:
    """Names that a schema requires of an object, or of objects inside, and an example has not."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in schema.get("anyOf", schema.get("oneOf", ())):
        if example is not None and "$ref" in choice:
            yield from lacking(document, choice, example)
    if isinstance(example, list):
        for item in example:
            yield from lacking(document, schema.get("items", {}), item)
    if isinstance(example, dict):
        yield from (name for name in schema.get("required", ()) if name not in example)
        for name, inner in schema.get("properties", {}).items():
            if name in example:
                yield from lacking(document, inner, example[name])


def test_every_parameter_says_what_it_is(document: Any, calls: list[Call]) -> None:
    for _, path, call in calls:
        for parameter in call["parameters"]:
            if "$ref" in parameter:
                parameter = document["components"]["parameters"][parameter["$ref"].split("/")[-1]]
            assert parameter.get("description") and parameter.get("schema"), path


def test_answers_errors_and_headers_are_told_in_both_languages(
    document: Any, calls: list[Call]
) -> None:
    one_language = []
    for _, path, call in calls:
        for status, answer in call["responses"].items():
            if "$ref" in answer:
                continue
            headers = answer.get("headers", {}).values()
            told = [answer["description"], *(each["description"] for each in headers)]
            one_language += [(path, status, text) for text in told if not _in_both(text)]
    parts = document["components"]
    others = [
        *(one["description"] for one in document["servers"]),
        *(one["description"] for one in document["tags"]),
        *(one["description"] for one in parts["securitySchemes"].values()),
        *(one["description"] for one in parts["responses"].values()),
        *(one["description"] for one in parts["parameters"].values()),
        *(one["description"] for one in parts["schemas"]["WorkerIn"]["properties"].values()),
    ]
    assert one_language == []
    assert [text for text in others if not _in_both(text)] == []


def _in_both(text: str) -> bool:
    """Whether a text is Indonesian, a mark between, then English: of a call, of anything else."""
    return " · " in text or " / " in text or "atau/or" in text


def test_every_error_is_a_problem_with_its_codes_as_examples(
    document: Any, calls: list[Call]
) -> None:
    for _, path, call in calls:
        statuses = {status for status in call["responses"] if re.fullmatch("[45][0-9]{2}", status)}
        statuses -= {"416"}  # its header says all there is to say
        assert {"429", "503", "500"} <= statuses, path
        for status in statuses:
            content = call["responses"][status]["content"]["application/problem+json"]
            examples = [each["$ref"].split("/")[-1] for each in content["examples"].values()]
            assert examples == list(content["examples"])
            told = {
                document["components"]["examples"][code]["value"]["status"] for code in examples
            }
            assert told == {int(status)}, path


def test_every_code_that_a_call_names_is_one_of_the_error_tree() -> None:
    known = {each.code for each in find_error_codes()} | problems.HTTP_TEXTS.keys() | {"unexpected"}
    shared = (*described.ANY_CALL, *described.SIGNED_IN_CALL, *described.WRITING_CALL)
    named = {code for call in described.CALLS.values() for code in call.errors}
    assert named | {*shared, *described.CALL_WITH_BODY} <= known


def test_no_schema_closes_its_items(document: Any) -> None:
    assert '"items": false' not in json.dumps(document)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (LIMITS_SIGNED_IN, rate_limits.REQUESTS_PER_KEY),
        (LIMITS_SIGNED_IN, rate_limits.REQUESTS_PER_ACCOUNT),
        (LIMITS_OPEN, rate_limits.DOOR_PER_BLOCK),
        (LIMITS_ROOM, rate_limits.TICKETS_PER_BLOCK),
    ],
)
def test_the_rate_limits_that_it_states_are_those_that_hold(text: Text, limit: RateLimit) -> None:
    a_second = round(1 / limit.interval.total_seconds())
    stated = re.findall(r"([\d,]+) (?:calls |times |tickets )?at once and ([\d,]+)", text.en)
    assert (f"{limit.burst:,}", f"{a_second:,}") in stated
    ditulis = re.findall(r"([\d.]+) [a-z ]+ sekaligus dan ([\d.]+)", text.id)
    assert (f"{limit.burst:,}".replace(",", "."), f"{a_second}") in ditulis
