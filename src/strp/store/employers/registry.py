"""Rows of the employer registry, and the ledger of its imports."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from strp.domain.employers.caps import Staff
from strp.domain.employers.employer import EmployerFacts, EmployerKind
from strp.domain.employers.registry_line import EmployerProblem
from strp.domain.identifiers import Nib
from strp.store.engine.arrays import bigints
from strp.store.engine.database import Connection

FIND = """
SELECT nib, name, kbli, kbli_edition, kind, region, staff_service, staff_administration
FROM employer WHERE nib = ANY(%s::bigint[])
"""

FIND_ONE = FIND.replace("= ANY(%s::bigint[])", "= %s")

# Imports take turns: who comes second compares with what the first has stored.
# Reads the registry from one end to the other: some 0.2 s with 200,000 employers.
BY_NAME = """
SELECT nib, name FROM employer WHERE strpos(lower(name), lower(%s)) > 0
ORDER BY length(name), name, nib LIMIT %s
"""

LOCK = "LOCK TABLE employer_import IN SHARE ROW EXCLUSIVE MODE"

STAGE = """
CREATE TEMPORARY TABLE employer_line (
    line_no integer, nib bigint, name text, kbli text[], kbli_edition smallint, kind text,
    region text, staff_service integer, staff_administration integer, email_index bytea,
    email_sealed bytea
) ON COMMIT DROP
"""

COPY = """
COPY employer_line (line_no, nib, name, kbli, kbli_edition, kind, region, staff_service,
    staff_administration, email_index, email_sealed) FROM STDIN
"""

TAKE_ID = "SELECT nextval(pg_get_serial_sequence('employer_import', 'import_id'))"

# Only a row that differs is written. xmax is 0 in a row that this statement inserted.
MERGE = """
WITH first_line AS (
    SELECT DISTINCT ON (nib) * FROM employer_line ORDER BY nib, line_no
), written AS (
    INSERT INTO employer AS e (nib, name, kbli, kbli_edition, kind, region, staff_service,
        staff_administration, email_index, email_sealed, import_id, updated_at)
    SELECT nib, name, kbli, kbli_edition, kind, region, staff_service, staff_administration,
        email_index, email_sealed, %(import_id)s, %(at)s
    FROM first_line
    ON CONFLICT (nib) DO UPDATE SET
        name = EXCLUDED.name, kbli = EXCLUDED.kbli, kbli_edition = EXCLUDED.kbli_edition,
        kind = EXCLUDED.kind, region = EXCLUDED.region, staff_service = EXCLUDED.staff_service,
        staff_administration = EXCLUDED.staff_administration,
        email_index = EXCLUDED.email_index, email_sealed = EXCLUDED.email_sealed,
        import_id = EXCLUDED.import_id, updated_at = EXCLUDED.updated_at
    WHERE (e.name, e.kbli, e.kbli_edition, e.kind, e.region, e.staff_service,
            e.staff_administration, e.email_index)
        IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.kbli, EXCLUDED.kbli_edition, EXCLUDED.kind,
            EXCLUDED.region, EXCLUDED.staff_service, EXCLUDED.staff_administration,
            EXCLUDED.email_index)
    RETURNING xmax = 0 AS inserted
)
SELECT
    (SELECT count(*) FROM written WHERE inserted),
    (SELECT count(*) FROM written WHERE NOT inserted),
    (SELECT count(*) FROM first_line)
"""

# Only what the rules look at; whose name or address changes stays what it is.
RECLASSIFIED = """
SELECT e.nib, e.name, e.kbli, e.kbli_edition, e.kind, e.region, e.staff_service,
       e.staff_administration, l.name, l.kbli, l.kbli_edition, l.kind, l.region, l.staff_service,
       l.staff_administration
FROM (SELECT DISTINCT ON (nib) * FROM employer_line ORDER BY nib, line_no) l
JOIN employer e ON e.nib = l.nib
WHERE (e.kbli, e.kbli_edition, e.kind, e.region, e.staff_service, e.staff_administration)
    IS DISTINCT FROM (l.kbli, l.kbli_edition, l.kind, l.region, l.staff_service,
        l.staff_administration)
"""

ABSENT = """
SELECT nib FROM employer e WHERE NOT EXISTS (SELECT FROM employer_line l WHERE l.nib = e.nib)
"""

REPEATED = """
SELECT line_no
FROM (SELECT line_no, row_number() OVER (PARTITION BY nib ORDER BY line_no) AS place
      FROM employer_line) AS numbered
WHERE place > 1 ORDER BY line_no
"""

SAVE_LEDGER = """
INSERT INTO employer_import (import_id, file_name, file_sha256, rows, inserted, updated,
    unchanged, rejected, problems, imported_at)
OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class RegisteredLine(NamedTuple):
    """One sound line on its way into the registry, its address sealed."""

    line: int
    facts: EmployerFacts
    email_index: bytes | None
    email_sealed: bytes | None


