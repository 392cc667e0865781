"""An installation of the release before: its periods come from activated policies afterwards."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from psycopg.types.json import Jsonb

from strp.domain.civil_time import civil_day
from strp.domain.rules.document import plain
from strp.outside.registries.policy_files import shipped_policies
from strp.store.engine.database import Connection, single_connection
from strp.store.engine.migrate import MIGRATIONS_DIR, migrate
from strp.store.rules.policies import list_active, list_periods
from strp.usecases.rules.documents import sound_documents

pytestmark = pytest.mark.anyio
CreateDatabase = Callable[..., AbstractContextManager[str]]
TODAY = civil_day(datetime.now(UTC))
BEFORE = 17
APPLICATION = """
INSERT INTO application SELECT 1, 1, %s, %s, 'E-a', 'decided', now(), now(), now(), 'operator',
    NULL, 'x', 'csv', 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, NULL, 1
"""


async def old_release(conn: Connection, folder: Path) -> None:
    """The schema of the release before, with every policy loaded and none active."""
    for path in MIGRATIONS_DIR.iterdir():
        if path.name[:4].isdigit() and int(path.name[:4]) < BEFORE:
            shutil.copy(path, folder / path.name)
    await migrate(conn, folder)
    for policy, document in sound_documents(shipped_policies()):
        await conn.execute(
            "INSERT INTO policy VALUES (%s, %s, %s, now(), NULL)",
            (policy.policy_id, policy.effective_from, Jsonb(plain(document))),
        )
    await conn.execute(
        "INSERT INTO period VALUES (1, 'PPKM-DARURAT-2021', '2021-07-03', '2031-01-01'),"
        " (20, 'LATIHAN', %s, %s)",
        (TODAY - timedelta(days=5), TODAY + timedelta(days=13)),
    )


async def activate(conn: Connection, policy_id: str) -> None:
    await conn.execute("UPDATE policy SET activated_at = now() WHERE policy_id = %s", (policy_id,))


@pytest.fixture
def empty(
    create_database: Callable[..., AbstractContextManager[str]],
) -> AbstractContextManager[str]:
    return create_database()


async def test_a_draft_that_was_only_loaded_has_no_period(
    empty: AbstractContextManager[str], tmp_path: Path
) -> None:
    with empty as url:
        async with single_connection(url) as conn:
            await old_release(conn, tmp_path)
            await activate(conn, "latihan")
            await migrate(conn)
            (exercise,) = await list_periods(conn)
            assert (exercise.code, exercise.exercise) == ("LATIHAN", True)
            assert [policy.policy_id for policy in await list_active(conn)] == ["latihan"]


async def test_the_period_of_an_active_regulation_is_as_its_document_says(
    empty: AbstractContextManager[str], tmp_path: Path
) -> None:
    with empty as url:
        async with single_connection(url) as conn:
            await old_release(conn, tmp_path)
            await activate(conn, "inmendagri-18-2021")
            await migrate(conn)
            (period,) = await list_periods(conn)
            assert (period.ends_on, period.exercise) == (date(2021, 7, 20), False)
            assert period.name.id


async def test_a_withdrawn_exercise_under_which_somebody_filed_has_ended(
    empty: AbstractContextManager[str], tmp_path: Path
) -> None:
    with empty as url:
        async with single_connection(url) as conn:
            await old_release(conn, tmp_path)
            await conn.execute(APPLICATION, (20, "latihan"))
            await migrate(conn)
            (exercise,) = await list_periods(conn)
            assert (exercise.exercise, exercise.ends_on) == (True, TODAY - timedelta(days=1))
