"""`strp check-config`: whatever is wrong with the settings, all of it at once."""

import os

import typer

from strp.cli.output import ExitCode, Json, print_json, say
from strp.domain.errors import StrpError
from strp.outside.machine.key_files import check_key_files
from strp.setting_rules import WrongSettings
from strp.settings import Settings, check_environment


def check_config(json: Json = False) -> None:
    """Say everything that is wrong with the settings and the files of keys; change nothing."""
    found = check_environment(os.environ)
    shown = [
        {"variable": each.variable, "detail": say(each.sentence), "wrong": each.is_wrong}
        for each in found
    ]
    wrong = any(each.is_wrong for each in found)
    code = ExitCode.WRONG_USE if wrong else _keys(shown)
    if json:
        print_json({"sound": code is ExitCode.DONE, "findings": shown})
    else:
        for each in shown:
            print(f"{'wrong' if each['wrong'] else 'note'}: {each['detail']}")
        if code is ExitCode.DONE:
            print("The settings are sound.")
    raise typer.Exit(code)


def _keys(shown: list[dict[str, object]]) -> ExitCode:
    try:
        check_key_files(Settings.from_environment().data_path / "keys")
    except WrongSettings:
        return ExitCode.WRONG_USE
    except StrpError as error:
        shown.append({"variable": "STRP_DATA_DIR", "detail": say(error.text), "wrong": True})
        return ExitCode.UNAVAILABLE
    return ExitCode.DONE
