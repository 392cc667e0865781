"""Measuring: what operations watch, as numbers without personal data."""

import asyncio
import contextlib
import platform
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate
from math import inf
from typing import Any, Final

import psycopg
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.core import Metric as Family
from prometheus_client.utils import floatToGoString

from strp import __version__
from strp.credential.bundle_shape import MOST_LISTS
from strp.domain.desk.error_rate import ErrorRate
from strp.domain.errors import StrpError
from strp.outside.machine.disks import free_bytes, is_read_only, written_folders
from strp.store.certificates import issued, issuing_stop, status_lists
from strp.store.desk import unopenable
from strp.store.desk.counts import newest_forecast
from strp.store.desk.summary import summarise
from strp.store.desk.waiting_work import count_waiting_work, oldest_task_s
from strp.store.engine.database import answer, unavailable
from strp.store.notices import outbox_state
from strp.store.operation import archive_slot, process_loops
from strp.store.operation.process_loops import LatestBeat
from strp.usecases.desk.samples import errors_of_late
from strp.usecases.operation.watch_archive import is_stalled
from strp.usecases.people.sign_in_guard import wrong_codes_in_all
from strp.usecases.process.metrics import FORMER_NAMES, METRICS, Kind, Metric
from strp.usecases.process.refusals import Refused
from strp.usecases.process.report_loops import ProcessKind
from strp.usecases.process.request_times import BUCKETS_S, Times
from strp.usecases.process.shared_clock import SharedClock
from strp.usecases.process.stored_numbers import Series, StoredNumbers
from strp.usecases.process.system import System
from strp.usecases.rules.current import periods_long_over

STORED_WITHIN_S: Final = 1.0
MISSING: Final = (
    "# missing: what the database says (docs/metrics.md: of all); it did not answer in time\n"
)
SILENT_AFTER_S: Final = 60.0
HELD_M: Final = (("0-5", 0, 5), ("5-10", 5, 10), ("10-15", 10, 15), ("15+", 15, inf))
_STARTED_AT: Final = time.time()
_FAMILIES: Final = {Kind.GAUGE: GaugeMetricFamily, Kind.COUNTER: CounterMetricFamily}
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
    """Numbers in Prometheus' text format: what the process knows, and what the database says.

    While the database is away, or slow, the second part is left out, and a line says so.
    """
    try:
        async with asyncio.timeout(STORED_WITHIN_S):
            stored = await system.stored_numbers.find(_DATABASE, partial(_read_stored, system))
    except (StrpError, psycopg.Error, TimeoutError):
        stored = None
    series = own_numbers(system) | ({} if stored is None else stored.series)
    series["strp_database_up"] = [((), 0.0 if stored is None else 1.0)]
    series |= {former: series[name] for former, name in FORMER_NAMES.items()}
    _enter_beats(series, [*_own_beats(system), *_beats_of_others(stored)])
    registry = CollectorRegistry()
    registry.register(system.lag)
    registry.register(_Collected(series, list(system.requests.times())))
    return generate_latest(registry).decode() + ("" if stored is not None else MISSING)


