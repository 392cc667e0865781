"""Review: an officer takes the application with the nearest deadline and decides its workers."""

from collections.abc import Sequence
from datetime import datetime

from strp.domain.account import Actor, may_review, not_your_task
from strp.domain.application import Application, ApplicationState, WorkerCounts, WorkerState
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from strp.domain.identifiers import ApplicationId
from strp.domain.review import (
    LEASE,
    OFFICER_REASONS,
    REMARK_MOST_CHARACTERS,
    STATE_AFTER,
    Decision,
    WorkerDecision,
    needs_reason,
    state_after,
)
from strp.domain.text import Text
from strp.store import applications, audit, certificates, desk, workers
from strp.store.database import Connection
from strp.usecases.system import System


async def show_desk(
    system: System, actor: Actor, limit: int = 50
) -> tuple[desk.DeskSummary, Sequence[desk.WaitingApplication]]:
    """The desk in numbers, and the applications with the nearest deadlines."""
    _permit(actor)
    async with system.database.connection() as conn:
        return await desk.summarise(conn, system.clock()), await desk.list_waiting(conn, limit)


async def take_next(system: System, actor: Actor) -> desk.Lease | None:
    """Lend an officer the application with the nearest deadline, for a quarter of an hour.

    An officer who holds one already gets that one again. Two officers never hold the same.

    Returns:
        The lease, or None where the desk is empty.
    """
    _permit(actor)
    now = system.clock()
    async with system.database.transaction() as conn:
        lease = await desk.claim_next(conn, actor.id, now=now, until=now + LEASE)
        if lease is not None:
            await _taken(conn, actor, lease, now)
        return lease


async def take_application(
    system: System, actor: Actor, application_id: ApplicationId
) -> desk.Lease:
    """Lend an officer one application, or lengthen the lease they have.

    Raises:
        Conflict: another officer holds it.
        NotFound: it is not on the desk.
    """
    _permit(actor)
    now = system.clock()
    async with system.database.transaction() as conn:
        waiting = await desk.lock_lease(conn, application_id)
        if waiting is None:
            raise _not_on_desk()
        lease = await desk.claim_one(
            conn, waiting.nib, application_id, actor.id, now=now, until=now + LEASE
        )
        if lease is None:
            raise _held_by_another()
        await _taken(conn, actor, lease, now)
        return lease


async def lease_of(
    system: System, actor: Actor, application_id: ApplicationId
) -> desk.Lease | None:
    """Who holds an application until when, or None where it is not on the desk."""
    _permit(actor)
    async with system.database.connection() as conn:
        return await desk.find_lease(conn, application_id)