class ImportLedger(NamedTuple):
    """Where every line of an extract went; the columns add up to `rows`."""

    rows: int
    inserted: int
    updated: int
    unchanged: int
    rejected: int


class Merged(NamedTuple):
    """What a merge did; the rest of the different employers is unchanged."""

    inserted: int
    updated: int
    employers: int


async def find_employer(conn: Connection, nib: Nib) -> EmployerFacts | None:
    """What the registry holds of an employer, or None."""
    return (await find_employers(conn, [nib])).get(nib)


async def find_employers(conn: Connection, nibs: Sequence[Nib]) -> dict[Nib, EmployerFacts]:
    """What the registry holds of employers; those that it does not know are left out."""
    return await read_employers(await conn.execute(FIND, (bigints(nibs),), binary=True))


async def ask_employer(conn: Connection, nib: Nib) -> AsyncCursor[Any]:
    """One employer, as rows for `read_employers`; fetched once a pipeline has ended."""
    return await conn.execute(FIND_ONE, (nib,), binary=True)


async def read_employers(cursor: AsyncCursor[Any]) -> dict[Nib, EmployerFacts]:
    """Employers as they were asked for."""
    return {Nib(row[0]): _facts(row) for row in await cursor.fetchall()}


async def find_by_name(conn: Connection, part: str, limit: int) -> list[tuple[Nib, str]]:
    """Employers whose name holds these letters, the shortest names first.

    Args:
        conn: open connection.
        part: of the name.
        limit: most to return.
    """
    rows = await (await conn.execute(BY_NAME, (part, limit))).fetchall()
    return [(Nib(row[0]), row[1]) for row in rows]


async def begin_import(conn: Connection) -> int:
    """Wait for other imports, make room for lines, and return the number of this import."""
    await conn.execute(LOCK)
    await conn.execute(STAGE)
    row = await (await conn.execute(TAKE_ID)).fetchone()
    assert row is not None
    return int(row[0])


async def stage_lines(conn: Connection, lines: Iterable[RegisteredLine]) -> None:
    """Send sound lines by COPY; never more than one is held."""
    async with conn.cursor() as cursor, cursor.copy(COPY) as copy:
        for line in lines:
            await copy.write_row(_staged(line))


async def repeated_lines(conn: Connection) -> list[int]:
    """Lines whose NIB an earlier line has."""
    return [row[0] for row in await (await conn.execute(REPEATED)).fetchall()]


async def reclassified(conn: Connection) -> list[tuple[EmployerFacts, EmployerFacts]]:
    """Employers of whom the lines say other things that rules look at: before, and after."""
    rows = await (await conn.execute(RECLASSIFIED)).fetchall()
    return [(_facts(row[:8]), _facts((row[0], *row[8:]))) for row in rows]


async def absent(conn: Connection) -> list[Nib]:
    """Employers of the registry of whom no line speaks; they stay."""
    return [Nib(nib) for (nib,) in await (await conn.execute(ABSENT)).fetchall()]


async def merge_lines(conn: Connection, import_id: int, at: datetime) -> Merged:
    """Bring the registry up to the lines that were sent.

    Args:
        import_id: of `begin_import`; its lines are staged.
        at: aware.
    """
    values = {"import_id": import_id, "at": at}
    row = await (await conn.execute(MERGE, values)).fetchone()
    assert row is not None
    return Merged(*row)


async def save_ledger(
    conn: Connection,
    import_id: int,
    *,
    file_name: str,
    file_sha256: bytes,
    ledger: ImportLedger,
    problems: Sequence[EmployerProblem],
    at: datetime,
) -> None:
    """Keep the ledger of an import and the first of its problems.

    Args:
        import_id: of `begin_import`.
        file_name: without its folder.
        file_sha256: 32 bytes; the same file a second time is known by it.
        ledger: what became of each line.
        problems: as many as are kept.
        at: aware.
    """
    kept = [{"row": p.line, "column": p.column, "code": p.code} for p in problems]
    values = (import_id, file_name, file_sha256, *ledger, Jsonb(kept), at)
    await conn.execute(SAVE_LEDGER, values)


def _facts(row: Sequence[Any]) -> EmployerFacts:
    nib, name, kbli, edition, kind, region, *staff = row
    return EmployerFacts(
        nib=Nib(nib),
        name=name,
        kbli=tuple(kbli),
        kbli_edition=edition,
        kind=EmployerKind(kind),
        region=region,
        staff=Staff(*staff),
    )


def _staged(line: RegisteredLine) -> tuple[object, ...]:
    facts = line.facts
    return (
        line.line,
        facts.nib,
        facts.name,
        f"{{{','.join(facts.kbli)}}}",
        facts.kbli_edition,
        facts.kind.value,
        facts.region,
        *facts.staff,
        line.email_index,
        line.email_sealed,
    )
