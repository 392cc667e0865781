"""Handing an application to a supervisor with a note, and the supervisor's answer."""

from strp.domain.desk.escalation import Escalation, read_note
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, Role, may_review, not_your_task
from strp.store import audit
from strp.store.desk import escalations as store
from strp.store.engine.database import Connection
from strp.usecases.desk.agreement import held_by_another
from strp.usecases.process.system import System


async def escalate(system: System, actor: Actor, application_id: ApplicationId, note: str) -> None:
    """Hand an application that the officer holds to a supervisor; its due time stays.

    Args:
        actor: the officer who holds it.
        application_id: of the filing.
        note: what is to be decided; no personal data.

    Raises:
        Conflict: `lease-lost`.
        Forbidden: the actor does not review.
        InvalidInput: `note-missing`, `note-too-long`.
    """
    if not may_review(actor):
        raise not_your_task()
    line, now = read_note(note), system.clock()
    async with system.database.transaction() as conn:
        if not await store.escalate(conn, application_id, actor.id, note=line, now=now):
            raise held_by_another()
        await _record(system, conn, actor, application_id, "application-escalated")


async def answer_escalation(
    system: System, actor: Actor, application_id: ApplicationId, note: str
) -> None:
    """Give an application back to the officers, with what the supervisor says.

    Args:
        actor: the supervisor who holds it.
        application_id: of the filing.
        note: the answer; no personal data.

    Raises:
        Conflict: `lease-lost`.
        Forbidden: the actor is no supervisor.
        InvalidInput: `note-missing`, `note-too-long`.
    """
    if actor.role is not Role.SUPERVISOR:
        raise not_your_task()
    line, now = read_note(note), system.clock()
    async with system.database.transaction() as conn:
        if not await store.answer(conn, application_id, actor.id, note=line, now=now):
            raise held_by_another()
        await _record(system, conn, actor, application_id, "escalation-answered")


async def escalation_of(
    system: System, actor: Actor, application_id: ApplicationId
) -> tuple[Escalation | None, str | None]:
    """How an application is escalated, and what a supervisor answered.

    Args:
        actor: an official.
        application_id: of the filing.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        found, answer, _ = await store.find_escalation(conn, application_id)
    return found, answer


async def _record(
    system: System, conn: Connection, actor: Actor, application_id: ApplicationId, action: str
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"application:{application_id}",
    )
