"""The office: the desk, and an application in an officer's hands."""

from typing import Annotated, Any, NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter

from strp.domain.civil_time import civil_day
from strp.domain.desk.acts import ACT_NAMES, RULED, Approval, acts_for, approval
from strp.domain.desk.review import BEAT_S, Decision, WorkerDecision
from strp.domain.desk.waiting_filter import MOST_COUNTED
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, StrpError
from strp.domain.filing.application import WorkerCounts, WorkerState
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import (
    Actor,
    Role,
    may_decide_claims,
    may_review,
    may_revoke,
    not_your_task,
)
from strp.domain.text import Text
from strp.http.problems import status_of
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.certificates.stop_issuing import issuing_stopped
from strp.usecases.desk.approvals import decline_proposals
from strp.usecases.desk.decide_group import decide_group
from strp.usecases.desk.escalate import escalation_of
from strp.usecases.desk.file_under_review import file_under_review
from strp.usecases.desk.review import approve_passed, decide, decide_rest
from strp.usecases.desk.show_desk import ALL_WAITING, count_escalated, count_other_work, show_desk
from strp.usecases.filing.attach_evidence import evidence_of_employer
from strp.usecases.filing.reveal_worker import reveal_worker
from strp.usecases.filing.show import WorkersPage, receipt_of
from strp.usecases.filing.unopenable import set_aside_if_sealed
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, policy_by_id
from strp.web.framework.confirm import SURE, ask_first
from strp.web.framework.page import Page
from strp.web.office.beside_file import (
    WORKERS_A_PAGE,
    beside_list,
    cap_of,
    group_names,
    workers_on_one_phone,
)
from strp.web.office.forecast import forecast_of
from strp.web.office.lease import decided_path, file_path, undecided_path
from strp.web.office.refuse_all import refuse_all
from strp.web.office.waiting_list import (
    AGES,
    REASONS_TO_FILTER,
    ListQuery,
    read_filter,
    read_place,
    receipt_searched,
)

DESK_LINES = 25
APPROVE_PASSED = "approve-passed"


class DecisionForm(msgspec.Struct, kw_only=True):
    """What the officer ticked; a single tick comes as one number."""

    decision: str = ""
    reason: str = ""
    remark: str = ""
    scope: str = "ticked"
    group: str = ""
    word: str = ""
    sure: str = ""
    row: list[int] | int = []

    @property
    def rows(self) -> list[int]:
        """Lines of the workers that were ticked."""
        return [self.row] if isinstance(self.row, int) else self.row


class Seen(NamedTuple):
    """Which workers of an application a page shows."""

    state: WorkerState | None
    after: int = 0
    group: str = ""


