"""`strp doctor`: is this installation sound, and what is it made of?"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from strp import __version__
from strp.cli.doctor_clock import clock_findings
from strp.cli.doctor_front import front_findings
from strp.cli.doctor_loops import loop_findings
from strp.cli.findings import Finding, settings_shown, tell
from strp.cli.installation import open_database, open_system, read_settings, run
from strp.cli.keys import key_files
from strp.cli.output import ExitCode, Json, print_json, say, told
from strp.domain.errors import StrpError
from strp.outside.machine.key_files import check_key_files
from strp.settings import Settings

if TYPE_CHECKING:
    from strp.usecases.operation.books import BookRule

Answer = TypeVar("Answer")

_PARTS = ("granian", "litestar", "psycopg", "procrastinate", "cryptography", "typst")
_BOOKS_S = 0.8
_DATABASE_S = 30.0
# Beside a disk that is full or read-only, the disk is the answer: nobody waits for the rest of it.
_DATABASE_ON_FULL_DISK_S = 5.0
_LITTLE_BYTES = 2 << 30
_SILENT_AFTER_S = 60.0


def doctor(
    books: Annotated[
        bool | None,
        typer.Option(
            "--books/--no-books",
            help="Whether all that was filed and issued adds up, however long it takes to read "
            "whole tables. Without either: as much of it as a second allows.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Look at versions, database, disk, memory, keys, clock and policy; exit code 3 if unsound."""
    settings = read_settings()
    findings = [*_machine(settings), *settings_shown(settings), *_keys(settings)]
    findings += front_findings(settings)
    findings += run(_mail(settings))
    # What is wrong with files is not said again by the database that needs them.
    known = {each.value for each in findings if each.state == "wrong"}
    of_database = run(_database_in_time(books, _patience_s(findings)))
    findings += [each for each in of_database if each.value not in known]
    wrong = any(finding.state == "wrong" for finding in findings)
    if json:
        shown = [{"topic": f.topic, "value": f.value, "state": f.state} for f in findings]
        print_json({"sound": not wrong, "findings": shown})
    else:
        tell(findings, "strp doctor")
    raise typer.Exit(ExitCode.UNAVAILABLE if wrong else ExitCode.DONE)


def _machine(settings: Settings) -> list[Finding]:
    import platform
    from importlib.metadata import version

    from strp.outside.machine.postgres_settings import memory_bytes

    return [
        Finding("python", f"{sys.version.split()[0]} on {platform.platform()}"),
        Finding("strp", __version__),
        *(Finding(part, version(part)) for part in _PARTS),
        Finding("memory", f"{memory_bytes() >> 20} MiB"),
        *_disks(settings),
    ]


def _disks(settings: Settings) -> list[Finding]:
    from strp.outside.machine.disks import (
        free_bytes,
        is_full,
        is_read_only,
        one_of_each_disk,
        written_folders,
    )

    found = []
    for folder in one_of_each_disk(written_folders(settings).values()):
        free = free_bytes(folder)
        shown = f"{free >> 20} MiB free at {folder}"
        if is_read_only(folder):
            advice = "read-only: mount it for writing; small filings go on where PostgreSQL can"
            found.append(Finding("disk", f"{shown}; {advice}", "wrong"))
        elif is_full(folder):
            advice = "full: make room or enlarge it; the rest goes on by itself"
            found.append(Finding("disk", f"{shown}; {advice}", "wrong"))
        else:
            found.append(Finding("disk", shown, "ok" if free > _LITTLE_BYTES else "note"))
    return found


def _keys(settings: Settings) -> list[Finding]:
    try:
        check_key_files(settings.data_path / "keys")
    except StrpError as error:
        return [Finding("keys", f"{say(error.text)} [{error.code}]", "wrong")]
    files = key_files(settings.data_path)
    if not files:
        return [Finding("keys", "none here; a start on an empty database makes them", "note")]
    return [_key(path) for path in (settings.data_path / "keys", *files)]


def _key(path: Path) -> Finding:
    mode = path.stat().st_mode & 0o777
    state = "wrong" if mode & 0o077 else "ok"
    advice = f"; readable by others: chmod go= {path}" if state == "wrong" else ""
    return Finding(f"key {path.name}", f"mode {mode:04o}{advice}", state)


async def _mail(settings: Settings) -> list[Finding]:
    """Whether the mail server would take a letter; none is sent."""
    from strp.outside.mail.smtp import greet_mail_server

    try:
        return [Finding("mail server", f"{await greet_mail_server(settings)} answers")]
    except StrpError as error:
        return [Finding("mail server", f"{say(error.text)} [{error.code}]", "wrong")]


def _patience_s(findings: list[Finding]) -> float:
    no_space = any(each.topic == "disk" and each.state == "wrong" for each in findings)
    return _DATABASE_ON_FULL_DISK_S if no_space else _DATABASE_S


