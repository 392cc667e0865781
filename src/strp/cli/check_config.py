"""`strp check-config`: whatever is wrong with the settings, all of it at once."""

import os
import pwd
from pathlib import Path

import typer

from strp.cli.output import ExitCode, Json, print_json, say
from strp.domain.errors import StrpError
from strp.domain.text import Text
from strp.outside.machine.key_files import check_key_files
from strp.setting_rules import WrongSettings
from strp.settings import Settings, check_environment


def check_config(json: Json = False) -> None:
    """Say everything that is wrong with settings, folders and files of keys; change nothing."""
    found = check_environment(os.environ)
    shown = [
        {"variable": each.variable, "detail": say(each.sentence), "wrong": each.is_wrong}
        for each in found
    ]
    wrong = any(each.is_wrong for each in found)
    code = ExitCode.WRONG_USE if wrong else _files(shown)
    if json:
        print_json({"sound": code is ExitCode.DONE, "findings": shown})
    else:
        for each in shown:
            print(f"{'wrong' if each['wrong'] else 'note'}: {each['detail']}")
        if code is ExitCode.DONE:
            print("The settings are sound.")
    raise typer.Exit(code)


def _wrong(variable: str, text: Text) -> dict[str, object]:
    return {"variable": variable, "detail": say(text), "wrong": True}


def _can_be_written(folder: Path) -> bool:
    """Whether this account can write there, or make it."""
    there = next(each for each in (folder, *folder.parents) if os.access(each, os.F_OK))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _closed(variable: str, folder: Path) -> Text:
    return Text(
        f"{variable}: akun {_account()} tidak dapat menulis di {folder}. Perbaiki pemilik dan "
        "izinnya.",
        f"{variable}: the account {_account()} cannot write in {folder}. Mend its owner and its "
        "rights.",
    )


def _open_to_others(path: Path) -> Text:
    return Text(
        f"{path} dapat dibaca akun lain: chmod go= {path}",
        f"{path} can be read by others: chmod go= {path}",
    )


def _account() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _files(shown: list[dict[str, object]]) -> ExitCode:
    """Folders that can be written, and keys that can be read by this account and by no other."""
    try:
        settings = Settings.from_environment()
        keys = settings.data_path / "keys"
        for variable, folder in (
            ("STRP_DATA_DIR", settings.data_path),
            ("STRP_FRONT_DIR", settings.front_path),
        ):
            if not _can_be_written(folder):
                shown.append(_wrong(variable, _closed(variable, folder)))
        if shown and shown[-1]["wrong"]:
            return ExitCode.UNAVAILABLE
        check_key_files(keys)
    except WrongSettings:
        return ExitCode.WRONG_USE
    except StrpError as error:
        shown.append(_wrong("STRP_DATA_DIR", error.text))
    shown += [
        _wrong("STRP_DATA_DIR", _open_to_others(path))
        for path in sorted(keys.glob("*"))
        if os.access(keys, os.R_OK) and path.stat().st_mode & 0o077
    ]
    if any(each["wrong"] for each in shown):
        return ExitCode.UNAVAILABLE
    return ExitCode.DONE
