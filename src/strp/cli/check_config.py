"""`strp check-config`: whatever is wrong with the settings, all of it at once."""

import os
from collections.abc import Iterator
from pathlib import Path

import typer

from strp.cli.findings import Finding, settings_shown, tell
from strp.cli.output import ExitCode, Json, print_json, say
from strp.domain.errors import StrpError
from strp.domain.text import Text
from strp.outside.machine.disks import is_read_only
from strp.outside.machine.key_files import check_key_files
from strp.outside.machine.owners import account_name, left_by_others, owner_of_installation
from strp.setting_rules import WrongSettings
from strp.settings import Settings, check_environment, odd_for_a_city


def check_config(json: Json = False) -> None:
    """Say everything that is wrong with settings, folders and files of keys; change nothing."""
    found = [
        Finding(each.variable, say(each.text), "wrong" if each.is_wrong else "note")
        for each in (*check_environment(os.environ), *odd_for_a_city(os.environ))
    ]
    code = ExitCode.WRONG_USE if _is_wrong(found) else ExitCode.DONE
    if code is ExitCode.DONE:
        found += _installation()
        code = ExitCode.UNAVAILABLE if _is_wrong(found) else ExitCode.DONE
    if json:
        print_json({"sound": code is ExitCode.DONE, "findings": [_as_json(f) for f in found]})
    else:
        tell(found, "strp check-config")
    raise typer.Exit(code)


def _is_wrong(findings: list[Finding]) -> bool:
    return any(each.state == "wrong" for each in findings)


def _as_json(found: Finding) -> dict[str, object]:
    shown = {"variable": found.topic, "detail": found.value, "state": found.state}
    return {**shown, "wrong": found.state == "wrong"}


def _installation() -> list[Finding]:
    """Folders that can be written, and keys that can be read by this account and by no other."""
    try:
        settings = Settings.from_environment()
    except WrongSettings as error:  # changed meanwhile
        return [Finding(each.variable, say(each.text), "wrong") for each in error.found]
    found = [*_folders(settings), *_of_root(settings)]
    if not _is_wrong(found):  # keys in a closed folder cannot be looked at
        found += _keys(settings)
    return [*found, *settings_shown(settings)]


def _folders(settings: Settings) -> Iterator[Finding]:
    for variable, folder in (
        ("STRP_DATA_DIR", settings.data_path),
        ("STRP_FRONT_DIR", settings.front_path),
    ):
        if not _can_be_written(folder):
            yield Finding(variable, say(_closed(folder)), "wrong")
    for path in left_by_others(settings.data_path):
        yield Finding("STRP_DATA_DIR", say(_left(path, settings.data_path)), "wrong")


def _of_root(settings: Settings) -> Iterator[Finding]:
    """That root may write anywhere, which says nothing of the account that will run STRP."""
    if os.geteuid():
        return
    owner = owner_of_installation(settings.data_path)
    if owner is not None:
        yield Finding("account", say(_run_as(owner)), "note")
    elif not (settings.data_path / "keys").exists():
        yield Finding("account", say(_ASKED_AS_ROOT), "note")


def _keys(settings: Settings) -> Iterator[Finding]:
    keys = settings.data_path / "keys"
    try:
        check_key_files(keys)
    except StrpError as error:
        yield Finding("keys", say(error.text), "wrong")
    if os.access(keys, os.R_OK | os.X_OK):
        for path in sorted(keys.glob("*")):
            if path.stat().st_mode & 0o077:
                yield Finding("keys", say(_open_to_others(path)), "wrong")


def _can_be_written(folder: Path) -> bool:
    """Whether this account can write there, or make it."""
    there = next(each for each in (folder, *folder.parents) if os.access(each, os.F_OK))
    is_open = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    return is_open and not is_read_only(there)


_ASKED_AS_ROOT = Text(
    "ditanya sebagai root, yang boleh menulis di mana saja. Bila akun lain menjalankan STRP, "
    "tanyakan sebagai akun itu: `runuser -u strp -- strp check-config`.",
    "asked as root, who may write anywhere. Where another account runs STRP, ask as that one: "
    "`runuser -u strp -- strp check-config`.",
)


def _run_as(owner: str) -> Text:
    return Text(
        f"pemasangan ini milik {owner}, dan ini ditanya sebagai root, yang boleh menulis di mana "
        f"saja: `runuser -u {owner} -- strp check-config`.",
        f"the installation belongs to {owner}, and this was asked as root, who may write "
        f"anywhere: `runuser -u {owner} -- strp check-config`.",
    )


def _closed(folder: Path) -> Text:
    return Text(
        f"akun {account_name(os.geteuid())} tidak dapat menulis di {folder}. Perbaiki pemilik dan "
        "izinnya.",
        f"the account {account_name(os.geteuid())} cannot write in {folder}. Fix its owner and "
        "its rights.",
    )


def _left(path: Path, data_path: Path) -> Text:
    here, owner = account_name(path.stat().st_uid), account_name(data_path.stat().st_uid)
    return Text(
        f"{path} milik {here}, tetapi {data_path} milik {owner}: chown -R {owner}: {path}",
        f"{path} belongs to {here}, but {data_path} to {owner}: chown -R {owner}: {path}",
    )


def _open_to_others(path: Path) -> Text:
    return Text(
        f"{path} dapat dibaca akun lain: chmod go= {path}",
        f"{path} can be read by others: chmod go= {path}",
    )
