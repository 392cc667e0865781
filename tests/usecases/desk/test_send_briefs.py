"""The brief of the day before comes by mail, once, to those who read reports."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from strp.domain.civil_time import civil_day
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.desk.send_briefs import day_to_send, send_brief
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock, Post

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)
SUPERVISOR, OFFICER = "penyelia@jakarta.example", "petugas@jakarta.example"


async def after_a_day(system: System, clock: Clock) -> None:
    """A filing on one day, and the next morning."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await add_account(system, OPERATOR, Role.SUPERVISOR, SUPERVISOR)
    await add_account(system, OPERATOR, Role.OFFICER, OFFICER)
    await all_signed_in(system)
    await file_workers(system, OPERATOR, BANK, fresh_workers(3), digest=bytes(16))
    clock.pass_(days=1)


async def all_signed_in(system: System) -> None:
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE account SET signed_in_at = now()")


async def briefs(system: System, to: str) -> list[str]:
    return [each.body for each in await Post(system).letters(to) if "Ringkasan" in each.subject]


async def test_a_supervisor_gets_one_letter_with_the_numbers_and_an_officer_none(
    system: System, clock: Clock
) -> None:
    await after_a_day(system, clock)
    assert await send_brief(system)
    assert not await send_brief(system)
    [body] = await briefs(system, SUPERVISOR)
    [letter] = await Post(system).letters(SUPERVISOR)
    assert letter.subject.startswith("LATIHAN – ")
    assert "LATIHAN – EXERCISE" in body
    assert "Pekerja yang diajukan: 3" in body
    assert "Workers filed: 3" in body
    yesterday = civil_day(clock.now).replace(day=civil_day(clock.now).day - 1)
    assert f"/office/brief?date={yesterday}" in body
    assert not await briefs(system, OFFICER)


async def test_that_of_an_exercise_goes_to_nobody_who_never_signed_in(
    system: System, clock: Clock
) -> None:
    await after_a_day(system, clock)
    await add_account(system, OPERATOR, Role.AUDITOR, "auditor@jakarta.example")
    assert await send_brief(system)
    assert not await briefs(system, "auditor@jakarta.example")


async def test_an_address_that_cannot_be_opened_keeps_the_brief_from_nobody_else(
    system: System, clock: Clock
) -> None:
    await after_a_day(system, clock)
    await add_account(system, OPERATOR, Role.AUDITOR, "auditor@jakarta.example")
    await all_signed_in(system)
    async with system.database.transaction() as conn:
        await conn.execute(
            "UPDATE account SET email_sealed = set_byte(email_sealed, length(email_sealed) - 1,"
            " 255 - get_byte(email_sealed, length(email_sealed) - 1)) WHERE role = 'supervisor'"
        )
    assert await send_brief(system)
    assert len(await briefs(system, "auditor@jakarta.example")) == 1


async def test_a_day_on_which_nothing_was_counted_gets_no_letter(
    system: System, clock: Clock
) -> None:
    await after_a_day(system, clock)
    clock.pass_(days=5)
    assert not await send_brief(system)


def test_it_is_due_from_the_set_time_in_jakarta_on_or_never() -> None:
    six, before = (datetime(2021, 7, 5, 23, minute, tzinfo=UTC) for minute in (0, 30))
    assert day_to_send(six, "06:00") == datetime(2021, 7, 5, tzinfo=UTC).date()
    assert day_to_send(before, "06:45") is None
    assert day_to_send(six, "off") is None
