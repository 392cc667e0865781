"""Review: an officer takes the application with the nearest deadline and decides its workers."""

from collections.abc import Sequence

from strp.domain.desk.review import (
    LEASE,
    NOBODY_DECIDED,
    REMARK_MOST_CHARACTERS,
    STATE_AFTER,
    Decision,
    WorkerDecision,
    needs_reason,
)
from strp.domain.errors import Conflict, FieldError, InvalidInput
from strp.domain.filing.application import WorkerCounts, WorkerState
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.screening.ruling import same_account
from strp.domain.screening.screen import ScreeningOutcome
from strp.domain.text import Text, clean_line
from strp.store import audit
from strp.store.desk import decisions as store
from strp.store.desk import leases
from strp.store.desk.proposals import reviewed_application, standing_without
from strp.store.engine.database import Connection
from strp.usecases.desk.agreement import refuse_officer, require_agreement
from strp.usecases.desk.approvals import (
    HeldForApproval,
    deciding,
    hold_for_approval,
    require_sector,
    settle_proposals,
)
from strp.usecases.filing.unopenable import can_be_opened
from strp.usecases.process.system import System


async def take_next(system: System, actor: Actor) -> leases.Lease | None:
    """Lend an officer the application with the nearest deadline, for a quarter of an hour.

    An officer who holds one already gets that one again. Two officers never hold the same. One that
    cannot be opened is passed over.

    Returns:
        The lease, or None where the desk is empty.
    """
    _permit(actor)
    while True:
        now = system.clock()
        async with system.database.connection() as conn:
            lease = await leases.lease_next(conn, actor, now=now, until=now + LEASE)
        # One that cannot be opened is set aside, and so never comes back here.
        if lease is None or await can_be_opened(system, lease.application_id):
            return lease


async def take_application(
    system: System, actor: Actor, application_id: ApplicationId
) -> leases.Lease:
    """Lend an officer one application, or lengthen the lease they have.

    Args:
        actor: the officer.
        application_id: of the filing.

    Raises:
        Conflict: another officer holds it.
        NotFound: it is not on the desk.
    """
    _permit(actor)
    now = system.clock()
    async with system.database.connection() as conn:
        lease = await leases.lease_one(conn, application_id, actor, now=now, until=now + LEASE)
        return lease or await refuse_officer(conn, application_id, now)


async def give_back(system: System, actor: Actor, application_id: ApplicationId) -> None:
    """Put an application back on the desk for the next officer.

    Args:
        actor: the officer who holds it; of another's lease nothing is changed.
        application_id: of the filing.

    Raises:
        Forbidden: the actor does not review.
    """
    _permit(actor)
    async with system.database.transaction() as conn:
        if await leases.release(conn, application_id, actor.id):
            await audit.record(
                conn,
                at=system.clock(),
                actor=actor.label,
                action="application-given-back",
                subject=f"application:{application_id}",
            )


async def decide(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    decisions: Sequence[WorkerDecision],
) -> WorkerCounts:
    """Decide workers of an application that the officer holds.

    Args:
        decisions: one a worker; workers that are decided already stay as they are.

    Returns:
        The application's workers by state.

    Raises:
        InvalidInput: a refusal or return without a reason from the list.
        Conflict: the officer does not hold the application (any more); `ruling-needed`, where
            sector or staff is unknown; `four-eyes-same-account`, where a second officer must
            confirm what this one proposed; `nobody-decided`, where all of them are decided
            already. Nobody is decided.
    """
    _permit(actor)
    check_decisions(system, decisions)
    rows = [
        (one.row, STATE_AFTER[one.decision], one.reason, clean_line(one.remark or "") or None)
        for one in decisions
    ]
    approved = [one.row for one in decisions if one.decision is Decision.APPROVE]
    if approved:
        return await _approve_chosen(system, actor, application_id, rows, approved)
    async with system.database.connection() as conn:
        await require_agreement(conn, actor, application_id, [row[0] for row in rows])
        counts = await store.decide_chosen(
            conn, application_id, actor, now=system.clock(), decisions=rows
        )
        return await _settled(system, conn, application_id, counts)


