"""Measuring: what operations watch, as numbers without personal data."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from strp.store import certificates, desk
from strp.usecases.system import System


async def is_ready(system: System) -> bool:
    """Whether the database answers."""
    async with system.database.connection() as conn:
        await desk.summarise(conn, system.clock())
    return True


async def measure(system: System) -> str:
    """Gauges in Prometheus' text format."""
    async with system.database.connection() as conn:
        waiting = await desk.summarise(conn, system.clock())
        to_issue, put_off = await certificates.count_issue_tasks(conn)
    registry = CollectorRegistry()
    numbers = {
        "strp_desk_waiting": ("Applications that wait for an officer.", waiting.waiting),
        "strp_desk_overdue": ("Of these, past the time a decision was due.", waiting.overdue),
        "strp_desk_held": ("Of these, held by an officer.", waiting.held),
        "strp_issue_tasks": ("Applications that wait for certificates.", to_issue),
        "strp_issue_put_off": ("Of these, put off since they failed: see doctor.", put_off),
        "strp_intake_waiting_rows": (
            "Rows of filings that wait in this process.",
            system.intake.waiting_rows,
        ),
    }
    for name, (meaning, value) in numbers.items():
        Gauge(name, meaning, registry=registry).set(value)
    return generate_latest(registry).decode()
