"""What an operator can set, type or meet is documented; `make docs` writes the lists anew."""

import ast
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from strp.cli.policy_files import page_of
from strp.cli.program import app
from strp.domain.screening.replay import row_of
from strp.http import problems
from strp.outside.machine.log_events import EVENTS
from strp.outside.machine.logs import LIBRARY_SAID
from strp.outside.paper.timeline import svg_of
from strp.outside.registries.policy_files import shipped_policies
from strp.settings import Settings
from strp.usecases.process.metrics import METRICS
from strp.usecases.rules.documents import replay_policies, sound_documents
from tests.house.error_codes import SOURCE, find_error_codes

DOCS = Path(__file__).parents[2] / "docs"
PROBLEM_CODES = Path(problems.__file__).with_name("problem_codes.json")
LEVELS = {"debug", "exception", "info", "warning", "error", "critical", "log", "tell"}
EVENT = re.compile(r"[a-z]+(_[a-z]+)+")
RENEW = os.environ.get("STRP_RENEW") == "1"


def settings_table() -> str:
    specs = (field.metadata for field in Settings.__dataclass_fields__.values())
    rows = [f"| `{s['env']}` | {_default(s['default'])} | {s['meaning']} |" for s in specs]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def commands_table() -> str:
    rows = [f"| `{usage}` | {meaning} |" for usage, meaning in _commands()]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def errors_table() -> str:
    rows = [f"| `{e.code}` | {e.kind} | {e.sentence} |" for e in find_error_codes()]
    return "\n".join(["| code | kind | what it says |", "|---|---|---|", *rows])


def metrics_table() -> str:
    rows = [
        f"| `{name}` | {metric.kind} | {', '.join(metric.labels)} | "
        f"{'all' if metric.stored else 'the process'} | {metric.meaning} |"
        for name, metric in METRICS.items()
    ]
    return "\n".join(["| metric | kind | labels | of | says |", "|---|---|---|---|---|", *rows])


def events_table() -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in sorted(EVENTS.items())]
    return "\n".join(["| event | means |", "|---|---|", *rows])


def events_of_the_source() -> set[str]:
    """Names of events in calls such as `log.warning("name", …)` and `log.tell("name", …)`."""
    found = set[str]()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_log = node.func.attr == "tell" or "log" in ast.unparse(node.func.value)
                logs = node.func.attr in LEVELS and is_log
                texts = (arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant))
                if logs:
                    found |= {text for text in texts if EVENT.fullmatch(str(text))}
    return found


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    assert events_of_the_source() | {LIBRARY_SAID} == set(EVENTS)


def replay_page() -> str:
    folder = shipped_policies()
    titles = {p.policy_id: p.title.en for p in row_of(p for p, _ in sound_documents(folder))}
    return page_of(replay_policies(folder), titles)


def replay_picture() -> str:
    return svg_of(row_of(policy for policy, _ in sound_documents(shipped_policies())))


@pytest.mark.parametrize(
    ("file", "make"), [("policy-replay.md", replay_page), ("policy-replay.svg", replay_picture)]
)
def test_the_row_of_policies_is_what_a_replay_says(file: str, make: Callable[[], str]) -> None:
    path = DOCS / file
    if RENEW:
        path.write_text(make(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == make(), "run `make docs`"


PARTS = {
    "metrics": ("metrics.md", metrics_table),
    "events": ("log.md", events_table),
    "settings": ("operations.md", settings_table),
    "commands": ("operations.md", commands_table),
    "errors": ("errors.md", errors_table),
}


@pytest.mark.parametrize("part", PARTS)
def test_the_docs_list_what_there_is(part: str) -> None:
    file, make = PARTS[part]
    path = DOCS / file
    begin, end = f"<!-- {part}: written by `make docs` -->\n", f"<!-- end of {part} -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    written, _, after = rest.partition(end)
    if RENEW:
        path.write_text(f"{before}{begin}{make()}\n{end}{after}", encoding="utf-8")
    else:
        assert written == f"{make()}\n", "run `make docs`"


def test_the_door_knows_each_code_that_its_description_names() -> None:
    found = {each.code: {"kind": each.kind, "detail": each.sentence} for each in find_error_codes()}
    told = {**problems.HTTP_TEXTS, "unexpected": problems.UNEXPECTED}
    for code, text in told.items():
        found.setdefault(code, {"kind": "Unexpected", "detail": text.en})
    written = json.dumps(dict(sorted(found.items())), indent=1, ensure_ascii=False) + "\n"
    if RENEW:
        PROBLEM_CODES.write_text(written, encoding="utf-8")
    assert PROBLEM_CODES.read_text(encoding="utf-8") == written, "run `make docs`"


def _default(text: str) -> str:
    return f"`{text}`" if text else "(empty)"


def _commands() -> Iterator[tuple[str, str]]:
    program = get_command(app)
    assert isinstance(program, typer.core.TyperGroup)
    yield from _of_group("strp", program)


def _of_group(name: str, group: typer.core.TyperGroup) -> Iterator[tuple[str, str]]:
    for command in group.commands.values():
        if command.hidden:
            continue
        usage = f"{name} {command.name}"
        if isinstance(command, typer.core.TyperGroup):
            yield from _of_group(usage, command)
        else:
            yield " ".join([usage, *_parameters(command)]), _first_line(command.help)


def _parameters(command: Any) -> Iterator[str]:
    for parameter in command.params:
        longest = max(parameter.opts, key=len, default="")
        if isinstance(parameter, typer.core.TyperArgument):
            shown = (parameter.metavar or parameter.name or "").upper()
            yield shown if parameter.required else f"[{shown}]"
        elif longest not in {"--help", "--prepare"}:
            value = "" if getattr(parameter, "is_flag", False) else f" {longest[2:].upper()}"
            yield f"{longest}{value}" if parameter.required else f"[{longest}{value}]"


def _first_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()
