"""The keys at hand are those of the database, or nothing starts."""

from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from strp.domain.errors import Unavailable
from strp.domain.identifiers import Nib
from strp.outside.keys import load_keys, rotate_key
from strp.store.engine.database import single_connection
from strp.usecases.operation.own_keys import require_no_need, require_whole_and_own, settle_keys
from strp.usecases.process.system import System
from tests.usecases.stage import Register

pytestmark = pytest.mark.anyio
EMPLOYER = Nib(8120001110001)


@pytest.fixture
async def filled(system: System, register: Register, database_url: str, tmp_path: Path) -> str:
    """Address of a database with one sealed address, whose keys are in `tmp_path/keys`."""
    keys = await settle_keys(database_url, tmp_path / "keys")
    object.__setattr__(system, "keys", keys)
    await register(EMPLOYER, "hrd@contoh.example")
    return database_url


async def refused(url: str, folder: Path) -> str:
    with pytest.raises(Unavailable) as caught:
        await settle_keys(url, folder)
    return caught.value.code


async def test_an_empty_database_gets_new_keys(database_url: str, tmp_path: Path) -> None:
    made = await settle_keys(database_url, tmp_path / "keys")
    assert (await settle_keys(database_url, tmp_path / "keys")).prints == made.prints


async def test_a_filled_database_gets_no_new_keys_where_the_mount_was_forgotten(
    filled: str, tmp_path: Path
) -> None:
    assert await refused(filled, tmp_path / "elsewhere" / "keys") == "keys-absent"
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(Unavailable, match="keys"):
        await require_no_need(filled, tmp_path / "elsewhere")


async def test_a_filled_database_refuses_the_keys_of_another(filled: str, tmp_path: Path) -> None:
    load_keys(tmp_path / "others")
    assert await refused(filled, tmp_path / "others") == "keys-differ"


async def test_the_keys_of_a_release_before_are_known_by_what_they_open(
    filled: str, tmp_path: Path
) -> None:
    async with single_connection(filled) as conn:
        await conn.execute("DELETE FROM key_print")
    load_keys(tmp_path / "others")
    assert await refused(filled, tmp_path / "others") == "keys-differ"
    assert await settle_keys(filled, tmp_path / "keys")


async def test_an_empty_database_takes_other_keys_unless_a_system_works_on_it(
    database_url: str, tmp_path: Path
) -> None:
    await settle_keys(database_url, tmp_path / "first")
    await settle_keys(database_url, tmp_path / "second")
    async with single_connection(make_conninfo(database_url, application_name="strp web")):
        assert await refused(database_url, tmp_path / "first") == "keys-differ"


async def test_a_rotated_key_is_known_and_missed_from_then_on(filled: str, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    added = rotate_key(folder, "seal")
    await settle_keys(filled, folder)
    added.unlink()
    assert await refused(filled, folder) == "keys-differ"


async def test_a_withdrawn_signing_key_stops_nothing(filled: str, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    rotate_key(folder, "signing")
    await settle_keys(filled, folder)
    (folder / "signing-001.pem").unlink()
    assert await settle_keys(filled, folder)


async def test_a_lost_bundle_key_is_missed_and_a_rotated_one_stops_nothing(
    filled: str, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    rotate_key(folder, "bundle")
    await settle_keys(filled, folder)
    (folder / "bundle-001.pem").unlink()
    assert await settle_keys(filled, folder)
    (folder / "bundle-002.pem").unlink()
    assert await refused(filled, folder) == "keys-differ"


async def test_a_database_of_an_earlier_release_takes_the_bundle_key_that_its_upgrade_makes(
    filled: str, tmp_path: Path
) -> None:
    (tmp_path / "keys" / "bundle-001.pem").unlink()
    async with single_connection(filled) as conn:
        await conn.execute("DELETE FROM key_print WHERE name LIKE 'signing bundle %'")
    assert await settle_keys(filled, tmp_path / "keys")


async def test_a_backup_goes_on_with_the_keys_of_its_database_alone(
    filled: str, tmp_path: Path
) -> None:
    await require_whole_and_own(filled, tmp_path / "keys")
    load_keys(tmp_path / "others")
    load_keys(tmp_path / "some")
    (tmp_path / "some" / "tag.key").unlink()
    for folder, code in (("none", "keys-absent"), ("others", "keys-differ")):
        with pytest.raises(Unavailable) as caught:
            await require_whole_and_own(filled, tmp_path / folder)
        assert caught.value.code == code
    with pytest.raises(Unavailable) as caught:
        await require_whole_and_own(filled, tmp_path / "some")
    assert caught.value.code == "keys-missing"
    assert not (tmp_path / "none").exists()
