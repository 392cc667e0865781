"""The rows of an application's workers, read within the transaction that read the application."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from strp.domain.certificates.life import CertificateStatus, SuspendedBy
from strp.domain.filing.application import Application, WorkerState
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, may_file
from strp.store import audit
from strp.store.certificates import life
from strp.store.engine.database import Connection
from strp.store.filing import engagements, workers
from strp.usecases.filing.certificate_fates import fates_now
from strp.usecases.process.system import System

MOST_WORKERS: Final = 1_000


class ShownCertificate(NamedTuple):
    """The latest certificate of a worker: its serial, what became of it, why, and what suspends
    it, where it is suspended."""

    serial: str
    status: CertificateStatus
    reason: str | None
    by: SuspendedBy | None = None


class StoredWorkers(NamedTuple):
    """What a page of workers is made of, as one transaction read it.

    Args:
        found: rows, personal data sealed.
        next_after: the row to go on after, or None at the end.
        certified: the latest certificate of a row.
        names: of the employers at whose sites workers are.
    """

    found: Sequence[workers.StoredWorker]
    next_after: int | None
    certified: Mapping[int, ShownCertificate]
    names: Mapping[Nib, str]


async def read_workers(
    system: System,
    conn: Connection,
    actor: Actor,
    application: Application,
    *,
    state: WorkerState | None,
    after: int,
    limit: int,
    group: str | None = None,
) -> StoredWorkers:
    """The rows of such a page, in the transaction that read its application; a look is recorded.

    Args:
        system: the installation.
        conn: with a transaction.
        actor: who looks, and may.
        application: whose workers.
        state: only workers in it; None: all.
        after: only rows after this one.
        limit: most workers, up to 1,000.
        group: only pending workers whom screening says this of (`list_workers`).
    """
    limit = max(1, min(limit, MOST_WORKERS))
    nib, number = application.nib, application.application_id
    found, next_after = await workers.list_workers(
        conn, nib, number, state=state, after=after, limit=limit, group=group
    )
    if not may_file(actor, application.nib):
        await _record_look(system, conn, actor, application, found)
    certified = await _certificates(system, conn, application, found)
    hosts = {each.host_nib for each in found if each.host_nib is not None}
    names = await engagements.employer_names(conn, hosts) if hosts else {}
    return StoredWorkers(found, next_after, certified, names)


async def _certificates(
    system: System,
    conn: Connection,
    application: Application,
    found: Sequence[workers.StoredWorker],
) -> dict[int, ShownCertificate]:
    """The latest certificate of each worker by row; one whose successor is being made as well."""
    nib, number = application.nib, application.application_id
    serials = {worker.row_no: worker.serial_no for worker in found if worker.serial_no is not None}
    missing = [
        worker.row_no
        for worker in found
        if worker.serial_no is None and worker.state == WorkerState.APPROVED
    ]
    if missing:
        serials |= await life.former_of(conn, nib, number, missing)
    fates = await fates_now(system, conn, nib, list(serials.values()))
    write = system.keys.serials.write
    return {row: ShownCertificate(write(serial), *fates[serial]) for row, serial in serials.items()}


async def _record_look(
    system: System,
    conn: Connection,
    actor: Actor,
    application: Application,
    found: Sequence[workers.StoredWorker],
) -> None:
    """Record that an official saw personal data (UU 27/2022, article 31)."""
    if found:
        await audit.record(
            conn,
            at=system.clock(),
            actor=actor.label,
            action="workers-seen",
            subject=f"application:{application.application_id}",
            detail={"from_row": found[0].row_no, "to_row": found[-1].row_no},
        )
