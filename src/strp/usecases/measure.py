"""Measuring: what operations watch, as numbers without personal data."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from strp.domain.guessing import WRONG_CODES_IN_ALL
from strp.store import certificates, desk, mail, process_loops
from strp.store.database import answer, unavailable
from strp.store.mail import Priority
from strp.store.process_loops import LatestBeat
from strp.store.waiting_work import count_waiting_work
from strp.usecases.process.refusals import MEANINGS, Refused
from strp.usecases.process.report_loops import ProcessKind
from strp.usecases.sign_in_guard import wrong_codes_in_all
from strp.usecases.system import System

READY_WITHIN_S: Final = 1.5
_DATABASE: Final = "database"


async def is_ready(system: System) -> None:
    """Have the database answer, whatever it holds; all who ask at once wait for one answer.

    The wait is given up, not the question: a question that is taken back waits itself for a
    database that does not answer, and a new one for each asker would soon hold every connection.

    Raises:
        Unavailable: it does not answer, or not within READY_WITHIN_S.
    """
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await system.answering.find(_DATABASE, partial(_answering, system))
    except TimeoutError:
        raise unavailable() from None


async def _answering(system: System, asked: Sequence[str]) -> dict[str, bool]:
    async with system.database.connection() as conn:
        await answer(conn)
    return dict.fromkeys(asked, True)


async def measure(system: System) -> str:
    """Gauges in Prometheus' text format."""
    async with system.database.connection() as conn:
        waiting = await desk.summarise(conn, system.clock())
        to_issue, put_off = await certificates.count_issue_tasks(conn)
        beats = await process_loops.latest(conn)
        wrong_codes = await wrong_codes_in_all(conn, system)
        letters = await mail.count_waiting(conn)
        other = await count_waiting_work(conn, system.clock())
    registry = CollectorRegistry()
    registry.register(system.lag)
    _enter_loops(registry, [*_own_beats(system), *_beats_of_others(beats)])
    numbers = {
        "strp_desk_waiting": ("Applications that wait for an officer.", waiting.waiting),
        "strp_desk_overdue": ("Of these, past the time a decision was due.", waiting.overdue),
        "strp_desk_held": ("Of these, held by an officer.", waiting.held),
        "strp_desk_on_hold": ("Applications of closed employers, held.", waiting.on_hold),
        "strp_issue_tasks": ("Applications that wait for certificates.", to_issue),
        "strp_issue_put_off": ("Of these, put off since they failed: see doctor.", put_off),
        "strp_claims_waiting": ("Claims that wait for an officer.", other.claims),
        "strp_claims_overdue": ("Of these, past their due time.", other.claims_overdue),
        "strp_objections_waiting": ("Objections that wait.", other.objections),
        "strp_objections_overdue": ("Of these, past their due time.", other.objections_overdue),
        "strp_mail_codes_waiting": ("Letters with codes to send.", letters[Priority.CODE]),
        "strp_mail_letters_waiting": ("Other letters to send.", letters[Priority.LETTER]),
        "strp_sign_in_wrong_codes": (
            f"Wrong sign-in codes of this hour; at {WRONG_CODES_IN_ALL.most} links replace codes.",
            wrong_codes,
        ),
        "strp_intake_waiting_rows": (
            "Rows of filings that wait in this process.",
            system.intake.waiting_rows,
        ),
    }
    _enter_refusals(registry, system)
    for name, (meaning, value) in numbers.items():
        Gauge(name, meaning, registry=registry).set(value)
    return generate_latest(registry).decode()


def _enter_refusals(registry: CollectorRegistry, system: System) -> None:
    """What this process refused, by what was scarce."""
    refused = Counter(
        "strp_refused",
        f"What this process refused: {'; '.join(f'{k}: {v}' for k, v in MEANINGS.items())}.",
        ("reason",),
        registry=registry,
    )
    by_places = {
        Refused.PHOTO: system.photos.refused,
        Refused.SPREADSHEET: system.spreadsheets.refused,
    }
    for reason, times in {**system.refusals.counts, **by_places}.items():
        refused.labels(reason).inc(times)


def _own_beats(system: System) -> Iterator[LatestBeat]:
    for name, loop in system.loops.known.items():
        yield LatestBeat(ProcessKind.WEB, name, loop.age_s, loop.bound_s, loop.restarts, 0)


def _beats_of_others(beats: list[LatestBeat]) -> Iterator[LatestBeat]:
    """Those of workers, who have no address to be asked at."""
    return (beat for beat in beats if beat.kind != ProcessKind.WEB)


def _enter_loops(registry: CollectorRegistry, beats: list[LatestBeat]) -> None:
    labels = ("process", "loop")
    age = Gauge(
        "strp_loop_heartbeat_age_seconds",
        "Seconds since a background loop last succeeded: of this web process, of any worker.",
        labels,
        registry=registry,
    )
    restarts = Counter(
        "strp_loop_restarts",
        "How often it failed and was started again.",
        labels,
        registry=registry,
    )
    for beat in beats:
        age.labels(beat.kind, beat.loop).set(beat.age_s)
        restarts.labels(beat.kind, beat.loop).inc(beat.restarts)