async def _database_in_time(books: bool | None, within_s: float) -> list[Finding]:
    """What the database tells; one that hangs, as on a full disk, holds up no doctor."""
    if books:
        return await _database(books)
    # The later alarm ends what waits outside the event loop: a bundled server that recovers.
    signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, 1.5 * within_s)
    try:
        async with asyncio.timeout(within_s):
            return await _database(books)
    except (TimeoutError, _TimeIsUp):
        shown = f"no answer within {within_s:.0f} s: look at the disks above, and at its log"
        return [Finding("database", shown, "wrong")]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class _TimeIsUp(BaseException):
    """The alarm. Not TimeoutError, which is an OSError: whoever runs a program catches those."""


def _give_up(_number: int, _frame: object) -> None:
    raise _TimeIsUp


async def _database(books: bool | None) -> list[Finding]:
    from strp.usecases.operation.database import database_status, server_settings
    from strp.usecases.operation.own_keys import require_no_need

    try:
        async with open_database() as settings:
            url = settings.database_url
            found = [Finding(name, value) for name, value in (await server_settings(url)).items()]
            pending = (await database_status(url)).pending
            waits = f"{len(pending)} wait: run `strp db migrate`" if pending else "all applied"
            found.append(Finding("migrations", waits, "wrong" if pending else "ok"))
            if pending:
                return found
            if not key_files(settings.data_path):
                await require_no_need(url, settings.data_path / "keys")
                return found
            return found + await _rules(books)
    except StrpError as error:
        return [Finding("database", f"{say(error.text)} [{error.code}]", "wrong")]


