"""A short day at the desk of a running system: nobody decides twice, nothing is lost."""

from pathlib import Path

import pytest

from strp.cli.installation import open_system
from strp.rehearsal.desk.day import DeskDay, rehearse_desk
from strp.usecases.rehearsal.desk import close_desk, open_desk
from tests.journeys.running import installation

pytestmark = pytest.mark.anyio
OFFICERS, APPLICATIONS = 6, 30


@pytest.mark.drill
async def test_a_day_at_the_desk_loses_nothing_when_an_officer_crashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation(tmp_path, STRP_WAITING_ROOM="off") as running:
        for name, value in running._environment().items():
            monkeypatch.setenv(name, value)
        async with open_system() as system:
            keys, sessions = await open_desk(system, OFFICERS, employers=3)
            day = DeskDay(
                port=running.port,
                applications=APPLICATIONS,
                keys=keys,
                sessions=[str(each) for each in sessions],
                day_s=10,
            )
            tally = await rehearse_desk(day)
            outcome = await close_desk(system, OFFICERS, list(tally.filed_at))
    assert len(tally.filed_at) == outcome.stored == outcome.decided == APPLICATIONS
    assert (outcome.on_desk, outcome.decided_twice, tally.double_claims) == (0, 0, 0)
