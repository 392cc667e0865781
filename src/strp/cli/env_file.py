"""`--env-file`: settings from a file that systemd and a shell read alike."""

import errno
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from strp.cli.os_errors import advice_of
from strp.cli.output import say, wrong_use
from strp.domain.text import Text

OPTION: Final = "--env-file"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_env_file(path: Path) -> dict[str, str]:
    """Variables of a file: `NAME='value'`, one a line; `#` begins a comment.

    Returns:
        Values by name; the last one counts where a name comes twice.

    Raises:
        Exit: 2, where the file cannot be read, or lines are something else; all of them are
            named, and no value is shown.
    """
    found: dict[str, str] = {}
    wrong = []
    try:
        text = path.read_text("utf-8", "replace")
    except OSError as error:
        wrong_use(say(_closed(path, error)))
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found |= _variables(line)
        except ValueError:
            wrong.append(say(_unreadable(path, number)))
    if wrong:
        wrong_use("\n".join(wrong))
    return found


def option_first(arguments: list[str]) -> list[str]:
    """The same arguments, with `--env-file` before the command, wherever it was written."""
    if "--" in arguments:
        end = arguments.index("--")
        return [*option_first(arguments[:end]), *arguments[end:]]
    first: list[str] = []
    rest: list[str] = []
    given = iter(arguments)
    for each in given:
        if each == OPTION:
            first += [each, *_next(given)]
        elif each.startswith(f"{OPTION}="):
            first.append(each)
        else:
            rest.append(each)
    return [*first, *rest]


def _next(given: Iterator[str]) -> list[str]:
    return [each for each in (next(given, None),) if each is not None]


def _variables(line: str) -> dict[str, str]:
    """The variable of a line, if it has one.

    Raises:
        ValueError: it is no such line.
    """
    words = shlex.split(line, comments=True)
    if not words:
        return {}
    name, is_set, value = words[0].partition("=")
    if len(words) > 1 or not is_set or not _NAME.fullmatch(name):
        raise ValueError
    return {name: value}


def _closed(path: Path, error: OSError) -> Text:
    """Why a file of settings is not read, and what fixes it."""
    advice = advice_of(error)
    if error.errno == errno.ENOENT:
        advice = Text(
            "Perbaiki jalurnya, atau salin deploy/strp.env ke sana dan isi setelan Anda "
            "(`strp unpack FOLDER` menuliskannya).",
            "Fix the path, or copy deploy/strp.env there and write your settings into it "
            "(`strp unpack FOLDER` has it).",
        )
    return Text(
        f"--env-file {path}: {error.strerror}. {advice.id}",
        f"--env-file {path}: {error.strerror}. {advice.en}",
    )


def _unreadable(path: Path, line: int) -> Text:
    return Text(
        f"{path}, baris {line}: tulis NAMA='nilai', satu per baris; nilai dengan spasi atau tanda "
        "khusus di antara tanda kutip tunggal.",
        f"{path}, line {line}: write NAME='value', one a line; a value with spaces or special "
        "characters between single quotes.",
    )
