"""The waiting room's part of the description: the front answers these calls, not the framework."""

from collections.abc import Mapping
from typing import Any, Final

from strp.api.described_parts import media, shape
from strp.domain.waiting_room.lanes import Lane

Document = dict[str, Any]
# Problem documents with members of their own, by operation and status.
REFUSALS: Final[Mapping[tuple[str, int], str]] = {
    ("come_in", 425): "NotYourTurn",
    ("take_ticket", 422): "TicketRefused",
}


def paths() -> Document:
    """The calls, by path."""
    return {
        "/waiting-room.json": {"get": _call("get_room", "200", "RoomOut")},
        "/waiting-room/tickets": {
            "post": _call("take_ticket", "201", "TicketOut") | _body("TicketIn", required=False)
        },
        "/waiting-room/admissions": {
            "post": _call("come_in", "201", "AdmissionOut") | _body("AdmissionIn", required=True)
        },
        "/waiting-room/seat": {
            "get": _call("find_seat", "200", "TicketOut"),
            "post": _call("keep_seat", "200", "TicketOut") | _body("AdmissionIn", required=False),
        },
        "/waiting-room/order.json": {
            "get": _call("get_order", "200", "OrderOut")
            | {
                "parameters": [
                    {
                        "name": "lane",
                        "in": "query",
                        "description": "Antreannya. / The line.",
                        "schema": {"type": "string", "enum": [lane.value for lane in Lane]},
                    },
                    {"name": "after", "in": "query"},
                ]
            }
        },
        "/waiting-room/opening.json": {"get": _call("get_opening", "200", "OpeningOut")},
    }


def _call(name: str, status: str, answer: str) -> Document:
    return {
        "operationId": name,
        "tags": ["waiting room"],
        "responses": {status: {"content": {"application/json": media(shape(answer))}}},
    }


def _body(name: str, *, required: bool) -> Document:
    content = {"application/json": media(shape(name))}
    return {"requestBody": {"required": required, "content": content}}
