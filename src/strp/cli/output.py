"""How commands answer: text for people, one JSON document with --json, and an exit code."""

import json
import locale
import os
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any, NoReturn

import typer

from strp.domain.civil_time import WIB, moment_text
from strp.domain.errors import StrpError, TooSoon, Unavailable
from strp.domain.text import Language, Text
from strp.outside.machine.log_lines import LogLines

# A moment with its zone (RFC 3339), as programs are told it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; do it.")]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]


class ExitCode(IntEnum):
    """What the exit code of a command says; part of the contract."""

    DONE = 0
    REFUSED = 1
    WRONG_USE = 2
    UNAVAILABLE = 3


def reader_language() -> Language:
    """The language of whoever sits at this terminal, from LC_ALL, LC_MESSAGES or LANG."""
    given = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((value for value in given if value), "")
    return Language.ID if locale.normalize(chosen).startswith("id") else Language.EN


def say(text: Text) -> str:
    """The sentence in the reader's language."""
    return text.in_(reader_language())


LAST_WORDS_OF = "LAST_WORDS_OF"
"""In the environment of a command: the process that runs it, into whose log its last words go."""
_log: LogLines | None = None


def last_words_go_into_log(role: str) -> None:
    """From now on, why this process ends goes into its log, as everything else that it says.

    A person at a terminal, and a log for people, get the sentence as it is.

    Args:
        role: of the process, as the log names it.
    """
    global _log
    kind = os.environ.get("STRP_LOG_FORMAT") or "json"
    _log = LogLines(kind, role) if kind != "text" and not sys.stderr.isatty() else None


def hand_on(command: str, said: str) -> None:
    """Hand on what a command that failed had put out: into the log, where that is the way.

    Args:
        command: its name.
        said: what it put out.
    """
    if _log is None:
        print(said, end="", file=sys.stderr)
    else:
        _log.hand_on(command, said.splitlines())


def report_error(error: StrpError) -> int:
    """Say what happened and what to do; returns the exit code."""
    if _log is not None:
        sentence = f"{say(error.text)} [{error.code}]"
        _log.tell("start_failed", "critical", sentence, code=error.code)
        return exit_code(error)
    fields = [
        {"field": each.field, "code": each.code, "detail": say(each.detail)}
        for each in error.fields
    ]
    if "--json" in sys.argv:
        print_json({"code": error.code, "detail": say(error.text), "fields": fields})
    else:
        print(f"{say(error.text)} [{error.code}]", file=sys.stderr)
        for each in fields:
            print(f"  {each['field']}: {each['detail']} [{each['code']}]", file=sys.stderr)
    return exit_code(error)


def exit_code(error: StrpError) -> ExitCode:
    """The one mapping of errors to exit codes."""
    if isinstance(error, (Unavailable, TooSoon)):
        return ExitCode.UNAVAILABLE
    return ExitCode.REFUSED


def print_json(document: object) -> None:
    """Print one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def told(value: object) -> str:
    """A value as people read it: moments in Jakarta's time, as pages write them."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return say(moment_text(value if value.tzinfo else value.replace(tzinfo=WIB)))
    return "" if value is None else str(value)


def read_moment(text: str) -> datetime:
    """The time that somebody typed for --at; without an offset it is a time of Jakarta."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        wrong_use(f"--at {text}: write a time such as 2021-07-15T09:00 (WIB) or …T02:00Z.")
    return at if at.tzinfo else at.replace(tzinfo=WIB)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for people.

    Args:
        title: above it.
        columns: headings.
        rows: cells in the order of the columns; taken literally, without markup.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Plain(told(cell)) for cell in row))
    Console().print(table)


def print_facts(title: str, facts: Mapping[str, Any]) -> None:
    """Print names and values, one a line.

    Args:
        title: above them.
        facts: values by name, in this order.
    """
    print(title)
    width = max((len(name) for name in facts), default=0)
    for name, value in facts.items():
        print(f"  {name:<{width}}  {told(value)}")


def ask_first(what: str, *, yes: bool) -> None:
    """Say what will be done, and go on only where somebody agrees.

    Args:
        what: a sentence that says what will change.
        yes: agreed beforehand with --yes.

    Raises:
        Exit: 1, where somebody says no; 2, where nobody is there to ask.
    """
    print(what, file=sys.stderr)
    if yes:
        return
    if not sys.stdin.isatty():
        wrong_use("Nobody is here to ask: add --yes to do it.")
    if not typer.confirm("Do it?", err=True):
        raise typer.Exit(ExitCode.REFUSED)


def wrong_use(why: str) -> NoReturn:
    """End with the exit code for wrong use.

    Raises:
        Exit: always, with the code for wrong use.
    """
    if _log is None:
        print(why, file=sys.stderr)
    else:
        for sentence in why.splitlines():
            _log.tell("start_failed", "critical", sentence)
    raise typer.Exit(ExitCode.WRONG_USE)
