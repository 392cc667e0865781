"""Rows of filings, written in sets: many filings a transaction, many workers a statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import Struct
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.closure import Closure
from strp.domain.employers.employer import EmployerTerms
from strp.domain.filing.application import ApplicationState, Ledger, WorkerCounts, WorkerState
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.store.employers.closures import OF_EMPLOYERS as CLOSED
from strp.store.employers.lock import LOCK_EMPLOYERS, TRY_LOCK_EMPLOYERS, told_when_locked
from strp.store.employers.representations import IS_REPRESENTED
from strp.store.employers.terms import TERMS, read_terms, values_of
from strp.store.engine.arrays import (
    PackedArray,
    bigints,
    byteas,
    integers,
    same_size_byteas,
    smallints,
    texts,
    times,
)
from strp.store.engine.binary_copy import copy_rows, text_field
from strp.store.filing.engaged import Engaged
from strp.store.filing.engagements import Drawn, draw
from strp.store.filing.figure_rows import ADD_FIGURES, FigureRow, figure_columns
from strp.store.filing.refusals import ADD_REFUSALS, RefusalRow, refusal_columns

ENGAGED = """
SELECT nik_index, nib FROM engagement WHERE nik_index = ANY(%s::bytea[]) AND period_id = %s
"""

QUOTA_USED = """
SELECT nib, service, administration, claims_told FROM quota_use
WHERE nib = ANY(%s::bigint[]) AND period_id = %s
"""

FILED_BEFORE = """
SELECT a.nib, a.idempotency_key, a.application_id, a.body_digest
FROM application a
JOIN unnest(%s::bigint[], %s::text[]) AS k (nib, idempotency_key)
  ON a.nib = k.nib AND a.idempotency_key = k.idempotency_key
"""

# What follows from an application and its workers is written by the same statement: who has
# which worker, the use of the caps, the task to issue certificates, the place on the desk.
# A set-returning function in the list keeps the workers of each application a look-up of their own,
# however few rows the tables had when the plan was made; Citus would not push OFFSET 0 down.
SAVE_APPLICATIONS = (
    """
WITH filed AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::text[], %s::text[],
        %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::text[],
        %s::text[], %s::bytea[], %s::text[], %s::int[], %s::int[], %s::int[], %s::int[],
        %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::bytea[])
    AS f (nib, application_id, period_id, policy_id, sector, state, submitted_at, due_at,
        decided_at, submitted_by, idempotency_key, body_digest, source_format, rows, accepted,
        unchanged, duplicate, exempt, rejected, pending, approved, refused, returned, problems)
), applications AS (
    INSERT INTO application (nib, application_id, period_id, policy_id, sector, state,
        submitted_at, due_at, decided_at, submitted_by, idempotency_key, body_digest,
        source_format, rows, accepted, unchanged, duplicate, exempt, rejected, pending, approved,
        refused, returned, problems)
    SELECT * FROM filed
), engaged AS (
    INSERT INTO engagement (nik_index, period_id, nib, application_id, row_no)
    SELECT w.nik_index, f.period_id, f.nib, f.application_id, w.row_no
    FROM filed f CROSS JOIN LATERAL (
        SELECT nik_index, row_no, generate_series(1, 1) FROM worker
        WHERE nib = f.nib AND application_id = f.application_id
          AND state IN ('pending', 'approved') AND reasons IS DISTINCT FROM 'left') w
    WHERE f.application_id <> ALL(%s::bigint[])
), quota AS (
    INSERT INTO quota_use (nib, period_id, service, administration, claims_told)
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::int[], %s::int[], %s::int[])
    ON CONFLICT (nib, period_id) DO UPDATE
    SET service = EXCLUDED.service, administration = EXCLUDED.administration,
        claims_told = EXCLUDED.claims_told
), to_issue AS (
    INSERT INTO issue_task (nib, application_id, due_at, workers)
    SELECT nib, application_id, due_at, accepted FROM filed WHERE approved > 0
), told AS (
    INSERT INTO notice (at, kind, nib, application_id)
    SELECT submitted_at, 'receipt', nib, application_id FROM filed f
    WHERE accepted + rejected > 0 AND """
    + IS_REPRESENTED.format(nib="f.nib")
    + """
), to_review AS (
    INSERT INTO desk (nib, application_id, due_at)
    SELECT nib, application_id, due_at FROM filed WHERE pending > 0
), counted AS (
    INSERT INTO desk_event (at, applications, workers)
    SELECT max(submitted_at), count(*), sum(pending) FROM filed WHERE pending > 0
    HAVING count(*) > 0
), refusals AS (
"""
    + ADD_REFUSALS
    + """), figures AS (
"""
    + ADD_FIGURES
    + """)
