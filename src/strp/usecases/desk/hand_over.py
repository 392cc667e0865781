"""Handing the compliance list over: what was given to whom can be found again and verified."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from strp.domain.desk.compliance import ComplianceReport
from strp.domain.desk.handover import (
    MOST_A_DAY,
    Handover,
    ReportForm,
    check_handover,
    handover_damaged,
    handover_unknown,
    read_digest,
    too_many_handovers,
)
from strp.domain.people.account import (
    Actor,
    may_hand_over,
    may_read_reports,
    not_your_task,
)
from strp.store import audit
from strp.store.desk import handovers as store
from strp.usecases.desk.compliance import report_on
from strp.usecases.desk.compliance_files import report_file
from strp.usecases.process.system import System

CHUNK_BYTES: Final = 1 << 20
MOST_SHOWN: Final = 50
DAY: Final = timedelta(days=1)


async def hand_over(
    system: System,
    actor: Actor,
    first: str,
    last: str,
    form: ReportForm,
    *,
    recipient: str,
    purpose: str,
) -> Handover:
    """Make the list of some days, and keep a sealed copy with the record of who gets it.

    Args:
        system: the installation.
        actor: a supervisor, or the operator.
        first: day in Jakarta, as typed.
        last: likewise; it belongs to the report.
        form: of the file.
        recipient: who gets it.
        purpose: what for.

    Raises:
        Forbidden: the actor hands nothing over.
        InvalidInput: `report-days`, `handover-incomplete`.
        TooMany: `handovers-too-many`.
        Unavailable: `reports-busy`.
    """
    if not may_hand_over(actor):
        raise not_your_task()
    to, why = check_handover(recipient, purpose)
    now = system.clock()
    async with system.database.connection() as conn:
        if await store.count_since(conn, now - DAY) >= MOST_A_DAY:
            raise too_many_handovers(int(DAY.total_seconds()))
    report = await report_on(system, actor, first, last)
    content = await report_file(system, report, form)
    made = _record_of(report, form, content, actor, to, why)
    async with system.database.transaction() as conn:
        stored = await store.add_handover(conn, made)
        await store.add_chunks(conn, stored.handover_id, _sealed(system, stored, content))
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="compliance-handed-over",
            subject=f"handover:{stored.handover_id}",
            detail={"sha256": stored.sha256.hex(), "employers": stored.employers},
        )
    return stored


def _record_of(
    report: ComplianceReport,
    form: ReportForm,
    content: bytes,
    actor: Actor,
    recipient: str,
    purpose: str,
) -> Handover:
    """The record; its number comes from the database."""
    return Handover(
        handover_id=0,
        at=report.made_at,
        made_by=actor.label,
        recipient=recipient,
        purpose=purpose,
        from_day=report.span.first,
        until_day=report.span.last,
        form=form,
        exercise=report.exercise,
        employers=report.totals.employers,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).digest(),
    )


async def list_handovers(
    system: System, actor: Actor, *, before: int | None = None, digest: str = ""
) -> Sequence[Handover]:
    """What was handed over, the newest first; or what had a digest.

    Args:
        actor: who reads reports.
        before: only those with a lower number; None: from the newest.
        digest: SHA-256 in hexadecimal; empty: of any.

    Raises:
        Forbidden: the actor reads no reports.
        InvalidInput: `digest-malformed`.
    """
    if not may_read_reports(actor):
        raise not_your_task()
    sha256 = read_digest(digest) if digest.strip() else None
    async with system.database.connection() as conn:
        return await store.latest_handovers(conn, MOST_SHOWN + 1, before=before, sha256=sha256)


async def open_handover(system: System, actor: Actor, handover_id: int) -> tuple[Handover, bytes]:
    """The copy of what was handed over, as it was then; that somebody looked is recorded.

    Args:
        actor: who reads reports.
        handover_id: number of the handover.

    Raises:
        Forbidden: the actor reads no reports.
        NotFound: `handover-unknown`.
        Unavailable: `handover-damaged`: it is not what its digest says.
    """
    if not may_read_reports(actor):
        raise not_your_task()
    async with system.database.transaction() as conn:
        found = await store.find_handover(conn, handover_id)
        if found is None:
            raise handover_unknown()
        chunks = await store.chunks_of(conn, handover_id)
        await audit.record(
            conn,
            at=system.clock(),
            actor=actor.label,
            action="handover-opened",
            subject=f"handover:{handover_id}",
        )
    content = b"".join(
        system.keys.open(sealed, handover_aad(handover_id, number))
        for number, sealed in enumerate(chunks)
    )
    if hashlib.sha256(content).digest() != found.sha256:
        raise handover_damaged()
    return found, content


def handover_aad(handover_id: int, number: int) -> bytes:
    """What a sealed piece of a copy belongs to.

    Args:
        handover_id: number of the handover.
        number: of the piece, from 0.
    """
    return b"handover" + handover_id.to_bytes(8) + number.to_bytes(4)


def _sealed(system: System, made: Handover, content: bytes) -> list[bytes]:
    return [
        system.keys.seal(
            content[start : start + CHUNK_BYTES], handover_aad(made.handover_id, number)
        )
        for number, start in enumerate(range(0, len(content), CHUNK_BYTES))
    ]
