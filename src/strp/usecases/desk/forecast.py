"""The forecast of the desk: made once a minute by a worker process, read by everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import structlog

from strp.domain.civil_time import WIB, utc_text
from strp.domain.desk.counts import WORKERS_AS_ONE, DayCounts, DeskNow, Waiting, weight_of
from strp.domain.desk.courses import service_day, step_of_day, steps_a_day
from strp.domain.desk.forecast import Forecast, forecast
from strp.domain.desk.lateness import Lateness
from strp.domain.errors import Unavailable
from strp.domain.notices.desk_letters import deadlines_at_risk_letter
from strp.domain.notices.letters import Letter
from strp.domain.people.account import Actor, Role, may_review, not_your_task
from strp.domain.rules.policy import Policy
from strp.domain.service_hours import ServiceHours
from strp.domain.text import Language, Text
from strp.store.desk import counts as store
from strp.store.desk.compliance import add_up as add_up_refusals
from strp.store.desk.counts import DueCounts, StepCounts
from strp.store.desk.lateness import late_since
from strp.store.engine.database import Connection
from strp.usecases.desk.missing_officials import (
    ask_for_officials,
    count_without_official,
    write_to_all,
)
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

log = structlog.get_logger()

EVERY_S: Final = 60.0
LOOK_EVERY_S: Final = 20.0
DAYS_BEFORE: Final = 7
KEEP_DAYS: Final = 400
"""Counts hold no personal data; the numbers of a year ago are compared with."""
PRESENT_WITHIN: Final = timedelta(minutes=20)
STALE_AFTER: Final = timedelta(minutes=5)
ALARM_EVERY: Final = timedelta(hours=2)
ROUND_THE_CLOCK: Final = ServiceHours(time(0, 0), time(23, 50))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldForecast:
    """The newest forecast.

    Args:
        at: aware; when it was made.
        told: as the JSON door gives it.
        is_stale: whether it is so old that it says nothing of the present.
    """

    at: datetime
    told: dict[str, Any]
    is_stale: bool


async def newest_forecast(system: System, actor: Actor) -> ToldForecast:
    """What the rest of the day will bring to the desk.

    Raises:
        Forbidden: not an officer or supervisor.
        Unavailable: none was made yet.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        found = await store.newest_forecast(conn)
    if found is None:
        raise Unavailable("no-forecast-yet", _NONE_YET, retry_after_s=int(EVERY_S))
    at, told = found
    return ToldForecast(at=at, told=told, is_stale=system.clock() - at > STALE_AFTER)


async def forecast_forever(system: System) -> None:
    """Keep the forecast up to date; until cancelled."""
    await system.loops.every(
        "forecast", lambda: make_forecast(system), lambda: LOOK_EVERY_S, within_s=60, bound_s=300
    )


async def make_forecast(system: System) -> Forecast | None:
    """Add up what happened, foretell the rest of the day, and warn where promises will be broken.

    Returns:
        The forecast; None where another process made one within the last minute, or where no
        policy is in force, as before the first is activated.
    """
    now = system.clock()
    async with system.database.transaction() as conn:
        turn = await store.take_turn(conn, now, now - timedelta(seconds=EVERY_S))
        if turn is None:
            return None
        await store.add_up(conn, now)
        await add_up_refusals(conn)
    policy = await policy_if_any(system)
    if policy is None:
        return None
    async with system.database.connection() as conn:
        desk = await _desk_now(conn, policy, now)
        late = await late_since(conn, datetime.combine(now.astimezone(WIB), time(0), WIB))
    found = await system.lists.run(forecast, desk)
    async with system.database.transaction() as conn:
        alarm = await _warn(conn, system, found, turn.alarmed_at, now)
        missing = await count_without_official(conn)
        asked = await ask_for_officials(conn, system, missing, turn.missing_told_at)
        await store.save_forecast(
            conn,
            told(desk, found, late) | {"nobody_may_decide": missing},
            alarmed_at=now if alarm else None,
            missing_told_at=now if asked else None,
        )
        await store.forget_steps(conn, now - timedelta(days=KEEP_DAYS))
    return found


async def _desk_now(conn: Connection, policy: Policy, now: datetime) -> DeskNow:
    hours = policy.company_hours or ROUND_THE_CLOCK
    today = service_day(now, hours)
    first = today - timedelta(days=DAYS_BEFORE + 1)
    steps = await store.steps_since(conn, datetime.combine(first, time(0), WIB))
    days = _by_day(steps, hours)
    empty = _counts([], hours)
    before = [
        days[day]
        for day in (today - timedelta(days=n) for n in range(1, DAYS_BEFORE + 1))
        if day in days and any(days[day].done)
    ]
    return DeskNow(
        at=now,
        waiting=_waiting(await store.due_counts(conn), steps),
        officers=await store.officers_since(conn, now - PRESENT_WITHIN),
        today=days.get(today, empty),
        before=before,
        hours=hours,
        promise_h=policy.sla_hours,
    )


