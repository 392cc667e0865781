"""The description of this door (OpenAPI 3.1): what the framework found out, and all it cannot know.

The framework knows paths, parameters and the status of success. Shapes come from `document_shapes`,
errors from `described`, texts from `described_texts`, examples from `examples`; the waiting room's
calls, which the front answers, from `description_of_room`.
"""

import copy
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from strp.api import (
    described,
    described_answers,
    described_texts,
    description_of_room,
    document_shapes,
)
from strp.api.described import CALLS, Described
from strp.api.described_answers import both, refused_with
from strp.api.described_parts import (
    ALIASES,
    BODIES,
    CACHEABLE,
    CONTENT,
    IDEMPOTENCY_KEY,
    KEYED,
    LANGUAGE,
    LOCATED,
    PARAMETERS,
    RESUMABLE,
    media,
)
from strp.domain.text import Text
from strp.http import problems
from strp.http.problems import status_of_code

Document = dict[str, Any]
_CODES: Final = Path(problems.__file__).with_name("problem_codes.json")
_OPEN_TAGS: Final = {"public", "operations", "waiting room"}
_METHODS: Final = ("get", "post", "put", "delete", "patch")
_RETRY: Final = {408, 425, 429, 503}


def completed(generated: Document, *, cookie: str) -> Document:
    """The whole description.

    Args:
        generated: what the framework found out by itself.
        cookie: name of the session's cookie.
    """
    paths = generated["paths"]
    for path in list(paths):
        if path in ALIASES:
            for suffix, name in ALIASES[path]:
                paths[f"{path}{suffix}"] = _other_form(paths[path], name)
    paths |= description_of_room.paths()
    named: set[str] = set()
    for item in paths.values():
        for method in _METHODS:
            if method in item:
                named |= _complete(item[method], writes=method != "get")
    return {
        "openapi": generated["openapi"],
        "info": {
            "title": "STRP",
            "version": generated["info"]["version"],
            "description": described_texts.ABOUT,
            "contact": {"name": "STRP"},
            "license": dict(described_texts.LICENCE),
        },
        "servers": [{"url": "/", "description": both(described_answers.HERE)}],
        "tags": [
            {"name": name, "description": both(text)} for name, text in described_texts.TAGS.items()
        ],
        "paths": paths,
        "components": _components(named, cookie, _left_over(generated, paths)),
    }


def _left_over(generated: Document, paths: Document) -> Document:
    """Shapes that the framework found and `document_shapes` does not name, where they are used."""
    found = generated.get("components", {}).get("schemas", {})
    used: Document = {}
    text = repr(paths)
    while new := {n: s for n, s in found.items() if n not in used and f"/schemas/{n}'" in text}:
        used |= new
        text = repr(new)
    return used


def _components(named: Iterable[str], cookie: str, left_over: Document) -> Document:
    session = {
        "type": "apiKey",
        "in": "cookie",
        "name": cookie,
        "description": both(described_answers.SESSION),
    }
    return {
        "schemas": left_over | document_shapes.schemas(),
        "examples": {code: {"value": _example(code)} for code in sorted(named)},
        "parameters": {"lang": LANGUAGE, "IdempotencyKey": IDEMPOTENCY_KEY},
        "responses": {
            "Problem": {
                "description": both(described_answers.OTHER_ERROR),
                "content": {"application/problem+json": {"schema": _ref("Problem")}},
            }
        },
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": both(described_answers.KEY),
            },
            "session": session,
        },
    }


def _complete(operation: Document, *, writes: bool) -> set[str]:
    """Complete one operation in place; returns the codes that it names."""
    name = operation["operationId"]
    call = CALLS.get(name, Described(Text(name, name)))
    text = described_texts.TEXTS.get(name, Text(name, name))
    is_open = bool(_OPEN_TAGS & set(operation.get("tags", ())))
    operation["summary"] = " · ".join(call.summary)
    operation["x-summary"] = call.summary._asdict()
    limits = described_texts.LIMITS_OPEN if is_open else described_texts.LIMITS_SIGNED_IN
    if name in ("take_ticket", "come_in"):
        limits = described_texts.LIMITS_ROOM
    operation["description"] = "\n\n".join((text.id, limits.id, text.en, limits.en))
    operation["security"] = [] if is_open else [{"key": []}, {"session": []}]
    if name in ("find_seat", "keep_seat"):
        operation["security"] = [{"session": []}]
    _describe_input(operation, name)
    codes = _codes_of(call, is_open=is_open, writes=writes, has_body="requestBody" in operation)
    _describe_answers(operation, name, codes)
    return set(codes)


