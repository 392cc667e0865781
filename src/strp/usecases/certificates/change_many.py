"""Suspending, revoking or restoring all certificates of an employer, a sector or a period at once.

One act, one reason, one record. Employers are taken a few at a time, each few in one transaction,
so that a sector of a million does not keep every employer from filing. A process that dies
leaves an act that says that it did not reach all; the same act again goes on where it was.
Certificates that are issued later are not touched: closing an employer does that.
"""

from collections.abc import Sequence

from strp.domain.certificates.life import Act, CertificateStatus, check_reason
from strp.domain.certificates.scope import (
    GroupAct,
    InScope,
    Scope,
    act_unknown,
    nothing_in_scope,
)
from strp.domain.identifiers import Nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.people.account import Actor, may_revoke, not_your_task
from strp.store import audit
from strp.store.certificates import group_acts, life
from strp.store.employers.lock import lock_employers
from strp.store.engine.database import Connection
from strp.store.filing.intake import allow_long
from strp.usecases.notices.tell_employer import tell_of_certificates
from strp.usecases.process.system import System

EMPLOYERS_AT_ONCE = 50
MOST_LISTED = 50
_RECORDED_AS = {Act.SUSPEND: "group-suspended", Act.REVOKE: "group-revoked"}


async def preview_many(system: System, actor: Actor, scope: Scope) -> InScope:
    """How many certificates a scope holds, and what they are; changes nothing.

    Args:
        actor: who would change them.
        scope: which certificates; empty is refused.

    Raises:
        Forbidden: not this actor's to do.
        InvalidInput: `scope-missing`.
    """
    _permit(actor)
    scope.require_some()
    async with system.database.transaction() as conn:
        await allow_long(conn)
        return await group_acts.count_in_scope(conn, scope)


def touched_by(act: Act, found: InScope) -> int:
    """How many certificates an act would change.

    Args:
        act: suspend or revoke.
        found: certificates of the scope, by state.
    """
    if act is Act.SUSPEND:
        return found.standing
    return found.standing + found.suspended + found.ended


async def change_many(
    system: System, actor: Actor, act: Act, scope: Scope, *, reason: str
) -> GroupAct:
    """Suspend or revoke all certificates of a scope.

    Args:
        act: SUSPEND or REVOKE.
        reason: why; kept with each and with the act, no personal data.

    Raises:
        Forbidden: not this actor's to do.
        InvalidInput: `scope-missing`, `reason-missing`.
        NotFound: `scope-empty`; no certificate would change.
    """
    check_reason(reason)
    if not touched_by(act, await preview_many(system, actor, scope)):
        raise nothing_in_scope()
    at, reason = system.clock(), reason.strip()
    async with system.database.transaction() as conn:
        await allow_long(conn)
        act_id = await group_acts.begin_act(
            conn, act.value, scope, reason=reason, actor=actor.label, at=at
        )
        employers = await group_acts.employers_in_scope(conn, scope)
    for nibs in _some(employers):
        async with system.database.transaction() as conn:
            await _lock(conn, nibs)
            await _apply(system, conn, actor, act, scope, nibs, act_id, reason)
    async with system.database.transaction() as conn:
        await group_acts.end_act(conn, act_id, system.clock())
        done = await group_acts.find_act(conn, act_id)
        assert done is not None
        await _record(conn, system, actor, _RECORDED_AS[act], done)
    system.trust.read_at = None
    return done


async def undo_many(system: System, actor: Actor, act_id: int, *, reason: str) -> GroupAct:
    """End what a group suspension suspends still; what was revoked since stays so.

    Args:
        actor: who undoes it.
        act_id: number of the suspension.
        reason: for the record.

    Raises:
        Forbidden: not this actor's to do.
        InvalidInput: `reason-missing`.
        NotFound: `act-unknown`; no such act, or it is no suspension, or was undone before.
    """
    _permit(actor)
    check_reason(reason)
    async with system.database.transaction() as conn:
        await allow_long(conn)
        found = await group_acts.find_act(conn, act_id)
        if found is None or found.act != Act.SUSPEND or found.undone_at is not None:
            raise act_unknown()
        employers = await group_acts.employers_of_act(conn, act_id)
    for nibs in _some(employers):
        async with system.database.transaction() as conn:
            await _lock(conn, nibs)
            restored = await group_acts.undo_act(conn, act_id, nibs, system.clock())
            await _tell(system, conn, NoticeKind.RESTORED, restored)
    async with system.database.transaction() as conn:
        at = system.clock()
        await group_acts.mark_undone(conn, act_id, reason=reason.strip(), actor=actor.label, at=at)
        undone = await group_acts.find_act(conn, act_id)
        assert undone is not None
        await _record(conn, system, actor, "group-restored", undone)
    system.trust.read_at = None
    return undone


async def preview_undo(system: System, actor: Actor, act_id: int) -> int:
    """How many certificates undoing a group suspension would restore.

    Args:
        actor: who would undo it.
        act_id: number of the suspension.

    Raises:
        Forbidden: not this actor's to do.
        NotFound: `act-unknown`.
    """
    _permit(actor)
    async with system.database.transaction() as conn:
        await allow_long(conn)
        found = await group_acts.find_act(conn, act_id)
        if found is None or found.act != Act.SUSPEND or found.undone_at is not None:
            raise act_unknown()
        return await group_acts.count_of_act(conn, act_id)


async def list_group_acts(system: System, actor: Actor) -> list[GroupAct]:
    """The latest acts on many certificates, the newest first.

    Raises:
        Forbidden: not this actor's to see.
    """
    _permit(actor)
    async with system.database.connection() as conn:
        return await group_acts.list_acts(conn, MOST_LISTED)


async def _apply(
    system: System,
    conn: Connection,
    actor: Actor,
    act: Act,
    scope: Scope,
    nibs: Sequence[Nib],
    act_id: int,
    reason: str,
) -> None:
    is_for_good = act is Act.REVOKE
    serials = await group_acts.serials_in_scope(conn, scope, nibs)
    changed = await life.set_status(
        conn,
        serials,
        CertificateStatus.REVOKED if is_for_good else CertificateStatus.SUSPENDED,
        reason=reason,
        actor=actor.label,
        at=system.clock(),
        act_id=act_id,
    )
    if is_for_good:
        await life.release(conn, changed, for_cause=True)
    await group_acts.add_to_act(conn, act_id, len(changed))
    kind = NoticeKind.REVOKED if is_for_good else NoticeKind.SUSPENDED
    await _tell(system, conn, kind, changed)


async def _lock(conn: Connection, nibs: Sequence[Nib]) -> None:
    await allow_long(conn)
    await lock_employers(conn, nibs)


async def _tell(
    system: System, conn: Connection, kind: NoticeKind, changed: Sequence[life.Touched]
) -> None:
    filings = [(one.nib, one.application_id) for one in changed]
    await tell_of_certificates(conn, kind, filings, at=system.clock())


async def _record(
    conn: Connection, system: System, actor: Actor, action: str, act: GroupAct
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"group-act:{act.act_id}",
        detail={
            "nib": act.nib,
            "sector": act.sector,
            "period": act.period_id,
            "certificates": act.certificates,
        },
    )


def _some(employers: Sequence[Nib]) -> list[Sequence[Nib]]:
    return [
        employers[start : start + EMPLOYERS_AT_ONCE]
        for start in range(0, len(employers), EMPLOYERS_AT_ONCE)
    ]


def _permit(actor: Actor) -> None:
    if not may_revoke(actor):
        raise not_your_task()
