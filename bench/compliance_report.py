"""The compliance report over 17 million workers: seconds for its page, its whole and its files.

    python -m bench.compliance_report [--employers 200000] [--days 16] [--workers 17000000]

Employers of the real mix file on every day; of 200,000 three in four are neither essential nor
critical (9,257 essential, 13,026 critical, 63,052 others: 8 July 2021). The counts are written as
filings write them, a row for each employer and day; the report reads nothing else. Target (issue
18): the page and the report under 2 s, the workbook of all in one go.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar

import psutil

from bench.stage import database_on_server_core
from strp.domain.civil_time import civil_day
from strp.domain.desk.compliance import Filter, Span
from strp.domain.desk.handover import ReportForm
from strp.domain.people.account import OPERATOR
from strp.store.engine.database import single_connection
from strp.store.engine.migrate import migrate
from strp.usecases.desk.compliance import report_on, report_page
from strp.usecases.desk.compliance_files import report_file
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.wiring import build_system, running

FIRST_NIB = 9_000_000_000_000
Result = TypeVar("Result")

EMPLOYERS = """
INSERT INTO employer (nib, name, kbli, kbli_edition, kind, region, staff_service,
    staff_administration, import_id, updated_at)
SELECT %(nib)s + n, 'PT Uji ' || n, ARRAY[(1 + n %% 99)::text || '000'], 2020, 'private',
       (3171 + n %% 5)::text, n %% 150, n %% 40, 1, now()
FROM generate_series(0, %(employers)s - 1) n
"""
# Of every twenty: fifteen are refused by sector, one is over its cap, one is not proven.
COUNTS = """
INSERT INTO refusal_count (nib, day, kind, exercise, sector, filings, workers)
SELECT %(nib)s + n, %(first)s::date + d, (CASE WHEN n %% 20 < 15 THEN 'attempt'
       WHEN n %% 20 = 15 THEN 'over_cap' ELSE 'not_proven' END)::refusal_kind, true,
       CASE WHEN n %% 20 < 15 THEN 'N' ELSE 'E-a' END, 1, %(each)s
FROM generate_series(0, %(days)s - 1) d, generate_series(0, %(employers)s - 1) n
WHERE n %% 20 < 17 ORDER BY 2
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employers", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=16)
    parser.add_argument("--workers", type=int, default=17_000_000)
    options = parser.parse_args()
    with database_on_server_core() as (settings, url):
        made = asyncio.run(run(build_system(settings, url), url, options))
    print(json.dumps({"options": vars(options), **made}, indent=2))


async def run(system: System, url: str, options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of each, with the workers that the report tells of."""
    async with single_connection(url) as conn:
        await migrate(conn)
    async with running(system):
        await load_reference(system, OPERATOR)
        span = await fill(system, options)
        first, last = span.first.isoformat(), span.last.isoformat()
        page, page_s = await timed(report_page(system, OPERATOR, span, Filter(), 0))
        _, search_s = await timed(
            report_page(system, OPERATOR, span, Filter(search="uji 77", region="3172"), 0)
        )
        report, report_s = await timed(report_on(system, OPERATOR, first, last))
        day, day_s = await timed(report_on(system, OPERATOR, last, last))
        files = {
            form: await timed(report_file(system, report, form))
            for form in (ReportForm.CSV, ReportForm.JSON, ReportForm.XLSX, ReportForm.PDF)
        }
    totals = page.report.totals
    assert totals == report.totals
    return {
        "workers": totals.workers + totals.over_cap + page.report.apart.not_proven_workers,
        "employers_listed": totals.employers,
        "employers_of_a_day": day.totals.employers,
        "page_s": page_s,
        "search_s": search_s,
        "report_s": report_s,
        "report_of_a_day_s": day_s,
        "file_s": {form: seconds for form, (_, seconds) in files.items()},
        "file_bytes": {form: len(content) for form, (content, _) in files.items()},
    }


async def fill(system: System, options: argparse.Namespace) -> Span:
    """Write employers and counts; the days that they are of."""
    today = civil_day(system.clock())
    first = today - timedelta(days=options.days - 1)
    rows = options.employers * 17 // 20 * options.days
    values = {
        "nib": FIRST_NIB,
        "employers": options.employers,
        "days": options.days,
        "first": first,
        "each": max(1, options.workers // rows),
    }
    async with system.database.connection() as conn:
        await conn.execute("SET statement_timeout = 0")
        await conn.execute(EMPLOYERS, values)
        await conn.execute(COUNTS, values)
        await conn.execute("VACUUM ANALYZE refusal_count, employer")
        await conn.execute("RESET statement_timeout")
    return Span(first, today)


async def timed(work: Awaitable[Result]) -> tuple[Result, dict[str, float]]:
    """What came of it, and how many seconds it took: by the clock, and of processors.

    Beside other work on the machine the clock tells of that as well; processor time does not.
    """
    used, began = cpu_s(), time.perf_counter()
    made = await work
    wall_s = time.perf_counter() - began
    return made, {"wall": round(wall_s, 2), "cpu": round(cpu_s() - used, 2)}


def cpu_s() -> float:
    """Processor seconds of this process and of the PostgreSQL servers in our folders."""
    servers = (each for each in psutil.process_iter() if _is_ours(each))
    return sum(_cpu_s(each) for each in (psutil.Process(), *servers))


def _is_ours(process: psutil.Process) -> bool:
    try:
        return process.name() == "postgres" and "strp-bench-" in process.cwd()
    except psutil.Error:
        return False


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
