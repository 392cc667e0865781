"""Showing the waiting room to whoever operates it."""

from typing import Any

import msgspec

from strp.domain.civil_time import civil_day
from strp.domain.rules.policy import activated, policy_in_force
from strp.domain.waiting_room.lanes import WAITING_LANES
from strp.store.desk.summary import summarise
from strp.store.waiting_room import lanes as waiting_room
from strp.store.waiting_room import openings
from strp.usecases.process.system import System
from strp.usecases.waiting_room.synchronise import TickState


async def show_room(system: System) -> dict[str, Any]:
    """How far the lines are, what admission control knows, and what officers keep up with.

    The desk may still take as many applications as officers decide within the promised hours at
    the pace of the last hour, less those that wait; with an empty desk their pace says little.
    """
    now = system.clock()
    async with system.database.connection() as conn:
        room = await waiting_room.read_room(conn)
        lanes = await waiting_room.read_lanes(conn)
        opening = await openings.latest(conn)
        waiting = await summarise(conn, now)
    kept = msgspec.json.decode(room.controller, type=TickState)
    control, hours = kept.controller, promised_hours(system)
    return {
        "mode": room.mode,
        "active": room.active,
        "opens_at": opening.opens_at.isoformat() if opening and not opening.opened_at else None,
        "in_line": {lane.value: lanes[lane].waiting for lane in WAITING_LANES},
        "serving": {lane.value: lanes[lane].serving for lane in WAITING_LANES},
        "let_in_per_s": round(control.rate, 1),
        "called_per_s": round(control.calls_per_s, 1),
        "inside": control.inside,
        "inside_limit": round(control.limit),
        "queueing_delay_ms": round(1000 * control.delay_s, 1),
        "finished_per_s": round(control.goodput, 1),
        "officers_decided_last_hour": kept.decided,
        "desk_waiting": waiting.waiting,
        "desk_overdue": waiting.overdue,
        "promised_hours": hours,
        "desk_may_still_take": max(0, hours * kept.decided - waiting.waiting),
        "last_tick_s_ago": round(room.age_s, 1),
    }


def promised_hours(system: System) -> int:
    """Hours of service within which a decision is due; 0 where no policy is in force."""
    policy = policy_in_force(activated(system.reference.policies), civil_day(system.clock()))
    return 0 if policy is None else policy.sla_hours
