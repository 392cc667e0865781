"""Letters beside filing: does a long queue slow filing, and how long does a sign-in code wait?

    python -m bench.letters [--letters 600000] [--rounds 15]

Web process and PostgreSQL on one core; on the other a client that files, the worker, and a mail
server (aiosmtpd) in a process of its own. All letters are written first, to be tried one day. Then
filing is measured in many short turns: calm, while letters are written at the pace of the composer
(a set, then four times its time of rest), calm, while they are sent: before that turn some of the
queue are made due. The worker runs all the time and issues certificates. Each share is of the calm
turns beside it; the median counts, since other work on the machine comes and goes. Codes are asked
for twice a second while letters are sent. Targets (issue 12): a code at the mail server within 10 s
(p99), letters at 100 a second, filing at 0.9 of its pace.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from bench.small_filings import requests
from bench.stage import (
    CLIENT_CORE,
    SERVER_CORE,
    add_way_in,
    before,
    database_on_server_core,
    document,
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
from strp.usecases.notices.write import REST, SET
from strp.usecases.people.sign_in import new_attempt, request_sign_in_code
from strp.usecases.process.system import System
from strp.wiring import build_system, running

WORKER_STARTS_S, BEGINS_S = 6, 2
CLIENTS, EMPLOYERS, FILINGS = 8, 400, 1200
ONE_DAY = datetime(2100, 1, 1, tzinfo=UTC)
MADE_DUE = 6_000  # more than are sent in a turn
MAKE_DUE = """
UPDATE mail SET try_at = now() WHERE mail_id = ANY (ARRAY(
    SELECT mail_id FROM mail WHERE priority = 1 AND try_at = %s LIMIT %s))
"""
# What is being sent at this moment is not waited for.
PUT_OFF = """
UPDATE mail SET try_at = %s WHERE mail_id = ANY (ARRAY(
    SELECT mail_id FROM mail WHERE priority = 1 AND try_at < %s FOR UPDATE SKIP LOCKED))
"""
LETTER = Letter(subject="STRP: tanda terima", body="Pengajuan sudah diputus.\n" * 20)
TARGET_CODE_S, TARGET_LETTERS_PER_S, TARGET_SHARE = 10, 100, 0.9
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
    parser.add_argument("--rounds", type=int, default=15)
    add_way_in(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database_on_server_core() as (settings, url):
        taken = Path(folder) / "taken"
        port = free_port()
        settings = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
        with process([sys.executable, "-c", MAIL_SERVER, str(port), str(taken)], {}, CLIENT_CORE):
            measured = run(
                settings,
                url,
                taken,
                options.letters,
                options.rounds,
                through_nginx=options.through_nginx,
            )
            print(document(options, asyncio.run(measured)))


@contextlib.contextmanager
def process(
    command: Sequence[str], environment: dict[str, str], core: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A process on one core, ended in the end."""
    child = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        yield child
    finally:
        child.terminate()
        child.wait(60)


