"""Filing: an employer's roster goes in, every row is accounted for, a receipt comes back.

The answer leaves when the filing is durable, and never before. A small roster shares its
transaction with others (`intake`); a large one has its own: its size costs time, not memory.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.employer import same_employer
from strp.domain.filing.application import Application, Ledger
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.domain.roster.check import RosterCheck
from strp.domain.roster.file_name import shown_file_name
from strp.domain.roster.row import Remarks
from strp.outside.machine.confined import Gone
from strp.outside.spreadsheets.open import RosterFile, begin_in_thread, is_read_apart
from strp.outside.spreadsheets.packed_bodies import unpacked
from strp.store.engine.database import Connection
from strp.store.filing import applications, engagements
from strp.store.filing import intake as store
from strp.usecases.filing.batches import PreparedFiling
from strp.usecases.filing.corrections import CorrectionsWriter
from strp.usecases.filing.declare_in_filing import declare_in_filing
from strp.usecases.filing.earlier_filings import bring_earlier_before_officer
from strp.usecases.filing.figures import figure_rows
from strp.usecases.filing.filed_before import answered_before
from strp.usecases.filing.hosts import ask_hosts, read_hosts_of
from strp.usecases.filing.leavers import note_leavers, settle_leavers
from strp.usecases.filing.moved_workers import settle_moved
from strp.usecases.filing.placement import FilingDraft, PlacedRows, place
from strp.usecases.filing.prepare_rows import prepare_rows, roster_check
from strp.usecases.filing.refusal_rows import refusal_rows
from strp.usecases.filing.show import application_unknown, receipt_of, remarks_on
from strp.usecases.process.system import System
from strp.usecases.rules.current import classification_today

DIGEST_BYTES = 16
BYTES_OF_A_ROW = 128  # usually 100; a few long rows take as much time as many

Progress = Callable[[int], None]


class Receipt(NamedTuple):
    """What an employer gets for a roster."""

    receipt: str
    application_id: ApplicationId
    submitted_at: datetime
    due_at: datetime
    ledger: Ledger
    remarks: Remarks


def body_digest(body: bytes) -> bytes:
    """What tells a retry under the same idempotency key from another filing."""
    return hashlib.blake2b(body, digest_size=DIGEST_BYTES).digest()


async def file_workers(
    system: System,
    actor: Actor,
    nib: Nib,
    records: Sequence[object],
    *,
    digest: bytes,
    size_bytes: int = 0,
    idempotency_key: str | None = None,
) -> Receipt:
    """File workers that came as JSON objects.

    Args:
        records: one object a worker, with the columns of the roster as keys; anything else is a
            row that cannot be read.
        digest: `body_digest` of what was sent.
        size_bytes: of what was sent; a few long rows take as much time as many.
        idempotency_key: of the request; the same key gives the same receipt.

    Raises:
        Forbidden: the employer is not the actor's.
        InvalidInput: no worker at all.
        Unavailable: no policy in force, or the database does not answer.
    """
    work = await _begin(system, actor, nib, "json", digest, idempotency_key)
    check = await roster_check(system, work)

    def prepare() -> PreparedFiling:
        checked = check.check_records(records)
        summary = check.finish()
        mend = CorrectionsWriter(system.keys, nib, work.application_id, "json")
        sent = prepare_rows(system, work, check, checked, mend)
        sent.to_mend = mend.finish(summary.headers)
        return sent

    rows = max(len(records), size_bytes // BYTES_OF_A_ROW)
    sent = await system.intake.aside(prepare, rows=rows)
    return await _answer(system, work, await system.intake.file(sent))


async def file_roster(
    system: System,
    actor: Actor,
    nib: Nib | None,
    path: Path,
    *,
    content_type: str | None = None,
    filename: str | None = None,
    digest: bytes,
    idempotency_key: str | None = None,
    progress: Progress | None = None,
    gone: Gone | None = None,
    staff: object = None,
) -> Receipt:
    """File a roster from a file of any kind that the contract names.

    Args:
        nib: the employer; None where the file, a JSON one, names it.
        path: the file as it was sent; read once, from front to back.
        content_type: as the sender says; the content decides.
        filename: as the sender says.
        digest: `body_digest` of the file.
        progress: is told the number of rows read so far, now and then.
        gone: waits until whoever files is gone; then a spreadsheet is read no further.
        staff: declared together with it; a JSON file may bring it by itself.

    Raises:
        Forbidden: the employer is not the actor's.
        StrpError: the file cannot be read at all; says why and what to do. Nothing is filed.
    """
    if nib is not None:
        permit_filing(actor, nib)
    async with AsyncExitStack() as held:
        unpacking = unpacked(path, system.settings.upload_max_bytes)
        path = await system.uploads.run(unpacking.__enter__)
        held.push(unpacking)
        if await system.intake.threads.run(is_read_apart, path):
            asker = actor.label if nib is None else f"{nib}"
            await held.enter_async_context(system.spreadsheets.one(asker))
        file = await begin_in_thread(
            system.uploads.run,
            path,
            content_type=content_type,
            filename=filename,
            limits=system.settings.upload_max_bytes,
        )
        held.callback(file.close)
        await file.ready(gone)
        nib = same_employer(nib, file.nib)
        brought = file.staff if staff is None else staff
        await declare_in_filing(system, actor, nib, brought, idempotency_key)
        work = await _begin(system, actor, nib, file.form.code, digest, idempotency_key)
        work.file = shown_file_name(filename)
        reading = _Reading(system, work, file, await roster_check(system, work), progress, gone)
        application_id = await reading.file()
    return await _answer(system, work, application_id)


def permit_filing(actor: Actor, nib: Nib) -> None:
    """Let an actor file for an employer.

    Args:
        actor: who files.
        nib: the employer.

    Raises:
        Forbidden: the employer is not theirs.
    """
    if not may_file(actor, nib):
        raise not_your_employer(nib)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Where a stream stands.

    Args:
        chunk: read, and next to be placed; None at the end.
        following: read, and the one after it.
        placed: not yet stored.
        lines: of the roster that `placed` comes from, first and last.
        quota: use of the caps so far.
    """

    chunk: PreparedFiling | None
    following: PreparedFiling | None
    placed: PlacedRows = field(default_factory=PlacedRows)
    lines: tuple[int, int] = (0, 0)
    quota: dict[tuple[int, int], QuotaUse] = field(default_factory=dict)

    def free(self, service: int, administration: int) -> None:
        for key, used in self.quota.items():
            self.quota[key] = used.plus(-service, -administration)