@get("/office", opt={ROUTE: OFFICE_PAGE})
async def show_office(
    page: Page,
    system: System,
    actor: Actor,
    empty: int = 0,
    done: int | None = None,
    q: str = "",
    sector: str = "",
    reason: str = "",
    age: str = "",
    after: str = "",
) -> Response[bytes]:
    """The desk: what waits, how long is left, and the next file.

    Args:
        empty: 1 where the desk had nothing for who asked for the next file.
        done: number of the application that was decided just before, or None.
        q: receipt, or part of what is looked for; empty for all.
        sector, reason, age: codes that the list is filtered by; empty for all.
        after: place of the last one of the page before; empty for the first page.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_review(actor):
        if page.first_page.startswith("/office/"):  # the accounts, the record
            return page.go(page.first_page)
        raise not_your_task()
    asked, place, error = ListQuery(q, sector, reason, age), read_place(after), None
    if q and (number := receipt_searched(system, q)) is not None:
        return page.go(file_path(number))
    try:
        wanted = read_filter(asked)
    except InvalidInput as caught:
        wanted, error = ALL_WAITING, caught
    summary, waiting = await show_desk(system, actor, DESK_LINES, wanted=wanted, after=place)
    return page.show(
        "office/desk.html",
        status=200 if error is None else 422,
        error=error,
        asked=asked,
        after=place,
        sectors=page.policy.sectors if page.policy else (),
        ages=AGES,
        referrals=REASONS_TO_FILTER,
        actor=actor,
        summary=summary,
        escalated=await count_escalated(system, actor),
        most=MOST_COUNTED,
        other=await count_other_work(system, actor),
        forecast=await forecast_of(system, actor),
        stopped=await issuing_stopped(system),
        waiting=waiting,
        receipt=lambda number: receipt_of(system, number),
        empty=bool(empty),
        done=None if done is None else receipt_of(system, ApplicationId(done)),
        **_doors(actor),
    )


@get("/office/applications/{number:int}", opt={ROUTE: OFFICE_PAGE})
async def show_file(
    page: Page,
    system: System,
    actor: Actor,
    number: int,
    worker_state: Annotated[WorkerState | None, QueryParameter(name="state")] = None,
    after: int = 0,
    group: str = "",
) -> Response[bytes]:
    """An application with its workers and reasons.

    Args:
        number: of the application.
        worker_state: only workers in this state; None for all.
        after: last row of the page of workers before; 0 for the first page.
        group: key of the group of workers that is shown; empty for all.
    """
    seen = Seen(worker_state, after, group)
    return await _show_file(page, system, actor, ApplicationId(number), seen)


@post("/office/applications/{number:int}/decisions", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def decide_file(
    page: Page,
    system: System,
    actor: Actor,
    number: int,
    data: Annotated[DecisionForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Approve, refuse or return workers.

    Args:
        number: of the application.
        data: the decision, for whom, and whether the reader has seen what it does.
    """
    application_id = ApplicationId(number)
    try:
        if _ends_all(system, data) and data.sure != SURE:
            question = refuse_all(receipt_of(system, application_id), file_path(number))
            kept = {name: getattr(data, name) for name in ("decision", "reason", "remark", "scope")}
            return ask_first(page, question, kept)
        counts = await _decide(system, actor, application_id, data)
    except (InvalidInput, Conflict, NotFound) as error:  # told beside how it stands now
        seen = Seen(None if isinstance(error, NotFound) else WorkerState.PENDING, 0, data.group)
        return await _show_file(page, system, actor, application_id, seen, error, data)
    return page.go(decided_path(number, counts.pending))


