"""Work at other employers' sites at the JSON door: who names whom, and the host's word on it."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Router, get, put
from litestar.params import Parameter

from strp.api.actors import WHO, WHOSE, own_employer, permitted
from strp.api.field_types import NibText
from strp.domain.employers.employer import require_nib
from strp.domain.identifiers import format_nib
from strp.domain.people.account import follows_applications
from strp.domain.screening.hosting import HostingState, HostingWord
from strp.domain.screening.ruling import MOST_STAFF
from strp.domain.text import clean_line
from strp.http.route_class import API_CALL, ROUTE
from strp.usecases.desk.confirm_host import answer_for_host
from strp.usecases.employers.show_hostings import (
    ShownHosting,
    hostings_of_employer,
    hostings_of_host,
)
from strp.usecases.process.system import System

AnyRequest = Request[Any, Any, Any]
Number = Annotated[int, msgspec.Meta(ge=0, le=MOST_STAFF)]


class PlacesOut(msgspec.Struct):
    """Workers or places by site type."""

    service: int
    administration: int


class SiteOut(msgspec.Struct):
    """An employer at a host: what the host said, and who waits, as numbers; no names of workers.

    `status` is `asked`, `confirmed`, `declined`, `withdrawn`, or `ended` past its last day.
    """

    employer: NibText
    employer_name: str | None
    host: NibText
    host_name: str | None
    status: Literal["asked", "confirmed", "declined", "withdrawn", "ended"]
    waiting: PlacesOut
    places: PlacesOut
    until: str | None
    reason: str | None


class SitesOut(msgspec.Struct):
    """Some of them; `next` is the value of `after` for the following ones."""

    items: list[SiteOut]
    next: int | None


class SiteIn(msgspec.Struct):
    """The word of the host: places and perhaps a last day to confirm, else a reason."""

    state: Literal["confirmed", "declined", "withdrawn"]
    service: Number = 0
    administration: Number = 0
    until: date | None = None
    reason: str = ""


class SiteAnsweredOut(msgspec.Struct):
    """What the word did; `proposed`: a second official must confirm it, and nothing changed yet."""

    state: str
    proposed: bool
    approved: int
    refused: int
    pending: int


@get("/api/v1/employers/{nib:str}/sites", opt={WHO: follows_applications, ROUTE: API_CALL})
async def get_sites(
    request: AnyRequest,
    system: System,
    nib: str,
    role: Annotated[Literal["host", "employer"], Parameter()] = "host",
    after: Annotated[int, Parameter(ge=0, le=10**13)] = 0,
) -> SitesOut:
    """Who names this employer's site (`role=host`), or whose sites it names (`role=employer`).

    Args:
        nib: of the employer, 13 digits.
        role: `host` for those that name this site, `employer` for those that this one names.
        after: `next` of the answer before; 0 for the first.
    """
    actor, number = permitted(request), require_nib(nib)
    pages = hostings_of_host if role == "host" else hostings_of_employer
    page = await pages(system, actor, number, after)
    return SitesOut([site_out(each) for each in page.items], page.next_after)


@put(
    "/api/v1/employers/{nib:str}/sites/{employer:str}",
    opt={WHO: follows_applications, WHOSE: own_employer, ROUTE: API_CALL},
)
async def put_site(
    request: AnyRequest, system: System, nib: str, employer: str, data: SiteIn
) -> SiteAnsweredOut:
    """Confirm, decline or withdraw an employer's workers at this employer's site.

    Args:
        nib: of the host, 13 digits.
        employer: NIB of the employer whose workers are meant, 13 digits.
        data: the word of the host.
    """
    word = HostingWord(
        state=HostingState(data.state),
        service=data.service,
        administration=data.administration,
        until_on=data.until,
        reason=clean_line(data.reason),
    )
    done = await answer_for_host(
        system, permitted(request), require_nib(nib), require_nib(employer), word
    )
    screened = done.rescreened
    return SiteAnsweredOut(
        state=done.state,
        proposed=done.proposed,
        approved=screened.approved,
        refused=screened.refused,
        pending=screened.waiting,
    )


def site_out(shown: ShownHosting) -> SiteOut:
    """A hosting as the JSON door writes it."""
    hosting = shown.hosting
    return SiteOut(
        employer=format_nib(hosting.nib),
        employer_name=shown.employer_name,
        host=format_nib(hosting.host_nib),
        host_name=shown.host_name,
        status=shown.status,  # type: ignore[arg-type]
        waiting=PlacesOut(shown.waiting.service, shown.waiting.administration),
        places=PlacesOut(hosting.service, hosting.administration),
        until=hosting.until_on.isoformat() if hosting.until_on else None,
        reason=hosting.reason or None,
    )


ROUTES = Router(path="/", route_handlers=[get_sites, put_site], tags=["employers"])
