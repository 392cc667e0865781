"""Small filings beside eight readers of one employer's workers: what is left of their calm pace?

    python -m bench.readers [--rows 10000] [--seconds 4] [--rounds 3] [--through-nginx]

One employer files a roster; `wrk` then asks for a thousand of its workers over eight connections
with its key, and does not heed `Retry-After`. Web process and PostgreSQL (and nginx as shipped) on
one core; on the other eight clients that file. Calm, readers and calm again are measured in turn;
a ratio is readers by the mean of both calms, of several rounds the median. Then one reader that
heeds `Retry-After` reads all rows, and how long that takes is told. Target (issue 11): 0.8.
Needs `wrk`.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.attacks import EMPLOYERS, REST_S, TARGET, WARM_UP_S, Load, stranger
from bench.one_roster import send_roster, write_csv
from bench.stage import add_way_in, before, database_on_server_core, document, furnish, server
from strp.rehearsal.load_run.plan import PLATFORM_KBLI, DayEmployer, DayFiling

READERS = 8
SENDER = """
local key = "%s"
request = function()
  return wrk.format("GET", "%s", {["Authorization"] = "Bearer " .. key})
end
"""


def main() -> int:
    """Print one JSON document; exit 1 where filings keep less than the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    add_way_in(parser)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("missing: wrk (package of Debian)", file=sys.stderr)
        return 3
    found = asyncio.run(run(options))
    print(document(options, found))
    return 0 if float(str(found["ratio"])) >= TARGET else 1


async def run(options: argparse.Namespace) -> dict[str, object]:
    """The pace of filings beside readers, and the time of one that waits as it is told to."""
    with database_on_server_core() as (settings, url), contextlib.ExitStack() as stack:
        keys = await furnish(settings, url, EMPLOYERS + 1)
        (nib, key), *others = keys
        environment = {
            "STRP_DATABASE_URL": url,
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_PORT": str(settings.port),
            "STRP_LOG_FORMAT": "text",
        }
        process = stack.enter_context(server("strp", settings.port, environment))
        to = before(settings, settings.port, through_nginx=options.through_nginx)
        port = stack.enter_context(to)
        roster = Path(settings.data_dir) / "roster.csv"
        employer = DayEmployer(nib, PLATFORM_KBLI, 9_000_000)
        write_csv(DayFiling(employer, 0, options.rows, has_mistakes=False), roster)
        filed = await asyncio.to_thread(send_roster, port, nib, key, roster, "text/csv")
        path = f"/api/v1/applications/{filed['application_id']}/workers?limit=1000"
        load = Load(
            [(int(one), secret) for one, secret in others], options.seconds, port, process.pid
        )
        await load.measure()  # warm
        calm, beside, said = [await load.measure()], [], ""
        for _ in range(options.rounds):
            with readers(port, key, path, options.seconds + 2 * WARM_UP_S) as end:
                await load.measure(WARM_UP_S)
                beside.append(await load.measure())
                said = await asyncio.to_thread(end)
            await asyncio.sleep(REST_S)
            calm.append(await load.measure())
        ratios = [
            round(2 * during.per_s / (one.per_s + two.per_s), 2)
            for during, one, two in zip(beside, calm, calm[1:], strict=False)
        ]
        await asyncio.sleep(10)  # until the share is whole again
        export = await asyncio.to_thread(read_all, port, key, path)
        return {
            "ratio": statistics.median(ratios),
            "ratios": ratios,
            "calm_per_s": round(statistics.median(one.per_s for one in calm)),
            "readers": said,
            "calm_p99_ms": round(statistics.median(one.p99_ms for one in calm)),
            "p99_ms": round(statistics.median(one.p99_ms for one in beside)),
            **export,
        }


@contextlib.contextmanager
def readers(port: int, key: str, path: str, seconds: float) -> Iterator[Callable[[], str]]:
    """Eight of them; what it gives waits for their end, and says what they got."""
    with tempfile.TemporaryDirectory(prefix="strp-readers-") as folder:
        script = Path(folder) / "send.lua"
        script.write_text(SENDER % (key, path))
        duration = f"-d{max(1, round(seconds))}s"
        address = f"http://127.0.0.1:{port}"
        command = ["wrk", "-t1", f"-c{READERS}", duration, "-s", str(script), address]
        with stranger(command, seconds) as told:
            yield told


def read_all(port: int, key: str, path: str) -> dict[str, object]:
    """Read page after page, and wait where `Retry-After` says so."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}"}
    began, rows, refused, after, largest = time.monotonic(), 0, 0, 0, 0
    while after is not None:
        connection.request("GET", f"{path}&after={after}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 429:
            refused += 1
            time.sleep(int(answer.headers["Retry-After"]))
            continue
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:200]!r}")
        page = json.loads(body)
        rows, after, largest = rows + len(page["items"]), page["next"], max(largest, len(body))
    connection.close()
    return {
        "polite_rows": rows,
        "polite_s": round(time.monotonic() - began, 1),
        "polite_refused": refused,
        "page_bytes": largest,
    }


if __name__ == "__main__":
    sys.exit(main())
