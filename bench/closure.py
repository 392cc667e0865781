"""A closure of an employer with many certificates, and filing beside it.

    python -m bench.closure [--certificates 100000] [--rounds 3]

Web process and PostgreSQL on one core; the client, who closes and opens the employer, on the other.
Measured: seconds from the closure until a certificate reads SUSPENDED on line and the next bundle
with its status lists is made, the same for VALID (here EXERCISE) after it is lifted, and filing of
other employers calm and while closures come and go, in turn. Targets (issue 12): under 10 s, filing
at 0.8 of its pace.
"""

import argparse
import asyncio
import statistics
import time

from bench.small_filings import requests
from bench.stage import (
    add_way_in,
    before,
    database_on_server_core,
    document,
    free_port,
    furnish,
    send_all,
    server,
)
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.rehearsal.load_run.people import workers
from strp.settings import Settings
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificate_by_serial
from strp.usecases.certificates.trust import trust_bundle, verify
from strp.usecases.employers.close import close_employer, open_employer
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.process.system import System
from strp.wiring import build_system, running

CLIENTS, EMPLOYERS, FILINGS, ROSTER = 8, 200, 3000, 20_000
FIRST_PERSON = 5_000_000
TARGET_S, TARGET_RATIO = 10, 0.8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    add_way_in(parser)
    options = parser.parse_args()
    with database_on_server_core() as (settings, url):
        measured = run(
            settings, url, options.certificates, options.rounds, through_nginx=options.through_nginx
        )
        print(document(options, asyncio.run(measured)))


async def run(
    settings: Settings, url: str, certificates: int, rounds: int, *, through_nginx: bool
) -> dict[str, object]:
    """Seconds of closures and of their ends, and paces of filing."""
    keys = await furnish(settings, url, EMPLOYERS + 1)
    nib, others = keys[0][0], keys[1:]
    environment = {
        "STRP_DATA_DIR": settings.data_dir,
        "STRP_DATABASE_URL": url,
        "STRP_LOG_FORMAT": "text",
        "STRP_WAITING_ROOM": "off",
    }
    web, first = free_port(), 0
    async with running(build_system(settings, url)) as system:
        text = await _issue(system, nib, certificates)
        with (
            server("strp", web, environment),
            before(settings, web, through_nginx=through_nginx) as to,
        ):

            async def filings_per_s() -> float:
                nonlocal first
                sent, first = requests(to, others, first, FILINGS)
                spent, _ = await send_all(to, sent, at_once=CLIENTS)
                return FILINGS / spent

            await filings_per_s()
            calm, beside, closed, opened = [], [], [], []
            for _ in range(rounds):
                calm.append(await filings_per_s())
                filing = asyncio.create_task(filings_per_s())
                while not filing.done():
                    closed.append(await _close(system, nib, text))
                    opened.append(await _open(system, nib, text))
                    await asyncio.sleep(0.2)
                beside.append(await filing)
    ratio = statistics.median(beside) / statistics.median(calm)
    slowest = max(closed + opened)
    return {
        "certificates": certificates,
        "closures": len(closed),
        "closed_s": {"median": round(statistics.median(closed), 2), "worst": round(max(closed), 2)},
        "opened_s": {"median": round(statistics.median(opened), 2), "worst": round(max(opened), 2)},
        "filings_per_s": {
            "calm": round(statistics.median(calm)),
            "beside closures": round(statistics.median(beside)),
        },
        "ratio": round(ratio, 2),
        "targets_met": slowest < TARGET_S and ratio >= TARGET_RATIO,
    }


async def _issue(system: System, nib: Nib, count: int) -> str:
    """Certificates of one employer; the text of one of them."""
    number = None
    for start in range(0, count, ROSTER):
        people = list(workers(FIRST_PERSON + start, min(ROSTER, count - start)))
        receipt = await file_workers(system, OPERATOR, nib, people, digest=start.to_bytes(16))
        number = number or receipt.application_id
    while await Issuer(system).issue_some():
        pass
    assert number is not None
    shown = await show_workers(system, OPERATOR, number)
    serial = next(each.serial for each in shown.workers if each.serial)
    return (await certificate_by_serial(system, OPERATOR, serial)).text


async def _close(system: System, nib: Nib, text: str) -> float:
    began = time.monotonic()
    await close_employer(system, OPERATOR, nib, reason="Ukur", citation="bench")
    await _read(system, text, "SUSPENDED")
    return time.monotonic() - began


async def _open(system: System, nib: Nib, text: str) -> float:
    began = time.monotonic()
    await open_employer(system, OPERATOR, nib, reason="Ukur")
    await _read(system, text, "EXERCISE")
    return time.monotonic() - began


async def _read(system: System, text: str, verdict: str) -> None:
    """Wait until a checkpoint reads it, and the next bundle says it."""
    while (await verify(system, text)).verdict.value != verdict:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await trust_bundle(system, inline=True)


if __name__ == "__main__":
    main()
