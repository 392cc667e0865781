"""Objections at the JSON door."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post

from strp.api.actors import WHO, permitted
from strp.api.evidence import EvidenceOut, evidence_out
from strp.api.field_types import ApplicationNumber, Moment, NibText
from strp.api.times import rfc3339
from strp.domain.desk.objection import TEXT_MOST_CHARACTERS, About, Objection, Outcome
from strp.domain.people.account import acts_for_employers
from strp.domain.screening.evidence import kind_of_objection
from strp.http.idempotency import idempotency_key_of
from strp.http.language import language_of
from strp.http.route_class import API_CALL, ROUTE
from strp.usecases.desk.object import file_objection
from strp.usecases.desk.show_objections import show_objection
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_today

AnyRequest = Request[Any, Any, Any]


class ObjectionIn(msgspec.Struct):
    """What is objected to. `ref` is the number of an application or a NIB for `sector` and `cap`,
    `{application_id}/{row}` for `worker`, a NIB for `claim` and `closure`."""

    about: About
    ref: Annotated[
        str,
        msgspec.Meta(max_length=40, extra_json_schema={"pattern": "^[0-9]{1,18}(/[0-9]{1,10})?$"}),
    ]
    text: Annotated[
        str, msgspec.Meta(max_length=TEXT_MOST_CHARACTERS, extra_json_schema={"pattern": "\\S"})
    ]


class ObjectionOut(msgspec.Struct):
    """An objection; `outcome` is `upheld` or `rejected` once it is decided, by `due_at`, or `over`
    where the closure that it is against ended before. While it is open, evidence is attached under
    `evidence_kind`, as that of an employer is."""

    id: str
    about: About
    nib: NibText
    application_id: ApplicationNumber | None
    row: int | None
    text: str
    filed_at: Moment | None
    due_at: Moment | None
    outcome: Outcome | None
    reason: str | None
    decided_at: Moment | None
    evidence_kind: str
    evidence: EvidenceOut | None


@post("/api/v1/objections", status_code=201, opt={WHO: acts_for_employers, ROUTE: API_CALL})
async def post_objection(
    request: AnyRequest, system: System, data: ObjectionIn
) -> Response[ObjectionOut]:
    """Object to a refusal; one objection is open for each thing.

    Args:
        request: its Idempotency-Key makes a repetition safe.
        data: what is objected to, and why.
    """
    actor = permitted(request)
    key = idempotency_key_of(request)
    made = await file_objection(system, actor, data.about, data.ref, data.text, idempotency_key=key)
    where = {"Location": f"/api/v1/objections/{made.objection_id}", "Cache-Control": "no-store"}
    return Response(objection_out(made, None), status_code=201, headers=where)


@get("/api/v1/objections/{number:int}", opt={WHO: acts_for_employers, ROUTE: API_CALL})
async def get_objection(request: AnyRequest, system: System, number: int) -> ObjectionOut:
    """An objection and what came of it.

    Args:
        number: of the objection.
    """
    found, one = await show_objection(system, permitted(request), number)
    policy, language = await policy_today(system), language_of(request)
    return objection_out(
        found, None if one is None else evidence_out(system, policy, one, language)
    )


def objection_out(found: Objection, evidence: EvidenceOut | None) -> ObjectionOut:
    """An objection as the JSON door writes it.

    Args:
        found: the objection.
        evidence: that was attached to it, or None.
    """
    number = found.application_id
    return ObjectionOut(
        id=str(found.objection_id),
        about=About(found.about),
        nib=f"{found.nib:013d}",
        application_id=None if number is None else str(number),
        row=found.row_no,
        text=found.body,
        filed_at=rfc3339(found.filed_at),
        due_at=rfc3339(found.due_at),
        outcome=None if found.outcome is None else Outcome(found.outcome),
        reason=found.reason,
        decided_at=rfc3339(found.decided_at),
        evidence_kind=kind_of_objection(found.objection_id),
        evidence=evidence,
    )


ROUTES = Router(path="/", route_handlers=[post_objection, get_objection], tags=["objections"])