async def run(
    settings: Settings, url: str, taken: Path, letters: int, rounds: int, *, through_nginx: bool
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
    worker = [sys.executable, "-m", "strp.cli", "worker"]
    async with running(build_system(settings, url)) as system:
        await write(system, letters)
        with (
            server("strp", web, environment, cores=(SERVER_CORE,)),
            before(settings, web, through_nginx=through_nginx) as to,
            process(worker, environment, CLIENT_CORE),
        ):

            async def filings_per_s() -> float:
                nonlocal first
                sent, first = requests(to, keys, first, FILINGS)
                spent, _ = await send_all(to, sent, at_once=CLIENTS)
                return FILINGS / spent

            await asyncio.sleep(WORKER_STARTS_S)
            await filings_per_s()
            turns = Turns(calm=[await filings_per_s()])
            for _ in range(rounds):
                writing = asyncio.create_task(write_at_pace(system))
                turns.written.append(await filings_per_s())
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
                turns.calm.append(await filings_per_s())
                await do(system, MAKE_DUE, ONE_DAY, MADE_DUE)
                await asyncio.sleep(BEGINS_S)
                asking = asyncio.create_task(ask_for_codes(system, turns.asked))
                began = time.time()
                turns.sent.append(await filings_per_s())
                turns.spans.append((began, time.time()))
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                await do(system, PUT_OFF, ONE_DAY, ONE_DAY)
                await asyncio.sleep(BEGINS_S)
                turns.calm.append(await filings_per_s())
            await asyncio.sleep(BEGINS_S)
    async with single_connection(url) as conn:
        left = await (await conn.execute("SELECT count(*) FROM mail")).fetchone()
    return report(turns, arrivals(taken), left[0] if left else 0)


@dataclass(slots=True, kw_only=True)
class Turns:
    """Paces of filing by what went on beside, in filings a second.

    Args:
        spans: seconds since the epoch, of the turns in which letters were sent.
        asked: when each code was asked for, by address.
    """

    calm: list[float]
    written: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    asked: dict[str, float] = field(default_factory=dict)


async def write_set(system: System) -> None:
    """Write a set of letters as the composer does."""
    sealed = []
    for n in range(SET):
        mail_id = uuid4()
        sealed.append((mail_id, seal_letter(system, mail_id, f"hr{n}@bank.example", LETTER)))
    async with system.database.transaction() as conn:
        await add_letters(conn, sealed, at=ONE_DAY)


async def do(system: System, statement: str, *values: object) -> None:
    """Change which letters are due."""
    async with system.database.transaction() as conn:
        await conn.execute(statement, values)


async def write(system: System, number: int) -> None:
    """Write letters without a rest."""
    for _ in range(0, number, SET):
        await write_set(system)


async def write_at_pace(system: System) -> None:
    """Write letters as the composer does, until cancelled."""
    while True:
        began = time.monotonic()
        await write_set(system)
        await asyncio.sleep(REST * (time.monotonic() - began))


async def ask_for_codes(system: System, asked: dict[str, float]) -> None:
    """Ask for sign-in codes twice a second until cancelled; notes when each was asked for."""
    while True:
        to = f"code{len(asked)}@bank.example"
        block = f"192.{len(asked) // 250}.{len(asked) % 250}.0/24"
        await request_sign_in_code(
            system, to, attempt=new_attempt(), client_block=block, language=Language.ID
        )
        asked[to] = time.time()
        await asyncio.sleep(0.5)


def arrivals(taken: Path) -> list[tuple[float, str]]:
    """When letters came, and to whom."""
    lines = (line.partition(" ") for line in taken.read_text().splitlines())
    return [(float(at), to) for at, _, to in lines]


def report(turns: Turns, found: list[tuple[float, str]], left: int) -> dict[str, object]:
    times = [at for at, to in found if to.startswith("hr")]
    inside = sum(began <= at <= ended for at in times for began, ended in turns.spans)
    rate = inside / sum(ended - began for began, ended in turns.spans)
    came = {to: at for at, to in reversed(found)}
    waits = sorted(came[to] - at for to, at in turns.asked.items() if to in came)
    p99 = waits[int(0.99 * (len(waits) - 1))]
    shares = {
        "letters written": _shares(turns.written, turns.calm, 0),
        "letters sent": _shares(turns.sent, turns.calm, 1),
    }
    medians = {what: statistics.median(found) for what, found in shares.items()}
    quick = p99 <= TARGET_CODE_S and rate >= TARGET_LETTERS_PER_S
    return {
        "letters_left": left,
        "letters_sent_per_s": round(rate),
        "codes_asked": len(turns.asked),
        "codes_arrived": len(waits),
        "code_p50_s": round(statistics.median(waits), 2),
        "code_p99_s": round(p99, 2),
        "filings_per_s_calm": round(statistics.median(turns.calm)),
        "filing_share": {what: round(median, 2) for what, median in medians.items()},
        "filing_shares": {what: [round(one, 2) for one in many] for what, many in shares.items()},
        "targets_met": quick
        and len(waits) == len(turns.asked)
        and min(medians.values()) >= TARGET_SHARE,
    }


def _shares(paces: list[float], calm: list[float], behind: int) -> list[float]:
    """Each pace as a share of the calm ones before and after it."""
    return [
        pace / statistics.mean(calm[2 * n + behind : 2 * n + behind + 2])
        for n, pace in enumerate(paces)
    ]


if __name__ == "__main__":
    main()
