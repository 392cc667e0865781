"""Clocks: the database's against ours, against what it has written, and whether one is kept."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from strp.cli.findings import Finding
from strp.cli.output import told
from strp.outside.machine.time_service import is_clock_kept

if TYPE_CHECKING:
    from strp.usecases.process.system import System

_LARGEST_DIFFERENCE_S: Final = 2.0
_LARGEST_STEP_BACK: Final = timedelta(seconds=60)


async def clock_findings(system: "System") -> list[Finding]:
    """Whether clocks agree, have gone back, and are kept by a time service.

    Args:
        system: open.

    Raises:
        Unavailable: the database does not answer.
    """
    from strp.usecases.operation.database import database_clock, newest_record

    there, newest = await database_clock(system), await newest_record(system)
    offset_s = (there - datetime.now(UTC)).total_seconds()
    shown = f"{offset_s:+.3f} s between database and here"
    found = [Finding("clock", shown)]
    if abs(offset_s) >= _LARGEST_DIFFERENCE_S:
        advice = "all go by the database's clock: set both right by a time service (chrony)"
        found = [Finding("clock", f"{shown}; {advice}", "wrong")]
    if newest is not None and newest - there > _LARGEST_STEP_BACK:
        advice = (
            f"the database's clock went back: its newest record is of {told(newest)}, "
            f"and it is {told(there)} there. Set it right before anything is issued: "
            "bundles that look older are refused by checkpoints"
        )
        found.append(Finding("clock", advice, "wrong"))
    if is_clock_kept() is False:
        advice = "no time service keeps this machine's clock: install chrony, or fix it"
        found.append(Finding("clock", advice, "note"))
    return found