async def give_back(system: System, actor: Actor, application_id: ApplicationId) -> None:
    """Put an application back on the desk for the next officer."""
    _permit(actor)
    async with system.database.transaction() as conn:
        if await desk.release(conn, application_id, actor.id):
            await _record(conn, actor, "application-given-back", application_id, system.clock())


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
        Conflict: the officer does not hold the application (any more).
    """
    _permit(actor)
    _check(decisions)
    rows = [
        (one.row, STATE_AFTER[one.decision], one.reason, one.remark or None) for one in decisions
    ]
    async with system.database.transaction() as conn:
        application = await _held(conn, actor, application_id, system.clock())
        decided = await workers.decide_workers(conn, application.nib, application_id, rows)
        return await _settle(conn, system, actor, application, decided)


async def approve_passed(
    system: System, actor: Actor, application_id: ApplicationId
) -> WorkerCounts:
    """Approve all pending workers of a held application whom screening lets pass."""
    _permit(actor)
    async with system.database.transaction() as conn:
        application = await _held(conn, actor, application_id, system.clock())
        decided = await workers.decide_pending(
            conn, application.nib, application_id, state=WorkerState.APPROVED, screening="PASS"
        )
        return await _settle(conn, system, actor, application, decided)


async def decide_rest(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    decision: Decision,
    reason: str | None = None,
) -> WorkerCounts:
    """Decide all workers of a held application that are still pending."""
    _permit(actor)
    _check([WorkerDecision(0, decision, reason)])
    async with system.database.transaction() as conn:
        application = await _held(conn, actor, application_id, system.clock())
        decided = await workers.decide_pending(
            conn, application.nib, application_id, state=STATE_AFTER[decision], reason=reason
        )
        return await _settle(conn, system, actor, application, decided)


async def _settle(
    conn: Connection,
    system: System,
    actor: Actor,
    application: Application,
    decided: Sequence[workers.DecidedWorker],
) -> WorkerCounts:
    """What follows from decisions: places freed, application moved, certificates asked for."""
    nib, number, now = application.nib, application.application_id, system.clock()
    out = [worker for worker in decided if worker.state != WorkerState.APPROVED]
    if out:
        await workers.release_workers(conn, nib, application.period_id, out)
    if len(out) < len(decided):
        await certificates.add_issue_task(conn, nib, number, application.due_at)
    counts = application.counts.after(worker.state for worker in decided)
    state = state_after(counts)
    done = state is ApplicationState.DECIDED
    await applications.move_application(
        conn, application, state=state, counts=counts, decided_at=now if done else None
    )
    if done:
        await desk.remove(conn, nib, number)
    await audit.record(
        conn,
        at=now,
        actor=actor.label,
        action="application-decided",
        subject=f"application:{number}",
        detail={"rows": [[worker.row_no, worker.state] for worker in decided[:1000]]},
    )
    return counts


async def _held(
    conn: Connection, actor: Actor, application_id: ApplicationId, now: datetime
) -> Application:
    lease = await desk.lock_lease(conn, application_id)
    if lease is None:
        raise _not_on_desk()
    if lease.officer_id != actor.id or lease.lease_until is None or lease.lease_until < now:
        raise _held_by_another()
    application = await applications.lock_application(conn, application_id, lease.nib)
    if application is None:
        raise _not_on_desk()
    return application


async def _taken(conn: Connection, actor: Actor, lease: desk.Lease, now: datetime) -> None:
    application = await applications.lock_application(conn, lease.application_id, lease.nib)
    if application is not None and application.state == ApplicationState.RECEIVED:
        await applications.move_application(
            conn,
            application,
            state=ApplicationState.IN_REVIEW,
            counts=application.counts,
            decided_at=None,
        )
    await _record(conn, actor, "application-taken", lease.application_id, now)


async def _record(
    conn: Connection, actor: Actor, action: str, application_id: ApplicationId, at: datetime
) -> None:
    await audit.record(
        conn,
        at=at,
        actor=actor.label,
        action=action,
        subject=f"application:{application_id}",
        detail={},
    )


def _permit(actor: Actor) -> None:
    if not may_review(actor):
        raise not_your_task()


def _check(decisions: Sequence[WorkerDecision]) -> None:
    fields = []
    for one in decisions:
        if needs_reason(one.decision) and one.reason not in OFFICER_REASONS:
            fields.append(FieldError(f"reason-{one.row}", "missing", _REASON_MISSING))
        if one.remark and len(one.remark) > REMARK_MOST_CHARACTERS:
            fields.append(FieldError(f"remark-{one.row}", "too-long", _REMARK_TOO_LONG))
    if not decisions or fields:
        raise InvalidInput("decision-incomplete", _INCOMPLETE, fields=fields)


def _not_on_desk() -> NotFound:
    return NotFound(
        "not-on-desk",
        Text(
            id="Permohonan ini tidak ada di meja: sudah diputuskan atau ditarik. "
            "Ambil berkas berikutnya.",
            en="It is not on the desk: it is decided or withdrawn. Take the next one.",
        ),
    )


def _held_by_another() -> Conflict:
    return Conflict(
        "lease-lost",
        Text(
            id="Permohonan ini tidak Anda pegang: waktunya habis, atau petugas lain memegangnya. "
            "Ambil berkas berikutnya.",
            en="You do not hold this application: time ran out, or another officer has it. "
            "Take the next one.",
        ),
    )


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
