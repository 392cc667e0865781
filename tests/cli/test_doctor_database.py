"""A database that hangs holds up no doctor, wherever it hangs."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from strp.cli import doctor
from strp.cli.findings import Finding

LONG_S = 60.0


async def hang_outside_the_loop() -> None:
    time.sleep(LONG_S)  # noqa: ASYNC251 - that is what is tried


async def hang_inside_the_loop() -> None:
    await asyncio.sleep(LONG_S)


async def hang_where_errors_of_a_program_are_caught() -> None:
    """As a bundled server that recovers is asked again and again whether it answers."""
    for _ in range(600):
        with contextlib.suppress(OSError):
            time.sleep(0.1)  # noqa: ASYNC251 - as above


@pytest.mark.parametrize(
    "hang",
    [hang_outside_the_loop, hang_inside_the_loop, hang_where_errors_of_a_program_are_caught],
)
def test_the_doctor_says_that_the_database_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, hang: Callable[[], Awaitable[None]]
) -> None:
    @asynccontextmanager
    async def hanging() -> AsyncIterator[None]:
        await hang()
        yield

    monkeypatch.setattr(doctor, "open_database", hanging)
    [found] = asyncio.run(doctor._database_in_time(None, 0.2))
    assert (found.topic, found.state) == ("database", "wrong")
    assert "no answer" in found.value


def test_beside_a_full_disk_the_doctor_does_not_wait_long_for_the_database() -> None:
    disk = Finding("disk", "0 MiB free at /var; full", "wrong")
    assert doctor._patience_s([disk]) <= 5 < doctor._patience_s([])
