"""`strp bench`: what this machine does in a day, and at the desk, against its physical limit."""

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strp.cli.installation import run
from strp.cli.output import ExitCode, Json, print_facts, print_json

if TYPE_CHECKING:
    from strp.rehearsal.desk.leases import ClaimsReport
    from strp.rehearsal.load_run.run import DayOptions, DayReport

group = typer.Typer(no_args_is_help=True, help="Measure a system of its own on this machine.")


@group.command()
def day(
    workers: Annotated[int, typer.Option(min=100, help="Rows of all rosters together.")] = 100_000,
    worker_processes: Annotated[int, typer.Option(help="Processes that issue.")] = 2,
    web_processes: Annotated[int, typer.Option(help="Processes that take filings.")] = 1,
    connections: Annotated[int, typer.Option(help="Connections of the load.")] = 192,
    through_nginx: Annotated[
        bool, typer.Option(help="Send through the shipped nginx, as people's requests come.")
    ] = False,
    limit: Annotated[bool, typer.Option(help="Measure the physical limit too.")] = True,
    report: Annotated[Path | None, typer.Option(help="Folder for a page with plots.")] = None,
    json: Json = False,
) -> None:
    """Run a whole day through a system of its own: rosters in, certificates out, books checked."""
    from strp.rehearsal.load_run.run import DayOptions

    options = DayOptions(
        workers=workers,
        worker_processes=worker_processes,
        web_processes=web_processes,
        connections=connections,
        with_limit=limit,
        through_nginx=through_nginx,
        officers=("strp.cli", "bench", "officers"),
    )
    done = run(_day(options))
    shown = done.to_json()
    if report is not None:
        from strp.rehearsal.load_run.report import write_day_report

        print(f"The report is {write_day_report(report, shown, done.course)}", file=sys.stderr)
    if json:
        print_json(shown)
    else:
        print_facts(f"A day of {workers:,} workers", shown)
    sys.exit(ExitCode.REFUSED if _is_wrong(done) else ExitCode.DONE)


@group.command()
def claims(
    officers: Annotated[int, typer.Option(min=1, help="At work side by side.")] = 50,
    pending: Annotated[int, typer.Option(min=100, help="Applications on the desk.")] = 5_000,
    most: Annotated[
        int | None,
        typer.Option("--claims", min=1, help="Claims after which they stop; default: all."),
    ] = None,
    json: Json = False,
) -> None:
    """Let officers work on a full desk side by side: does anybody hold what another holds?"""
    with ended_by_sigterm():
        report = run(_claims(officers, pending, most))
    shown = report.to_json()
    if json:
        print_json(shown)
    else:
        print_facts(f"{officers} officers, {pending:,} applications", shown)
    sys.exit(ExitCode.REFUSED if report.double_claims or report.lost_leases else ExitCode.DONE)


@group.command(hidden=True)
def officers(folder: str, url: str, number: int) -> None:
    """Let officers decide what comes to the desk, until SIGTERM.

    Args:
        folder: of the system under test.
        url: of its database.
        number: of officers; each has a connection of its own.
    """
    run(_officers(folder, url, number))


async def _day(options: "DayOptions") -> "DayReport":
    from strp.rehearsal.load_run.run import run_day

    with _progress() as tell:
        return await run_day(options, _opened, tell)


async def _claims(officers: int, pending: int, most: int | None) -> "ClaimsReport":
    from strp.rehearsal.desk.leases import run_claims

    with _progress() as tell:
        return await run_claims(officers, pending, most, _opened, tell)


@contextlib.contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """A SIGTERM ends the command as Ctrl-C does: with what it started, and its folder.

    Raises:
        KeyboardInterrupt: at the signal.
    """

    def end(number: int, frame: object) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each phase, on the error channel; gives what moves them."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, Any] = {}

        def tell(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = progress.add_task(phase, total=total)
            progress.update(tasks[phase], completed=done, total=total)

        yield tell


def _opened(settings: Any, url: str) -> Any:
    from strp.wiring import build_system, running

    return running(build_system(settings, url))


async def _officers(folder: str, url: str, number: int) -> None:
    from strp.rehearsal.load_run.officers import run as run_desk
    from strp.settings import Settings

    settings = Settings(data_dir=folder, database_connections=number + 1)
    async with _opened(settings, url) as system:
        await run_desk(system, number)


def _is_wrong(report: "DayReport") -> bool:
    account = report.account
    return bool(account.lost or account.duplicated or account.wrong)
