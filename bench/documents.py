"""What a certificate costs on paper: in one PDF for all, and as a file of its own in a zip.

    python -m bench.documents [--workers 2000] [--through-nginx]

A roster goes in through the HTTP door of a system of its own, its certificates are issued, and its
employer asks for both documents and takes them whole. Processor time is that of every process of
the system, PostgreSQL's beside ours: made, sealed, kept and sent. Target (issue 13): 2 ms a
certificate.
"""

import argparse
import asyncio
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

from bench.one_roster import send_roster, write_csv
from bench.stage import add_way_in, document
from strp.domain.identifiers import Nib
from strp.rehearsal.load_run.meter import all_cpu_s
from strp.rehearsal.load_run.own_system import HOST, OwnSystem, furnish, own_system
from strp.rehearsal.load_run.plan import FIRST_NIB, PLATFORM_KBLI, DayEmployer, DayFiling
from strp.store.engine.database import single_connection
from strp.wiring import build_system, running

FORMS = ("certificates.pdf", "certificates.zip")
UNISSUED = "SELECT count(*) FROM issue_task"
AGAIN_S = 0.2
TAKEN_BYTES = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2_000)
    add_way_in(parser)
    options = parser.parse_args()
    with own_system({"STRP_WAITING_ROOM": "off"}, through_nginx=options.through_nginx) as own:
        print(document(options, asyncio.run(run(own, options.workers))))


async def run(own: OwnSystem, workers: int) -> dict[str, object]:
    """File, wait for certificates, then take both documents."""
    employer = DayEmployer(Nib(FIRST_NIB), PLATFORM_KBLI, 9_000_000)
    async with running(build_system(own.settings, own.url)) as system:
        key = (await furnish(system, own.folder, [employer]))[employer.nib]
    roster = Path(own.folder) / "roster"
    write_csv(DayFiling(employer, 0, workers, has_mistakes=False), roster)
    receipt = await asyncio.to_thread(send_roster, own.port, employer.nib, key, roster, "text/csv")
    async with single_connection(own.url) as conn:
        while (await (await conn.execute(UNISSUED)).fetchone()) != (0,):
            await asyncio.to_thread(time.sleep, AGAIN_S)
    found: dict[str, object] = {"workers": workers}
    for form in FORMS:
        address = f"/api/v1/applications/{receipt['application_id']}/{form}"
        found[form] = await asyncio.to_thread(_take, own, address, key, workers)
    return found


def _take(own: OwnSystem, address: str, key: str, workers: int) -> dict[str, float]:
    """Ask until the document is there, and take all of it."""
    before, began = all_cpu_s(own.serve), time.monotonic()
    while (size := _ask(own.port, address, key)) is None:
        time.sleep(AGAIN_S)
    seconds = time.monotonic() - began
    used = {role: now - before.get(role, 0.0) for role, now in all_cpu_s(own.serve).items()}
    return {
        "seconds": round(seconds, 2),
        "bytes": size,
        "ms_of_processor_a_certificate": round(sum(used.values()) * 1000 / workers, 2),
        **{f"ms_{role}": round(spent * 1000 / workers, 2) for role, spent in used.items()},
    }


def _ask(port: int, address: str, key: str) -> int | None:
    """Bytes of a document; None where it is still being made."""
    headers = {"Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"http://{HOST}:{port}{address}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            size = 0
            while taken := len(answer.read(TAKEN_BYTES)):
                size += taken
            return size
    except urllib.error.HTTPError as refused:
        if refused.code != HTTPStatus.TOO_EARLY:
            raise SystemExit(f"{refused.code}: {refused.read().decode()}") from refused
        return None


if __name__ == "__main__":
    main()
