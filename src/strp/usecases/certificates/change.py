"""Changing one certificate after its issue: suspended, restored, replaced, ended.

A replacement and the wish for its successor are one transaction: the old serial is REVOKED from
then on, and whoever issues finds a worker without a certificate, as after an approval. A process
that dies in between leaves both or neither.
"""

from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from strp.domain.certificates.life import (
    MOST_REPLACEMENTS,
    Act,
    CertificateStatus,
    check_reason,
    refused,
    replaced_too_often,
    status_after,
)
from strp.domain.employers.closure import employer_closed, in_force
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber
from strp.domain.notices.notice import NoticeKind
from strp.domain.people.account import Actor, may_file, may_revoke, not_your_task
from strp.store import audit
from strp.store.certificates import issued, life
from strp.store.employers import closures
from strp.store.employers.lock import lock_employers
from strp.store.engine.database import Connection
from strp.usecases.certificates.correct_worker import Correction, correct_worker
from strp.usecases.certificates.show import certificate_unknown
from strp.usecases.filing.certificate_fates import suspended_by_others
from strp.usecases.notices.tell_employer import tell_of_certificates
from strp.usecases.process.system import System

RECORDED_AS = {
    Act.SUSPEND: "certificate-suspended",
    Act.RESTORE: "certificate-restored",
    Act.REPLACE: "certificate-replaced",
    Act.END: "certificate-ended",
}
TOLD_AS = {
    Act.SUSPEND: NoticeKind.SUSPENDED,
    Act.RESTORE: NoticeKind.RESTORED,
    Act.REPLACE: NoticeKind.REPLACED,
    Act.END: NoticeKind.ENDED,
}
BY_EMPLOYERS = frozenset({Act.REPLACE, Act.END})
KEY_BYTES = 16
MOST_EVENTS = 50


class ChangedCertificate(NamedTuple):
    """What a certificate is after an act on it.

    Args:
        serial: as written on the certificate.
        successor: serial of the one that took its place; None where there is none, or not yet.
        changed: whether this act did it, or it was so before.
        because: why it is suspended though its own suspension is over: the reason of its employer's
            closure, or `host-lapsed`; None otherwise.
    """

    serial: str
    application_id: ApplicationId
    row: int
    status: CertificateStatus
    successor: str | None
    changed: bool
    because: str | None = None


class CertificateChange(NamedTuple):
    """What an act would bring about.

    Args:
        before: what the certificate is now.
        would: what it would be.
        done: time, account and act of what was done to it so far, the earliest first.
    """

    nib: Nib
    before: CertificateStatus
    would: ChangedCertificate
    done: tuple[tuple[datetime, str, Act], ...]


class _Held(NamedTuple):
    """A certificate whose employer's lock is held, and what it is."""

    nib: Nib
    application_id: ApplicationId
    row_no: int
    serial_no: SerialNumber
    status: CertificateStatus


class _Change(NamedTuple):
    """Who changes a certificate, why and when; `key` tells the same request again."""

    actor: Actor
    reason: str
    at: datetime
    key: bytes | None
    correction: Correction | None

    async def set(
        self, conn: Connection, held: _Held, status: CertificateStatus
    ) -> list[life.Touched]:
        """Write down what the certificate is from now on."""
        return await life.set_status(
            conn,
            [held.serial_no],
            status,
            reason=self.reason,
            actor=self.actor.label,
            at=self.at,
        )


async def change_certificate(
    system: System,
    actor: Actor,
    serial: str,
    act: Act,
    *,
    reason: str,
    idempotency_key: str | None = None,
    correction: Correction | None = None,
) -> ChangedCertificate:
    """Suspend, restore, replace or end one certificate.

    Args:
        system: the installation.
        actor: its employer for a replacement or an end; for all four an officer or the operator.
        serial: as written on the certificate.
        act: what to do.
        reason: why; kept with the record, no personal data.
        idempotency_key: of a request for a replacement: the same again gets the same answer.
        correction: what the successor says of the worker instead.

    Raises:
        Forbidden: not this actor's to do, or a replacement while the employer is closed.
        InvalidInput: no reason.
        NotFound: no such certificate for this actor.
        Conflict: the certificate is past it; says what it is and what to do.
    """
    check_reason(reason)
    key = _request_key(actor, idempotency_key)
    change = _Change(actor, reason.strip(), system.clock(), key, correction)
    async with system.database.transaction() as conn:
        held = await _hold(system, conn, actor, serial, act)
        after = status_after(held.status, act)
        if after is None:
            return await _answer_refused(system, conn, held, act, change.key)
        if after is held.status:
            return await _changed_now(system, conn, held, after, changed=False)
        await _apply(system, conn, held, act, change)
        await _record(system, conn, held, act, change)
        filings = [(held.nib, held.application_id)]
        await tell_of_certificates(conn, TOLD_AS[act], filings, at=change.at)
        changed = await _changed_now(system, conn, held, after, changed=True)
    system.trust.read_at = None
    if act is Act.REPLACE:
        system.bell.notify()
    return changed


async def preview_change(system: System, actor: Actor, serial: str, act: Act) -> CertificateChange:
    """What a certificate would be after an act, and what was done to it so far; changes nothing.

    Raises: as `change_certificate`, except for the reason.

    Args:
        actor: who would change it.
        serial: its number as people write it.
        act: what would be done to it.
    """
    async with system.database.transaction() as conn:
        held = await _hold(system, conn, actor, serial, act)
        after = status_after(held.status, act)
        if after is None:
            await _answer_refused(system, conn, held, act, None)
        is_change = after is not held.status
        would = await _changed_now(system, conn, held, after or held.status, changed=is_change)
        events = await audit.events_of(conn, [f"serial:{would.serial}"], MOST_EVENTS)
    acts = {name: act for act, name in RECORDED_AS.items()}
    done = [(each.at, each.actor, acts[each.action]) for each in events if each.action in acts]
    return CertificateChange(held.nib, held.status, would, tuple(done))


