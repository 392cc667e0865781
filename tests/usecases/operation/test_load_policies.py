"""Policies and regions on their way from files into force."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from strp.domain.errors import Forbidden, InvalidInput, NotFound, Unavailable
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.outside.registries.policy_files import shipped_policies
from strp.usecases.operation.activate_policy import (
    activate_policy,
    undo_policy_change,
    withdraw_policy,
)
from strp.usecases.operation.load_policies import list_policies, load_reference
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_today, region_codes
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
REAL = "inmendagri-18-2021"
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of policy files that a test may change."""
    return Path(shutil.copytree(shipped_policies(), tmp_path / "policies"))


@pytest.fixture
def office(system: System, folder: Path) -> System:
    """An installation that reads this folder."""
    return replace(system, settings=replace(system.settings, policies_dir=str(folder)))


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], None]:
    """Changes one text of one policy file."""

    def edit(name: str, old: str, new: str) -> None:
        path = folder / f"{name}.yaml"
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return edit


async def period_row(system: System, number: int) -> tuple[str, date, date]:
    async with system.database.connection() as conn:
        row = await (
            await conn.execute(
                "SELECT code, starts_on, ends_on FROM period WHERE period_id = %s", (number,)
            )
        ).fetchone()
    assert row is not None
    return row


async def actions(system: System) -> list[str]:
    async with system.database.connection() as conn:
        rows = await conn.execute("SELECT action FROM audit_event ORDER BY event_id")
        return [row[0] for row in await rows.fetchall()]


async def test_an_installation_for_exercises_starts_with_one(system: System) -> None:
    await load_reference(system, OPERATOR)
    assert (await policy_today(system)).policy_id == "latihan"


async def test_a_real_installation_starts_without_any_policy_in_force(system: System) -> None:
    real = replace(system, settings=replace(system.settings, exercise=False))
    await load_reference(real, OPERATOR)
    with pytest.raises(Unavailable, match="no-policy-in-force"):
        await policy_today(real)


async def test_an_empty_database_gets_the_regions(system: System) -> None:
    await load_reference(system, OPERATOR)
    assert (await region_codes(system)).knows("317407")


async def test_the_exercise_does_not_start_again_once_it_was_withdrawn(system: System) -> None:
    await load_reference(system, OPERATOR)
    await withdraw_policy(system, OPERATOR, "latihan")
    await load_reference(system, OPERATOR)
    assert [p.policy_id for p in await list_policies(system) if p.activated_on] == []


async def test_the_exercise_does_not_start_beside_a_regulation(system: System) -> None:
    real = replace(system, settings=replace(system.settings, exercise=False))
    await load_reference(real, OPERATOR)
    await activate_policy(real, OPERATOR, REAL)
    await load_reference(system, OPERATOR)
    assert [p.policy_id for p in await list_policies(system) if p.activated_on] == [REAL]


async def test_an_exercise_can_be_wanted_after_the_first_start(system: System) -> None:
    real = replace(system, settings=replace(system.settings, exercise=False))
    await load_reference(real, OPERATOR)
    assert await load_reference(system, OPERATOR) == ()
    assert (await policy_today(system)).policy_id == "latihan"


async def test_loading_activates_nothing(system: System) -> None:
    real = replace(system, settings=replace(system.settings, exercise=False))
    await load_reference(real, OPERATOR)
    assert {p.activated_on for p in await list_policies(system)} == {None}


async def test_an_activated_policy_comes_into_force_by_its_dates(
    system: System, clock: Clock
) -> None:
    clock.now = datetime(2021, 7, 5, tzinfo=UTC)
    await activate_policy(system, OPERATOR, REAL)
    await activate_policy(system, OPERATOR, "inmendagri-15-2021")
    before = (await policy_today(system)).policy_id
    clock.now = datetime(2021, 7, 8, 17, 0, tzinfo=UTC)
    assert (before, (await policy_today(system)).policy_id) == ("inmendagri-15-2021", REAL)


async def test_the_exercise_keeps_its_first_day_and_moves_its_last(
    system: System, clock: Clock
) -> None:
    await load_reference(system, OPERATOR)
    clock.pass_(days=30)
    period = (await policy_today(system)).period
    assert (period.starts_on, period.ends_on) == (date(2021, 7, 4), date(2021, 8, 17))


async def test_a_period_is_prolonged_by_a_changed_file(
    office: System, edit: Callable[[str, str, str], None]
) -> None:
    await activate_policy(office, OPERATOR, REAL)
    edit(REAL, "until: 2021-07-20", "until: 2021-07-25")
    await activate_policy(office, OPERATOR, REAL)
    assert (await period_row(office, 1))[2] == date(2021, 7, 25)


async def test_a_changed_file_changes_no_rule_until_it_is_activated(
    office: System, edit: Callable[[str, str, str], None], clock: Clock
) -> None:
    clock.now = datetime(2021, 7, 10, tzinfo=UTC)
    await activate_policy(office, OPERATOR, REAL)
    edit(REAL, "  hours: 5", "  hours: 3")
    await activate_policy(office, OPERATOR, "inmendagri-15-2021")
    before = (await policy_today(office)).sla_hours
    await activate_policy(office, OPERATOR, REAL)
    assert (before, (await policy_today(office)).sla_hours) == (5, 3)


async def test_one_mistake_keeps_every_file_out(
    office: System, edit: Callable[[str, str, str], None]
) -> None:
    edit("inmendagri-15-2021", "  hours: 5", "  hours: five")
    with pytest.raises(InvalidInput, match="policy-mistakes"):
        await load_reference(office, OPERATOR)
    assert await list_policies(office) == ()


async def test_a_mistake_is_named_by_file_line_and_field(
    office: System, edit: Callable[[str, str, str], None]
) -> None:
    edit("inmendagri-15-2021", "effective_from: 2021-07-03", "effective_from: soon")
    with pytest.raises(InvalidInput) as raised:
        await load_reference(office, OPERATOR)
    assert [field.field for field in raised.value.fields] == [
        "inmendagri-15-2021.yaml:13 effective_from"
    ]


async def test_a_policy_that_does_not_exist_cannot_be_activated(system: System) -> None:
    with pytest.raises(NotFound, match="policy-unknown"):
        await activate_policy(system, OPERATOR, "inmendagri-99")


async def test_an_officer_may_not_change_the_rules(system: System) -> None:
    with pytest.raises(Forbidden):
        await activate_policy(system, OFFICER, REAL)


async def test_every_change_of_the_rules_is_recorded(system: System) -> None:
    await load_reference(system, OPERATOR)
    await activate_policy(system, OPERATOR, REAL)
    await withdraw_policy(system, OPERATOR, REAL)
    await undo_policy_change(system, OPERATOR)
    assert await actions(system) == [
        "policies-loaded",
        "policy-activated",
        "policy-activated",
        "policy-withdrawn",
        "policy-change-undone",
    ]
