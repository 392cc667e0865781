import pytest

from strp.usecases.operation import forget_expired as forgetting
from strp.usecases.operation.forget_expired import forget_expired
from strp.usecases.process.system import System
from strp.usecases.waiting_room.synchronise import exchange
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio

OLD_ADMISSIONS = """
INSERT INTO waiting_admission (seat, lane, place, serving, admitted_at)
SELECT n::text::bytea, 'employers', n, n, %s FROM generate_series(1, 2500) AS n
"""
# Stands for a table so large that no one statement could remove all of it in time.
MANY_AT_ONCE_FAIL = """
CREATE FUNCTION too_many() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM removed) > 1000 THEN RAISE EXCEPTION 'takes too long'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER too_many AFTER DELETE ON waiting_admission
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION too_many();
"""


async def admissions(system: System) -> int:
    async with system.database.connection() as conn:
        row = await (await conn.execute("SELECT count(*) FROM waiting_admission")).fetchone()
    assert row is not None
    return int(row[0])


async def test_old_admissions_are_removed_in_small_transactions(
    system: System, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with system.database.connection() as conn:
        await conn.execute(OLD_ADMISSIONS, (clock.now,))
        await conn.execute(MANY_AT_ONCE_FAIL)
    clock.pass_(days=31)
    monkeypatch.setattr(forgetting, "REST_S", 0)

    assert await forget_expired(system) == 2500
    assert await admissions(system) == 0


async def test_the_tick_of_the_room_cleans_nothing(
    system: System, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with system.database.connection() as conn:
        await conn.execute(OLD_ADMISSIONS, (clock.now,))
        await conn.execute("UPDATE waiting_room SET ticked_at = ticked_at - interval '1 min'")
    clock.pass_(days=31)
    monkeypatch.setattr("random.random", lambda: 0.0)  # the draw that made it clean

    await exchange(system)

    assert await admissions(system) == 2500
