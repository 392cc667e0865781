"""Letters beside filing: does a long queue slow filing, and how long does a sign-in code wait?

    python -m bench.letters [--letters 600000] [--seconds 15] [--rounds 2]

Web process and PostgreSQL on one core; on the other a client that files, the worker, and a mail
server (aiosmtpd) in a process of its own. Filing is measured calm, while letters are written, and
while they are sent; calm and written in turn, medians of the rounds. Codes are asked for twice a
second while letters are sent. Targets (issue 12): a code at the mail server within 10 s (p99),
letters at 100 a second or better, filing no slower for the queue.
"""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from bench.small_filings import requests
from bench.stage import (
    CLIENT_CORE,
    SERVER_CORE,
    database_on_server_core,
    free_port,
    furnish,
    send_all,
    server,
)
from strp.domain.notices.letters import Letter
from strp.domain.text import Language
from strp.settings import Settings
from strp.store.engine.database import single_connection
from strp.store.notices.outbox import add_letters
from strp.usecases.notices.send import seal_letter
from strp.usecases.people.sign_in import new_attempt, request_sign_in_code
from strp.usecases.process.system import System
from strp.wiring import build_system, running

CLIENTS, EMPLOYERS, FILINGS = 8, 400, 4000
SET = 1000
LETTER = Letter(subject="STRP: tanda terima", body="Pengajuan sudah diputus.\n" * 20)
TARGET_CODE_S, TARGET_LETTERS_PER_S = 10, 100
MAIL_SERVER = """
import asyncio, sys, time
from aiosmtpd.smtp import SMTP
log = open(sys.argv[2], "w", buffering=1)
class Taker:
    async def handle_DATA(self, server, session, envelope):
        log.write(f"{time.time()} {envelope.rcpt_tos[0]}\\n")
        return "250 taken"
async def main():
    loop = asyncio.get_running_loop()
    taker = Taker()
    await loop.create_server(lambda: SMTP(taker, loop=loop), "127.0.0.1", int(sys.argv[1]))
    await asyncio.sleep(3600)
asyncio.run(main())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=600_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database_on_server_core() as (settings, url):
        taken = Path(folder) / "taken"
        port = free_port()
        settings = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
        with process([sys.executable, "-c", MAIL_SERVER, str(port), str(taken)], {}, CLIENT_CORE):
            measured = run(settings, url, taken, options.letters, options.seconds, options.rounds)
            print(json.dumps(asyncio.run(measured), indent=1))


@contextlib.contextmanager
def process(command: Sequence[str], environment: dict[str, str], core: int) -> Iterator[None]:
    """A process on one core, ended in the end."""
    child = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        yield
    finally:
        child.terminate()
        child.wait(60)


async def run(
    settings: Settings, url: str, taken: Path, letters: int, seconds: float, rounds: int
) -> dict[str, object]:
    """Paces of filing, letters a second, and how long codes took."""
    keys = await furnish(settings, url, EMPLOYERS)
    environment = {
        "STRP_DATA_DIR": settings.data_dir,
        "STRP_DATABASE_URL": url,
        "STRP_SMTP_URL": settings.smtp_url,
        "STRP_LOG_FORMAT": "text",
        "STRP_WAITING_ROOM": "off",
    }
    web = free_port()
    first = 0
    async with running(build_system(settings, url)) as system:
        with server("strp", web, environment, cores=(SERVER_CORE,)):

            async def filings_per_s() -> float:
                nonlocal first
                sent, first = requests(web, keys, first, FILINGS)
                spent, _ = await send_all(web, sent, at_once=CLIENTS)
                return FILINGS / spent

            await filings_per_s()
            calm, writing = [], []
            written = 0
            for _ in range(rounds):
                calm.append(await filings_per_s())
                task = asyncio.create_task(write(system, letters // rounds))
                writing.append(await filings_per_s())
                written += await task
            calm.append(await filings_per_s())
            worker = [sys.executable, "-m", "strp.cli", "worker"]
            with process(worker, environment, CLIENT_CORE):
                until = time.monotonic() + seconds
                asking = asyncio.create_task(ask_for_codes(system, until))
                await asyncio.sleep(seconds / 3)
                sending = [await filings_per_s()]
                asked = await asking
                await asyncio.sleep(2)
                came = arrivals(taken)
    async with single_connection(url) as conn:
        left = await (await conn.execute("SELECT count(*) FROM mail")).fetchone()
    return report(calm, writing, sending, asked, came, written, left[0] if left else 0)


async def write(system: System, number: int) -> int:
    """Write letters as the composer does: a set of 1,000 a transaction."""
    for start in range(0, number, SET):
        sealed = []
        for n in range(start, start + SET):
            mail_id = uuid4()
            sealed.append((mail_id, seal_letter(system, mail_id, f"hr{n}@bank.example", LETTER)))
        async with system.database.transaction() as conn:
            await add_letters(conn, sealed, at=system.clock())
        await asyncio.sleep(0)
    return number


async def ask_for_codes(system: System, until: float) -> dict[str, float]:
    """Ask for sign-in codes twice a second; when each was asked for, by address."""
    asked = {}
    while time.monotonic() < until:
        to = f"code{len(asked)}@bank.example"
        asked[to] = time.time()
        block = f"192.0.{len(asked)}.0/24"
        await request_sign_in_code(
            system, to, attempt=new_attempt(), client_block=block, language=Language.ID
        )
        await asyncio.sleep(0.5)
    return asked


def arrivals(taken: Path) -> dict[str, list[float]]:
    """When letters came, by address."""
    came: dict[str, list[float]] = {}
    for line in taken.read_text().splitlines():
        at, _, to = line.partition(" ")
        came.setdefault(to, []).append(float(at))
    return came


def report(
    calm: list[float],
    writing: list[float],
    sending: list[float],
    asked: dict[str, float],
    came: dict[str, list[float]],
    written: int,
    left: int,
) -> dict[str, object]:
    times = sorted(at for to, each in came.items() if to.startswith("hr") for at in each)
    waits = sorted(came[to][0] - at for to, at in asked.items() if to in came)
    p99 = waits[int(0.99 * (len(waits) - 1))] if waits else None
    rate = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0
    ok = p99 is not None and p99 <= TARGET_CODE_S and rate >= TARGET_LETTERS_PER_S
    return {
        "letters_written": written,
        "letters_left": left,
        "letters_sent_per_s": round(rate),
        "codes_asked": len(asked),
        "codes_arrived": len(waits),
        "code_p50_s": round(statistics.median(waits), 2) if waits else None,
        "code_p99_s": round(p99, 2) if p99 is not None else None,
        "filings_per_s": {
            "calm": round(statistics.median(calm)),
            "letters written": round(statistics.median(writing)),
            "letters sent": round(statistics.median(sending)),
        },
        "targets_met": ok and len(waits) == len(asked),
    }


if __name__ == "__main__":
    main()
