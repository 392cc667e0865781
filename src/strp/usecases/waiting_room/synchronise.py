"""Keeping the waiting room: each process reports and reads once a second, and one of them ticks.

Whichever process gets the lock ticks; it goes with the transaction, so nothing has to be handed
over when a process dies. What the tick knows is in the database, what it decides is pure.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace as replace_struct

from strp.domain.civil_time import civil_day
from strp.domain.errors import StrpError
from strp.domain.rules.policy import activated, policy_in_force
from strp.domain.waiting_room.admission_control import (
    Bounds,
    Controller,
    Measured,
    step,
    wants_room,
)
from strp.domain.waiting_room.lanes import (
    DEFAULT_SHARES,
    WAITING_LANES,
    Lane,
    LaneState,
    Shares,
    advance,
    divide,
    most_calls_per_s,
)
from strp.domain.waiting_room.opening_draw import SEED_BYTES, commitment
from strp.domain.waiting_room.ticket import CLAIM_WITHIN_S
from strp.store.engine.database import Connection
from strp.store.waiting_room import lanes as waiting_room
from strp.store.waiting_room import openings
from strp.store.waiting_room.openings import Opening
from strp.usecases.process.event_loop import measure_lag
from strp.usecases.process.system import System

log = structlog.get_logger()

TICK_S: Final = 1.0
STALE_S: Final = 3.0
# A turn of the room, and the age of its last success from which the process is not ready.
EXCHANGE_WITHIN_S: Final = 10.0
ROOM_BOUND_S: Final = 15.0
COUNT_S: Final = 60.0
_AAD = b"waiting_opening:seed"


class TickState(msgspec.Struct, frozen=True):
    """What one tick leaves to the next.

    Args:
        controller: state of admission control.
        called: numbers served by that tick.
        decided: applications that officers decided in an hour, when they were last counted.
        decided_at: Unix seconds of that count.
    """

    controller: Controller = Controller()
    called: int = 0
    decided: int = 0
    decided_at: float = 0.0


async def keep_room(system: System) -> None:
    """Report, tick and read once a second, and say what holds while that fails; until cancelled."""
    loops = system.loops

    async def probe() -> None:
        await measure_lag(system.room.measures.late, system.lag.observe)

    async def publish() -> None:
        _publish(system)

    async with asyncio.TaskGroup() as group:
        bounds = {"within_s": EXCHANGE_WITHIN_S, "bound_s": ROOM_BOUND_S}
        group.create_task(loops.every("event-loop", probe, lambda: 0.0, **bounds))
        group.create_task(loops.every("room", lambda: exchange(system), _tick_s, **bounds))
        group.create_task(loops.every("room-document", publish, lambda: TICK_S, **bounds))


async def read_room_first(system: System) -> None:
    """Read the room before the first visitor, so that a process that starts in a rush lets nobody
    past the line; without the database it starts all the same."""
    with contextlib.suppress(StrpError, TimeoutError):
        async with asyncio.timeout(STALE_S):
            await exchange(system)


async def exchange(system: System) -> None:
    """Report what this process measured, tick where nobody else does, and read the room.

    Raises:
        Unavailable: the database does not answer.
    """
    room = system.room
    measured = room.measures.take()
    async with system.database.transaction() as conn:
        await waiting_room.report(conn, room.process_id, measured)
        if await waiting_room.try_lead(conn):
            await _tick(conn, system)
        await _read(conn, system)
    room.read_at, room.known = time.monotonic(), True
    room.publish(system.clock())
    await _lease_ahead(system)


async def schedule_opening(system: System, opens_at: datetime, seed: bytes) -> bytes:
    """Promise an opening; whoever comes before then gets a place by lot.

    Args:
        system: the installation.
        opens_at: aware time.
        seed: 32 random bytes, kept sealed until then.

    Returns:
        What to publish now: SHA-256 of the seed.
    """
    assert len(seed) == SEED_BYTES
    promised = commitment(seed)
    async with system.database.transaction() as conn:
        await openings.schedule(conn, opens_at, promised, system.keys.seal(seed, _AAD))
    return promised


async def set_room_mode(system: System, mode: str) -> None:
    """Let load decide (auto), or decide it (on, off)."""
    async with system.database.transaction() as conn:
        await waiting_room.set_mode(conn, mode)


def _tick_s() -> float:
    return TICK_S * random.uniform(0.9, 1.0)


def _publish(system: System) -> None:
    """Say the time, and that nobody is let in, also while the database hangs."""
    room = system.room
    room.known = time.monotonic() - room.read_at < STALE_S
    room.publish(system.clock())


async def _tick(conn: Connection, system: System) -> None:
    stored = await waiting_room.read_room(conn)
    if 0.0 <= stored.age_s < 0.8 * TICK_S:
        return
    opening = await _open_when_due(conn, system)
    lanes = await waiting_room.read_lanes(conn)
    kept = await _count_decisions(conn, _kept(stored.controller), system.clock())
    controller = await _control(conn, system, stored, kept)
    waiting = sum(lanes[lane].waiting for lane in WAITING_LANES)
    is_open = opening is None or opening.opened_at is not None
    active = not is_open or _active(system, stored, controller, waiting)
    heard = most_calls_per_s(system.settings.polls_per_s)
    calls = min(controller.calls_per_s, heard) if active else controller.rate
    rates = divide(calls, _shares(system), lanes)
    served = _serve(lanes, rates, stored.age_s, active=active, is_open=is_open)
    await waiting_room.save_lanes(conn, served)
    called = sum(served[lane].serving - lanes[lane].serving for lane in WAITING_LANES)
    kept = replace_struct(kept, controller=controller, called=called if active else 0)
    encoded = msgspec.json.encode(kept).decode()
    await waiting_room.save_room(conn, active=active, controller=encoded)
    await waiting_room.mark_minute(conn)
    if active != stored.active:
        log.info("room_turned", active=active, waiting=waiting, delay_s=controller.delay_s)


def _kept(encoded: str) -> TickState:
    return msgspec.json.decode(encoded, type=TickState)


async def _count_decisions(conn: Connection, kept: TickState, now: datetime) -> TickState:
    """Once a minute: what officers keep up with, to be shown beside what is let in."""
    if abs(now.timestamp() - kept.decided_at) < COUNT_S:
        return kept
    decided = await waiting_room.decided_since(conn, now - timedelta(hours=1))
    return replace_struct(kept, decided=decided, decided_at=now.timestamp())


async def _control(
    conn: Connection, system: System, stored: waiting_room.RoomRow, kept: TickState
) -> Controller:
    total = await waiting_room.sum_reports(conn)
    settings = system.settings
    bounds = Bounds(least=settings.admit_least_per_s, most=settings.admit_most_per_s)
    measured = Measured(
        elapsed_s=stored.age_s,
        delay_s=total.delay_s,
        shed=total.shed,
        goodput=total.finished / TICK_S,
        inside=total.inside,
        admitted=total.admitted,
        called=kept.called,
        at_door=total.at_door,
        officers_per_h=kept.decided,
    )
    return step(kept.controller, measured, bounds)


def _active(
    system: System, stored: waiting_room.RoomRow, controller: Controller, waiting: int
) -> bool:
    decided = _decided(system, stored)
    if decided is not None:
        return decided
    return wants_room(controller, active=stored.active, waiting=waiting)


def _decided(system: System, stored: waiting_room.RoomRow) -> bool | None:
    """Whether the operator has the room stand, or None where load decides."""
    mode = system.settings.waiting_room
    return {"on": True, "off": False}.get(stored.mode if mode == "auto" else mode)


def _shares(system: System) -> Shares:
    """The parts of the lines as the policy in force has them."""
    policies = activated(system.reference.policies)
    policy = policy_in_force(policies, civil_day(system.clock()))
    return DEFAULT_SHARES if policy is None else dict(policy.lane_shares)


def _serve(
    lanes: dict[Lane, LaneState],
    rates: Mapping[Lane, float],
    elapsed_s: float,
    *,
    active: bool,
    is_open: bool,
) -> dict[Lane, LaneState]:
    if not is_open:
        return {name: advance(lane, 0.0, 0.0) for name, lane in lanes.items()}
    # Also before a line stands: those who found no room at the first rush come one after the other.
    served = {
        name: advance(lane, rates[name], elapsed_s)
        if name in WAITING_LANES
        else replace(lane, serving=lane.issued)
        for name, lane in lanes.items()
    }
    if active:
        return served
    return {name: replace(lane, rate=sum(rates.values())) for name, lane in served.items()}


async def _open_when_due(conn: Connection, system: System) -> Opening | None:
    opening = await openings.latest(conn)
    if opening is None or opening.opened_at is not None or opening.opens_at > system.clock():
        return opening
    seed = system.keys.open(opening.seed_sealed, _AAD)
    await openings.open_doors(conn, opening, seed, system.clock())
    log.info("room_opened", opening=opening.opening_id)
    return await openings.latest(conn)


async def _read(conn: Connection, system: System) -> None:
    room = system.room
    stood = room.stands
    stored = await waiting_room.read_room(conn)
    # What the operator decided holds from the first visitor on, before any tick.
    decided = _decided(system, stored)
    room.active = stored.active if decided is None else decided
    room.controller = _kept(stored.controller).controller
    room.lanes = await waiting_room.read_lanes(conn)
    room.lapsed = await waiting_room.lapsed_places(conn, CLAIM_WITHIN_S)
    room.pace = await waiting_room.pace(conn)
    room.opening = await openings.latest(conn)
    for lane, numbers in room.numbers.items():
        # Whoever comes when a line forms gets no number that was called before it formed.
        begins = room.stands and not stood
        if begins:
            room.called_before[lane] = room.lanes[lane].serving
        numbers.drop(room.lanes[lane].serving if begins else room.lapsed.get(lane, 0))


async def _lease_ahead(system: System) -> None:
    """Hold what the next second will need, and no more: a long lease would let late-comers in
    before people who came earlier to another process."""
    for lane, numbers in system.room.numbers.items():
        needed, numbers.given_out = numbers.given_out, 0
        if needed and numbers.left < needed:
            await lease(system, lane, 2 * needed - numbers.left)


async def lease(system: System, lane: Lane, size: int) -> None:
    """Lease numbers of a lane for this process.

    Args:
        lane: whose numbers.
        size: how many.

    Raises:
        Unavailable: the database does not answer.
    """
    numbers = system.room.numbers[lane]
    async with system.database.connection() as conn:
        first, last = await waiting_room.lease_numbers(conn, lane, size, numbers.used_up_to)
    numbers.lease(first, last)
