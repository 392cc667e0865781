"""`/waiting-room.json`: STRP against nginx serving the same bytes from a file, in one run.

Server on one core, `wrk` on the other, alternating; the ratio is of the medians. Beside them a bare
callable that says the same bytes under the same Granian: what no application there can exceed.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.stage import (
    CLIENT_CORE,
    SERVER_CORE,
    database_on_server_core,
    free_port,
    furnish,
    wait_for,
)

TARGET_RATIO = 0.8
ROUNDS, SECONDS, CONNECTIONS = 5, 3, 64

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    open_file_cache max=100 inactive=60s; open_file_cache_valid 1s;
    server {{
        listen 127.0.0.1:{port};
        root {folder};
        location = /waiting-room.json {{
            default_type application/json;
            add_header Cache-Control "public, max-age=1, stale-if-error=600";
            add_header Access-Control-Allow-Origin "*";
        }}
        location = /healthz {{ return 200; }}
    }}
}}
"""

BARE = """
HEADERS, BODY = {headers!r}, {body!r}
async def app(scope, proto):
    proto.response_bytes(200, HEADERS, BODY)
"""
OF_THE_CONNECTION = {"connection", "content-length", "date", "server"}
GRANIAN = [sys.executable, "-m", "granian", "--interface", "rsgi", "--no-ws"]


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """A server on the server's core."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
    try:
        wait_for(port)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def requests_per_s(port: int) -> float:
    """What `wrk` on the client's core gets."""
    done = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{SECONDS}",
            f"http://127.0.0.1:{port}/waiting-room.json",
        ],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {CLIENT_CORE}),
    ).stdout
    if "Non-2xx" in done:
        raise RuntimeError(done)
    found = re.search(r"Requests/sec:\s*([\d.]+)", done)
    assert found
    return float(found[1])


def main() -> int:
    """Print one JSON document; exit 1 where the ratio is missed."""
    if not (shutil.which("wrk") and shutil.which("nginx")):
        print("wrk and nginx are needed (packages of Debian).", file=sys.stderr)
        return 3
    with ExitStack() as stack:
        settings, url = stack.enter_context(database_on_server_core())
        asyncio.run(furnish(settings, url, 1))
        ours, theirs, barest = settings.port, free_port(), free_port()
        environment = {
            "STRP_DATABASE_URL": url,
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_PORT": str(ours),
            "STRP_LOG_FORMAT": "text",
        }
        quiet = ["--log-level", "warning", "--port"]
        whole = [*GRANIAN, "--factory", *quiet, str(ours), "strp.wiring:web_server"]
        stack.enter_context(running(whole, ours, environment))
        answer = urllib.request.urlopen(f"http://127.0.0.1:{ours}/waiting-room.json")
        document = answer.read()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        (folder / "waiting-room.json").write_bytes(document)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=theirs))
        stack.enter_context(running(["nginx", "-c", str(folder / "nginx.conf")], theirs, {}))
        said = [(name.lower(), value) for name, value in answer.getheaders()]
        headers = [pair for pair in said if pair[0] not in OF_THE_CONNECTION]
        (folder / "bare.py").write_text(BARE.format(headers=headers, body=document))
        bare = [*GRANIAN, *quiet, str(barest), "bare:app"]
        stack.enter_context(running(bare, barest, {"PYTHONPATH": str(folder)}))
        time.sleep(2)
        ports = (ours, theirs, barest)
        rounds = [[requests_per_s(port) for port in ports] for _ in range(ROUNDS)]
    strp, nginx, alone = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(a / b for a, b, _ in rounds)
    report = {
        "strp_per_s": round(strp),
        "nginx_per_s": round(nginx),
        "bare_rsgi_per_s": round(alone),
        "ratio": round(ratio, 3),
        "ratio_of_bare_rsgi": round(statistics.median(c / b for _, b, c in rounds), 3),
        "rounds": [[round(each) for each in one] for one in rounds],
        "target_ratio": TARGET_RATIO,
        "bytes": len(document),
    }
    print(json.dumps(report, indent=2))
    return 0 if ratio >= TARGET_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
