"""Taking an application from the desk, keeping it while its page is open, and giving it back."""

from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.desk.review import PageSign
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.desk.escalate import answer_escalation, escalate
from strp.usecases.desk.keep_lease import keep_lease
from strp.usecases.desk.review import give_back, take_application, take_next
from strp.usecases.process.system import System
from strp.web.framework.page import Page


class NoteForm(msgspec.Struct, kw_only=True):
    """What an officer asks of a supervisor, or the answer."""

    note: str = ""


class SignForm(msgspec.Struct, kw_only=True):
    """What a script sends."""

    sign: PageSign = PageSign.OPEN


@post("/office/next", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def take_next_file(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """Take the application with the nearest deadline."""
    lease = await take_next(system, actor)
    return page.go("/office?empty=1" if lease is None else undecided_path(lease.application_id))


@post("/office/applications/{number:int}/take", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def take_file(
    page: Page,
    system: System,
    actor: Actor,
    number: int,
) -> Response[bytes]:
    """Take this application, or lengthen the lease.

    Args:
        number: of the application.
    """
    await take_application(system, actor, ApplicationId(number))
    return page.go(undecided_path(number))


@post("/office/applications/{number:int}/release", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def release_file(
    page: Page,
    system: System,
    actor: Actor,
    number: int,
) -> Response[bytes]:
    """Put the application back on the desk.

    Args:
        number: of the application.
    """
    await give_back(system, actor, ApplicationId(number))
    return page.go("/office")


@post("/office/applications/{number:int}/lease", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def keep_file(
    system: System,
    actor: Actor,
    number: int,
    data: Annotated[SignForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Keep the application, or free it soon; 409 where the officer holds it no more.

    Args:
        number: of the application.
        data: what the page says.
    """
    await keep_lease(system, actor, ApplicationId(number), data.sign)
    return Response(b"", status_code=204, headers={"Cache-Control": "no-store"})


@post("/office/applications/{number:int}/escalate", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def escalate_file(
    page: Page,
    system: System,
    actor: Actor,
    number: int,
    data: Annotated[NoteForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Hand the application to a supervisor, with a note.

    Args:
        number: of the application.
        data: the note.
    """
    await escalate(system, actor, ApplicationId(number), data.note)
    return page.go("/office")


@post("/office/applications/{number:int}/answer", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def answer_file(
    page: Page,
    system: System,
    actor: Actor,
    number: int,
    data: Annotated[NoteForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Give the application back to the officers, with what the supervisor says.

    Args:
        number: of the application.
        data: the note.
    """
    await answer_escalation(system, actor, ApplicationId(number), data.note)
    return page.go("/office")


def file_path(number: int) -> str:
    """Path of an application's page.

    Args:
        number: of the application.
    """
    return f"/office/applications/{number}"


def undecided_path(number: int) -> str:
    """Where an officer goes on: the workers that are still to be decided.

    Args:
        number: of the application.
    """
    return f"{file_path(number)}?state={WorkerState.PENDING}"


def decided_path(number: int, pending: int) -> str:
    """Where an officer goes on after a decision: those who still wait, else the queue.

    Args:
        number: of the application.
        pending: workers of it who still wait.
    """
    rest = f"{undecided_path(number)}&done=workers-decided"
    return rest if pending else f"/office?done={number}"


LEASE_PAGES = (
    take_next_file,
    take_file,
    release_file,
    keep_file,
    escalate_file,
    answer_file,
)
