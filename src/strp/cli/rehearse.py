"""`strp rehearse`: opening day against a running system, or as a simulation."""

import json
import sys
from math import ceil
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from strp.cli.installation import open_system, read_settings, run
from strp.cli.output import ExitCode, Yes, ask_first, print_facts, print_json, wrong_use
from strp.rehearsal.surge.arrivals import VISITORS

REHEARSED_S = 120.0
LASTS = "Over how many seconds; 120, simulated a whole day."
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def rehearse(
    url: Annotated[str, typer.Option(help="The running system; on this machine only.")] = "",
    visitors: Annotated[int | None, typer.Option(min=1, help="How many arrive.")] = None,
    duration_s: Annotated[float | None, typer.Option(min=1, help=LASTS)] = None,
    curve: Annotated[str, typer.Option(help="How they arrive: day or flat.")] = "day",
    patience_s: Annotated[float, typer.Option(min=1, help="Mean time somebody waits.")] = 600.0,
    only_read_percent: Annotated[
        int, typer.Option(min=0, max=100, help="Of 100 visitors, so many only read.")
    ] = 70,
    report: Annotated[Path | None, typer.Option(help="Folder for the report.")] = None,
    desk: Annotated[
        bool, typer.Option("--desk", help="A day at the desk: officers decide what comes.")
    ] = False,
    officers: Annotated[int, typer.Option(min=1, max=2000, help="With --desk.")] = 40,
    applications: Annotated[int, typer.Option(min=1, help="With --desk or --brief.")] = 1500,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Simulate it, with the same rules.")
    ] = False,
    brief: Annotated[
        Path | None,
        typer.Option(
            help="With --simulate: file the morning of 5 July 2021 on a system of its own, and "
            "write the brief of noon into this folder."
        ),
    ] = None,
    employers: Annotated[int, typer.Option(min=100, help="With --brief.")] = 200_000,
    machines: Annotated[int, typer.Option(min=1, help="Simulated machines.")] = 1,
    requests_per_s: Annotated[
        float, typer.Option(min=1, help="What one machine finishes; simulated.")
    ] = 400.0,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")] = False,
    yes: Yes = False,
) -> None:
    """Rehearse an opening day: visitors read, wait, come in, file and give up."""
    if desk:
        found = _rehearse_desk(url, officers, applications, report, yes=yes)
    elif simulate and brief is not None:
        found = _brief(visitors or VISITORS, employers, applications, brief)
    elif simulate:
        found = _simulate(visitors or VISITORS, machines, requests_per_s, duration_s, report)
    else:
        crowd = {
            "visitors": visitors or 10_000,
            "duration_s": duration_s or REHEARSED_S,
            "curve": curve,
            "patience_s": patience_s,
            "only_reads": only_read_percent / 100,
        }
        found = _rehearse(url, crowd, report, yes=yes)
    if as_json:
        print_json(found)
    else:
        print_facts("Rehearsal", found)
    if desk and (found["double_decisions"] or found["lost_leases"]):
        raise typer.Exit(ExitCode.REFUSED)
    if not (simulate or desk) and (
        found["errors_5xx"] or found["lost_receipts"] or found["inversions"]
    ):
        raise typer.Exit(ExitCode.REFUSED)


def _simulate(
    visitors: int,
    machines: int,
    requests_per_s: float,
    duration_s: float | None,
    report: Path | None,
) -> dict[str, Any]:
    from strp.rehearsal.surge.arrivals import DAY_S
    from strp.rehearsal.surge.simulation import Plant, simulate
    from strp.rehearsal.surge.simulation_report import write_simulation

    plant = Plant(machines=machines, requests_per_s=requests_per_s)
    lasts = DAY_S if duration_s is None else ceil(duration_s)
    simulated = simulate(visitors, plant, tell=_tell, duration_s=lasts)
    if report is not None:
        write_simulation(report, simulated)
    return simulated.summary


