"""What the framework cannot know of this door, added to the description it makes (OpenAPI 3.1)."""

from collections.abc import Mapping
from typing import Any

from strp.api import waiting_room

Document = dict[str, Any]

_BINARY: Document = {"type": "string", "contentEncoding": "binary"}
_TEXT: Document = {"type": "string"}
_OBJECT: Document = {"type": "object"}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What an answer holds where the handler writes it by itself, by operation and media type.
CONTENT: Mapping[str, Mapping[str, Document]] = {
    "get_certificate": {
        "application/json": {"$ref": "#/components/schemas/CertificateOut"},
        "application/pdf": _BINARY,
        "image/png": _BINARY,
        "image/svg+xml": _TEXT,
        "text/plain": _TEXT,
    },
    "get_certificates_pdf": {"application/pdf": _BINARY},
    "get_certificates_zip": {"application/zip": _BINARY},
    "get_links_csv": {"text/csv": _TEXT},
    "get_links_xlsx": {_SHEET: _BINARY},
    "get_employer_links_csv": {"text/csv": _TEXT},
    "get_employer_links_xlsx": {_SHEET: _BINARY},
    "get_corrections": {
        "text/csv": _TEXT,
        _SHEET: _BINARY,
        "application/vnd.ms-excel": _BINARY,
        "application/vnd.oasis.opendocument.spreadsheet": _BINARY,
        "application/json": _OBJECT,
    },
    "get_evidence_page": {"image/jpeg": _BINARY},
    "get_keys": {"application/jwk-set+json": _OBJECT},
    "get_trust_bundle": {"application/jose+json": _OBJECT},
    "get_status_list": {"application/statuslist+cwt": _BINARY},
    "get_policy": {"application/json": _OBJECT},
    "get_eligibility": {"application/json": {"$ref": "#/components/schemas/EligibilityOut"}},
    "alive": {"text/plain": _TEXT},
    "ready": {"text/plain": _TEXT},
    "metrics": {"text/plain": _TEXT},
}
# What a request holds where the handler reads it by itself.
BODIES: Mapping[str, Mapping[str, Document]] = {
    "file_application": {
        "application/json": {
            "type": "object",
            "description": 'As `{"nib": "…", "workers": [{…}]}`.',
        },
        "text/csv": _TEXT,
        _SHEET: _BINARY,
        "application/vnd.ms-excel": _BINARY,
        "application/vnd.oasis.opendocument.spreadsheet": _BINARY,
    },
    "attach_employer_evidence": {
        "application/pdf": _BINARY,
        "image/jpeg": _BINARY,
        "image/png": _BINARY,
    },
}
KEYED = {"file_application", "attach_employer_evidence", "replace_certificate"}
CACHEABLE = {
    *("get_certificate", "get_keys", "get_trust_bundle", "get_status_list", "get_policy"),
    "get_eligibility",
}
OPEN_TAGS = {"public", "operations"}

_PROBLEM: Document = {
    "type": "object",
    "description": "A problem document (RFC 9457); `code` is stable, `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "code": _TEXT,
        "detail": _TEXT,
        "retry_after_s": {"type": "integer"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": _TEXT, "code": _TEXT, "detail": _TEXT},
            },
        },
    },
}
_IDEMPOTENCY_KEY: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key gives the same receipt, however often it is sent.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_SCHEMES: Document = {
    "key": {"type": "http", "scheme": "bearer", "description": "An employer's API key."},
    "session": {"type": "apiKey", "in": "cookie", "name": "", "description": "A sign-in."},
}


def completed(generated: Document, *, cookie: str) -> Document:
    """The description with security, problem documents and media types as they are.

    Args:
        generated: what the framework found out by itself.
        cookie: name of the session's cookie.
    """
    components = generated.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["responses"] = {
        "Problem": {
            "description": "What went wrong, and what to do.",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    }
    session = _SCHEMES["session"] | {"name": cookie}
    components["securitySchemes"] = _SCHEMES | {"session": session}
    for item in generated["paths"].values():
        for operation in item.values():
            _complete(operation)
    components["schemas"] |= waiting_room.schemas()
    generated["paths"] |= waiting_room.paths(_IDEMPOTENCY_KEY)
    return generated


def _complete(operation: Document) -> None:
    name = operation["operationId"]
    responses = operation["responses"]
    responses.pop("400", None)
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    if name in CONTENT:
        content = {kind: {"schema": schema} for kind, schema in CONTENT[name].items()}
        responses["200"]["content"] = content
    if name in BODIES:
        kinds = {kind: {"schema": schema} for kind, schema in BODIES[name].items()}
        told = "Its kind is told by its content, not by its media type."
        operation["requestBody"] = {"description": told, "required": True, "content": kinds}
    if name in CACHEABLE:
        responses["304"] = {"description": "Not changed since the ETag that was sent."}
    if not OPEN_TAGS & set(operation.get("tags", ())):
        operation["security"] = [{"key": []}, {"session": []}]
    if name in KEYED:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