def _waiting(found: Sequence[DueCounts], steps: Sequence[StepCounts]) -> list[Waiting]:
    """What waits; where its workers were not looked up, as many each as came with others."""
    came = sum(step.applications for step in steps)
    each_h = weight_of(1, 0) if not came else weight_of(came, _workers(steps)) / came
    return [
        Waiting(
            due_at=due.due_at,
            applications=due.applications,
            work=due.applications * each_h
            if due.workers is None
            else weight_of(due.applications, due.workers),
        )
        for due in found
    ]


def _workers(steps: Sequence[StepCounts]) -> int:
    return sum(step.workers for step in steps)


def _by_day(steps: Sequence[StepCounts], hours: ServiceHours) -> dict[date, DayCounts]:
    """Counts of each day of service; what came after the desk closed counts for the next."""
    of_day: dict[date, list[StepCounts]] = {}
    for step in steps:
        of_day.setdefault(service_day(step.step_at, hours), []).append(step)
    return {day: _counts(found, hours) for day, found in of_day.items()}


def _counts(steps: Sequence[StepCounts], hours: ServiceHours) -> DayCounts:
    number = steps_a_day(hours)
    applications, work, officers, done = ([0.0] * number for _ in range(4))
    busy = [False] * number
    overtime_done = overtime = 0.0
    for step in steps:
        n = step_of_day(step.step_at, hours)
        did = weight_of(step.decided_applications, step.decided_workers)
        is_open = 0 <= n < number
        n = n if is_open else 0  # what comes while the desk is closed waits for its first step
        applications[n] += step.applications
        work[n] += weight_of(step.applications, step.workers)
        if is_open:
            done[n], officers[n], busy[n] = did, step.officers, bool(step.waiting)
        elif step.waiting:
            overtime_done, overtime = overtime_done + did, overtime + step.officers
    return DayCounts(
        applications=tuple(applications),
        work=tuple(work),
        officers=tuple(officers),
        done=tuple(done),
        busy=tuple(busy),
        overtime_done=overtime_done,
        overtime=overtime,
    )


async def _warn(
    conn: Connection,
    system: System,
    found: Forecast,
    alarmed_at: datetime | None,
    now: datetime,
) -> bool:
    """Write to supervisors where deadlines are expected to pass, at most every two hours."""
    if round(found.missed.expected) < 1:
        return False
    if alarmed_at is not None and now - alarmed_at < ALARM_EVERY:
        return False
    needed = found.officers_needed[0].officers if found.officers_needed else 0
    log.warning(
        "deadlines_at_risk",
        missed=round(found.missed.expected),
        low=round(found.missed.low),
        high=round(found.missed.high),
        officers_needed=needed,
    )
    first = found.missed_by_hour[0].hour if found.missed_by_hour else None

    def letter(language: Language) -> Letter:
        return deadlines_at_risk_letter(
            round(found.missed.expected),
            round(found.missed.low),
            round(found.missed.high),
            needed,
            first,
            address=system.settings.address,
            language=language,
        )

    await write_to_all(conn, system, Role.SUPERVISOR, letter)
    return True


def told(desk: DeskNow, found: Forecast, late: Sequence[Lateness] = ()) -> dict[str, Any]:
    """A forecast as the JSON door gives it; times as RFC 3339 in UTC.

    Args:
        desk: the desk that it was made of.
        found: the forecast.
        late: what was decided late today.
    """
    return {
        "waiting_applications": round(sum(each.applications for each in desk.waiting)),
        "waiting_workers": round(
            sum((each.work - each.applications) * WORKERS_AS_ONE for each in desk.waiting)
        ),
        "officers_present": desk.officers,
        "decisions_per_h": round(found.decisions_per_h, 1),
        "clear_at": _rfc3339(found.clear_at),
        "clear_between": [_rfc3339(found.clear_earliest), _rfc3339(found.clear_latest)],
        "missed": {
            "expected": round(found.missed.expected),
            "low": round(found.missed.low),
            "high": round(found.missed.high),
        },
        "missed_by_hour": [
            {"hour": _rfc3339(each.hour), "expected": round(each.expected)}
            for each in found.missed_by_hour
        ],
        "officers_needed": [
            {
                "hour": _rfc3339(each.hour),
                "officers": each.officers,
                "low": each.low,
                "high": each.high,
            }
            for each in found.officers_needed
        ],
        "decided_late": [
            {
                "because": each.because,
                "applications": each.applications,
                "median_s": round(each.median.total_seconds()),
                "most_s": round(each.most.total_seconds()),
            }
            for each in late
        ],
    }


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)


_NONE_YET = Text(
    id="Perkiraan belum dibuat; proses pekerja membuatnya sekali semenit.",
    en="No forecast was made yet; a worker process makes one every minute.",
)