async def require_changeable(system: System, actor: Actor, serial: str) -> None:
    """Let in who may change a certificate, before anything else that they sent is judged.

    Args:
        actor: who wants to change it.
        serial: its number as people write it.

    Raises:
        NotFound: no such certificate for this actor.
    """
    async with system.database.connection() as conn:
        await _find(system, conn, actor, serial)


async def _find(system: System, conn: Connection, actor: Actor, text: str) -> issued.Certificate:
    number = system.keys.serials.read(text)
    if number is None:
        raise certificate_unknown()
    serial = SerialNumber(number)
    found = await issued.find_certificate(conn, serial)
    found = found or await life.find_former(conn, serial)
    if found is None or not (may_file(actor, found.nib) or may_revoke(actor)):
        raise certificate_unknown()
    return found


async def _hold(system: System, conn: Connection, actor: Actor, text: str, act: Act) -> _Held:
    """Find a certificate that the actor may change so, and take the lock of its employer."""
    found = await _find(system, conn, actor, text)
    serial = found.serial_no
    if act not in BY_EMPLOYERS and not may_revoke(actor):
        raise not_your_task()
    await lock_employers(conn, [found.nib])
    latest = await life.latest_serial(conn, found.nib, found.application_id, found.row_no)
    status = CertificateStatus.REPLACED
    if latest == serial:
        status = (await life.fates_of(conn, [serial])).get(serial, life.STANDING).status
    return _Held(found.nib, found.application_id, found.row_no, serial, status)


async def _answer_refused(
    system: System, conn: Connection, held: _Held, act: Act, key: bytes | None
) -> ChangedCertificate:
    """The answer of before where a replacement is asked for again under its key, else an error."""
    successor = None
    if held.status is CertificateStatus.REPLACED:
        latest = await life.latest_serial(conn, held.nib, held.application_id, held.row_no)
        successor = None if latest is None else system.keys.serials.write(latest)
        known = key is not None and await life.request_key_of(conn, held.serial_no) == key
        if act is Act.REPLACE and known:
            return _changed(system, held, held.status, changed=False)._replace(successor=successor)
    raise refused(held.status, successor)


async def _apply(system: System, conn: Connection, held: _Held, act: Act, change: _Change) -> None:
    """Carry out an act that the rules allow."""
    match act:
        case Act.SUSPEND:
            await change.set(conn, held, CertificateStatus.SUSPENDED)
        case Act.RESTORE:
            await life.restore(conn, held.serial_no, change.at)
        case Act.END:
            by = change.actor.label
            await life.end(conn, [held.serial_no], reason=change.reason, actor=by, at=change.at)
        case Act.REPLACE:
            await _require_open(system, conn, held.nib, change.at)
            place = held.nib, held.application_id, held.row_no
            replaced = await life.count_former(conn, *place)
            if replaced >= MOST_REPLACEMENTS and not may_revoke(change.actor):
                raise replaced_too_often()
            for one in await change.set(conn, held, CertificateStatus.REPLACED):
                await life.move_away(conn, one, request_key=change.key, at=change.at)
                if change.correction:
                    await correct_worker(system, conn, *place, change.correction)
        case Act.REVOKE:
            raise ValueError("revoking is a use case of its own")


async def _require_open(system: System, conn: Connection, nib: Nib, now: datetime) -> None:
    """Refuse a replacement while the employer is closed: nothing is issued then."""
    closed = in_force(await closures.closures_of(conn, [nib], now), now)
    if closed:
        raise employer_closed(closed[-1], system.settings.objection_contact)


async def _record(system: System, conn: Connection, held: _Held, act: Act, change: _Change) -> None:
    await audit.record(
        conn,
        at=change.at,
        actor=change.actor.label,
        action=RECORDED_AS[act],
        subject=f"serial:{system.keys.serials.write(held.serial_no)}",
        detail={
            "application": held.application_id,
            "row": held.row_no,
            "corrected": change.correction.fields() if change.correction else [],
        },
    )


async def _changed_now(
    system: System, conn: Connection, held: _Held, status: CertificateStatus, *, changed: bool
) -> ChangedCertificate:
    """What a certificate is by its own status and by what else suspends it: a closure of its
    employer, or the host at whose site its worker is."""
    own = _changed(system, held, status, changed=changed)
    if status is not CertificateStatus.STANDING:
        return own
    by_others = await suspended_by_others(system, conn, held.nib, held.serial_no)
    if by_others is None:
        return own
    return own._replace(status=CertificateStatus.SUSPENDED, because=by_others)


def _changed(
    system: System, held: _Held, status: CertificateStatus, *, changed: bool
) -> ChangedCertificate:
    serial = system.keys.serials.write(held.serial_no)
    return ChangedCertificate(serial, held.application_id, held.row_no, status, None, changed)


def _request_key(actor: Actor, idempotency_key: str | None) -> bytes | None:
    """What tells the same request again, by the same actor; the key itself is not kept."""
    if idempotency_key is None:
        return None
    named = f"{actor.label} {idempotency_key}".encode()
    return blake2b(named, digest_size=KEY_BYTES).digest()