async def _approve_chosen(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    rows: Sequence[tuple[int, WorkerState, str | None, str | None]],
    approved: Sequence[int],
) -> WorkerCounts:
    """Decide some workers, approvals among them; nobody where one of them cannot be approved."""
    async with deciding(system) as conn:
        counts = await approve_chosen_in(system, conn, actor, application_id, rows, approved)
    return _told(system, counts)


async def approve_chosen_in(
    system: System,
    conn: Connection,
    actor: Actor,
    application_id: ApplicationId,
    rows: Sequence[tuple[int, WorkerState, str | None, str | None]],
    approved: Sequence[int],
) -> WorkerCounts:
    """Decide some workers of a held application, approvals among them, in a transaction.

    Args:
        system: the installation.
        conn: open transaction.
        actor: the officer who holds it.
        application_id: of the filing.
        rows: row, state, code of the reason, remark of each.
        approved: rows of those who are approved.

    Raises:
        Conflict: as `decide`; the transaction is to be rolled back.
    """
    held = await hold_for_approval(
        system, conn, actor, application_id, approved, others=len(approved) < len(rows)
    )
    if held is None:
        await refuse_officer(conn, application_id, system.clock())
    if held.approvals.own:
        raise same_account()
    out = [row[0] for row in rows if row[1] is not WorkerState.APPROVED]
    await require_agreement(conn, actor, application_id, out)
    remark = next((row[3] for row in rows if row[3]), None)
    decided = [
        (row, state, reason, said or held.remarks.get(row))
        for row, state, reason, said in rows
        if row not in held.left_out
    ]
    counts = await _decide_held(system, conn, actor, held, decided)
    await settle_proposals(system, conn, actor, held, remark)
    return counts


async def _decide_held(
    system: System,
    conn: Connection,
    actor: Actor,
    held: HeldForApproval,
    rows: Sequence[tuple[int, WorkerState, str | None, str | None]],
) -> WorkerCounts:
    """Decide some workers of an application that is held, perhaps none."""
    if not rows:
        return held.counts
    number, now = held.application_id, system.clock()
    try:
        counts = await store.decide_chosen(conn, number, actor, now=now, decisions=rows)
    except Conflict as error:
        if (
            error.code == NOBODY_DECIDED and held.left_out
        ):  # others of those chosen are proposed: that is not nothing
            return held.counts
        raise
    return counts or await refuse_officer(conn, number, now)


async def approve_passed(
    system: System, actor: Actor, application_id: ApplicationId
) -> WorkerCounts:
    """Approve all pending workers of a held application whom screening lets pass.

    Args:
        actor: the officer who holds it.
        application_id: of the filing.

    Returns:
        How its workers stand afterwards; as before, where screening lets nobody pass.

    Raises:
        Conflict: as `decide`; `nobody-decided`, where all whom it lets pass are decided already.
    """
    _permit(actor)
    passed, state = ScreeningOutcome.PASS, WorkerState.APPROVED
    async with deciding(system) as conn:
        found = await reviewed_application(conn, application_id)
        if found is not None:
            await require_sector(system, conn, found)
    try:
        return await _decide_pending(system, actor, application_id, state, screening=passed)
    except Conflict as error:
        if error.code != NOBODY_DECIDED or found is None:
            raise
        async with system.database.connection() as conn:
            standing = await standing_without(conn, found.nib, application_id, passed)
        if standing is None:
            raise
        return standing  # not too late: there was never anybody whom this is meant for


async def decide_rest(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    decision: Decision,
    reason: str | None = None,
    remark: str | None = None,
) -> WorkerCounts:
    """Decide all workers of a held application that are still pending.

    Args:
        actor: the officer who holds it.
        application_id: of the filing.
        decision: for all of them.
        reason: code of the reason of a refusal or return.
        remark: one line for the employer.

    Returns:
        How its workers stand afterwards.
    """
    _permit(actor)
    check_decisions(system, [WorkerDecision(0, decision, reason, remark)])
    remark = clean_line(remark or "") or None
    if decision is Decision.APPROVE:
        return await _approve_rest(system, actor, application_id, remark)
    state = STATE_AFTER[decision]
    return await _decide_pending(system, actor, application_id, state, reason=reason, remark=remark)


