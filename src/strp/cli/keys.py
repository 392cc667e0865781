"""`strp keys`: the keys that seal and sign."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from strp.cli.installation import open_database, read_settings, run
from strp.cli.output import Json, Yes, ask_first, print_json, print_table
from strp.domain.errors import Unavailable

group = typer.Typer(no_args_is_help=True, help="List the keys, or add the next one.")


class Rotated(StrEnum):
    """Kinds of keys that can follow each other."""

    SEAL = "seal"
    SIGNING = "signing"
    EXERCISE = "exercise"
    BUNDLE = "bundle"


@group.command("list")
def list_(json: Json = False) -> None:
    """List the key files, never their content; `verify --pin` takes the thumbprint of `bundle`."""
    rows = [
        (path.name, f"{path.stat().st_mode & 0o777:04o}", _made_at(path), _thumbprint(path))
        for path in key_files(read_settings().data_path)
    ]
    if json:
        names = ("file", "mode", "made_at", "thumbprint")
        print_json({"keys": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        print_table("Keys", ("file", "mode", "made at", "thumbprint"), rows)


@group.command(hidden=True)
def settle() -> None:
    """Go on with the keys of this database; an empty one gets new keys where there are none."""
    run(_settle())


async def _settle() -> None:
    from strp.outside.keys import load_keys
    from strp.usecases.operation.database import database_status, require_migrated
    from strp.usecases.operation.own_keys import settle_keys

    async with open_database() as settings:
        folder = settings.data_path / "keys"
        if not (await database_status(settings.database_url)).applied:
            load_keys(folder)  # the database is empty
            return
        await require_migrated(settings.database_url)
        await settle_keys(settings.database_url, folder)


@group.command()
def rotate(
    kind: Annotated[Rotated, typer.Argument(help="Which key.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Add the next key of a kind; older ones go on to open and to verify."""
    from strp.outside.keys import rotate_key

    folder = read_settings().data_path / "keys"
    ask_first(f"Adds a {kind} key to {folder}; processes use it from their next start.", yes=yes)
    run(_settle())
    made = rotate_key(folder, kind.value)
    if json:
        print_json({"file": made.name})
    else:
        print(f"{made.name} added. Make a copy of it, then restart `strp serve`.")


def key_files(data_path: Path) -> list[Path]:
    """The key files of an installation, by name."""
    folder = data_path / "keys"
    return sorted([*folder.glob("*.key"), *folder.glob("*.pem")])


def _thumbprint(path: Path) -> str | None:
    """RFC 7638, base64url; None of keys that sign nothing, and of files that hold no key."""
    from strp.credential.signing import SigningKey

    try:
        return SigningKey.from_pem(path.read_bytes()).verifying.thumbprint
    except (OSError, Unavailable):
        return None


def _made_at(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
