"""What an employer says of itself at the JSON door."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Router, put

from strp.api.actors import WHO, WHOSE, own_employer, permitted
from strp.api.field_types import NibText
from strp.domain.employers.employer import require_nib
from strp.domain.people.account import acts_for_employers
from strp.domain.screening.ruling import MOST_STAFF
from strp.domain.screening.staff_declaration import DeclaredStaff
from strp.http.route_class import API_CALL, ROUTE
from strp.usecases.filing.declare_staff import declare_staff
from strp.usecases.process.system import System

Number = Annotated[int, msgspec.Meta(ge=0, le=MOST_STAFF)]


class StaffIn(msgspec.Struct):
    """People who work for the employer in this period; who files answers for the numbers.

    Partners (drivers, day labourers, outsourced people) count with those at service sites.
    """

    service: Number
    administration: Number
    partners: Number = 0


class StaffOut(msgspec.Struct):
    """The declaration, and what became of workers who waited for a decision."""

    nib: NibText
    service: int
    administration: int
    partners: int
    approved: int
    refused: int
    pending: int


@put(
    "/api/v1/employers/{nib:str}/staff",
    opt={WHO: acts_for_employers, WHOSE: own_employer, ROUTE: API_CALL},
)
async def put_staff(
    request: Request[Any, Any, Any], system: System, nib: str, data: StaffIn
) -> StaffOut:
    """Declare the staff that caps are a share of, for this period; officials look at some.

    Args:
        nib: of the employer, 13 digits.
        data: heads of staff; what was declared before is replaced.

    Returns:
        How many workers the new caps let in, keep out or leave waiting.
    """
    number = require_nib(nib)
    actor = permitted(request)
    declared = DeclaredStaff(
        service=data.service, administration=data.administration, partners=data.partners
    )
    done = await declare_staff(system, actor, number, declared)
    return StaffOut(
        nib=f"{number:013d}",
        service=data.service,
        administration=data.administration,
        partners=data.partners,
        approved=done.approved,
        refused=done.refused,
        pending=done.waiting,
    )


ROUTES = Router(path="/", route_handlers=[put_staff], tags=["employers"])