async def _read_stored(system: System, asked: Sequence[str]) -> dict[str, StoredNumbers]:
    now, ended = system.clock(), await periods_long_over(system)
    async with system.database.connection() as conn:
        waiting = await summarise(conn, now)
        to_issue, put_off = await issued.count_issue_tasks(conn)
        lag_s = await oldest_task_s(conn, now)
        beats = tuple(await process_loops.latest(conn))
        signs = await process_loops.signs(conn, ProcessKind.WORKER)
        wrong_codes = await wrong_codes_in_all(conn, system)
        letters = await outbox_state.queue_states(conn, now)
        other = await count_waiting_work(conn, now)
        stopped = await issuing_stop.read_stop(conn)
        lists = await status_lists.lists_used(conn, ended)
        cannot_open = await unopenable.count_set_aside(conn)
        foretold = await newest_forecast(conn)
        archive = await archive_slot.read(conn)
        errors = await errors_of_late(conn, now)
    ages_s = [(now - since).total_seconds() for since in waiting.held_since]
    late_s = 0.0 if waiting.next_due_at is None else (now - waiting.next_due_at).total_seconds()
    numbers: dict[str, float] = {
        "strp_desk_waiting": waiting.waiting,
        "strp_desk_overdue": waiting.overdue,
        "strp_desk_held": waiting.held,
        "strp_desk_lease_oldest_seconds": max(ages_s, default=0.0),
        "strp_desk_on_hold": waiting.on_hold,
        "strp_desk_late_seconds": max(0.0, late_s),
        "strp_issue_tasks": to_issue,
        "strp_issue_put_off": put_off,
        "strp_issuing_stopped": stopped is not None,
        "strp_status_lists_used_ratio": lists / MOST_LISTS,
        "strp_desk_cannot_open": cannot_open,
        "strp_issue_lag_seconds": lag_s,
        "strp_claims_waiting": other.claims,
        "strp_claims_overdue": other.claims_overdue,
        "strp_objections_waiting": other.objections,
        "strp_objections_overdue": other.objections_overdue,
        "strp_sign_in_wrong_codes": wrong_codes,
        "strp_workers": sum(sign.age_s < SILENT_AFTER_S for sign in signs),
    }
    series: Series = {name: [((), value)] for name, value in numbers.items()}
    series["strp_desk_leases"] = [
        ((label,), sum(start <= age_s / 60 < end for age_s in ages_s))
        for label, start, end in HELD_M
    ]
    series |= _forecast_series(foretold, now) | _error_series(errors)
    if archive is not None:
        series["strp_archive_stalled"] = [((), float(is_stalled(archive)))]
        series["strp_archive_behind_bytes"] = [((), float(archive.behind_bytes))]
    if signs:
        series["strp_worker_sign_age_seconds"] = [((), signs[0].age_s)]
    queues = [((queue.name.lower(),), state) for queue, state in letters.items()]
    series["strp_mail_waiting"] = [(queue, state.waiting) for queue, state in queues]
    series["strp_mail_oldest_seconds"] = [(queue, state.oldest_s) for queue, state in queues]
    series["strp_mail_refused"] = [(queue, state.refused) for queue, state in queues]
    return dict.fromkeys(asked, StoredNumbers(series=series, beats=beats))


def _forecast_series(found: tuple[datetime, dict[str, Any]] | None, now: datetime) -> Series:
    if found is None:
        return {}
    at, told = found
    numbers = {
        "strp_desk_missed_expected": told["missed"]["expected"],
        "strp_desk_officers_present": told["officers_present"],
        "strp_desk_forecast_age_seconds": max(0.0, (now - at).total_seconds()),
    }
    if told["officers_needed"]:
        numbers["strp_desk_officers_needed"] = told["officers_needed"][0]["officers"]
    return {name: [((), float(value))] for name, value in numbers.items()}


def _error_series(errors: ErrorRate) -> Series:
    numbers = {
        "strp_samples_checked": errors.checked,
        "strp_samples_wrong": errors.wrong,
        "strp_error_rate_low_percent": errors.low_percent,
        "strp_error_rate_high_percent": errors.high_percent,
    }
    return {name: [((), float(value))] for name, value in numbers.items()}


