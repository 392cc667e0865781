"""Documents that the worker makes and keeps for some hours: who asked, how far it is, its bytes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.identifiers import ApplicationId, Nib
from strp.store.engine.binary_copy import copy_rows

# What the certificates of an application are at this moment: another answer means another file.
VERSION = """
SELECT (SELECT coalesce(max(after_row), -1) FROM issue_task
        WHERE nib = %(nib)s AND application_id = %(application)s),
       (SELECT count(*) FROM revocation
        WHERE nib = %(nib)s AND application_id = %(application)s),
       (SELECT max(revoked_at) FROM revocation
        WHERE nib = %(nib)s AND application_id = %(application)s),
       (SELECT count(*) FROM closure WHERE nib = %(nib)s AND lifted_at IS NULL
          AND from_at <= %(now)s AND (until_at IS NULL OR until_at > %(now)s))
"""

COLUMNS = "document_id, nib, application_id, form, version, pages, made, failed, size_bytes"

FIND = f"""
SELECT {COLUMNS} FROM document WHERE nib = %s AND application_id = %s AND form = %s
"""

ASKED = "UPDATE document SET asked_at = %s, forget_at = %s WHERE document_id = %s"

REMOVE = "DELETE FROM document WHERE document_id = %s"

COUNT_UNFINISHED = """
SELECT count(*), count(*) FILTER (WHERE nib = %s) FROM document
WHERE size_bytes IS NULL AND failed IS NULL
"""

ADD = f"""
INSERT INTO document (nib, application_id, form, version, asked_by, asked_at, pages, forget_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (nib, application_id, form) DO UPDATE SET asked_at = EXCLUDED.asked_at
RETURNING {COLUMNS}
"""

TAKE = f"""
UPDATE document SET held_until = %(until)s, made = 0
WHERE document_id IN (
    SELECT document_id FROM document
    WHERE size_bytes IS NULL AND failed IS NULL AND asked_at > %(wanted)s
      AND (held_until IS NULL OR held_until < %(now)s)
    ORDER BY document_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING {COLUMNS}
"""

# Nobody waits for it, or it was removed: then no row, and whoever makes it stops.
GO_ON = """
UPDATE document SET held_until = %s, made = %s WHERE document_id = %s AND asked_at > %s
RETURNING document_id
"""

FAIL = "UPDATE document SET failed = %s, held_until = NULL WHERE document_id = %s"

GIVE_BACK = "UPDATE document SET held_until = NULL, made = 0 WHERE document_id = %s"

REMOVE_UNWANTED = """
DELETE FROM document WHERE size_bytes IS NULL AND asked_at <= %s
  AND (held_until IS NULL OR held_until < %s)
"""

FINISH = """
UPDATE document SET size_bytes = %s, made = pages, held_until = NULL WHERE document_id = %s
RETURNING document_id
"""

KEPT_BYTES = "SELECT coalesce(sum(size_bytes), 0)::bigint FROM document"

MAKE_ROOM = """
DELETE FROM document WHERE document_id IN (
    SELECT document_id FROM document WHERE size_bytes IS NOT NULL ORDER BY asked_at LIMIT 1)
RETURNING document_id
"""

FINISHED = f"SELECT {COLUMNS} FROM document WHERE size_bytes IS NOT NULL ORDER BY document_id"

END_FOR = "DELETE FROM document WHERE nib = %s AND asked_by = %s"

COPY_CHUNKS = "COPY document_chunk (document_id, chunk_no, sealed) FROM STDIN (FORMAT BINARY)"

CHUNK = "SELECT sealed FROM document_chunk WHERE document_id = %s AND chunk_no = %s"


class Document(NamedTuple):
    """One document.

    Args:
        version: of the certificates that it is made from.
        pages: certificates that it is to hold, roughly.
        made: certificates that are in it so far.
        failed: code of the error for which it cannot be made.
        size_bytes: of the whole; None until it is ready.
    """

    document_id: int
    nib: Nib
    application_id: ApplicationId
    form: str
    version: str
    pages: int
    made: int
    failed: str | None
    size_bytes: int | None


async def version_of(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, now: datetime
) -> Sequence[object]:
    """What changes when certificates of an application are issued, changed or suspended.

    Args:
        nib: of the employer.
        application_id: of the filing.
        now: aware; closures in force at it count.

    Returns:
        Values to compare with those of another moment; each alone says little.
    """
    values = {"nib": nib, "application": application_id, "now": now}
    row = await (await conn.execute(VERSION, values)).fetchone()
    assert row is not None
    return row


async def find_document(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, form: str
) -> Document | None:
    """A document of an application, whatever its version.

    Args:
        nib: of the employer.
        application_id: of the filing.
        form: such as `pdf` or `zip`.
    """
    async with conn.cursor(row_factory=args_row(Document)) as cursor:
        await cursor.execute(FIND, (nib, application_id, form))
        return await cursor.fetchone()


async def note_asked(
    conn: AsyncConnection, document_id: int, now: datetime, forget_at: datetime
) -> None:
    """Note that somebody waits for it, or reads it.

    Args:
        document_id: which one.
        now: aware.
        forget_at: when it is removed, should nobody ask again.
    """
    await conn.execute(ASKED, (now, forget_at, document_id))


async def remove_document(conn: AsyncConnection, document_id: int) -> None:
    """Remove a document with its bytes."""
    await conn.execute(REMOVE, (document_id,))


async def count_unfinished(conn: AsyncConnection, nib: Nib) -> tuple[int, int]:
    """Documents that are not ready: in all, and of one employer."""
    row = await (await conn.execute(COUNT_UNFINISHED, (nib,))).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


async def add_document(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    form: str,
    *,
    version: str,
    asked_by: str,
    now: datetime,
    pages: int,
    forget_at: datetime,
) -> Document:
    """Ask for a document; the one that somebody asked for a moment ago is the same.

    Args:
        nib: of the employer.
        application_id: of the filing.
        form: such as `pdf` or `zip`; an application has one document of each.
        version: of the certificates that it is to be made from.
        asked_by: label of the actor; it goes when that one acts for the employer no more.
        now: aware.
        pages: certificates that it is to hold, roughly.
        forget_at: when it is removed, should nobody ask again.
    """
    values = (nib, application_id, form, version, asked_by, now, pages, forget_at)
    async with conn.cursor(row_factory=args_row(Document)) as cursor:
        await cursor.execute(ADD, values)
        found = await cursor.fetchone()
    assert found is not None
    return found


async def take_documents(
    conn: AsyncConnection, limit: int, *, now: datetime, until: datetime, wanted: datetime
) -> Sequence[Document]:
    """Take documents to make, the first that were asked for.

    Args:
        until: when another process may take them, unless this one says that it goes on.
        wanted: who asked last before this waits no more.
    """
    values = {"now": now, "until": until, "wanted": wanted, "limit": limit}
    async with conn.cursor(row_factory=args_row(Document)) as cursor:
        await cursor.execute(TAKE, values)
        return await cursor.fetchall()


async def go_on(
    conn: AsyncConnection, document_id: int, made: int, *, until: datetime, wanted: datetime
) -> bool:
    """Note how far a document is; False where nobody waits for it.

    Args:
        document_id: which one.
        made: certificates that are in it.
        until: when another worker may take it over, should nothing be heard by then.
        wanted: who asked last before this does not wait any more.
    """
    cursor = await conn.execute(GO_ON, (until, made, document_id, wanted))
    return await cursor.fetchone() is not None


async def fail_document(conn: AsyncConnection, document_id: int, code: str) -> None:
    """Note that a document cannot be made, and why.

    Args:
        document_id: which one.
        code: of the error.
    """
    await conn.execute(FAIL, (code, document_id))


async def give_back(conn: AsyncConnection, document_id: int) -> None:
    """Let another process begin with a document."""
    await conn.execute(GIVE_BACK, (document_id,))


async def remove_unwanted(conn: AsyncConnection, wanted: datetime, now: datetime) -> None:
    """Remove what nobody waits for and nobody makes.

    Args:
        wanted: who asked last before this does not wait any more.
        now: aware; what a worker holds longer than this stays.
    """
    await conn.execute(REMOVE_UNWANTED, (wanted, now))


async def save_chunks(
    conn: AsyncConnection, document_id: int, first: int, chunks: Sequence[bytes]
) -> None:
    """Store sealed chunks from a number on.

    Args:
        document_id: which one.
        first: number of the first chunk; the next ones follow it.
        chunks: each in an envelope of its own.
    """
    rows = [
        b"\0\3\0\0\0\x08"
        + document_id.to_bytes(8)
        + b"\0\0\0\x04"
        + number.to_bytes(4)
        + len(sealed).to_bytes(4)
        + sealed
        for number, sealed in enumerate(chunks, first)
    ]
    await copy_rows(conn, COPY_CHUNKS, rows)


async def finish(conn: AsyncConnection, document_id: int, size_bytes: int) -> bool:
    """Note that a document is ready; False where it was removed meanwhile.

    Args:
        document_id: which one.
        size_bytes: of the whole, in clear.
    """
    cursor = await conn.execute(FINISH, (size_bytes, document_id))
    return await cursor.fetchone() is not None


async def make_room(conn: AsyncConnection, size_bytes: int, most_bytes: int) -> None:
    """Remove those that nobody has asked for the longest, until another one fits.

    Args:
        size_bytes: of the one that comes.
        most_bytes: of all that are ready, with it.
    """
    while True:
        row = await (await conn.execute(KEPT_BYTES)).fetchone()
        if row is None or row[0] + size_bytes <= most_bytes:
            return
        if await (await conn.execute(MAKE_ROOM)).fetchone() is None:
            return


async def finished_documents(conn: AsyncConnection) -> Sequence[Document]:
    """All that are kept."""
    async with conn.cursor(row_factory=args_row(Document)) as cursor:
        await cursor.execute(FINISHED)
        return await cursor.fetchall()


async def end_documents_for(conn: AsyncConnection, nib: Nib, asked_by: str) -> None:
    """Remove documents of an employer that somebody asked for who acts for it no more.

    Args:
        nib: of the employer.
        asked_by: label of the actor.
    """
    await conn.execute(END_FOR, (nib, asked_by))


async def read_chunk(conn: AsyncConnection, document_id: int, chunk_no: int) -> bytes | None:
    """A sealed chunk, or None where the document was removed.

    Args:
        document_id: which one.
        chunk_no: from 0.
    """
    row = await (await conn.execute(CHUNK, (document_id, chunk_no), binary=True)).fetchone()
    return None if row is None else bytes(row[0])
