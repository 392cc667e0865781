"""Giving a certificate back that an official took, after an objection.

A suspension ends. A revoked serial stays REVOKED: its worker is screened again under the old
receipt, and gets another certificate where the rules, or an officer, let the worker in.
"""

from strp.domain.certificates.life import Act, CertificateStatus
from strp.domain.desk.objection import Objection, needs_ruling
from strp.domain.notices.notice import NoticeKind
from strp.domain.people.account import Actor, may_revoke, not_your_task
from strp.domain.rules.policy import Policy
from strp.domain.service_hours import due_at
from strp.store import audit
from strp.store.certificates import life
from strp.store.desk import taken_back as store
from strp.store.desk.taken_back import TakenBack
from strp.store.employers.lock import lock_employers
from strp.store.engine.database import Connection
from strp.usecases.certificates.change import RECORDED_AS
from strp.usecases.desk.reopen import Reopening, reopen_refused
from strp.usecases.notices.tell_employer import tell_of_certificates
from strp.usecases.process.system import System
from strp.usecases.rules.current import facts_under_lock


async def taken_from(conn: Connection, objection: Objection, policy: Policy) -> TakenBack | None:
    """The certificate that an objection about a worker is to give back, or None.

    Args:
        conn: the transaction; it holds the employer's lock afterwards.
        objection: about a worker.
        policy: the rules in force.
    """
    if objection.application_id is None or objection.row_no is None:
        return None
    await lock_employers(conn, [objection.nib])
    return await store.find_taken_back(
        conn, objection.nib, objection.application_id, objection.row_no, policy.period.number
    )


async def give_back(
    system: System,
    conn: Connection,
    actor: Actor,
    objection: Objection,
    taken: TakenBack,
    policy: Policy,
) -> int:
    """Restore a suspended certificate, or bring the worker of a revoked one back.

    Args:
        system: the installation.
        conn: the transaction, which holds the employer's lock.
        actor: the official who upholds the objection.
        objection: about the worker.
        taken: the certificate.
        policy: the rules in force.

    Returns:
        1 where the worker has a certificate again, or waits for one or an officer; 0 where the
        employer filed the worker again meanwhile.

    Raises:
        Forbidden: the actor does not revoke, and so gives nothing back.
        Conflict: `objection-needs-ruling`: the rules refuse the worker now.
    """
    if not may_revoke(actor):
        raise not_your_task()
    if taken.status is CertificateStatus.SUSPENDED:
        return await _restore(system, conn, actor, objection, taken)
    period, nib = policy.period.number, objection.nib
    if await store.is_engaged(conn, nib, taken.nik_index, period):
        return 0
    number, row, now = objection.application_id, objection.row_no, system.clock()
    assert number is not None and row is not None
    await store.undo_revocation(conn, nib, number, row, period, taken)
    facts = await facts_under_lock(system, conn, nib, policy)
    due = due_at(now, policy.sla_hours, policy.company_hours)
    reopened = await reopen_refused(system, conn, Reopening(facts, policy, row, None, due), number)
    if not reopened.let_in:
        raise needs_ruling()
    return reopened.let_in


async def _restore(
    system: System, conn: Connection, actor: Actor, objection: Objection, taken: TakenBack
) -> int:
    """End a suspension, recorded and told as every other that ends."""
    now, number = system.clock(), objection.application_id
    assert number is not None
    await life.restore(conn, taken.serial_no, now)
    await audit.record(
        conn,
        at=now,
        actor=actor.label,
        action=RECORDED_AS[Act.RESTORE],
        subject=f"serial:{system.keys.serials.write(taken.serial_no)}",
        detail={"application": number, "row": objection.row_no, "corrected": []},
    )
    filings = [(objection.nib, number)]
    await tell_of_certificates(conn, NoticeKind.RESTORED, filings, at=now)
    return 1
