"""Why an official can do nothing with an application, and what two of them must agree on."""

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from strp.domain.desk.escalation import (
    EscalatedBecause,
    for_supervisor,
    for_third,
    officials_differ,
)
from strp.domain.employers.closure import in_force, on_hold
from strp.domain.errors import Conflict, NotFound
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor
from strp.domain.text import Text
from strp.store.desk import leases
from strp.store.desk.escalations import find_escalation
from strp.store.desk.proposals import is_proposed_by_other
from strp.store.employers import closures
from strp.store.engine.database import Connection


async def require_agreement(
    conn: Connection, actor: Actor, application_id: ApplicationId, rows: Sequence[int] | None
) -> None:
    """Refuse to put workers out whose approval another official has proposed.

    Args:
        conn: open connection.
        actor: who would refuse or return them.
        application_id: of the filing.
        rows: lines of the roster, or None for all who wait.

    Raises:
        Conflict: `officials-differ`; a third decides once this one has declined the proposal.
    """
    if await is_proposed_by_other(conn, application_id, actor.id, rows):
        raise officials_differ()


async def refuse_officer(
    conn: Connection, application_id: ApplicationId, now: datetime
) -> NoReturn:
    """Say why the officer can do nothing with an application.

    Args:
        conn: open connection.
        application_id: of the filing.
        now: aware time.

    Raises:
        Conflict: `lease-lost`, `for-supervisor`, `for-third`, or its employer is closed.
        NotFound: `not-on-desk`.
    """
    lease = await leases.find_lease(conn, application_id)
    if lease is None:
        raise _not_on_desk()
    if lease.officer_id is None:
        escalated, _, _ = await find_escalation(conn, application_id)
        if escalated is not None:
            is_third = escalated.because is EscalatedBecause.DISAGREEMENT
            raise for_third() if is_third else for_supervisor()
    closed = in_force(await closures.closures_of(conn, [lease.nib], now), now)
    if closed:
        raise on_hold(closed[-1])
    raise held_by_another()


def _not_on_desk() -> NotFound:
    return NotFound(
        "not-on-desk",
        Text(
            id="Pengajuan ini tidak ada di antrean: sudah diputuskan atau ditarik. "
            "Ambil pengajuan berikutnya.",
            en="It is not on the desk: it is decided or withdrawn. Take the next one.",
        ),
    )


def held_by_another() -> Conflict:
    """The officer does not hold the application."""
    return Conflict(
        "lease-lost",
        Text(
            id="Anda tidak menangani pengajuan ini lagi: waktunya habis, atau petugas lain yang "
            "menanganinya. "
            "Ambil pengajuan berikutnya.",
            en="You do not hold this application: time ran out, or another officer has it. "
            "Take the next one.",
        ),
    )
