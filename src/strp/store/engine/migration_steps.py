"""How one migration runs: in one transaction, or step by step beside the filings.

An index on a table of 17 million rows takes minutes, and inside of a transaction nobody files
meanwhile. A file whose first line is MARKER therefore runs statement by statement, each by itself.
A statement may run again after the process was killed, so each must be harmless when repeated:

- `CREATE INDEX CONCURRENTLY name ON …`: left out where the index stands and is valid; one that a
  killed build left invalid is dropped and built anew.
- a statement after a line REPEAT: a batch, run until it changes no row.
- all else: short DDL with IF EXISTS or IF NOT EXISTS.

Source: PostgreSQL documentation, "Building Indexes Concurrently"; "Explicit Locking".
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final, NamedTuple

import psycopg
import structlog

from strp.store.engine.database import Connection

log = structlog.get_logger()

MARKER: Final = "-- strp: step by step"
REPEAT: Final = "-- strp: repeat until no row changes"
# Who waits for a strong lock has everybody who comes later wait as well, filings too. So each try
# is short, and between tries everybody goes on.
LOCK_TIMEOUT_S: Final = 2
TRIES: Final = 60
PAUSE_S: Final = 1.0

_INDEX = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)\s+ON\s", re.I
)
_IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class StepKind(StrEnum):
    """How a statement is run."""

    INDEX = "index"
    BATCH = "batch"
    ONCE = "once"


class Step(NamedTuple):
    """One statement of a migration that runs step by step.

    Args:
        builds: name of the index that it builds, else "".
    """

    kind: StepKind
    sql: str
    builds: str = ""


def runs_step_by_step(text: str) -> bool:
    """Whether a migration asks to run outside of a transaction."""
    return text.partition("\n")[0].rstrip() == MARKER


def steps_of(text: str) -> list[Step]:
    """The statements of a migration, in order; each ends with a semicolon at the end of a line."""
    steps: list[Step] = []
    lines: list[str] = []
    repeats = False
    for line in text.splitlines():
        repeats = repeats or line.strip() == REPEAT
        if line.strip() and not line.lstrip().startswith("--"):
            lines.append(line)
        if lines and line.rstrip().endswith(";"):
            steps.append(_step("\n".join(lines), repeats=repeats))
            lines, repeats = [], False
    assert not lines, "the last statement has no semicolon at the end of its line"
    return steps


def _step(sql: str, *, repeats: bool) -> Step:
    built = _INDEX.match(sql.lstrip())
    if built is not None:
        return Step(StepKind.INDEX, sql, built[1])
    return Step(StepKind.BATCH if repeats else StepKind.ONCE, sql)


async def run_steps(conn: Connection, text: str) -> None:
    """Run a migration statement by statement, outside of any transaction.

    Args:
        conn: connection in autocommit mode.
        text: of the file.

    Raises:
        psycopg.errors.LockNotAvailable: others hold a table for longer than all tries.
    """
    for step in steps_of(text):
        if step.kind is StepKind.INDEX:
            await _build_index(conn, step)
        elif step.kind is StepKind.BATCH:
            while await _run_short(conn, step.sql) > 0:
                pass
        else:
            await _run_short(conn, step.sql)


async def with_tries(work: Callable[[], Awaitable[int]]) -> int:
    """Do what needs a lock, and try again where others hold it.

    Raises:
        psycopg.errors.LockNotAvailable: after the last try.
    """
    for number in range(1, TRIES + 1):
        try:
            return await work()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            if number == TRIES:
                raise
            log.info("migration_waits", tried=number, error=type(error).__name__)
            await asyncio.sleep(PAUSE_S)
    raise AssertionError("unreachable")


async def _run_short(conn: Connection, sql: str) -> int:
    await set_timeouts(conn, lock_s=LOCK_TIMEOUT_S)

    async def run() -> int:
        return (await conn.execute(sql.encode())).rowcount

    return await with_tries(run)


async def _build_index(conn: Connection, step: Step) -> None:
    """Build an index while everybody goes on writing.

    It takes a lock that no filing meets, and waits for transactions older than itself: a timeout
    of that wait would only leave an invalid index behind.
    """
    await set_timeouts(conn, lock_s=0)
    found = await (await conn.execute(_IS_VALID, [step.builds])).fetchone()
    if found is not None and found[0]:
        return
    if found is not None:
        await conn.execute(f'DROP INDEX CONCURRENTLY "{step.builds}"'.encode())
    await conn.execute(step.sql.encode())


async def set_timeouts(conn: Connection, *, lock_s: int) -> None:
    """How long a statement of this session may wait for a lock; it may itself take any time."""
    await conn.execute(f"SET lock_timeout = '{lock_s}s'".encode())
    await conn.execute("SET statement_timeout = 0")