@post("/office/applications/{number:int}/proposals", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def decline_file_proposals(
    page: Page, system: System, actor: Actor, number: int
) -> Response[bytes]:
    """Send proposed approvals back: their workers wait as before."""
    await decline_proposals(system, actor, ApplicationId(number))
    return page.go(undecided_path(number))


@get("/office/applications/{number:int}/proposals", opt={ROUTE: OFFICE_PAGE})
async def leave_proposals(page: Page, number: int) -> Response[bytes]:
    """Where the language switch leads after that."""
    return page.go(file_path(number))


@get("/office/applications/{number:int}/decisions", opt={ROUTE: OFFICE_PAGE})
async def leave_decisions(page: Page, number: int) -> Response[bytes]:
    """Where the language switch leads after a decision that was not complete."""
    return page.go(file_path(number))


@post(
    "/office/applications/{number:int}/workers/{row:int}", status_code=200, opt={ROUTE: OFFICE_PAGE}
)
async def reveal(
    page: Page,
    system: System,
    actor: Actor,
    number: int,
    row: int,
) -> Response[bytes]:
    """One worker's identity in full; the look is recorded.

    Args:
        number: of the application.
        row: of the worker in the roster.
    """
    application_id = ApplicationId(number)
    person = await reveal_worker(system, actor, application_id, row)
    return page.show(
        "office/worker.html",
        person=person,
        row=row,
        receipt=receipt_of(system, application_id),
        back=file_path(number),
        **_doors(actor),
    )


@get("/office/applications/{number:int}/workers/{row:int}", opt={ROUTE: OFFICE_PAGE})
async def hide(page: Page, number: int, row: int) -> Response[bytes]:
    """An address that was kept or passed on reveals nothing by itself.

    Args:
        number: of the application.
        row: of the worker in the roster.
    """
    return page.go(f"{file_path(number)}#row-{row}")


def _ends_all(system: System, form: DecisionForm) -> bool:
    """Whether a complete form refuses everybody who waits: that is asked for first."""
    refuses = form.decision == Decision.REFUSE and system.reasons.offers(form.reason)
    return refuses and form.scope == "rest" and form.word != APPROVE_PASSED


async def _decide(
    system: System, actor: Actor, application_id: ApplicationId, form: DecisionForm
) -> WorkerCounts:
    if form.word == APPROVE_PASSED:
        return await approve_passed(system, actor, application_id)
    if form.decision not in set(Decision):
        raise _incomplete("decision", _CHOOSE_DECISION)
    decision = Decision(form.decision)
    reason = None if decision is Decision.APPROVE else form.reason or None
    if decision is not Decision.APPROVE and not system.reasons.offers(reason):
        raise _incomplete("reason", _CHOOSE_REASON)
    remark = form.remark.strip() or None
    if form.scope == "group" and form.group:
        return await decide_group(
            system, actor, application_id, form.group, decision, reason, remark
        )
    if form.scope == "rest":
        return await decide_rest(system, actor, application_id, decision, reason, remark)
    if not form.rows:
        raise _incomplete("workers", _TICK_WORKERS)
    decisions = [WorkerDecision(row, decision, reason, remark) for row in form.rows]
    return await decide(system, actor, application_id, decisions)


async def _show_file(
    page: Page,
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    seen: Seen,
    error: StrpError | None = None,
    form: DecisionForm | None = None,
) -> Response[bytes]:
    try:
        file = await file_under_review(
            system,
            actor,
            application_id,
            state=seen.state,
            after=seen.after,
            limit=WORKERS_A_PAGE,
            group=seen.group or None,
        )
    except StrpError as fault:
        await set_aside_if_sealed(system, application_id, fault)
        raise
    application, lease, workers = file.application, file.lease, file.workers
    policy = await policy_by_id(system, application.policy_id)
    employer = await employer_facts(system, application.nib)
    escalation, answer = await escalation_of(system, actor, application_id)
    return page.show(
        "office/file.html",
        status=200 if error is None else status_of(error),
        application=application,
        receipt=receipt_of(system, application_id),
        employer=employer,
        region=_region_name(system, employer.region),
        evidence=await evidence_of_employer(system, actor, application.nib),
        today=civil_day(page.now),
        sector=policy.sector(application.sector),
        lease=lease,
        held=lease is not None and lease.is_held_by(actor.id, page.now),
        escalation=escalation,
        answer=answer,
        supervises=actor.role is Role.SUPERVISOR,
        beat_s=BEAT_S,
        workers=workers,
        **await beside_list(system, file, seen.state, seen.group, seen.after),
        acts=_acts(workers),
        must_rule=_must_rule(application.sector, workers),
        proposals=file.proposals,
        actor=actor,
        state=seen.state,
        group=next((each for each in file.facts.groups if each.key == seen.group), None),
        group_names=group_names(file),
        facts=file.facts,
        cap=cap_of(policy, employer, application.sector),
        one_phone=workers_on_one_phone(workers),
        reasons=system.reasons.offered,
        error=error,
        form=form or DecisionForm(scope="group" if seen.group else "ticked"),
        **_doors(actor),
    )


def _region_name(system: System, code: str) -> str:
    regions = system.reference.regions
    return regions.names.get(code, code) if regions else code


def _acts(shown: WorkersPage) -> list[Text]:
    """What an official rules on the employer before these workers can be let in."""
    pending = (each for each in shown.workers if each.state is WorkerState.PENDING)
    needed = acts_for(reason.code for each in pending for reason in each.reasons)
    return [ACT_NAMES[act] for act in needed if act in RULED]


def _must_rule(sector: str, shown: WorkersPage) -> bool:
    """Whether one of these workers cannot be approved before a ruling."""
    pending = [each for each in shown.workers if each.state is WorkerState.PENDING]
    return any(
        approval(sector, (reason.code for reason in each.reasons), ()) is Approval.IMPOSSIBLE
        for each in pending
    )


def _doors(actor: Actor) -> dict[str, Any]:
    return {"may_decide_claims": may_decide_claims(actor), "may_revoke": may_revoke(actor)}


def _incomplete(field: str, text: Text) -> InvalidInput:
    return InvalidInput("decision-incomplete", text, fields=[FieldError(field, "missing", text)])


_CHOOSE_DECISION = Text(id="Pilih keputusan.", en="Choose a decision.")
_CHOOSE_REASON = Text(
    id="Pilih alasan dari daftar untuk menolak atau mengembalikan.",
    en="Choose a reason from the list to refuse or return.",
)
_TICK_WORKERS = Text(id="Tandai sedikitnya satu pekerja.", en="Tick at least one worker.")

OFFICE_PAGES = (
    show_office,
    show_file,
    decide_file,
    leave_decisions,
    decline_file_proposals,
    leave_proposals,
    reveal,
    hide,
)
