"""A whole `System` on a fresh database, with a clock that stands still until it is moved."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strp.domain.employers.employer import email_aad
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.outside.keys import KeyRing, load_keys
from strp.outside.registries.policy_files import shipped_policies
from strp.settings import Settings
from strp.store.engine.database import Database
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.batches import Intake
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.system import System
from tests.usecases.stage import REAL, Clock, Edit, Post, Register

SAMPLES = Path(__file__).parents[2] / "samples" / "employers.csv"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return load_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def system(database: Database, keys: KeyRing, clock: Clock, tmp_path: Path) -> System:
    bell = IssuerWakeup(database)
    settings = Settings(data_dir=str(tmp_path), exercise=True)
    return System(
        settings=settings,
        authority=settings.authority,
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Policy files that a test may change; the regulation approves straight through."""
    made = Path(shutil.copytree(shipped_policies(), tmp_path / "policies"))
    path = made / f"{REAL}.yaml"
    text = path.read_text("utf-8")
    assert "straight_through: false" in text
    path.write_text(text.replace("straight_through: false", "straight_through: true"), "utf-8")
    return made


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Changes one text of one policy file."""

    def edit(name: str, old: str, new: str) -> None:
        path = folder / f"{name}.yaml"
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return edit


@pytest.fixture
async def city(system: System, folder: Path, clock: Clock) -> System:
    """A real installation with the sample registry, in July 2021."""
    clock.now = datetime(2021, 7, 12, 3, tzinfo=UTC)
    settings = replace(system.settings, policies_dir=str(folder), exercise=False)
    city = replace(system, settings=settings)
    await load_reference(city, OPERATOR)
    await import_employers(city, OPERATOR, SAMPLES)
    return city