async def _approve_rest(
    system: System, actor: Actor, application_id: ApplicationId, remark: str | None
) -> WorkerCounts:
    """Approve all who wait, or propose it for those whom a second officer must confirm."""
    async with deciding(system) as conn:
        counts = await approve_rest_in(system, conn, actor, application_id, remark)
    return _told(system, counts)


async def approve_rest_in(
    system: System,
    conn: Connection,
    actor: Actor,
    application_id: ApplicationId,
    remark: str | None,
) -> WorkerCounts:
    """Approve all who wait in a held application, or propose it, in a transaction.

    Args:
        system: the installation.
        conn: open transaction.
        actor: the officer who holds it.
        application_id: of the filing.
        remark: one line for the employer.

    Raises:
        Conflict: as `decide`; the transaction is to be rolled back.
    """
    held = await hold_for_approval(system, conn, actor, application_id, None)
    if held is None:
        await refuse_officer(conn, application_id, system.clock())
    counts = held.counts
    if 0 < counts.pending == len(held.approvals.own):
        raise same_account()
    with_remark = [(row, WorkerState.APPROVED, None, said) for row, said in held.remarks.items()]
    if with_remark and not remark:
        counts = await _decide_held(system, conn, actor, held, with_remark)
    if len(held.left_out) < counts.pending:
        counts = await store.decide_pending(
            conn,
            application_id,
            actor,
            now=system.clock(),
            state=WorkerState.APPROVED,
            remark=remark,
            left_out=sorted(held.left_out),
        ) or await refuse_officer(conn, application_id, system.clock())
    await settle_proposals(system, conn, actor, held, remark)
    return counts


async def _decide_pending(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    state: WorkerState,
    *,
    reason: str | None = None,
    remark: str | None = None,
    screening: ScreeningOutcome | None = None,
) -> WorkerCounts:
    async with system.database.connection() as conn:
        if state is not WorkerState.APPROVED:
            await require_agreement(conn, actor, application_id, None)
        counts = await store.decide_pending(
            conn,
            application_id,
            actor,
            now=system.clock(),
            state=state,
            reason=reason,
            remark=remark,
            screening=screening,
        )
        return await _settled(system, conn, application_id, counts)


async def _settled(
    system: System, conn: Connection, application_id: ApplicationId, counts: WorkerCounts | None
) -> WorkerCounts:
    """What a decision came to, or why there is none; issuers hear of what was approved."""
    return _told(system, counts or await refuse_officer(conn, application_id, system.clock()))


def _told(system: System, counts: WorkerCounts) -> WorkerCounts:
    """The counts of what is decided and stored, of which issuers hear."""
    if counts.approved:  # perhaps before: a ring for nothing costs nothing
        system.bell.notify()
    return counts


def _permit(actor: Actor) -> None:
    if not may_review(actor):
        raise not_your_task()


def check_decisions(system: System, decisions: Sequence[WorkerDecision]) -> None:
    """Refuse decisions that are not complete.

    Raises:
        InvalidInput: `decision-incomplete`; names each field.
    """
    fields = []
    for one in decisions:
        if needs_reason(one.decision) and not system.reasons.offers(one.reason):
            fields.append(FieldError(f"reason-{one.row}", "missing", _REASON_MISSING))
        if one.remark and len(one.remark) > REMARK_MOST_CHARACTERS:
            fields.append(FieldError(f"remark-{one.row}", "too-long", _REMARK_TOO_LONG))
    if not decisions or fields:
        raise InvalidInput("decision-incomplete", _INCOMPLETE, fields=fields)


_INCOMPLETE = Text(
    id="Keputusan belum lengkap. Pilih pekerja, keputusan, dan alasan untuk tolak atau kembalikan.",
    en="The decision is not complete. Choose workers, a decision, and a reason to refuse "
    "or return.",
)
_REASON_MISSING = Text(
    id="Pilih alasan dari daftar.",
    en="Choose a reason from the list.",
)
_REMARK_TOO_LONG = Text(
    id="Catatan paling banyak 500 karakter.",
    en="A remark has at most 500 characters.",
)
