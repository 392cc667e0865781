"""Rules that change under a million approved workers: dry run, switch, rescreening.

    python -m bench.rescreening [--workers 1000000] [--per-employer 9] [--touched 100] [--beside]

Employers have approved workers with certificates under the second instruction of July 2021. Then
banks are named no more and the policy says `hold`: the dry run counts whom that touches, the
activation switches, and the worker's loop suspends. `--touched` percent of the employers are banks.
With `--beside` small filings go in meanwhile, and alone before. Targets (issue 20): dry run 30 s,
switch 1 s, 1,000,000 in 5 minutes, filing beside it at 0.8 of its pace.
"""

import argparse
import asyncio
import json
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bench.stage import database_on_server_core
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.outside.registries.policy_files import shipped_policies
from strp.settings import Settings
from strp.store.engine.database import single_connection
from strp.store.engine.migrate import migrate
from strp.usecases.certificates.rescreen_standing import list_rescreenings, rescreen_standing
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.activate_policy import activate_policy, preview_activation
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.wiring import build_system, running

FIRST_NIB = 9_000_000_000_000
FILER = Nib(9_999_999_999_999)
REAL = "inmendagri-18-2021"
NUMBERS = count()
JULY = datetime(2021, 7, 12, 3, tzinfo=UTC)

FILL = (
    """
INSERT INTO employer (nib, name, kbli, kbli_edition, kind, region, staff_service,
    staff_administration, import_id, updated_at)
SELECT %(nib)s + n, 'PT Uji ' || n,
       ARRAY[CASE WHEN n %% 100 < %(touched)s THEN '64121'
                  ELSE (ARRAY['10799', '61100', '86103', '49424'])[1 + n %% 4] END],
       2020, 'private', (3171 + n %% 5)::text, 2 * %(each)s, 2 * %(each)s, 1, now()
FROM generate_series(0, %(employers)s - 1) n
UNION ALL SELECT %(filer)s, 'PT Pengaju', ARRAY['10799'], 2020, 'private', '3171', 9000000, 9000000,
       1, now()
""",
    """
INSERT INTO application (nib, application_id, period_id, policy_id, sector, state, submitted_at,
    due_at, decided_at, submitted_by, body_digest, source_format, rows, accepted, unchanged,
    duplicate, exempt, rejected, pending, approved, refused, returned)
SELECT %(nib)s + n, 1000000000 + n, 1, 'inmendagri-18-2021', 'E-a', 'decided', %(at)s, %(at)s,
       %(at)s, 'key:1', '\\x00', 'json', %(each)s, %(each)s, 0, 0, 0, 0, 0, %(each)s, 0, 0
FROM generate_series(0, %(employers)s - 1) n
""",
    """
INSERT INTO worker (nib, application_id, row_no, nik_index, site_type, state, screening, sealed)
SELECT %(nib)s + n, 1000000000 + n, r, int8send(n * 1000 + r), 'pelayanan', 'approved', 'PASS',
       '\\x00'
FROM generate_series(0, %(employers)s - 1) n, generate_series(1, %(each)s) r
""",
    """
INSERT INTO certificate (nib, application_id, row_no, serial_no, issued_at, sealed)
SELECT %(nib)s + n, 1000000000 + n, r, n * %(each)s + r, %(at)s, '\\x00'
FROM generate_series(0, %(employers)s - 1) n, generate_series(1, %(each)s) r
""",
    """
INSERT INTO quota_use (nib, period_id, service, administration)
SELECT %(nib)s + n, 1, %(each)s, 0 FROM generate_series(0, %(employers)s - 1) n
""",
    "VACUUM ANALYZE employer, application, worker, certificate, quota_use",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1_000_000)
    parser.add_argument("--per-employer", type=int, default=9)
    parser.add_argument("--touched", type=int, default=100)
    parser.add_argument("--beside", action="store_true")
    options = parser.parse_args()
    with database_on_server_core() as (settings, url):
        made = asyncio.run(run(settings, url, options))
    print(json.dumps({"options": vars(options), **made}, indent=2))


async def run(settings: Settings, url: str, options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of each step."""
    async with single_connection(url) as conn:
        await migrate(conn)
    folder = settings.data_path / "policies"
    shutil.copytree(shipped_policies(), folder)
    settings = replace(settings, exercise=False, policies_dir=str(folder))
    began = time.monotonic()
    now = lambda: JULY + timedelta(seconds=time.monotonic() - began)  # noqa: E731
    async with running(replace(build_system(settings, url), clock=now)) as system:
        await load_reference(system, OPERATOR)
        await activate_policy(system, OPERATOR, REAL)
        await fill(system, options)
        alone = await _pace(system, asyncio.create_task(asyncio.sleep(10))) if options.beside else 0
        path = folder / f"{REAL}.yaml"
        text = path.read_text("utf-8").replace('prefix: "641"', 'prefix: "648"')
        path.write_text(f"{text}\nunfit: {{then: hold, citation: Uji}}\n", "utf-8")
        dry = await _timed(preview_activation(system, OPERATOR, REAL))
        switching = asyncio.create_task(_timed(activate_policy(system, OPERATOR, REAL)))
        during = await _pace(system, switching) if options.beside else 0
        whole = await switching
        await asyncio.sleep(15)
        start = time.perf_counter()
        work = asyncio.create_task(_all(system))
        beside = await _pace(system, work) if options.beside else 0
        await work
        took = time.perf_counter() - start
        [done, *_] = await list_rescreenings(system, OPERATOR)
    return {
        "dry_run_s": dry,
        "switch_s": round(whole - dry, 2),  # an activation is a dry run and the switch
        "rescreening_s": round(took, 1),
        "suspended": done.suspended,
        "suspended_per_s": round(done.suspended / took),
        "filings_per_s": {"alone": alone, "activation": during, "beside": beside},
    }


async def fill(system: System, options: argparse.Namespace) -> None:
    """Write employers with approved workers and their certificates."""
    values = {
        "nib": FIRST_NIB,
        "employers": options.workers // options.per_employer,
        "each": options.per_employer,
        "touched": options.touched,
        "filer": FILER,
        "at": JULY,
    }
    async with system.database.connection() as conn:
        await conn.execute("SET statement_timeout = 0")
        for statement in FILL:
            await conn.execute(statement, values if "%(" in statement else None)
        await conn.execute("RESET statement_timeout")


async def _all(system: System) -> None:
    while await rescreen_standing(system):
        pass


async def _pace(system: System, until: "asyncio.Task[Any]") -> float:
    """Small filings a second while something goes on."""
    filed, start = 0, time.perf_counter()

    async def one_after_another() -> None:
        nonlocal filed
        while not until.done():
            number = next(NUMBERS)
            nik = f"317405{number // 9_000 % 28 + 1:02d}0785{number % 9_000 + 1:04d}"
            row = {"nama": "Uji", "nik": nik, "jabatan": "Uji", "jenis_lokasi": "pelayanan"}
            await file_workers(system, OPERATOR, FILER, [row], digest=number.to_bytes(16))
            filed += 1

    await asyncio.gather(*(one_after_another() for _ in range(8)))
    return round(filed / (time.perf_counter() - start), 1)


async def _timed(work: Any) -> float:
    start = time.perf_counter()
    await work
    return round(time.perf_counter() - start, 2)


if __name__ == "__main__":
    main()