SELECT 1
"""
)

ENGAGE_CHUNK = """
INSERT INTO engagement (nik_index, period_id, nib, application_id, row_no)
SELECT nik_index, %s, nib, application_id, row_no FROM worker
WHERE nib = %s AND application_id = %s AND row_no BETWEEN %s AND %s
  AND state IN ('pending', 'approved') AND reasons IS DISTINCT FROM 'left'
"""

SAVE_CORRECTIONS = """
INSERT INTO correction (nib, application_id, chunk_no, sealed)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bytea[])
"""

COPY_WORKERS = """
COPY worker (nib, application_id, row_no, nik_index, site_type, state, screening, reasons, host_nib,
    host_sector, sealed)
FROM STDIN (FORMAT BINARY)
"""

_WORKER_HEAD = Struct(">hiqiqiii16s").pack
_LENGTH = Struct(">i").pack
_NO_REASONS = text_field(None)
_NO_HOST = text_field(None) * 2
_HOST = Struct(">iq").pack


class FiledBefore(NamedTuple):
    """A filing found by its idempotency key."""

    application_id: ApplicationId
    body_digest: bytes


class KnownBefore(NamedTuple):
    """What the database held before a set of filings, and the employers that are locked."""

    locked: frozenset[int]
    engaged: Engaged
    quota: dict[int, QuotaUse]
    filed: dict[tuple[int, str], FiledBefore]
    closed: Sequence[Closure] = ()
    terms: Mapping[int, EmployerTerms] = {}


@dataclass(slots=True, kw_only=True)
class ApplicationRow:
    """One application as it is first stored."""

    nib: Nib
    application_id: ApplicationId
    period_id: PeriodId
    policy_id: str
    sector: str
    state: ApplicationState
    submitted_at: datetime
    due_at: datetime
    decided_at: datetime | None
    submitted_by: str
    idempotency_key: str | None
    body_digest: bytes
    source_format: str
    ledger: Ledger
    counts: WorkerCounts
    problems: bytes | None


async def allow_long(conn: AsyncConnection) -> None:
    """Let the statements of this transaction take as long as a very large roster needs."""
    await conn.execute("SET LOCAL statement_timeout = '15min'")


async def lock_and_read(
    conn: AsyncConnection,
    *,
    nibs: Sequence[int],
    period_id: PeriodId,
    nik_indexes: Sequence[bytes],
    now: datetime,
    idempotency_keys: Iterable[tuple[int, str]] = (),
    wait: bool = True,
    begin: bool = False,
) -> KnownBefore:
    """Lock employers for this transaction, then read what is known of these workers.

    Args:
        conn: open transaction.
        nibs: employers that file.
        period_id: period of the filings.
        nik_indexes: keyed indexes of the workers.
        now: aware; the moment at which an employer must not be closed.
        idempotency_keys: pairs of employer and key to look for.
        wait: for employers that another transaction has locked; else they are left out.
        begin: whether to begin the transaction, in the same round trip.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain.
    """
    keys = list(idempotency_keys)
    employers = bigints(nibs)
    lock_employers = LOCK_EMPLOYERS if wait else TRY_LOCK_EMPLOYERS
    async with told_when_locked(), conn.pipeline():
        if begin:
            await conn.execute("BEGIN")
        lock = await conn.execute(lock_employers, (employers,), binary=True)
        niks = same_size_byteas(nik_indexes)
        engaged = await conn.execute(ENGAGED, (niks, period_id), binary=True)
        quota = await conn.execute(QUOTA_USED, (employers, period_id), binary=True)
        closed = conn.cursor(row_factory=class_row(Closure), binary=True)
        await closed.execute(CLOSED, (employers, now, now))
        terms = await conn.execute(
            TERMS, values_of(employers, civil_day(now), period_id), binary=True
        )
        filed = None
        if keys:
            columns = (bigints([nib for nib, _ in keys]), texts([key for _, key in keys]))
            filed = await conn.execute(FILED_BEFORE, columns, binary=True)
    holders: dict[bytes, tuple[int, ...]] = {}
    for nik_index, nib in await engaged.fetchall():
        holders[nik_index] = (*holders.get(nik_index, ()), nib)
    return KnownBefore(
        frozenset(nib for nib, locked in await lock.fetchall() if locked),
        Engaged(holders),
        {nib: QuotaUse(*use) for nib, *use in await quota.fetchall()},
        {
            (nib, key): FiledBefore(ApplicationId(number), bytes(digest))
            for nib, key, number, digest in (await filed.fetchall() if filed else ())
        },
        await closed.fetchall(),
        read_terms(await terms.fetchall()),
    )


def worker_row(
    nib: int,
    application_id: int,
    row_no: int,
    nik_index: bytes,
    tail: bytes,
    sealed: bytes,
) -> bytes:
    """One worker as a row of binary COPY.

    Args:
        tail: site type, state, screening, reasons and host, from `worker_tail`.
    """
    return b"".join(
        (
            _WORKER_HEAD(11, 8, nib, 8, application_id, 4, row_no, 16, nik_index),
            tail,
            _LENGTH(len(sealed)),
            sealed,
        )
    )


def worker_tail(
    site_type: str,
    state: WorkerState,
    screening: str,
    reasons: Sequence[str],
    host: tuple[Nib, str] | None = None,
) -> bytes:
    """The part of a worker's row that many rows share.

    Args:
        host: whose site the worker is at, and its sector; None: the employer's own.
    """
    return b"".join(
        (
            text_field(site_type),
            text_field(state),
            text_field(screening),
            text_field(" ".join(reasons)) if reasons else _NO_REASONS,
            _HOST(8, host[0]) + text_field(host[1]) if host else _NO_HOST,
        )
    )


async def save_workers(conn: AsyncConnection, workers: list[bytes]) -> None:
    """Store workers; who has them follows with their applications."""
    if workers:
        await copy_rows(conn, COPY_WORKERS, workers)


async def save_chunk(
    conn: AsyncConnection,
    workers: list[bytes],
    *,
    nib: Nib,
    application_id: ApplicationId,
    period_id: PeriodId,
    lines: tuple[int, int],
) -> None:
    """Store a chunk of workers of one filing, and who has them.

    Args:
        conn: open transaction.
        workers: rows of binary COPY.
        lines: first and last line of the roster that they come from.
    """
    await save_workers(conn, workers)
    await conn.execute(ENGAGE_CHUNK, (period_id, nib, application_id, *lines))


async def save_applications(
    conn: AsyncConnection,
    applications: Sequence[ApplicationRow],
    quota: dict[tuple[int, int], QuotaUse],
    samples: Sequence[Drawn],
    corrections: Sequence[tuple[int, int, int, bytes]] = (),
    *,
    engaged: Sequence[int] = (),
    refusals: Sequence[RefusalRow] = (),
    figures: Sequence[FigureRow] = (),
    commit: bool = False,
) -> None:
    """Store applications with what follows from them and their workers, who are stored already.

    Args:
        conn: open transaction.
        applications: what was filed.
        quota: use of each employer's caps by (nib, period): what is used.
        samples: workers drawn for an officer's look.
        corrections: (nib, application, number, sealed chunk) of rows to mend; chunk 0 tells the
            format of the file.
        engaged: applications of which it is stored already who has their workers.
        refusals: what was refused, for the compliance report.
        figures: what the filings add to the figures of their hours.
        commit: whether to commit, in the same round trip.
    """
    async with conn.pipeline():
        if samples:
            await draw(conn, samples)
        if corrections:
            await conn.execute(SAVE_CORRECTIONS, _correction_columns(corrections), binary=True)
        if applications:
            columns = [*_columns(applications), bigints(engaged), *_quota_columns(quota)]
            columns += [*refusal_columns(refusals), *figure_columns(figures)]
            await conn.execute(SAVE_APPLICATIONS, columns, binary=True)
        if commit:
            await conn.execute("COMMIT")


def _columns(rows: Sequence[ApplicationRow]) -> list[PackedArray]:
    ledgers = list(zip(*(row.ledger for row in rows), strict=True))
    counts = list(zip(*(row.counts for row in rows), strict=True))
    return [
        bigints([row.nib for row in rows]),
        bigints([row.application_id for row in rows]),
        smallints([row.period_id for row in rows]),
        texts([row.policy_id for row in rows]),
        texts([row.sector for row in rows]),
        texts([row.state for row in rows]),
        times([row.submitted_at for row in rows]),
        times([row.due_at for row in rows]),
        times([row.decided_at for row in rows]),
        texts([row.submitted_by for row in rows]),
        texts([row.idempotency_key for row in rows]),
        byteas([row.body_digest for row in rows]),
        texts([row.source_format for row in rows]),
        *(integers(column) for column in ledgers),
        *(integers(column) for column in counts),
        byteas([row.problems for row in rows]),
    ]


def _correction_columns(chunks: Sequence[tuple[int, int, int, bytes]]) -> list[PackedArray]:
    nibs, numbers, places, sealed = zip(*chunks, strict=True)
    return [bigints(nibs), bigints(numbers), integers(places), byteas(sealed)]


def _quota_columns(quota: dict[tuple[int, int], QuotaUse]) -> list[PackedArray]:
    return [
        bigints([nib for nib, _ in quota]),
        smallints([period for _, period in quota]),
        *(integers([use[n] for use in quota.values()]) for n in range(len(QuotaUse._fields))),
    ]
