"""`strp serve`: web, worker and, where no other is named, the bundled PostgreSQL."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Annotated

import typer

from strp.cli.installation import read_settings
from strp.cli.output import LAST_WORDS_OF, exit_code, hand_on, last_words_go_into_log, say
from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.backups.wal_archive import forget_archive
from strp.outside.machine.key_files import check_key_files
from strp.outside.machine.log_lines import LogLines
from strp.outside.machine.open_files import allow_many_open_files
from strp.outside.machine.postgres import revive_postgres, running_postgres
from strp.outside.machine.processes import (
    SHORTEST_PAUSE_S,
    Child,
    StopSignal,
    answers_healthily,
    is_port_taken,
    keep_running,
    longer_pause_s,
)
from strp.outside.machine.service_manager import READY, STOPPING, tell_service_manager
from strp.settings import Settings, check_environment, odd_for_a_city, variables

_PORT_WITHIN_S = 5.0
SILENT_MS = 30_000
"""After so long without a whole request head a connection ends, also one kept alive."""
THIS_COMMAND = (sys.executable, "-m", "strp.cli")


def serve(
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave the worker out.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on; STRP_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; STRP_PORT.")] = None,
) -> None:
    """Run web, worker and PostgreSQL, and print one line with the address when it is ready."""
    # Into the environment, which the processes below are given.
    if host is not None:
        os.environ["STRP_HOST"] = host
    if port is not None:
        os.environ["STRP_PORT"] = str(port)
    last_words_go_into_log("serve")
    settings = read_settings()
    log = LogLines(settings.log_format, "serve")
    tell_odd_settings(log)
    check_key_files(settings.data_path / "keys")
    require_free_port(settings)
    stop = StopSignal()
    with running_postgres(settings) as url:
        if settings.database_url:
            run_first(("db", "status"), url)
            run_first(("keys", "settle"), url)
        else:
            run_first(("db", "migrate", "--yes"), url)  # which settles the keys
        workers = [] if no_worker else worker_children(settings, url)
        children = [*archive_children(settings), *workers, web_child(settings, url)]
        serve_until_stopped(settings, children, stop, log, f"STRP is ready at {settings.address}")


def serve_until_stopped(
    settings: Settings,
    children: Sequence[Child],
    stop: StopSignal,
    log: LogLines,
    ready_line: str,
) -> None:
    """Keep the processes running until a signal, and say once that the web answers.

    Args:
        settings: address and port of the web, and what looks after the processes.
        children: in the order in which they are started.
        stop: told by SIGTERM or SIGINT.
        log: gets a line for each event.
        ready_line: printed once /healthz answers.

    Raises:
        Exit: 3, where one of them ends at each start; it has said why.
    """
    allow_many_open_files()
    try:
        keep_running(
            children,
            stop,
            log,
            ready=lambda: answers_healthily(settings.host, settings.port),
            on_ready=lambda: _tell_ready(ready_line),
            look_after=Revival(settings, log),
            on_stop=lambda: tell_service_manager(STOPPING),
        )
    except Unavailable as error:
        log.tell("start_failed", "critical", f"{say(error.text)} [{error.code}]", code=error.code)
        raise typer.Exit(exit_code(error)) from None


def _tell_ready(line: str) -> None:
    print(line, flush=True)
    tell_service_manager(READY)


class Revival:
    """A database that died starts again, as every other process of ours does.

    Args:
        settings: of the installation.
        log: where it says why it does not start.
    """

    def __init__(self, settings: Settings, log: LogLines) -> None:
        self._settings = settings
        self._log = log
        self._pause_s = SHORTEST_PAUSE_S
        self._not_before = 0.0

    def __call__(self) -> None:
        """Look, and start it where it has died; after a failure say why, and pause longer."""
        if time.monotonic() < self._not_before:
            return
        try:
            revive_postgres(self._settings)
            self._pause_s = SHORTEST_PAUSE_S
        except Unavailable as error:
            sentence = f"{say(error.text)} [{error.code}]"
            self._log.tell("database_not_started", "error", sentence, code=error.code)
            self._not_before = time.monotonic() + self._pause_s
            self._pause_s = longer_pause_s(self._pause_s)


def tell_odd_settings(log: LogLines) -> None:
    """Tell of odd settings, and of variables that are none; nothing is refused for them."""
    for each in (*check_environment(os.environ), *odd_for_a_city(os.environ)):
        told = ("warning", say(each.sentence))
        if not each.is_wrong and each.variable in variables():
            log.tell("setting_odd", *told, variable=each.variable)
        elif not each.is_wrong:
            log.tell("setting_unknown", *told, variable=each.variable)


def run_first(arguments: Sequence[str], url: str) -> str:
    """Run one of our commands to its end, in a process whose memory goes with it.

    Args:
        arguments: of `strp`, without its name.
        url: of the database.

    Returns:
        What it printed.

    Raises:
        Exit: with its code, where it failed; it has said why.
    """
    done = subprocess.run(
        (*THIS_COMMAND, *arguments),
        env={**with_database(url), LAST_WORDS_OF: "serve"},
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        hand_on(" ".join(arguments), done.stdout)
        raise typer.Exit(done.returncode)
    return done.stdout


def web_child(settings: Settings, url: str) -> Child:
    """The web processes, under Granian.

    It is not told to kill those that do not end in time: it then now and then says that it killed
    one which had ended a moment before. Whoever keeps this child running does that.

    Args:
        settings: address, port and number of processes.
        url: of the database.
    """
    granian = (sys.executable, "-m", "granian", "--interface", "rsgi", "--factory", "--no-ws")
    options = {
        "--host": settings.host,
        "--port": str(settings.port),
        "--workers": str(settings.web_processes),
        "--log-level": "warning",
        # The front bounds what is worked on; a slow line shall not fill the server before it.
        # One request at a time on a connection: HTTP/2 would let each bring two hundred.
        "--http": "1",
        "--backlog": "4096",
        "--backpressure": "16384",
        # Where it also speaks HTTP/2, it waits for a first byte without end.
        "--http1-header-read-timeout": str(SILENT_MS),
    }
    flat = [part for option in options.items() for part in option]
    command = (*granian, "--respawn-failed-workers", *flat, "strp.wiring:web_server")
    return Child(name="web", command=command, environment=_on_database(url, "strp web"))


def worker_children(settings: Settings, url: str) -> list[Child]:
    """The worker processes; they share the work by the locks of its rows.

    Args:
        settings: say how many.
        url: of the database.
    """
    command = (*THIS_COMMAND, "worker")
    where = _on_database(url, "strp worker")
    return [
        Child(name=f"worker {number}", command=command, environment=where)
        for number in range(1, settings.worker_processes + 1)
    ]


def archive_children(settings: Settings) -> list[Child]:
    """The process that archives the log of the bundled PostgreSQL, where that is wanted."""
    if settings.database_url:
        return []
    if not settings.archive_dir:
        forget_archive(settings.data_path)
        return []
    return [Child(name="archive", command=(*THIS_COMMAND, "archive"))]


def _on_database(url: str, name: str) -> dict[str, str]:
    """Which database a child uses, and under which name the database shows its connections."""
    return {"STRP_DATABASE_URL": url, "PGAPPNAME": name}


def with_database(url: str) -> dict[str, str]:
    """Our environment, with the address of the database that runs."""
    return {**os.environ, "STRP_DATABASE_URL": url}


def require_free_port(settings: Settings) -> None:
    """Say clearly that something else listens on the port; one that was killed may still end.

    Raises:
        Unavailable: `port-taken`.
    """
    deadline = time.monotonic() + _PORT_WITHIN_S
    while (taken := is_port_taken(settings.host, settings.port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if taken:
        where = f"{settings.host}:{settings.port}"
        raise Unavailable(
            "port-taken",
            Text(
                f"Program lain sudah memakai {where}. Hentikan program itu atau ubah STRP_PORT.",
                f"Another program listens on {where}. Stop it, or set STRP_PORT.",
            ),
        )