class _Reading:
    """One roster file on its way in: small ones join a set, large ones stream."""

    def __init__(
        self,
        system: System,
        work: FilingDraft,
        file: RosterFile,
        check: RosterCheck,
        progress: Progress | None,
        gone: Gone | None,
    ) -> None:
        self._system = system
        self._file, self._gone = file, gone
        self._work = work
        self._check = check
        self._chunks = file.check(check)
        filed = (work.nib, work.application_id, work.source_format)
        self._mend = CorrectionsWriter(system.keys, *filed)
        self._progress = progress or (lambda _: None)

    async def file(self) -> ApplicationId:
        first = await self._read()
        second = await self._read() if first is not None else None
        if first is not None and second is not None:
            return await self._stream(first, second)
        sent = first or PreparedFiling(work=self._work, sound=())
        sent.to_mend = self._finish()
        return await self._system.intake.file(sent)

    async def _read(self) -> PreparedFiling | None:
        """Read and check the next chunk, in a thread: a large file must not hold up others."""
        await self._file.ready(self._gone)
        sent = await self._system.intake.threads.run(self._read_chunk)
        self._progress(self._work.ledger.rows)
        return sent

    def _read_chunk(self) -> PreparedFiling | None:
        checked = next(self._chunks, None)
        if checked is None:
            return None
        return prepare_rows(self._system, self._work, self._check, checked, self._mend)

    def _finish(self) -> Sequence[bytes]:
        summary = self._check.finish()
        work, sheets = self._work, self._file.sheets
        work.headings, work.not_rows = summary.headings, summary.not_rows
        work.notes, work.sheets = tuple(self._file.notes), tuple(sheets) if len(sheets) > 1 else ()
        return self._mend.finish(summary.headers, sheets)

    async def _stream(self, first: PreparedFiling, second: PreparedFiling) -> ApplicationId:
        """File chunk by chunk in one transaction: all of it is filed, or nothing.

        While the database stores one chunk, the next is placed and the one after it is read.
        """
        work, ahead = self._work, _Ahead(first, second)
        async with self._system.database.transaction() as conn:
            await store.allow_long(conn)
            samples: list[engagements.Drawn] = []
            while ahead.chunk is not None:
                before = await self._look_up(conn, ahead.chunk, with_key=ahead.chunk is first)
                known = answered_before(work, before) if ahead.chunk is first else None
                if isinstance(known, Exception):
                    raise known
                if known is not None:
                    return known
                before.quota.update({nib: used for (nib, _), used in ahead.quota.items()})
                if ahead.chunk.leavers or ahead.chunk.sited:
                    await self._settle(conn, ahead, before)
                if ahead.chunk.hosts:
                    await read_hosts_of(conn, work, ahead.chunk.hosts)
                placing = asyncio.create_task(self._place_when_ready(ahead, before))
                try:
                    await self._store(conn, ahead)
                except BaseException:
                    self._file.stop()
                    raise
                finally:
                    await asyncio.wait({placing})  # no thread goes on behind a failed filing
                ahead = placing.result()
                samples += ahead.placed.samples
                self._progress(work.ledger.rows)
            await self._store(conn, ahead)
            self._system.intake.idle.refuse_past_share(work)
            number = work.application_id
            to_mend = [(work.nib, number, n, sealed) for n, sealed in enumerate(self._finish())]
            await store.save_applications(
                conn,
                [work.to_row()],
                ahead.quota,
                samples,
                to_mend,
                engaged=[number],
                refusals=refusal_rows(work),
                figures=figure_rows(work),
            )
            await note_leavers(conn, [work])
            await ask_hosts(conn, work)
        self._system.bell.notify()
        return number

    async def _look_up(
        self, conn: Connection, chunk: PreparedFiling, *, with_key: bool
    ) -> store.KnownBefore:
        work = self._work
        key = work.idempotency_key if with_key else None
        return await store.lock_and_read(
            conn,
            nibs=[work.nib],
            period_id=work.policy.period.number,
            nik_indexes=[nik_index for _, nik_index in chunk.sound],
            now=work.submitted_at,
            idempotency_keys=[(work.nib, key)] if key else (),
        )

    async def _settle(self, conn: Connection, ahead: "_Ahead", before: store.KnownBefore) -> None:
        """End who has left, and bring who has moved to the other site; the places are free."""
        assert ahead.chunk is not None
        system, work = self._system, self._work
        if ahead.chunk.leavers:
            ahead.free(*await settle_leavers(conn, work, ahead.chunk.leavers, before))
        if ahead.chunk.sited:
            tools, rows = (system.keys, system.intake.aside), ahead.chunk.sited
            ahead.free(*await settle_moved(conn, *tools, work, rows, before))

    async def _place_when_ready(self, ahead: "_Ahead", before: store.KnownBefore) -> "_Ahead":
        if ahead.following is not None:
            await self._file.ready()
        return await self._system.intake.threads.run(self._place, ahead, before)

    def _place(self, ahead: "_Ahead", before: store.KnownBefore) -> "_Ahead":
        """Place the chunk at hand, and read on."""
        work, chunk = self._work, ahead.chunk
        assert chunk is not None
        placed = PlacedRows()
        self._system.intake.idle.look(work, chunk.sound, before)
        place(work, chunk.sound, before, placed, self._system.keys.seal_all)
        lines = (chunk.sound[0][0].row, chunk.sound[-1][0].row) if chunk.sound else (0, 0)
        following = self._read_chunk() if ahead.following is not None else None
        return _Ahead(ahead.following, following, placed, lines, ahead.quota | placed.quota)

    async def _store(self, conn: Connection, ahead: "_Ahead") -> None:
        """Store what was placed."""
        keys, claimed = self._system.keys, ahead.placed.claimed
        await bring_earlier_before_officer(conn, keys, claimed, self._work)
        if ahead.placed.workers:
            await store.save_chunk(
                conn,
                ahead.placed.workers,
                nib=self._work.nib,
                application_id=self._work.application_id,
                period_id=self._work.policy.period.number,
                lines=ahead.lines,
            )


