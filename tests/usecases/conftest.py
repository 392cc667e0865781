"""A whole `System` on a fresh database, with a clock that stands still until it is moved."""

from pathlib import Path

import pytest

from strp.domain.employer import email_aad
from strp.domain.identifiers import Nib
from strp.outside.keys import KeyRing, load_keys
from strp.settings import Settings
from strp.store.database import Database
from strp.usecases.bell import Bell
from strp.usecases.intake import Intake
from strp.usecases.system import System
from tests.usecases.stage import Clock, Post, Register


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return load_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def system(database: Database, keys: KeyRing, clock: Clock, tmp_path: Path) -> System:
    bell = Bell(database)
    return System(
        settings=Settings(data_dir=str(tmp_path), exercise=True),
        database=database,
        keys=keys,
        clock=clock,
        intake=Intake(database, keys, bell),
        bell=bell,
    )


@pytest.fixture
def register(system: System) -> Register:
    """Puts one employer into the registry."""

    async def add(nib: Nib, email: str | None = None) -> Nib:
        sealed = None if email is None else system.keys.seal(email.encode(), email_aad(nib))
        async with system.database.transaction() as conn:
            await conn.execute(
                "INSERT INTO employer VALUES (%s, 'Contoh', '{64121}', 2020, 'private', '3171',"
                " 10, 10, %s, 1, now())",
                (nib, sealed),
            )
        return nib

    return add


@pytest.fixture
def post(system: System) -> Post:
    return Post(system)
