"""What large employers cost the others, in a system of its own that they fill.

    python -m bench.large_employers [--workers 2000000] [--giant 500000] [--through-nginx]

Rosters go in through the HTTP door, and their certificates are issued. Then: how long a one-row
filing waits for its certificate while a giant's are being made, what pages of the giant's workers
cost, the page of an employer with thousands of filings, the giant's receipt before and after all
its certificates are revoked, and how long `strp doctor` takes. Targets (issue 13): 1 s behind any
giant, 50 ms a page.
"""

import argparse
import asyncio
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

from bench.one_roster import send_roster, write_csv
from bench.pages import represent
from bench.stage import add_way_in, document
from strp.domain.identifiers import Nib
from strp.domain.people.sign_in import SessionToken
from strp.rehearsal.desk.leases import page_ms
from strp.rehearsal.load_run.own_system import HOST, OwnSystem, furnish, own_system
from strp.rehearsal.load_run.people import workers as people
from strp.rehearsal.load_run.plan import FIRST_NIB, PLATFORM_KBLI, DayEmployer, DayFiling
from strp.store.engine.database import single_connection
from strp.wiring import build_system, running

Figure = TypeVar("Figure")
ONE_ROW_FILINGS = 5
MANY_FILINGS = 10_000
FILLING_ROWS = 250_000
TIMES = 5
UNISSUED = "SELECT count(*) FROM issue_task WHERE nib = %s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2_000_000)
    parser.add_argument("--giant", type=int, default=500_000)
    parser.add_argument("--worker-processes", type=int, default=1)
    add_way_in(parser)
    options = parser.parse_args()
    processes = {"STRP_WORKER_PROCESSES": str(options.worker_processes)}
    with own_system(
        {"STRP_WAITING_ROOM": "off", **processes}, through_nginx=options.through_nginx
    ) as own:
        print(document(options, asyncio.run(run(own, options.workers, options.giant))))


async def run(own: OwnSystem, workers: int, giant: int) -> dict[str, object]:
    """Fill, then measure; milliseconds."""
    filling = max(0, -(-(workers - giant) // FILLING_ROWS))
    sizes = [FILLING_ROWS] * filling + [giant] + [1] * (ONE_ROW_FILINGS + 1)
    employers = [
        DayEmployer(Nib(FIRST_NIB + number), PLATFORM_KBLI, 9_000_000)
        for number in range(len(sizes))
    ]
    async with running(build_system(own.settings, own.url)) as system:
        keys = await furnish(system, own.folder, employers)
        token = await represent(system, [employers[filling].nib, employers[-1].nib])
    first, numbers, waits = 0, [], []
    for employer, size in zip(employers, sizes, strict=True):
        receipt = await _file(own, employer, keys, first, size)
        first += size
        numbers.append(receipt["application_id"])
        if size == 1:
            waits.append(await _issued(own, employer))
        elif size == FILLING_ROWS:
            await _issued(own, employer)
    behind = [round(seconds * 1000) for seconds in waits]
    _say("certificate_behind_giant_ms", behind)
    await _issued(own, employers[filling])
    key, many = keys[employers[filling].nib], employers[-1].nib
    await asyncio.to_thread(_file_many, own.port, many, keys[many], first)
    receipt = f"/employer/{employers[filling].nib:013d}/applications/{numbers[filling]}"
    last = f"/employer/{many:013d}"
    seen = {"receipt of the giant": receipt, "10,000 filings": last}
    seen["10,000 filings, the earliest"] = f"{last}?before={int(str(numbers[-1])) + 5}"
    found: dict[str, object] = {
        "workers": first + MANY_FILINGS,
        "certificate_behind_giant_ms": behind,
    }
    found["pages_ms"] = _say(
        "pages_ms", await asyncio.to_thread(_pages, own.port, numbers[filling], giant, key)
    )
    found["for_people_ms"] = _say(
        "for_people_ms", {name: _best(own, path, token) for name, path in seen.items()}
    )
    found["doctor_s"] = _say("doctor_s", await asyncio.to_thread(_command, own, "doctor"))
    nib = f"{employers[filling].nib:013d}"
    found["revoke_giant_s"] = await asyncio.to_thread(
        _command, own, "revoke", "--nib", nib, "--reason", "uji", "--yes"
    )
    return found | {"receipt_of_giant_revoked_ms": _best(own, receipt, token)}


def _say(name: str, figure: Figure) -> Figure:
    """A figure as soon as it is there: what comes after it may take long, or fail."""
    print(f"{name}: {figure}", file=sys.stderr, flush=True)
    return figure


def _best(own: OwnSystem, path: str, token: SessionToken) -> float:
    """Milliseconds of a page, the best of a few."""
    return round(min(page_ms(own.port, path, token) for _ in range(TIMES)), 1)


def _command(own: OwnSystem, *arguments: str) -> float:
    """Seconds that a command of ours takes beside the running system."""
    environment = {**os.environ, "STRP_DATA_DIR": str(own.folder), "STRP_EXERCISE": "1"}
    began = time.monotonic()
    command = [sys.executable, "-m", "strp.cli", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
    return round(time.monotonic() - began, 1)


def _file_many(port: int, nib: int, key: str, first: int) -> None:
    """File one worker after the other, each as a filing of its own."""
    door = http.client.HTTPConnection(HOST, port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for worker in people(first, MANY_FILINGS):
        body = {"nib": f"{nib:013d}", "workers": [worker]}
        while True:
            door.request("POST", "/api/v1/applications", json.dumps(body), headers)
            answer = door.getresponse()
            answer.read()
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                break
            time.sleep(1)
        assert answer.status == HTTPStatus.ACCEPTED, answer.status


async def _file(
    own: OwnSystem, employer: DayEmployer, keys: Mapping[int, str], first: int, size: int
) -> dict[str, object]:
    roster = Path(own.folder) / "roster"
    write_csv(DayFiling(employer, first, size, has_mistakes=False), roster)
    return await asyncio.to_thread(
        send_roster, own.port, employer.nib, keys[employer.nib], roster, "text/csv"
    )


async def _issued(own: OwnSystem, employer: DayEmployer) -> float:
    """Seconds until nothing of an employer waits for certificates."""
    began = time.monotonic()
    async with single_connection(own.url) as conn:
        while True:
            [[waiting]] = await (await conn.execute(UNISSUED, (employer.nib,))).fetchall()
            if not waiting:
                return time.monotonic() - began
            await asyncio.sleep(0.01)


def _pages(port: int, number: object, rows: int, key: str) -> dict[str, float]:
    """The best of a few tries of each page, as a program gets it."""
    asked = {
        "first": "",
        "middle": f"after={rows // 2}",
        "last": f"after={rows - 100}",
        "last thousand": f"limit=1000&after={rows - 1000}",
        "approved, last": f"state=approved&after={rows - 100}",
        "refused": "state=refused",
        "pending": "state=pending",
    }
    found = {}
    for name, query in asked.items():
        address = f"http://{HOST}:{port}/api/v1/applications/{number}/workers?{query}"
        headers = {"Authorization": f"Bearer {key}"}
        request = urllib.request.Request(address, headers=headers)
        tries = []
        for _ in range(TIMES):
            began = time.monotonic()
            urllib.request.urlopen(request, timeout=60).read()
            tries.append(time.monotonic() - began)
        found[name] = round(min(tries) * 1000, 1)
    return found


if __name__ == "__main__":
    main()
