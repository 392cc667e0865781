"""What `doctor` and `check-config` find, and how it is told: verdict, what to fix, details."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from strp.cli.output import print_table, told
from strp.settings import Settings

_ADDRESSES: Final = frozenset({"STRP_DATABASE_URL", "STRP_SMTP_URL"})
_PASSWORDS: Final = frozenset({"STRP_DATABASE_PASSWORD"})
_HIDDEN: Final = "***"
# Of an address, and of the key/value form of libpq ("PostgreSQL: Connection Strings").
_BEFORE_HOST: Final = re.compile(r"(?<=://)([^/?#@]*?):[^/?#]*(?=@)")
_IN_QUERY: Final = re.compile(
    r"((?:^|[?&\s])(?:ssl)?password\s*=\s*)('(?:\\.|[^'])*'|[^&\s]*)", re.I
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `ok`, `note` (worth a look) or `wrong` (STRP cannot work)."""

    topic: str
    value: str
    state: str = "ok"


def verdict_of(findings: Sequence[Finding], command: str) -> str:
    """What was found, in one sentence.

    Args:
        findings: all of them.
        command: that found them, to be run again.
    """
    wrong, notes = (sum(one.state == state for one in findings) for state in ("wrong", "note"))
    if wrong:
        things = "1 thing is" if wrong == 1 else f"{wrong} things are"
        return f"Not sound: {things} wrong. Fix what stands first, then run `{command}` again."
    if notes:
        return f"Sound, with {notes} thing{'s' * (notes > 1)} worth a look."
    return "Sound: nothing to do."


def tell(findings: Sequence[Finding], command: str) -> None:
    """Print the verdict, what is wrong, what is worth a look, and then all the rest.

    Args:
        findings: all of them.
        command: that found them.
    """
    print(verdict_of(findings, command))
    for state, title in (("wrong", "To fix:"), ("note", "Worth a look:")):
        those = [one for one in findings if one.state == state]
        if those:
            print(f"\n{title}")
        for one in those:
            print(f"  {state}: {one.topic}: {told(one.value)}")
    sound = [(f.topic, f.value) for f in findings if f.state == "ok"]
    if sound:
        print()
        print_table("Sound", ("what", "found"), sound)


def settings_shown(settings: Settings) -> list[Finding]:
    """The settings that are not as by default, without their passwords.

    Args:
        settings: as read.
    """
    shown = []
    for name, spec in Settings.__dataclass_fields__.items():
        value, variable = str(getattr(settings, name)), spec.metadata["env"]
        if value != spec.metadata["default"] and value != "False":
            shown.append(Finding(variable, _shown(variable, value)))
    return shown or [Finding("settings", "all as by default")]


def _shown(variable: str, value: str) -> str:
    if variable in _PASSWORDS:
        return _HIDDEN
    return without_password(value) if variable in _ADDRESSES else value


def without_password(address: str) -> str:
    """An address as it may be shown: whatever is a password in it is hidden, and nothing else.

    Args:
        address: of a server, as settings have it.
    """
    shown = _BEFORE_HOST.sub(rf"\1:{_HIDDEN}", address)
    return _IN_QUERY.sub(rf"\1{_HIDDEN}", shown)
