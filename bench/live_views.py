"""What open live views cost: 200 browsers that ask for the next event every ten seconds.

    python -m bench.live_views

The counts are those of a large day: 100 officers who decided in each of ten hours, in nine sectors
and six regions. Says the processor time of the web process and of PostgreSQL as a share of one
core, with views and without.
"""

import asyncio
import json
import os

import httpx
import psutil

from bench.stage import cpu_s, database_on_server_core, furnish, server
from strp.domain.people.account import Role
from strp.domain.people.sign_in import SESSION_COOKIE
from strp.settings import Settings
from strp.store.engine.database import single_connection
from strp.usecases.rehearsal.desk import sign_in_as
from strp.wiring import build_system, running

VIEWS, EVERY_S, RUN_S = 200, 10.0, 60.0
A_LARGE_DAY = """
INSERT INTO figure_hour
SELECT date_trunc('hour', now(), 'UTC') - make_interval(hours => h), true, 'S' || s, '317' || r,
       o, '', 100, 900, 800, 500, 100, 0, 10, 0, 0
FROM generate_series(0, 9) h, generate_series(1, 9) s, generate_series(1, 6) r,
     generate_series(0, 99) o
"""


async def session_of_a_supervisor(settings: Settings, url: str) -> str:
    """A signed-in supervisor, and the counts of a large day."""
    await furnish(settings, url, 1)
    async with single_connection(url) as conn:
        await conn.execute(A_LARGE_DAY)
        await conn.execute("ANALYZE figure_hour")
    async with running(build_system(settings, url)) as system:
        _, token = await sign_in_as(system, Role.SUPERVISOR, "penyelia@bench.example", block="b")
    return token


async def watch(address: str, token: str, views: int) -> int:
    """Have views ask for RUN_S seconds, spread over the interval; returns the answers."""
    answers = 0

    async def view(number: int) -> None:
        nonlocal answers
        known = ""
        await asyncio.sleep(number * EVERY_S / views)
        end = asyncio.get_running_loop().time() + RUN_S
        async with httpx.AsyncClient(base_url=address, cookies={SESSION_COOKIE: token}) as browser:
            while asyncio.get_running_loop().time() < end:
                headers = {"Last-Event-ID": known, "Accept-Encoding": "gzip"}
                answer = await browser.get("/office/live/events", headers=headers, timeout=30)
                assert answer.status_code == 200, answer.text
                answers += 1
                known = answer.text.partition("id: ")[2].partition("\n")[0]
                await asyncio.sleep(EVERY_S)

    await asyncio.gather(*(view(number) for number in range(views)))
    return answers


def main() -> None:
    """Measure with and without views."""
    with database_on_server_core() as (settings, url):
        token = asyncio.run(session_of_a_supervisor(settings, url))
        environment = {
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_DATABASE_URL": url,
            "STRP_PORT": str(settings.port),
            "STRP_EXERCISE": "1",
        }
        postgres = int((settings.data_path / "postgres" / "postmaster.pid").read_text().split()[0])
        with server("strp", settings.port, environment) as web:
            address = f"http://127.0.0.1:{settings.port}"

            def used_s() -> float:
                return cpu_s(web.pid) + cpu_s(postgres)

            asyncio.run(watch(address, token, 2))
            before = used_s()
            asyncio.run(asyncio.sleep(RUN_S))
            idle_s = used_s() - before
            before = used_s()
            answers = asyncio.run(watch(address, token, VIEWS))
            busy_s = used_s() - before
    spent_s = RUN_S + EVERY_S
    print(
        json.dumps(
            {
                "views": VIEWS,
                "answers": answers,
                "core_percent_without": round(100 * idle_s / RUN_S, 2),
                "core_percent_with": round(100 * busy_s / spent_s, 2),
                "ms_an_answer": round(1000 * (busy_s - idle_s * spent_s / RUN_S) / answers, 2),
                "cores": psutil.cpu_count(),
                "machine_load": round(os.getloadavg()[0], 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