def own_numbers(system: System) -> Series:
    """What this process knows without asking anybody."""
    room, reach = system.room, system.database.reach
    pool = system.database.pool_stats()
    size, idle = pool.get("pool_size", 0), pool.get("pool_available", 0)
    version, python = __version__, platform.python_version()
    age_s = (system.clock() - room.written_at).total_seconds()
    return {
        "strp_build_info": [((version, python), 1.0)],
        "strp_process_start_time_seconds": [((), _STARTED_AT)],
        "strp_http_requests_total": [
            ((route, method, str(status)), float(times))
            for (route, method, status), times in system.requests.answers.items()
        ],
        "strp_database_away_seconds": [((), reach.away_s)],
        "strp_database_clock_offset_seconds": [((), _clock_offset_s(system))],
        "strp_database_pool_connections": [(("idle",), idle), (("busy",), max(0, size - idle))],
        "strp_database_pool_waiting": [((), pool.get("requests_waiting", 0))],
        "strp_database_pool_waits_total": [((), pool.get("requests_queued", 0))],
        "strp_database_pool_errors_total": [((), pool.get("connections_errors", 0))],
        "strp_waiting_room_active": [((), float(room.stands))],
        "strp_waiting_room_known": [((), float(room.known))],
        "strp_waiting_room_rate_per_second": [
            ((lane.value,), room.rate(lane)) for lane in room.lanes
        ],
        "strp_waiting_room_serving": [((lane.value,), s.serving) for lane, s in room.lanes.items()],
        "strp_waiting_room_document_age_seconds": [((), max(0.0, age_s))],
        "strp_front_file_age_seconds": _age_of_front_file(system),
        "strp_disk_free_bytes": _free_bytes(system),
        "strp_intake_waiting_rows": [((), system.intake.waiting_rows)],
        "strp_refused_total": _refused(system),
    }


def _clock_offset_s(system: System) -> float:
    clock = system.clock
    return clock.ahead_of_machine_s if isinstance(clock, SharedClock) else 0.0


def _age_of_front_file(system: System) -> list[tuple[tuple[str, ...], float]]:
    """How old the document is that a proxy serves: on a read-only disk it stands still there."""
    try:
        written_s = system.settings.line_document.stat().st_mtime
    except OSError:
        return []
    return [((), max(0.0, time.time() - written_s))]


def _free_bytes(system: System) -> list[tuple[tuple[str, ...], float]]:
    found = list[tuple[tuple[str, ...], float]]()
    for name, folder in written_folders(system.settings).items():
        with contextlib.suppress(OSError):  # the disk has gone
            free = 0 if is_read_only(folder) else free_bytes(folder)
            found.append(((name,), float(free)))
    return found


def _refused(system: System) -> list[tuple[tuple[str, ...], float]]:
    """What this process refused, by what was scarce."""
    by_places = {
        Refused.PHOTO: system.photos.refused,
        Refused.SPREADSHEET: system.spreadsheets.refused,
    }
    counted = {**system.refusals.counts, **by_places}
    return [((reason.value,), float(times)) for reason, times in counted.items()]


class _Collected:
    """The series as families of Prometheus' client.

    Args:
        series: by name.
        times: of requests.
    """

    def __init__(self, series: Series, times: Sequence[Times]) -> None:
        self._series = series
        self._times = times

    def collect(self) -> Iterator[Family]:
        """Every family that has a value, in the order of METRICS."""
        for name, metric in METRICS.items():
            if name == "strp_http_request_duration_seconds":
                yield self._durations(name, metric)
            elif found := self._series.get(name):
                family = _FAMILIES[metric.kind](name, metric.meaning, labels=metric.labels)
                for labels, value in found:
                    family.add_metric(labels, value)
                yield family

    def _durations(self, name: str, metric: Metric) -> HistogramMetricFamily:
        family = HistogramMetricFamily(name, metric.meaning, labels=metric.labels)
        bounds = [*map(floatToGoString, BUCKETS_S), "+Inf"]
        for route, method, counts, sum_s in self._times:
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            family.add_metric((route, method), buckets, sum_s)
        return family


def _own_beats(system: System) -> Iterator[LatestBeat]:
    for name, loop in system.loops.known.items():
        yield LatestBeat(ProcessKind.WEB, name, loop.age_s, loop.bound_s, loop.restarts, 0)


def _beats_of_others(stored: StoredNumbers | None) -> Iterator[LatestBeat]:
    """Those of workers, who have no address to be asked at."""
    beats = () if stored is None else stored.beats
    return (beat for beat in beats if beat.kind != ProcessKind.WEB)


def _enter_beats(series: Series, beats: Sequence[LatestBeat]) -> None:
    named = [((str(beat.kind), beat.loop), beat) for beat in beats]
    series["strp_loop_heartbeat_age_seconds"] = [(who, beat.age_s) for who, beat in named]
    series["strp_loop_restarts_total"] = [(who, beat.restarts) for who, beat in named]