async def _begin(
    system: System, actor: Actor, nib: Nib, source_format: str, digest: bytes, key: str | None
) -> FilingDraft:
    permit_filing(actor, nib)
    policy, employer, classification = await classification_today(system, nib)
    return FilingDraft(
        actor=actor,
        nib=nib,
        application_id=system.intake.ids.next_at_once() or await system.intake.ids.next(),
        submitted_at=system.clock(),
        body_digest=digest,
        source_format=source_format,
        policy=policy,
        employer=employer,
        classification=classification,
        idempotency_key=key,
        objection_contact=system.settings.objection_contact,
    )


async def _answer(system: System, work: FilingDraft, application_id: ApplicationId) -> Receipt:
    """The receipt; of the earlier filing, where the idempotency key was seen before."""
    filed: store.ApplicationRow | Application
    if application_id == work.application_id:
        filed = work.to_row()
        system.intake.idle.count(work)
        remarks = work.remarks()
    else:
        async with system.database.connection() as conn:
            found = await applications.find_application(conn, application_id, [work.nib])
        if found is None:
            raise application_unknown()
        filed, remarks = found, remarks_on(found)
    return Receipt(
        receipt=receipt_of(system, application_id),
        application_id=application_id,
        submitted_at=filed.submitted_at,
        due_at=filed.due_at,
        ledger=filed.ledger,
        remarks=remarks,
    )
