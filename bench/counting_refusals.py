"""What counting refusals adds to the statement that stores filings: PostgreSQL's processor time.

    python -m bench.counting_refusals [--filings 32] [--sets 150] [--rounds 6]

The same filings are stored by the statement as it is and by the same without its counts, in turn,
each in transactions that are taken back; processor time of the one backend is measured, so that
other work on the machine is not. `plain`: nobody is refused; `refused`: every filing is of an
employer that no sector names. Target (issue 18): all counts together cost a filing at most 3 %; a
small filing takes some 300 microseconds of a processor in the web process besides
(`bench.small_filings`).
"""

import argparse
import asyncio
import json
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.stage import database_on_server_core
from strp.domain.civil_time import civil_day
from strp.domain.filing.application import ApplicationState, Ledger, WorkerCounts
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.domain.screening.refusal_counts import RefusalKind
from strp.store.engine.database import Connection, single_connection
from strp.store.engine.migrate import migrate
from strp.store.filing import intake
from strp.store.filing.refusals import ADD_REFUSALS, RefusalRow

FIRST_NIB: Final = 9_000_000_000_000
EMPLOYERS: Final = 20_000
COUNTS: Final = f", refusals AS (\n{ADD_REFUSALS})"
TICKS_S: Final = 100.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=32)
    parser.add_argument("--sets", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    with database_on_server_core() as (_, url):
        print(json.dumps(asyncio.run(run(url, options)), indent=2))


async def run(url: str, options: argparse.Namespace) -> dict[str, Any]:
    """Microseconds a filing of each, and what the counts add; medians of the rounds."""
    whole = intake.SAVE_APPLICATIONS
    without = whole.replace(COUNTS, "")
    assert without != whole
    used: dict[str, list[float]] = {}
    async with single_connection(url) as conn:
        await migrate(conn)
        for _ in range(options.rounds):
            for name, refused in (("plain", False), ("refused", True)):
                for side, statement in (("with", whole), ("without", without)):
                    intake.SAVE_APPLICATIONS = statement
                    cost = await _store(conn, options, refused=refused, counts=side == "with")
                    used.setdefault(f"{name}_{side}", []).append(cost)
    medians = {name: statistics.median(values) for name, values in used.items()}
    return {
        "database_cpu_us_per_filing": {name: round(value, 1) for name, value in medians.items()},
        "counts_add_us": {
            name: round(medians[f"{name}_with"] - medians[f"{name}_without"], 1)
            for name in ("plain", "refused")
        },
    }


async def _store(
    conn: Connection, options: argparse.Namespace, *, refused: bool, counts: bool
) -> float:
    """Processor microseconds of the backend for a filing."""
    columns = intake.refusal_columns
    if not counts:
        intake.refusal_columns = lambda _: []
    before = _cpu_s(conn.info.backend_pid)
    async with conn.transaction(force_rollback=True):
        for number in range(options.sets):
            rows = [_row(number * options.filings + n) for n in range(options.filings)]
            day = civil_day(rows[0].submitted_at)
            refusals = [
                RefusalRow(row.nib, day, RefusalKind.ATTEMPT, 0, True, "N", 3)
                for row in rows
                if refused
            ]
            await intake.save_applications(conn, rows, {}, [], refusals=refusals)
    spent = _cpu_s(conn.info.backend_pid) - before
    intake.refusal_columns = columns
    return spent / (options.sets * options.filings) * 1e6


def _row(number: int) -> intake.ApplicationRow:
    at = datetime.now(UTC)
    return intake.ApplicationRow(
        nib=Nib(FIRST_NIB + number * 7919 % EMPLOYERS),
        application_id=ApplicationId(number + 1),
        period_id=PeriodId(1),
        policy_id="latihan",
        sector="N",
        state=ApplicationState.DECIDED,
        submitted_at=at,
        due_at=at + timedelta(hours=5),
        decided_at=at,
        submitted_by="key:1",
        idempotency_key=None,
        body_digest=bytes(16),
        source_format="json",
        ledger=Ledger(3, 3, 0, 0, 0, 0),
        counts=WorkerCounts(0, 0, 3, 0),
        problems=None,
    )


def _cpu_s(pid: int) -> float:
    """Processor seconds of a process, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S


if __name__ == "__main__":
    main()