async def _rules(asked: bool | None) -> list[Finding]:
    from strp.usecases.certificates.issue import put_off_tasks
    from strp.usecases.certificates.stop_issuing import issuing_stopped
    from strp.usecases.certificates.trust import lists_used
    from strp.usecases.filing.unopenable import applications_set_aside
    from strp.usecases.notices.watch_letters import queue_states
    from strp.usecases.operation.books import check_books
    from strp.usecases.operation.restore_database import unacknowledged_restore
    from strp.usecases.operation.watch_archive import archive_state
    from strp.usecases.people.sign_in_guard import wrong_codes_now
    from strp.usecases.process.report_loops import latest_beats, worker_signs
    from strp.usecases.rules.current import is_period_over, policy_today

    within_s = None if asked else _BOOKS_S
    async with open_system() as system, AsyncExitStack() as stack:
        books: asyncio.Task[list[BookRule]] | None = None
        if asked is not False:
            books = await stack.enter_async_context(_beside(check_books(system, within_s)))
        clock = await clock_findings(system)
        put_off = [_put_off(*task) for task in await put_off_tasks(system)]
        put_off += _restored(await unacknowledged_restore(system))
        put_off += _stopped(await issuing_stopped(system))
        put_off += [_unopenable(*one) for one in await applications_set_aside(system)]
        put_off += _archive(await archive_state(system))
        put_off.append(_lists(await lists_used(system)))
        loops = loop_findings(await latest_beats(system))
        sign_in = _sign_in(await wrong_codes_now(system))
        letters = [_letters(*one) for one in (await queue_states(system)).items()]
        workers = _workers(await worker_signs(system))
        today = await _figures(system)
        rules = await books if books else []
        watched = (*today, *workers, *letters, *put_off, *loops, *sign_in, *map(_book, rules))
        try:
            policy = await policy_today(system)
            over = await is_period_over(system, policy)
        except StrpError as error:
            return [*clock, *watched, Finding("policy", say(error.text), "wrong")]
    in_force = Finding("policy", _in_force(policy), "wrong" if over else "ok")
    return [*clock, *watched, in_force, *_exercise(policy)]


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, Answer]) -> AsyncIterator[asyncio.Task[Answer]]:
    """What PostgreSQL works at while the rest is asked; it has ended when the block has."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _figures(system: Any) -> list[Finding]:
    """The numbers of today, as the live view and the brief say them."""
    from strp.domain.civil_time import civil_day
    from strp.domain.desk.day_figures import OF_THE_DAY
    from strp.usecases.desk.figures import figures_of_day

    totals = (await figures_of_day(system, civil_day(system.clock()))).totals
    numbers = ", ".join(f"{each.code} {getattr(totals, each.code)}" for each in OF_THE_DAY)
    found = [Finding("figures of today", numbers)]
    log = system.settings.hit_log
    if log and not Path(log).exists():  # noqa: ASYNC240
        advice = "no such file: nginx writes it, see deploy/nginx/strp.conf"
        found.append(Finding("log of hits", f"{log}: {advice}", "note"))
    return found


def _restored(restored: Any) -> list[Finding]:
    """That nobody has looked yet at what a restore left unknown."""
    if restored is None:
        return []
    known = restored.lists_taken_to or restored.restored_to
    shown = f"to {told(restored.restored_to)}; revocations known to {told(known)}"
    return [Finding("restore", f"{shown}: `strp restore --acknowledge`", "note")]


def _archive(state: Any) -> list[Finding]:
    """Whether the archive of the log goes on, and which backup leads into it."""
    from strp.usecases.operation.watch_archive import is_stalled

    if state is None:
        return []
    if state.slot is None or state.reach is None:
        return [Finding("archive", "not begun: `strp serve` keeps it", "note")]
    shown = f"{state.slot.behind_bytes >> 20} MiB behind, {state.reach.size_bytes >> 20} MiB in all"
    if is_stalled(state.slot):
        return [Finding("archive", f"stalls, {shown}: docs/backup.md", "note")]
    if state.reach.last_backup is None or not state.reach.goes_on:
        return [Finding("archive", f"{shown}; no backup leads into it: `strp backup`", "note")]
    return [Finding("archive", f"{shown}; from {told(state.reach.last_backup)} on")]


def _stopped(stop: Any) -> list[Finding]:
    """That nothing is signed at all."""
    if stop is None:
        return []
    since = f"stopped since {told(stop.at)} ({stop.because})"
    return [Finding("issuing", f"{since}: `strp resume-issuing`", "note")]


def _lists(used: int) -> Finding:
    """How many more lists the bundle for devices has room for."""
    from strp.credential.bundle_shape import MOST_LISTS

    shown = f"{used:,} of {MOST_LISTS:,}, each of 65,536 certificates"
    if used < MOST_LISTS // 2:
        return Finding("status lists", shown)
    advice = f"{shown}: docs/operations.md, Status lists"
    return Finding("status lists", advice, "wrong" if used >= 0.9 * MOST_LISTS else "note")


def _unopenable(application_id: int, why: str) -> Finding:
    advice = "the desk passes it over until it is fixed: docs/unopenable.md"
    shown = f"application {application_id} cannot be opened [{why}]; {advice}"
    return Finding("desk", shown, "note")


def _put_off(application_id: int, why: str) -> Finding:
    advice = "fix the cause, see docs/operations.md; it is tried again every few seconds"
    return Finding(
        "certificates", f"application {application_id} gets none [{why}]: {advice}", "note"
    )


def _letters(queue: Any, state: Any) -> Finding:
    """Letters that wait too long, or that the mail server refused."""
    from strp.usecases.notices.watch_letters import LATE_AFTER_S

    shown = f"{state.waiting} wait, the oldest for {state.oldest_s:.0f} s"
    if state.refused:
        shown += f"; {state.refused} were refused: fix the cause, then `strp mail resend`"
    is_late = state.oldest_s > LATE_AFTER_S[queue]
    return Finding(
        f"letters ({queue.name.lower()})", shown, "note" if is_late or state.refused else "ok"
    )


def _workers(signs: Any) -> list[Finding]:
    """Whether a worker process gives signs; those that ended are no news."""
    fresh = [sign for sign in signs if sign.age_s < _SILENT_AFTER_S]
    if fresh:
        return [Finding("worker", f"{len(fresh)} at work, last sign {fresh[0].age_s:.0f} s ago")]
    last = f"last sign {signs[0].age_s:.0f} s ago" if signs else "no sign within the last hour"
    return [Finding("worker", f"{last}: nothing is issued or sent; start `strp worker`", "note")]


def _sign_in(wrong_codes: int) -> list[Finding]:
    """That somebody guesses codes, so that everybody signs in by link for this hour."""
    from strp.domain.people.guessing import WRONG_CODES_IN_ALL

    if wrong_codes < WRONG_CODES_IN_ALL.most:
        return []
    advice = "links replace codes for everybody until it is over: see docs/operations.md"
    return [Finding("sign-in", f"{wrong_codes} wrong codes this hour; {advice}", "note")]


def _book(rule: "BookRule") -> Finding:
    if rule.wrong is None:
        advice = "not asked, it takes longer: strp doctor --books"
        return Finding(f"books: {rule.rule}", advice, "note")
    if not rule.wrong:
        return Finding(f"books: {rule.rule}", say(rule.meaning))
    named = ", ".join(map(str, rule.wrong))
    return Finding(f"books: {rule.rule}", f"not so: {say(rule.meaning)} ({named})", "wrong")


def _in_force(policy: Any) -> str:
    period = policy.period
    return f"{policy.policy_id}, period {period.code} from {period.starts_on} to {period.ends_on}"


def _exercise(policy: Any) -> list[Finding]:
    """That what is issued now counts for nothing outside."""
    if not policy.period.exercise:
        return []
    ends = f"`strp policy withdraw {policy.policy_id}` ends it"
    advice = f"certificates say EXERCISE and are never VALID; {ends}"
    return [Finding("exercise", f"in force: {advice}", "note")]
