"""Backups of an outside database: a dump, restored whole, repeated where it was interrupted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from strp.domain.errors import InvalidInput, Unavailable
from strp.domain.people.account import OPERATOR
from strp.outside.backups import programs
from strp.outside.backups.encryption import read_identities, read_recipients
from strp.outside.keys import load_keys
from strp.settings import Settings
from strp.store.engine.database import single_connection
from strp.store.operation import restored
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.batches import Intake
from strp.usecases.operation import restore_backup
from strp.usecases.operation.back_up import back_up, try_backup
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.operation.restore_backup import Wanted, restore, settle_recovered
from strp.usecases.process.system import System
from tests.conftest import CreateDatabase
from tests.usecases.process.test_epoch_numbers import SAMPLES, file_and_issue, serials

pytestmark = pytest.mark.anyio


@pytest.fixture
async def city(system: System, database_url: str, tmp_path: Path) -> System:
    """An installation on an outside database, with three certificates issued."""
    keys = load_keys(tmp_path / "keys")
    settings = replace(system.settings, database_url=database_url)
    own = replace(
        system, settings=settings, keys=keys, intake=Intake(system.database, keys, system.bell)
    )
    await load_reference(own, OPERATOR)
    await import_employers(own, OPERATOR, SAMPLES)
    await file_and_issue(own)
    return own


@pytest.fixture
def backup(city: System, tmp_path: Path) -> Path:
    """A backup of it in the clear."""
    folder = tmp_path / "backup"
    back_up(city.settings, city.settings.database_url, folder, [], None)
    return folder


@pytest.fixture
async def there(create_database: CreateDatabase, tmp_path: Path) -> AsyncIterator[Settings]:
    """Another host with an empty outside database."""
    with create_database() as url:
        yield Settings(data_dir=str(tmp_path / "there"), database_url=url)


async def certificates(url: str) -> set[int]:
    async with single_connection(url) as conn:
        return {
            n for (n,) in await (await conn.execute("SELECT serial_no FROM certificate")).fetchall()
        }


async def test_an_outside_database_is_dumped_tried_and_restored(
    city: System, backup: Path, there: Settings
) -> None:
    tried = await try_backup(backup, [], None)
    done = await restore(there, Wanted(folder=backup))
    assert tried.certificates == 6
    assert await certificates(there.database_url) == await serials(city)
    assert [each.certificates for each in done.settled.unknown] == [6]
    assert (there.data_path / "keys" / "index.key").exists()


async def test_a_restore_into_a_database_that_holds_something_is_refused(
    city: System, backup: Path, tmp_path: Path
) -> None:
    elsewhere = replace(city.settings, data_dir=str(tmp_path / "elsewhere"))
    with pytest.raises(Unavailable, match="not empty"):
        await restore(elsewhere, Wanted(folder=backup))
    assert not (tmp_path / "elsewhere" / "keys").exists()


async def test_a_restore_that_was_interrupted_after_loading_is_repeated(
    city: System, backup: Path, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(restore_backup, "settle_keys", power_cut)
        with pytest.raises(KeyboardInterrupt):
            await restore(there, Wanted(folder=backup))
    assert not (there.data_path / "keys").exists()
    await restore(there, Wanted(folder=backup))
    assert await certificates(there.database_url) == await serials(city)
    async with single_connection(there.database_url) as conn:
        assert await restored.unfinished(conn) is None


async def test_another_backup_does_not_go_on_with_an_unfinished_restore(
    city: System, backup: Path, there: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    back_up(city.settings, city.settings.database_url, other, [], None)
    async with single_connection(there.database_url) as conn:
        await restored.begin(conn, "0" * 64)
        await conn.execute("CREATE TABLE application (application_id bigint)")
    with pytest.raises(Unavailable, match="not empty"):
        await restore(there, Wanted(folder=other))


async def test_with_the_keys_of_another_installation_nothing_is_put_in_place(
    backup: Path, there: Settings, tmp_path: Path
) -> None:
    load_keys(tmp_path / "others")
    with pytest.raises(Unavailable) as raised:
        await restore(there, Wanted(folder=backup, keys=tmp_path / "others"))
    assert raised.value.code == "keys-differ" and not (there.data_path / "keys").exists()
    assert f"{tmp_path / 'others'} " in raised.value.text.en
    await restore(there, Wanted(folder=backup))
    assert (there.data_path / "keys").exists()


async def test_a_dump_is_of_one_moment(backup: Path, there: Settings) -> None:
    with pytest.raises(Unavailable, match="its own archive"):
        await restore(there, Wanted(folder=backup, at=datetime.now(UTC)))


async def test_a_certificate_that_was_changed_is_found_when_the_backup_is_tried(
    city: System, tmp_path: Path
) -> None:
    async with city.database.transaction() as conn:
        await conn.execute(
            "UPDATE certificate SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)"
        )
    back_up(city.settings, city.settings.database_url, tmp_path / "b", [], None)
    with pytest.raises(Unavailable) as raised:
        await try_backup(tmp_path / "b", [], None)
    assert raised.value.code == "seal-broken"


async def test_without_the_keys_the_books_are_asked_and_certificates_are_not(
    city: System, tmp_path: Path
) -> None:
    keys = tmp_path / "apart"
    back_up(city.settings, city.settings.database_url, tmp_path / "b", [], keys)
    assert (await try_backup(tmp_path / "b", [], None)).certificates is None
    assert (await try_backup(tmp_path / "b", [], keys)).certificates == 6


async def test_a_sealed_dump_with_sealed_keys_elsewhere_is_restored_by_its_recipient(
    city: System, there: Settings, tmp_path: Path
) -> None:
    secret = pyrage.x25519.Identity.generate()
    keys, folder = tmp_path / "apart", tmp_path / "b"
    sealed_for = read_recipients([str(secret.to_public())])
    back_up(city.settings, city.settings.database_url, folder, sealed_for, keys)
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "database.dump.age"}
    assert [path.name for path in keys.iterdir()] == ["keys.tar.age"]
    await restore(there, Wanted(folder=folder, keys=keys, identities=[secret]))
    assert await certificates(there.database_url) == await serials(city)


async def test_what_another_means_brought_back_is_marked_and_its_serials_named(
    city: System,
) -> None:
    to = datetime.now(UTC) - timedelta(minutes=1)
    settled = await settle_recovered(city.settings.database_url, city.keys, to, None)
    assert [each.certificates for each in settled.unknown] == [6]
    async with city.database.connection() as conn:
        marked = await restored.read(conn)
    assert marked and marked.restored_to == to


async def test_a_backup_of_the_release_before_is_read(backup: Path, tmp_path: Path) -> None:
    told = (backup / "manifest.json").read_text().replace('"format": 2', '"format": 1')
    (backup / "manifest.json").write_text(told)
    assert (await try_backup(backup, [], None)).certificates == 6


async def test_a_password_is_in_no_command_line() -> None:
    reached = programs.reached("postgresql://strp:geheim@10.0.0.10/strp")
    assert "geheim" not in reached.address and reached.variables["PGPASSWORD"] == "geheim"


async def test_a_server_with_tls_needs_the_machines_own_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="postgresql-client"):
        programs.program("pg_dump", "host=db.example sslmode=verify-full")


@pytest.mark.parametrize("text", ["", "age1", "rahasia", "AGE-SECRET-KEY-1QQ"])
async def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="recipient-unreadable"):
        read_recipients([text])


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe", b"AGE-SECRET-KEY-1QQ"])
async def test_what_is_no_secret_key_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "identity.txt").write_bytes(content)
    with pytest.raises(InvalidInput, match="identity-unreadable"):
        read_identities(tmp_path / "identity.txt")
