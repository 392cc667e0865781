"""What the doctor says of clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from strp.cli import doctor_clock
from strp.cli.doctor_clock import clock_findings
from strp.outside.machine.time_service import is_clock_kept
from strp.usecases.operation import database

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


async def told(
    monkeypatch: pytest.MonkeyPatch,
    *,
    offset: timedelta = timedelta(),
    newest: timedelta = -HOUR,
    kept: bool | None = True,
) -> list[tuple[str, str]]:
    """States and sentences, for a database's clock and newest record that are so far from now."""
    now = datetime.now(UTC)

    async def clock(_system: object) -> datetime:
        return datetime.now(UTC) + offset

    async def record(_system: object) -> datetime:
        return now + newest

    monkeypatch.setattr(database, "database_clock", clock)
    monkeypatch.setattr(database, "newest_record", record)
    monkeypatch.setattr(doctor_clock, "is_clock_kept", lambda: kept)
    nothing: Any = None
    return [(found.state, found.value) for found in await clock_findings(nothing)]


async def test_clocks_that_agree_are_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    [(state, _)] = await told(monkeypatch)
    assert state == "ok"


async def test_two_clocks_that_differ_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    [(state, says)] = await told(monkeypatch, offset=24 * HOUR)
    assert (state, "time service" in says) == ("wrong", True)


async def test_a_clock_that_went_back_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    [_, (state, says)] = await told(monkeypatch, newest=23 * HOUR)
    assert (state, "went back" in says) == ("wrong", True)


@pytest.mark.parametrize(("kept", "states"), [(False, ["ok", "note"]), (None, ["ok"])])
async def test_a_clock_that_nothing_keeps_is_worth_a_look(
    monkeypatch: pytest.MonkeyPatch, kept: bool | None, states: list[str]
) -> None:
    assert [state for state, _ in await told(monkeypatch, kept=kept)] == states


def test_the_kernel_says_whether_a_clock_is_kept_or_does_not_say() -> None:
    assert is_clock_kept() in {True, False, None}
