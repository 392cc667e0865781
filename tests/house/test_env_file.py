"""The example of an environment file has every setting; `make docs` writes it anew."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from strp.cli.env_file import read_env_file
from strp.settings import Settings, check_environment

EXAMPLE = Path(__file__).parents[2] / "deploy" / "strp.env"
HEAD = """\
# Settings of STRP: /etc/strp/strp.env, for the units of systemd (EnvironmentFile=), for commands
# (`strp --env-file /etc/strp/strp.env doctor`) and for a shell (`set -a; . /etc/strp/strp.env`).
# It holds passwords: owned by root, readable by the account of STRP alone (mode 0640, group strp).
# Written by `make docs`. Lines without # have no default that is right for you, or go with units.
"""
YOURS = {
    "STRP_DATA_DIR": "/var/lib/strp",
    "STRP_FRONT_DIR": "/var/cache/strp-front",
    "STRP_PUBLIC_URL": "https://strp.example",
    "STRP_SMTP_URL": "smtp+tls://strp:PASSWORD@mail.example:587",
    "STRP_MAIL_FROM": "STRP <strp@strp.example>",
    "STRP_ISSUER": "ID-JK",
    "STRP_ISSUER_NAME": "Pemerintah Provinsi DKI Jakarta",
    "STRP_DATA_PROTECTION_CONTACT": "pdp@strp.example",
    "STRP_OBJECTION_CONTACT": "keberatan@strp.example",
}
SHOWN = {"STRP_DATABASE_URL": "postgresql://strp:PASSWORD@127.0.0.1/strp"}


def example() -> str:
    return HEAD + "".join(_lines(spec.metadata) for spec in Settings.__dataclass_fields__.values())


def _lines(spec: Any) -> str:
    name = spec["env"]
    mark = "" if name in YOURS else "#"
    value = YOURS.get(name) or SHOWN.get(name) or spec["default"]
    return f"\n# {spec['meaning']}\n{mark}{name}='{value}'\n"


def test_the_example_has_every_setting() -> None:
    if os.environ.get("STRP_RENEW") == "1":
        EXAMPLE.write_text(example(), encoding="utf-8")
    assert EXAMPLE.read_text(encoding="utf-8") == example(), "run `make docs`"


@pytest.mark.parametrize("taken", ["as it is", "with every line"])
def test_we_and_a_shell_read_the_same_from_it_and_nothing_is_wrong(
    tmp_path: Path, taken: str
) -> None:
    path, text = tmp_path / "strp.env", EXAMPLE.read_text(encoding="utf-8")
    if taken == "with every line":
        text = text.replace("\n#STRP_", "\nSTRP_").replace(
            "POLICIES_DIR=''", f"POLICIES_DIR='{tmp_path}'"
        )
    path.write_text(text, encoding="utf-8")
    ours = {name: value for name, value in read_env_file(path).items() if value}
    command = ["sh", "-c", f"set -a; . {path}; env -0"]
    shown = subprocess.run(command, env={}, capture_output=True, text=True, check=True).stdout
    pairs = (each.partition("=") for each in shown.split("\0"))
    shell = {name: value for name, _, value in pairs if name.startswith("STRP_") and value}
    assert (ours, check_environment(ours)) == (shell, [])
