"""Tickets: how many a second on one core, and what 17 million of them leave in memory.

First the rule and its signature alone, then the whole answer of the front to
`POST /waiting-room/tickets`, in this process, leases from a real PostgreSQL. A second is one of CPU
time, which is what one core has, whatever else runs on the machine. Beside them what a proof of
work costs where it is on: the server for a challenge and for a proof, and whoever takes the ticket.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from altcha import Challenge, Payload, solve_challenge

from bench.stage import SERVER_CORE, database_on_server_core, furnish
from strp.domain.waiting_room.lanes import Lane
from strp.front.pipeline import FrontDoor
from strp.outside.proof_of_work import ProofKeys, new_challenge, solved_challenge
from strp.rehearsal.load_run.meter import resident_bytes
from strp.usecases.process.system import System
from strp.usecases.waiting_room import enter
from strp.usecases.waiting_room.synchronise import exchange
from strp.wiring import build_system, running
from strp.wiring.routes import shipped_routes

TARGET_PER_S = 10_000
TARGET_GROWTH_BYTES = 50 << 20
TICKETS = 17_000_000
ANSWERS = 100_000


async def answers_per_s(system: System) -> float:
    """Whole answers to POST /waiting-room/tickets, less the server that reads the bytes."""

    async def nothing(*_: Any) -> None:
        raise AssertionError("reached the doors")

    door = FrontDoor(system, nothing, shipped_routes())
    sent: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    began = time.process_time()
    for number in range(ANSWERS):
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/waiting-room/tickets",
            "query_string": b"",
            "headers": [(b"host", b"strp"), (b"accept", b"*/*"), (b"content-length", b"2")],
            "client": (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1),
        }
        await door(scope, receive, send)
        if number % 20_000 == 0:
            await exchange(system)
    seconds = time.process_time() - began
    if set(sent) != {201}:
        raise RuntimeError(f"answers were {set(sent)}")
    return ANSWERS / seconds


async def tickets_per_s(system: System, count: int) -> float:
    """Tickets as text."""
    began = time.process_time()
    for number in range(count):
        enter.write(system, await enter.take_ticket(system, Lane.EMPLOYERS))
        if number % 100_000 == 0:
            await exchange(system)
    return count / (time.process_time() - began)


def cpu_us(work: Callable[[], object], times: int) -> float:
    """CPU microseconds of one piece of work."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def proof_costs() -> dict[str, Any]:
    """CPU microseconds of a challenge, of looking at what solves it, and of solving it."""
    keys = ProofKeys(b"c" * 32, b"s" * 32)

    def solved() -> str:
        challenge = Challenge.from_dict(new_challenge(keys, 300))
        solution = solve_challenge(challenge)
        assert solution is not None
        return Payload(challenge, solution).to_base64()

    proof = solved()
    return {
        "proof_us_of_server": {
            "challenge": round(cpu_us(lambda: new_challenge(keys, 300), 5000)),
            "check": round(cpu_us(lambda: solved_challenge(proof, keys), 5000)),
        },
        "proof_us_of_taker": round(cpu_us(solved, 20)),
    }


async def measure(tickets: int) -> dict[str, Any]:
    with database_on_server_core() as (settings, url):
        await furnish(settings, url, 1)
        os.sched_setaffinity(0, {SERVER_CORE})
        async with running(build_system(settings, url)) as system:
            await exchange(system)
            answers = await answers_per_s(system)
            gc.collect()
            before = resident_bytes(os.getpid())
            rate = await tickets_per_s(system, tickets)
            gc.collect()
            after = resident_bytes(os.getpid())
    return {
        "answers_per_s": round(answers),
        "tickets_per_s": round(rate),
        "target_per_s": TARGET_PER_S,
        "tickets": tickets,
        "grown_bytes": after - before,
        "target_grown_bytes": TARGET_GROWTH_BYTES,
        **proof_costs(),
    }


def main() -> int:
    """Print one JSON document; exit 1 where a target is missed."""
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS
    report = asyncio.run(measure(tickets))
    print(json.dumps(report, indent=2))
    enough = report["answers_per_s"] >= TARGET_PER_S and report["tickets_per_s"] >= TARGET_PER_S
    return 0 if enough and report["grown_bytes"] <= TARGET_GROWTH_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
