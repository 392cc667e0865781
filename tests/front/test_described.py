"""The waiting room's calls answer as the description says."""

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from strp.http.description import DESCRIBE
from strp.wiring.web import litestar_application
from tests.front.asking import Front, Reply

pytestmark = pytest.mark.anyio
TICKETS, ADMISSIONS = "/waiting-room/tickets", "/waiting-room/admissions"


@pytest.fixture
def description(front: Front) -> Any:
    """The OpenAPI document."""
    return litestar_application(front.system).state[DESCRIBE]()


def mistakes(description: Any, method: str, path: str, reply: Reply) -> list[str]:
    """What an answer has that the description does not say."""
    described = description["paths"][path][method]["responses"][str(reply.status)]
    content = described["content"][reply.header("content-type")]
    schema = content["schema"] | {"components": description["components"]}
    validator = OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER)
    missing = [name for name in described.get("headers", ()) if not reply.header(name.lower())]
    return [each.message for each in validator.iter_errors(reply.json)] + missing


async def taken(front: Front, **asked: str) -> Reply:
    return await front.ask("POST", TICKETS, body=asked)


async def test_the_document_of_the_crowd(front: Front, description: Any) -> None:
    reply = await front.ask("GET", "/waiting-room.json")
    assert (reply.status, mistakes(description, "get", "/waiting-room.json", reply)) == (200, [])


async def test_a_ticket(front: Front, description: Any) -> None:
    reply = await taken(front)
    assert (reply.status, mistakes(description, "post", TICKETS, reply)) == (201, [])


async def test_a_ticket_in_a_line_that_is_not_there(front: Front, description: Any) -> None:
    reply = await taken(front, lane="nobody")
    assert (reply.status, mistakes(description, "post", TICKETS, reply)) == (422, [])


async def test_more_tickets_than_a_block_may_have(front: Front, description: Any) -> None:
    replies = [await taken(front) for _ in range(2001)]
    reply = replies[-1]
    assert (reply.status, mistakes(description, "post", TICKETS, reply)) == (429, [])


async def test_an_admission(front: Front, description: Any) -> None:
    reply = await front.admission(await front.ticket())
    assert (reply.status, mistakes(description, "post", ADMISSIONS, reply)) == (201, [])


async def test_a_number_that_is_not_served(front: Front, description: Any) -> None:
    await front.set_mode("on")
    reply = await front.admission(await front.ticket())
    assert (reply.status, mistakes(description, "post", ADMISSIONS, reply)) == (425, [])


async def test_a_ticket_that_is_none(front: Front, description: Any) -> None:
    reply = await front.admission("nonsense")
    assert (reply.status, mistakes(description, "post", ADMISSIONS, reply)) == (422, [])


async def test_a_ticket_that_was_used(front: Front, description: Any) -> None:
    ticket = await front.ticket()
    await front.admission(ticket)
    front.system.clock.pass_(minutes=3)  # type: ignore[attr-defined]
    reply = await front.admission(ticket)
    assert (reply.status, mistakes(description, "post", ADMISSIONS, reply)) == (409, [])


async def test_an_admission_without_a_database(front: Front, description: Any) -> None:
    ticket = await front.ticket()
    await front.system.database.close()
    reply = await front.admission(ticket)
    assert (reply.status, mistakes(description, "post", ADMISSIONS, reply)) == (503, [])