def _brief(visitors: int, employers: int, applications: int, folder: Path) -> dict[str, Any]:
    from strp.rehearsal.desk.brief_day import Morning, brief_of_noon, own_database
    from strp.wiring import build_system

    morning = Morning(visitors=visitors, employers=employers, applications=applications)
    with own_database() as (data, url):
        files = run(brief_of_noon(morning, build_system, _tell, data, url))
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    found: dict[str, Any] = json.loads(files["brief.json"])["numbers"]
    return found


def _rehearse(url: str, crowd: dict[str, Any], report: Path | None, *, yes: bool) -> dict[str, Any]:
    from strp.outside.machine.open_files import allow_many_open_files
    from strp.rehearsal.surge.arrivals import CURVES
    from strp.rehearsal.surge.run import SurgeOptions

    allow_many_open_files()
    port = _port_of(url)
    if crowd["curve"] not in CURVES:
        wrong_use(f"--curve is one of: {', '.join(CURVES)}.")
    ask_first(
        f"{crowd['visitors']} visitors in {crowd['duration_s']:g} s will go to port {port}. "
        "They register employers of their own there and file rosters.",
        yes=yes or not sys.stdin.isatty(),
    )
    return run(_run(SurgeOptions(host="127.0.0.1", port=port, **crowd), report))


def _port_of(url: str) -> int:
    where = urlsplit(url or read_settings().address)
    if where.hostname not in LOOPBACK or where.scheme != "http" or where.port is None:
        wrong_use("A rehearsal goes to this machine alone: --url http://127.0.0.1:PORT.")
    return where.port


def _rehearse_desk(
    url: str, officers: int, applications: int, report: Path | None, *, yes: bool
) -> dict[str, Any]:
    from strp.outside.machine.open_files import allow_many_open_files

    allow_many_open_files()
    port = _port_of(url)
    ask_first(
        f"{officers} officers will decide {applications} applications at port {port}, filed by "
        "employers of their own. Afterwards their accounts are closed.",
        yes=yes or not sys.stdin.isatty(),
    )
    return run(_run_desk(port, officers, applications, report))


async def _run_desk(
    port: int, officers: int, applications: int, report: Path | None
) -> dict[str, Any]:
    from strp.rehearsal.desk.day import DAY_S, DeskDay, rehearse_desk
    from strp.rehearsal.desk.day_report import desk_report, write_desk_report
    from strp.rehearsal.desk.forecast_trial import run_trials
    from strp.usecases.rehearsal.desk import close_desk, open_desk

    async with open_system() as system:
        keys, sessions = await open_desk(system, officers, min(200, 10 + applications // 20))
        _tell(f"The day of 13.5 hours takes {DAY_S:g} s")
        day = DeskDay(port=port, applications=applications, keys=keys, sessions=sessions)
        tally = await rehearse_desk(day)
        outcome = await close_desk(system, officers, list(tally.filed_at))
        folder = report or system.settings.data_path / "rehearsals" / "desk"
    _tell("Thirty simulated days are foretold")
    found = desk_report(tally, outcome, run_trials(), applications=applications, officers=officers)
    _tell(f"The report is {write_desk_report(folder, found, tally)}")
    return found


async def _run(options: Any, report: Path | None) -> dict[str, Any]:
    from strp.rehearsal.surge.report import report_of, write_report
    from strp.rehearsal.surge.run import DRAIN_S, rehearse_surge
    from strp.usecases.rehearsal.surge import check_rehearsal, last_entries, prepare_rehearsal

    async with open_system() as system:
        keys = await prepare_rehearsal(system, min(300, 20 + options.visitors // 100))
        before = await last_entries(system)
        tally = await rehearse_surge(options, keys, _tell)
        checked = await check_rehearsal(system, tally.receipts, before)
        folder = report or system.settings.data_path / "rehearsals" / "last"
    found = report_of(
        tally,
        visitors=options.visitors,
        duration_s=options.duration_s,
        lost_receipts=checked.lost_receipts,
        inversions=checked.inversions,
    )
    page = write_report(folder, found, tally)
    _tell(f"The report is {page} (visitors still in line after {DRAIN_S:g} s were not waited for)")
    return found


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
