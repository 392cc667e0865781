"""`strp backup`, `strp restore`: a copy of the database and its keys, tried, and brought back."""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from strp.cli.installation import open_database, read_settings, run
from strp.cli.output import ExitCode, Json, print_json, wrong_use

Keys = Annotated[Path | None, typer.Option(help="Folder of the keys, apart from the backup.")]


def backup(
    what: Annotated[list[str], typer.Argument(metavar="FOLDER | verify FOLDER")],
    recipient: Annotated[str, typer.Option(help="Not yet to be had: encrypt the folder.")] = "",
    keys: Keys = None,
    json: Json = False,
) -> None:
    """Copy the database and its keys into FOLDER while all goes on; or try such a copy."""
    if recipient:
        wrong_use("--recipient is not to be had in this release: encrypt FOLDER by other means.")
    match what:
        case ["verify", folder]:
            _tell(run(_verify(Path(folder).resolve())), json=json)
        case [folder]:
            print("Not encrypted: whoever reads FOLDER and the keys reads all.", file=sys.stderr)
            _tell(run(_backup(Path(folder).resolve(), keys)), json=json)
        case _:
            wrong_use("Name one folder: `strp backup FOLDER` or `strp backup verify FOLDER`.")


def restore(
    folder: Annotated[Path | None, typer.Argument(help="A backup.")] = None,
    at: Annotated[str, typer.Option(help="Not yet to be had: a later moment.")] = "",
    keys: Keys = None,
    lists: Annotated[
        Path | None, typer.Option(exists=True, help="A saved trust bundle, lists inline.")
    ] = None,
    acknowledge: Annotated[bool, typer.Option(help="What is unknown has been seen.")] = False,
    json: Json = False,
) -> None:
    """Bring a backup back into an empty STRP_DATA_DIR or an empty outside database."""
    if at:
        wrong_use("--at is not to be had in this release: a backup is of the moment it was made.")
    if acknowledge:
        _tell({"acknowledged": run(_acknowledge())}, json=json)
    elif folder is None:
        wrong_use("Name the folder of a backup.")
    else:
        saved = lists.read_bytes() if lists else None
        _tell(run(_restore(folder.resolve(), keys, saved)), json=json)


async def _backup(folder: Path, keys: Path | None) -> dict[str, object]:
    from strp import __version__
    from strp.outside.machine.backup_files import dump_database
    from strp.usecases.operation.database import require_migrated

    async with open_database() as settings:
        await require_migrated(settings.database_url)
        made_at = datetime.now(UTC)
        facts = {"release": __version__, "made_at": made_at.isoformat(), "issuer": settings.issuer}
        own = settings.data_path / "keys"
        dump_database(settings.database_url, folder, facts, own if keys is None else None)
        if keys is not None:
            shutil.copytree(own, keys, dirs_exist_ok=True)
    return {"folder": str(folder), "made_at": made_at}


async def _verify(folder: Path) -> dict[str, object]:
    import tempfile

    from strp.outside.machine.backup_files import backup_broken, load_dump, read_manifest
    from strp.outside.machine.postgres import bundled_postgres
    from strp.usecases.operation.restore_database import wrong_books

    manifest = read_manifest(folder)
    with tempfile.TemporaryDirectory() as scratch, bundled_postgres(Path(scratch)) as url:
        load_dump(folder, url)
        wrong = await wrong_books(url)
    if wrong:
        raise backup_broken(f"{folder}: books: {', '.join(wrong)}")
    return {"folder": str(folder), "made_at": manifest["made_at"], "books": "sound"}


async def _restore(folder: Path, keys: Path | None, saved: bytes | None) -> dict[str, object]:
    from strp.outside.keys import load_keys
    from strp.outside.machine.backup_files import backup_failed, load_dump, read_manifest
    from strp.usecases.operation.own_keys import settle_keys
    from strp.usecases.operation.restore_database import is_empty, read_own_bundle, settle_restore

    manifest, given, own = read_manifest(folder), keys or folder / "keys", _own_keys()
    if not given.is_dir():
        raise backup_failed(f"{given} holds no keys: name their folder with --keys")
    bundle = read_own_bundle(saved, load_keys(given)) if saved else None
    if own.exists():
        raise backup_failed(f"{own} is there already: STRP_DATA_DIR must be empty")
    made_at = datetime.fromisoformat(str(manifest["made_at"]))
    async with open_database() as settings:
        url = settings.database_url
        if not await is_empty(url):
            raise backup_failed("the database is not empty")
        load_dump(folder, url)
        done = await settle_restore(url, made_at, bundle)
        await settle_keys(url, given)
        shutil.copytree(given, own)
    return {
        "restored_to": made_at,
        "statuses_taken": done.taken,
        "certificates_of_unknown_state": [
            {"status_list": number, "certificates": count} for number, count in done.unknown
        ],
    }


async def _acknowledge() -> bool:
    from strp.usecases.operation.restore_database import acknowledge_restore

    async with open_database() as settings:
        return await acknowledge_restore(settings.database_url)


def _own_keys() -> Path:
    return read_settings().data_path / "keys"


def _tell(facts: dict[str, object], *, json: bool) -> None:
    if json:
        print_json(facts)
    else:
        for name, value in facts.items():
            print(f"{name}: {value}")
    if facts.get("acknowledged") is False:
        raise typer.Exit(ExitCode.REFUSED)
