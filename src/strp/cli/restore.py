"""`strp restore`: a backup brought back, to the moment it was made or to a later one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strp.cli.backup import Identity, Keys
from strp.cli.bundle_file import read_bundle_file
from strp.cli.installation import open_database, read_settings, run
from strp.cli.output import (
    ExitCode,
    Json,
    print_facts,
    print_json,
    print_table,
    read_moment,
    wrong_use,
)

if TYPE_CHECKING:
    from datetime import datetime

    from strp.outside.keys import KeyRing
    from strp.usecases.operation.restore_database import Settled


def restore(
    folder: Annotated[Path | None, typer.Argument(help="A backup.")] = None,
    at: Annotated[
        str, typer.Option(help="Up to this moment, by the archived log: 2026-11-30T14:05 (WIB).")
    ] = "",
    identity: Identity = None,
    keys: Keys = None,
    archive: Annotated[
        Path | None, typer.Option(exists=True, help="The archived log, where it was moved.")
    ] = None,
    lists: Annotated[
        Path | None, typer.Option(exists=True, help="A saved trust bundle, lists inline.")
    ] = None,
    acknowledge: Annotated[bool, typer.Option(help="What is unknown has been seen.")] = False,
    recovered: Annotated[
        bool,
        typer.Option(help="Its own server brought the outside database back to --at: mark it."),
    ] = False,
    json: Json = False,
) -> None:
    """Bring a backup back into an empty STRP_DATA_DIR or an empty outside database."""
    moment, saved = read_moment(at) if at else None, read_bundle_file(lists) if lists else None
    if acknowledge:
        run(_acknowledge(json=json))
    elif recovered:
        if moment is None:
            wrong_use("Say with --at to which moment the database was brought back.")
        run(_recovered(moment, saved, json=json))
    elif folder is None:
        wrong_use("Name the folder of a backup.")
    else:
        named = tuple(each.resolve() if each else None for each in (identity, keys, archive))
        run(_restore(folder.resolve(), moment, named, saved, json=json))


async def _restore(
    folder: Path,
    at: "datetime | None",
    named: tuple[Path | None, ...],
    saved: bytes | None,
    *,
    json: bool,
) -> None:
    from datetime import UTC, datetime

    from strp.outside.backups.encryption import read_identities
    from strp.usecases.operation.restore_backup import Wanted
    from strp.usecases.operation.restore_backup import restore as bring_back

    if at is not None and at > datetime.now(UTC):
        wrong_use("--at is in the future.")
    identity, keys, archive = named
    wanted = Wanted(
        folder=folder,
        at=at,
        identities=read_identities(identity) if identity else [],
        keys=keys,
        archive=archive,
        bundle=saved,
    )
    done = await bring_back(read_settings(), wanted)
    if done.ended_early:
        print(
            "The archived log ends before that moment: nothing later than `restored_to` is known.",
            file=sys.stderr,
        )
    _tell(done.to, done.settled, done.keys, json=json)


async def _recovered(to: "datetime", saved: bytes | None, *, json: bool) -> None:
    from strp.usecases.operation.own_keys import settle_keys
    from strp.usecases.operation.restore_backup import settle_recovered

    async with open_database() as settings:
        url = settings.database_url
        keys = await settle_keys(url, settings.data_path / "keys")
        settled = await settle_recovered(url, keys, to, saved)
    _tell(to, settled, keys, json=json)


async def _acknowledge(*, json: bool) -> None:
    from strp.usecases.operation.restore_database import acknowledge_restore

    async with open_database() as settings:
        known = await acknowledge_restore(settings.database_url)
    if json:
        print_json({"acknowledged": known})
    else:
        print("Noted." if known else "There is nothing to acknowledge.")
    if not known:
        raise typer.Exit(ExitCode.REFUSED)


def _tell(to: "datetime", settled: "Settled", keys: "KeyRing", *, json: bool) -> None:
    """What was restored, and the serials of whose state since nothing is known, by range."""
    unknown: list[dict[str, Any]] = [
        {
            "status_list": each.status_list,
            "certificates": each.certificates,
            "first_serial": keys.serials.write(each.first),
            "last_serial": keys.serials.write(each.last),
            "issued_from": each.issued_from.isoformat(),
            "issued_until": each.issued_until.isoformat(),
        }
        for each in settled.unknown
    ]
    facts = {"restored_to": to.isoformat(), "statuses_taken": settled.taken}
    if json:
        print_json({**facts, "certificates_of_unknown_state": unknown})
        return
    print_facts("Restored", facts)
    if unknown:
        rows = [list(each.values()) for each in unknown]
        print_table("Certificates that may have been revoked since", list(unknown[0]), rows)
        print("See docs/restore.md; then `strp restore --acknowledge`.")
