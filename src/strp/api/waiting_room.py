"""What programs send to the waiting room and get from it, and its part of the description.

The front answers these calls itself, before the framework, so the framework cannot describe them.
"""

from typing import Annotated, Any, Final

import msgspec

from strp.domain.waiting_room import Lane

Document = dict[str, Any]
Numbers = Annotated[int, msgspec.Meta(ge=0)]


class RoomOut(msgspec.Struct):
    """What is being served, the same for everybody: whose number is not above it comes in."""

    open: bool
    serving: dict[Lane, Numbers]
    rate: dict[Lane, float]
    at: Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]


class TicketIn(msgspec.Struct):
    """Which line to stand in, and the proof of work where one is asked for."""

    lane: Lane = Lane.EMPLOYERS
    proof: str = ""


class TicketOut(msgspec.Struct):
    """A place in line, how many are before it, and for how many seconds, as an interval."""

    ticket: str
    lane: Lane
    number: Numbers
    ahead: Numbers
    expected_s: tuple[int | None, int | None]
    poll_after_s: Annotated[int, msgspec.Meta(ge=1)]


class AdmissionIn(msgspec.Struct):
    """The ticket, and the line that it is shown in."""

    ticket: str
    lane: Lane | None = None


class AdmissionOut(msgspec.Struct):
    """Leave to enter, to be sent as the cookie that comes with it."""

    admission: str
    lane: Lane
    number: Numbers
    valid_for_s: Annotated[int, msgspec.Meta(ge=1)]


SHAPES: Final = (RoomOut, TicketIn, TicketOut, AdmissionIn, AdmissionOut)
_PROBLEM: Final = "#/components/schemas/Problem"
_DEFAULT: Final = {"$ref": "#/components/responses/Problem"}
_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": "Seconds until it is worth asking.",
        "schema": {"type": "integer"},
    }
}


def schemas() -> Document:
    """Schemas of all shapes, by name."""
    found = msgspec.json.schema_components(SHAPES, ref_template="#/components/schemas/{name}")[1]
    told_when = {
        "type": "object",
        "required": ["poll_after_s"],
        "properties": {"poll_after_s": {"type": "integer", "minimum": 1}},
    }
    to_solve = {
        "type": "object",
        "properties": {"challenge": {"type": "object", "description": "Of altcha, to be solved."}},
    }
    return found | {
        "NotYourTurn": {"allOf": [{"$ref": _PROBLEM}, told_when]},
        "TicketRefused": {"allOf": [{"$ref": _PROBLEM}, to_solve]},
    }


def paths(idempotency_key: Document) -> Document:
    """The calls, by path.

    Args:
        idempotency_key: the parameter, as other calls describe it.
    """
    shared = idempotency_key | {
        "description": "The same key gives the same ticket for a day, where it comes from the same "
        "address and program (User-Agent, Accept-Language), with the same sign-in, for the same "
        "line. Take a random key, such as a UUID: others behind your address, with the same "
        "program and the same key, get your ticket."
    }
    return {
        "/waiting-room.json": {"get": _document()},
        "/waiting-room/tickets": {
            "post": {
                "operationId": "take_ticket",
                "summary": "Take a place in line",
                "tags": ["public"],
                "parameters": [shared],
                "requestBody": _body("TicketIn", required=False),
                "responses": {
                    "201": _answer("TicketOut", "A place in line."),
                    "422": _problem("The body, or the proof of work.", "TicketRefused"),
                    "429": _problem("The address block has had its share.", retry=True),
                    "default": _DEFAULT,
                },
            }
        },
        "/waiting-room/admissions": {
            "post": {
                "operationId": "come_in",
                "summary": "Come in with a ticket whose number is served",
                "tags": ["public"],
                "requestBody": _body("AdmissionIn", required=True),
                "responses": {
                    "201": _answer("AdmissionOut", "Come in."),
                    "409": _problem("The ticket was used, has lapsed, or is too old."),
                    "422": _problem("No ticket, a forged one, or one of another line."),
                    "425": _problem("Not yet; the place is kept.", "NotYourTurn", retry=True),
                    "503": _problem("The line has stopped; the place is kept.", retry=True),
                    "default": _DEFAULT,
                },
            }
        },
    }


def _document() -> Document:
    etag = {"ETag": {"schema": {"type": "string"}}}
    return {
        "operationId": "get_room",
        "summary": "What is being served",
        "tags": ["public"],
        "responses": {
            "200": _answer("RoomOut", "The same bytes for everybody.") | {"headers": etag},
            "304": {"description": "Not changed since the ETag that was sent."},
            "default": _DEFAULT,
        },
    }


def _body(shape: str, *, required: bool) -> Document:
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _answer(shape: str, meaning: str) -> Document:
    return {"description": meaning} | {"content": _body(shape, required=True)["content"]}


def _problem(meaning: str, shape: str = "Problem", *, retry: bool = False) -> Document:
    schema = {"$ref": f"#/components/schemas/{shape}"}
    content = {"application/problem+json": {"schema": schema}}
    return {"description": meaning, "content": content} | (
        {"headers": _RETRY_AFTER} if retry else {}
    )
