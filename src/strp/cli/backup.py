"""`strp backup`: a copy of the database and its keys, made while all goes on, and tried."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from strp.cli.installation import open_database, read_settings, run
from strp.cli.output import Json, print_facts, print_json, wrong_use

Keys = Annotated[Path | None, typer.Option(help="Folder of the keys, apart from the backup.")]
Identity = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="File with the recipient's secret key."),
]
# Who files waits for an answer, and a backup for nobody (sched(7)): a third of the weight. What it
# takes is bounded by its rate; with a tenth, a machine that was full gave it 2 MiB a second, hardly
# more than filings write into the log meanwhile.
NICENESS = 5
KEY_PRINTS = "key_prints"
"""The migration from which on a database knows its keys."""


def backup(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="FOLDER | verify FOLDER",
            help="Where the copy goes; or `verify` and a copy to try.",
        ),
    ],
    recipient: Annotated[
        list[str] | None,
        typer.Option(help="Public key of age or SSH that the backup is encrypted for; repeatable."),
    ] = None,
    identity: Identity = None,
    keys: Keys = None,
    max_rate: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Most MiB a second read of a bundled database; 0: no bound. Without it: 8 for "
            "each core, so that filings keep their pace, or as much as reads all in half an hour.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Copy the database and its keys into FOLDER while all goes on; or try such a copy."""
    match what:
        case ["verify", folder]:
            run(_verify(Path(folder).resolve(), identity, keys, json=json))
        case [folder]:
            run(_backup(Path(folder).resolve(), recipient or [], keys, max_rate, json=json))
        case _:
            wrong_use("Name one folder: `strp backup FOLDER` or `strp backup verify FOLDER`.")


async def _backup(
    folder: Path, texts: list[str], keys: Path | None, rate_mib: int | None, *, json: bool
) -> None:
    from strp.outside.backups.encryption import read_recipients

    recipients = read_recipients(texts)
    if not recipients:
        print(_in_the_clear(folder, keys), file=sys.stderr)
    async with open_database() as settings:
        # Only now: a server that had to be started here goes on for others who join meanwhile.
        os.nice(NICENESS)
        from strp.usecases.operation.back_up import back_up
        from strp.usecases.operation.database import database_status, require_migrated
        from strp.usecases.operation.own_keys import require_whole_and_own

        # The copy before an upgrade is made by the new release too, where it is in place already.
        found = await database_status(settings.database_url)
        if not found.applied:
            await require_migrated(settings.database_url)
        # With other keys, what is backed up could never be read again. Early releases kept none.
        if all(migration.name != KEY_PRINTS for migration in found.pending):
            await require_whole_and_own(settings.database_url, settings.data_path / "keys")
        made = back_up(read_settings(), settings.database_url, folder, recipients, keys, rate_mib)
    _tell(
        {
            "folder": str(folder),
            "made_at": made.made_at.isoformat(),
            "kind": "base" if made.is_base else "dump",
            "encrypted": made.is_sealed,
            "keys": str(keys or folder),
            "log_archive": str(made.archive) if made.archive else None,
        },
        json=json,
    )


def _in_the_clear(folder: Path, keys: Path | None) -> str:
    """What whoever reads the folder reads, where nobody is named to encrypt it for."""
    if keys is None:
        return (
            f"Not encrypted: {folder} holds the keys too, so whoever reads it reads every name and "
            "NIK and can sign certificates. It has mode 700. --recipient encrypts all of it."
        )
    return (
        f"Not encrypted: whoever reads {folder} reads employers, counts, decisions and their "
        f"reasons; names, NIK, addresses and certificates are sealed by the keys in {keys}, which "
        "lie there in the clear. Both have mode 700. --recipient encrypts all of it."
    )


async def _verify(folder: Path, identity: Path | None, keys: Path | None, *, json: bool) -> None:
    from strp.outside.backups.encryption import read_identities
    from strp.usecases.operation.back_up import try_backup

    os.nice(NICENESS)
    identities = read_identities(identity) if identity else []
    tried = await try_backup(folder, identities, keys)
    facts = {"folder": str(folder), "made_at": tried.made_at.isoformat(), "books": "sound"}
    if tried.certificates is None:
        print("Certificates were not opened: name the folder of the keys, --keys.", file=sys.stderr)
    _tell({**facts, "certificates_verified": tried.certificates}, json=json)


def _tell(facts: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(facts)
    else:
        print_facts("Backup", facts)