def _codes_of(call: Described, *, is_open: bool, writes: bool, has_body: bool) -> list[str]:
    codes = [*described.ANY_CALL, *call.errors]
    if not is_open:
        codes += described.SIGNED_IN_CALL
    if writes and not is_open:
        codes += described.WRITING_CALL
    if has_body:
        codes += described.CALL_WITH_BODY
    return sorted(set(codes) & _kinds().keys())


def _describe_input(operation: Document, name: str) -> None:
    for parameter in operation.get("parameters", ()):
        named = parameter.get("name", "")
        known = PARAMETERS.get(f"{name}.{named}", PARAMETERS.get(named))
        if known is not None:
            parameter |= known
            parameter.pop("deprecated", None)
            parameter.pop("allowEmptyValue", None)
    parameters = operation.setdefault("parameters", [])
    if name in KEYED:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if not {"operations"} & set(operation.get("tags", ())):
        parameters.append({"$ref": "#/components/parameters/lang"})
    if name in BODIES:
        operation["requestBody"] = {"required": True, **BODIES[name]}
    elif "requestBody" in operation:
        content = operation["requestBody"]["content"]
        for kind, one in content.items():
            content[kind] = media(one["schema"])


def _describe_answers(operation: Document, name: str, codes: Iterable[str]) -> None:
    responses = operation["responses"]
    responses.pop("400", None)
    success = next(status for status in responses if status.startswith("2"))
    answer = responses[success]
    answer["description"] = operation["summary"]
    answer["headers"] = {}
    if name in CONTENT:
        answer["content"] = {kind: media(schema) for kind, schema in CONTENT[name].items()}
    else:
        for kind, one in answer.get("content", {}).items():
            answer["content"][kind] = media(one["schema"])
    if name in LOCATED:
        answer["headers"]["Location"] = _header(described_answers.LOCATION)
    if name in CACHEABLE:
        answer["headers"]["ETag"] = _header(described_answers.ETAG)
        responses["304"] = {"description": both(described_answers.NOT_CHANGED)}
    if name in RESUMABLE:
        part = {"Content-Range": _header(described_answers.WHICH_BYTES)}
        content = copy.deepcopy(answer["content"])
        responses["206"] = {
            "description": both(described_answers.PART),
            "headers": part,
            "content": content,
        }
        responses["416"] = {"description": both(described_answers.NO_SUCH_PART), "headers": part}
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(status_of_code(code, _kinds()[code]["kind"]), []).append(code)
    for status, found in sorted(by_status.items()):
        responses[str(status)] = _refusal(status, found, name)
    # Not `default`: generators take that for the answer of success where they cannot read one.
    for others in ("4XX", "5XX"):
        responses[others] = {"$ref": "#/components/responses/Problem"}


def _refusal(status: int, codes: list[str], name: str) -> Document:
    shape = description_of_room.REFUSALS.get((name, status), "Problem")
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    said: Document = {"schema": _ref(shape), "examples": examples}
    refusal: Document = {
        "description": refused_with(status, codes),
        "content": {"application/problem+json": said},
    }
    if status in _RETRY:
        seconds = _header(described_answers.RETRY_AFTER)
        refusal["headers"] = {"Retry-After": seconds}
    return refusal


def _other_form(item: Document, name: str) -> Document:
    """The same call with another form behind the serial."""
    return {"get": copy.deepcopy(item["get"]) | {"operationId": name}}


def _example(code: str) -> Document:
    known = _kinds()[code]
    status = status_of_code(code, known["kind"])
    return {
        "type": f"urn:strp:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": known["detail"] or "See `code`.",
        **({"poll_after_s": 4} if code == "not-your-turn" else {}),
    }


@cache
def _kinds() -> Mapping[str, Mapping[str, str]]:
    """Kind and sentence of each code; written by `make docs`."""
    found: Mapping[str, Mapping[str, str]] = json.loads(_CODES.read_text(encoding="utf-8"))
    return found


def _header(meaning: Text) -> Document:
    return {"description": both(meaning), "schema": {"type": "string"}}


def _ref(shape: str) -> Document:
    return {"$ref": f"#/components/schemas/{shape}"}
