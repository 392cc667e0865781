"""Closing an employer for a time, and opening it again.

A closure is one row, however many certificates the employer has: status lists, filing, the desk
and issuing ask for the closures in force, so that its end needs nobody to do anything.
"""

from collections.abc import Sequence
from datetime import datetime

from strp.domain.employers.closure import REASON_MOST_CHARACTERS, Closure, check_closure, in_force
from strp.domain.errors import Conflict, FieldError, InvalidInput
from strp.domain.identifiers import Nib, format_nib
from strp.domain.notices.notice import TO_COME, NoticeKind
from strp.domain.people.account import Actor, may_close, may_review, not_your_task
from strp.domain.text import Text
from strp.store import audit
from strp.store.employers import closures
from strp.store.employers.closures import RecordedClosure
from strp.store.engine.database import Connection
from strp.usecases.employers.objections_over import settle_over
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, policy_if_any

A_PAGE = 25


async def close_employer(
    system: System,
    actor: Actor,
    nib: Nib,
    *,
    reason: str,
    citation: str,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> Closure:
    """Close an employer.

    Args:
        reason: why, as the employer reads it; no personal data.
        citation: the rule or order that it rests on.
        from_at: aware; None: from now on.
        until_at: aware; None: until it is lifted.

    Raises:
        Forbidden: the actor may not.
        InvalidInput: something is missing, or the end is before the beginning.
        NotFound: the registry does not hold the NIB; nobody can file for it either.
    """
    if not may_close(actor):
        raise not_your_task()
    now = system.clock()
    from_at = from_at or now
    check_closure(reason, citation, from_at, until_at, now)
    await employer_facts(system, nib)
    policy = await policy_if_any(system)
    async with system.database.transaction() as conn:
        closure = await closures.add_closure(
            conn,
            nib=nib,
            reason=reason.strip(),
            citation=citation.strip(),
            from_at=from_at,
            until_at=until_at,
            exercise=policy is not None and policy.follows_today,
            actor=actor.label,
            at=now,
        )
        await _tell_closed(conn, closure, now)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="employer-closed",
            subject=f"employer:{format_nib(nib)}",
            detail={
                "closure": closure.closure_id,
                "from": from_at.isoformat(),
                "until": until_at.isoformat() if until_at else None,
            },
        )
    system.trust.read_at = None
    return closure


async def open_employer(
    system: System, actor: Actor, nib: Nib, *, reason: str, only: int | None = None
) -> Sequence[Closure]:
    """Lift the closures of an employer, those still to come too.

    Args:
        reason: why; kept with the record, no personal data.
        only: number of one closure; None: all of them.

    Returns:
        What was lifted.

    Raises:
        Forbidden: the actor may not.
        InvalidInput: no reason.
        Conflict: nothing of this employer is closed, or that closure is over.
    """
    if not may_close(actor):
        raise not_your_task()
    if not 0 < len(reason.strip()) <= REASON_MOST_CHARACTERS:
        fields = [FieldError("reason", "missing", _REASON_MISSING)]
        raise InvalidInput("reason-missing", _REASON_MISSING, fields=fields)
    now = system.clock()
    async with system.database.transaction() as conn:
        lifted = await closures.lift_closures(
            conn, nib=nib, only=only, reason=reason.strip(), actor=actor.label, at=now
        )
        if not lifted:
            raise Conflict("not-closed", _NOT_CLOSED)
        await tell_opened(conn, nib, now)
        await settle_over(conn, now, nib)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="closure-lifted",
            subject=f"employer:{format_nib(nib)}",
            detail={"closures": [each.closure_id for each in lifted]},
        )
    system.trust.read_at = None
    system.bell.notify()  # certificates that were held are asked for at once
    return lifted


async def _tell_closed(conn: Connection, closure: Closure, now: datetime) -> None:
    """Tell an employer until when it is closed, or from when it will be."""
    is_to_come = closure.from_at > now
    await tell_employer(
        conn,
        NoticeKind.CLOSED,
        closure.nib,
        at=now,
        until_at=closure.from_at if is_to_come else closure.until_at,
        outcome=TO_COME if is_to_come else None,
    )


async def tell_opened(conn: Connection, nib: Nib, at: datetime) -> None:
    """Tell an employer that it is open again; not while another closure of it holds.

    Args:
        nib: the employer.
        at: aware; when the closure ended or was lifted.
    """
    if not in_force(await closures.closures_of(conn, [nib], at), at):
        await tell_employer(conn, NoticeKind.OPENED, nib, at=at)


async def closures_for_office(
    system: System,
    actor: Actor,
    *,
    nib: Nib | None = None,
    only_open: bool = True,
    before: int | None = None,
) -> tuple[Sequence[RecordedClosure], int | None]:
    """Some closures as officials see them, the newest first, and the number to go on before.

    Args:
        nib: of one employer, or None for all.
        only_open: whether those that are over or lifted are left out.
        before: only those with a lower number.

    Raises:
        Forbidden: the actor is no official who reviews.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        found = await closures.closures_page(
            conn,
            nib=nib,
            only_open=only_open,
            now=system.clock(),
            before=before,
            limit=A_PAGE + 1,
        )
    return found[:A_PAGE], found[A_PAGE - 1].closure_id if len(found) > A_PAGE else None


async def list_closures(system: System) -> Sequence[Closure]:
    """Every closure there ever was, the earliest first."""
    async with system.database.connection() as conn:
        return await closures.list_closures(conn)


async def closure_of(system: System, nib: Nib) -> Closure | None:
    """The closure that an employer is under now, the one that lasts longest; or None."""
    now = system.clock()
    async with system.database.connection() as conn:
        found = in_force(await closures.closures_of(conn, [nib], now), now)
    return found[-1] if found else None


_REASON_MISSING = Text(
    id="Sebutkan alasannya dalam 1 sampai 200 karakter.",
    en="Say why, in 1 to 200 characters.",
)
_NOT_CLOSED = Text(
    id="Perusahaan ini tidak sedang ditutup; tidak ada yang dicabut. Lihat `strp closure list`.",
    en="This employer is not closed; nothing was lifted. See `strp closure list`.",
)
