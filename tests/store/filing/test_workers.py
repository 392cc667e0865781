"""Pages of a large application cost what they show, whatever PostgreSQL knows of its tables."""

import json
from collections.abc import AsyncIterator

import pytest

from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib
from strp.store.engine.database import Connection, Database
from strp.store.filing import workers

pytestmark = pytest.mark.anyio
NIB, LARGE, FEW = Nib(8120001110001), ApplicationId(7), ApplicationId(8)
ROWS = 30_000

FILL = """
INSERT INTO worker (nib, application_id, row_no, nik_index, site_type, state, screening, sealed)
SELECT %(nib)s, %(application)s, n, int4send(n), 'pelayanan',
       CASE WHEN n %% 1000 = 0 THEN 'refused' WHEN n > %(approved)s THEN 'pending'
            ELSE 'approved' END, 'PASS', ''
FROM generate_series(1, %(rows)s) AS n
"""
CERTIFY = """
INSERT INTO certificate (nib, application_id, row_no, serial_no, issued_at, sealed)
SELECT nib, application_id, row_no, row_no, now(), '' FROM worker
WHERE application_id = %s AND state = 'approved'
"""
FORGET_STATISTICS = """
SELECT pg_clear_relation_stats('public', relname), pg_clear_attribute_stats('public', relname,
       attname, false)
FROM (VALUES ('worker'), ('certificate')) AS t (relname)
JOIN pg_attribute ON attrelid = relname::regclass AND attnum > 0
"""


async def fill(conn: Connection, number: ApplicationId, rows: int, approved: int) -> None:
    values = {"nib": NIB, "application": number, "rows": rows, "approved": approved}
    await conn.execute(FILL, values)
    await conn.execute(CERTIFY, (number,))


@pytest.fixture(params=["fresh", "of few rows", "analyzed"])
async def conn(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Connection]:
    """A large application in tables whose statistics are away, old, or as they should be."""
    async with database.connection() as conn:
        await conn.execute("ALTER TABLE worker SET (autovacuum_enabled = false)")
        await conn.execute("ALTER TABLE certificate SET (autovacuum_enabled = false)")
        if request.param == "of few rows":
            await fill(conn, FEW, 3, approved=3)
            await conn.execute("ANALYZE worker, certificate")
        await fill(conn, LARGE, ROWS, approved=ROWS // 2)
        if request.param == "fresh":
            await conn.execute(FORGET_STATISTICS)
        if request.param == "analyzed":
            await conn.execute("ANALYZE worker, certificate")
        yield conn


async def blocks_read(conn: Connection, query: str, **values: object) -> int:
    """Blocks that PostgreSQL touches for a page."""
    place = {"nib": NIB, "application": LARGE, "most": workers.MOST_SEEN, **values}
    [[found]] = await (
        await conn.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", place)
    ).fetchall()
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


@pytest.mark.parametrize("after", [0, ROWS // 4, ROWS - 1_000])
async def test_a_page_touches_a_few_blocks_a_worker(conn: Connection, after: int) -> None:
    hundred = await blocks_read(conn, workers.PAGE_OF_ALL, after=after, limit=101)
    thousand = await blocks_read(conn, workers.PAGE_OF_ALL, after=after, limit=1_001)

    assert hundred < 6 * 101 and thousand < 6 * 1_001


async def test_a_page_of_the_few_refused_touches_nobody_else(conn: Connection) -> None:
    assert await blocks_read(
        conn, workers.PAGE_OF_STATE, state="refused", after=0, limit=101
    ) < 6 * (ROWS // 1_000 + 1)


async def test_a_page_far_on_of_those_who_wait_touches_a_few_blocks_a_worker(
    conn: Connection,
) -> None:
    values = {"state": "pending", "after": ROWS - 1_000, "limit": 101}

    assert await blocks_read(conn, workers.PAGE_OF_STATE, **values) < 6 * 101


async def test_pages_of_each_state_show_each_worker_once(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "MOST_SEEN", 7_000)
    seen: dict[str, list[int]] = {}
    for state in (None, *WorkerState):
        rows, after = seen.setdefault(str(state), []), 0
        while after is not None:
            found, after = await workers.list_workers(
                conn, NIB, LARGE, state=state, after=after, limit=1_000
            )
            rows += [worker.row_no for worker in found]

    everybody = seen.pop("None")
    assert everybody == list(range(1, ROWS + 1))
    assert sorted(row for rows in seen.values() for row in rows) == everybody
    assert [len(seen[state]) for state in WorkerState] == [14_985, 14_985, 30, 0]
