"""Evidence at the JSON door: attach a letter or permit, and follow what becomes of it."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import Parameter

from strp.api.actors import WHO, WHOSE, own_employer, permitted
from strp.api.bodies import small_body
from strp.api.field_types import Day, Moment, NibText
from strp.api.times import rfc3339
from strp.domain.civil_time import civil_day
from strp.domain.employers.employer import require_nib
from strp.domain.errors import TooLarge
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import acts_for_employers, follows_applications
from strp.domain.rules.policy import Policy
from strp.domain.screening.evidence import Evidence, EvidenceState, kind_name
from strp.domain.text import Language
from strp.http.idempotency import idempotency_key_of
from strp.http.language import language_of
from strp.http.route_class import API_CALL, API_PICTURE, EVIDENCE_BODY, ROUTE, RouteClass
from strp.outside.machine.confined import until_disconnected
from strp.outside.paper.evidence_refusals import EVIDENCE_MAX_BYTES, refuse_evidence
from strp.usecases.desk.decide_evidence import read_page
from strp.usecases.filing.attach_evidence import attach_evidence, evidence_of_employer
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_today

_KIND = "Code of the kind, such as `K-j.1`; for an objection, as its `evidence_kind` says."
AnyRequest = Request[Any, Any, Any]


class EvidenceKindOut(msgspec.Struct):
    """What an employer may attach; `missing` while nothing of it counts or waits."""

    kind: str
    name: str
    sector: str
    missing: bool


class EvidenceOut(msgspec.Struct):
    """A piece of evidence: `uploaded`, `being_read`, `accepted`, `refused` or `expired`."""

    evidence_id: str
    kind: str
    name: str
    state: EvidenceState
    reason: str | None
    pages: int
    attached_at: Moment | None
    decided_at: Moment | None
    until: Day | None


class EvidenceListOut(msgspec.Struct):
    """What an employer has attached, the newest first, and what it may attach."""

    nib: NibText
    kinds: list[EvidenceKindOut]
    items: list[EvidenceOut]


EVIDENCE: Final = RouteClass(body=EVIDENCE_BODY)


@post(
    "/api/v1/employers/{nib:str}/evidence",
    status_code=201,
    opt={WHO: acts_for_employers, WHOSE: own_employer, ROUTE: EVIDENCE},
)
async def attach_employer_evidence(
    request: AnyRequest,
    system: System,
    nib: str,
    kind: Annotated[str, Parameter(description=_KIND)],
) -> Response[EvidenceOut]:
    """Attach a letter or permit for the period in force; answers once it was read and kept.

    Args:
        request: its body is the file; once it is gone, reading the file ends.
        nib: of the employer, 13 digits.
        kind: code of a kind of evidence of the policy in force.

    Raises:
        InvalidInput, TooLarge: `evidence-…`: the file is refused.
    """
    actor = permitted(request)
    number, key = require_nib(nib), idempotency_key_of(request)

    async def content() -> bytes:
        try:
            return await small_body(request, EVIDENCE_MAX_BYTES)
        except TooLarge:
            raise refuse_evidence("evidence-too-large") from None

    attached = await attach_evidence(
        system,
        actor,
        number,
        kind,
        content,
        idempotency_key=key,
        gone=until_disconnected(request.receive),
    )
    policy = await policy_today(system)
    return Response(
        evidence_out(system, policy, attached.evidence, language_of(request)),
        status_code=201,
        headers={"Location": _path(number), "Cache-Control": "no-store"},
    )


@get("/api/v1/employers/{nib:str}/evidence", opt={WHO: follows_applications, ROUTE: API_CALL})
async def list_employer_evidence(
    request: AnyRequest, system: System, nib: str
) -> Response[EvidenceListOut]:
    """What an employer has attached and what it may attach, to itself or an officer.

    Args:
        nib: of the employer, 13 digits.
    """
    actor = permitted(request)
    shown = await evidence_of_employer(system, actor, require_nib(nib))
    language = language_of(request)
    missing = {kind.code for kind in shown.missing}
    body = EvidenceListOut(
        nib=format_nib(shown.nib),
        kinds=[
            EvidenceKindOut(kind.code, kind.name.in_(language), kind.sector, kind.code in missing)
            for kind in shown.kinds
        ],
        items=[evidence_out(system, shown.policy, each, language) for each in shown.attached],
    )
    return Response(body, headers={"Cache-Control": "no-store"})


@get(
    "/api/v1/employers/{nib:str}/evidence/{evidence_id:int}/pages/{page_no:int}",
    opt={WHO: follows_applications, ROUTE: API_PICTURE},
)
async def get_evidence_page(
    request: AnyRequest, system: System, nib: str, evidence_id: int, page_no: int
) -> Response[bytes]:
    """One page as STRP has drawn it; an officer's look is recorded.

    Args:
        nib: of the employer, 13 digits.
        evidence_id: of the piece.
        page_no: from 1.

    Returns:
        A JPEG; what was sent itself is never handed out.
    """
    actor = permitted(request)
    drawn = await read_page(system, actor, require_nib(nib), evidence_id, page_no)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(drawn, media_type="image/jpeg", headers=headers)


def evidence_out(system: System, policy: Policy, one: Evidence, language: Language) -> EvidenceOut:
    """A piece of evidence as the JSON door writes it.

    Args:
        policy: names the kind.
        one: reason and last day are told only once they hold.
        language: of the kind's name.
    """
    state = one.state_told(civil_day(system.clock()))
    told = one.state == state or state == "expired"
    return EvidenceOut(
        evidence_id=str(one.evidence_id),
        kind=one.kind,
        name=kind_name(policy, one.kind).in_(language),
        state=state,
        reason=one.reason if told else None,
        pages=one.pages,
        attached_at=rfc3339(one.attached_at),
        decided_at=rfc3339(one.decided_at) if told else None,
        until=one.until_on.isoformat() if told and one.until_on else None,
    )


def _path(nib: Nib) -> str:
    return f"/api/v1/employers/{format_nib(nib)}/evidence"


ROUTES = Router(
    path="/",
    route_handlers=[attach_employer_evidence, list_employer_evidence, get_evidence_page],
    tags=["evidence"],
)
