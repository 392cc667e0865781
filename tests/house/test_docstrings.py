"""What a public function takes and raises is said."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from strp.cli.program import app

SOURCE = Path(__file__).parents[2] / "src" / "strp"
FILES = sorted(SOURCE.rglob("*.py"))
ROOMS = sorted({path.relative_to(SOURCE).parts[0] for path in FILES})
SAME_EVERYWHERE = {"self", "cls", "system", "conn"}
"""The installation and the transaction are the same wherever they stand."""
SAME_ON_PAGES = {"page", "request", "actor"}
"""So are what one request is answered with, and who is signed in, below `web`."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("room", ROOMS)
def test_arguments_and_errors_are_said(room: str) -> None:
    unsaid = [
        f"{path.relative_to(SOURCE)}:{function.lineno} {function.name}: {section}"
        for path in FILES
        if path.is_relative_to(SOURCE / room)
        for function in public_functions(ast.parse(path.read_text(encoding="utf-8")))
        if (module_of(path), function.name) not in COMMANDS
        for section in sections_due(function, SAME_ON_PAGES if room == "web" else set())
        if section not in (ast.get_docstring(function) or "")
    ]
    assert unsaid == []


def test_commands_say_by_their_help_what_they_take() -> None:
    unsaid = [
        f"{path}: {parameter.name}"
        for path, command in commands(get_command(app))
        for parameter in command.params
        if not (parameter.hidden or parameter.help)
    ]
    assert unsaid == []


def commands(command: Any, path: str = "strp") -> Iterator[tuple[str, Any]]:
    """Every command that an operator types, with what is typed."""
    if not command.hidden:
        yield path, command
    for name, below in (command.commands if isinstance(command, TyperGroup) else {}).items():
        yield from commands(below, f"{path} {name}")


COMMANDS = {
    (each.callback.__module__, each.callback.__name__)
    for _, each in commands(get_command(app))
    if each.callback
}
"""Their functions: `strp … --help` prints the docstring, and beside it what each option says."""


def module_of(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)


def public_functions(tree: ast.Module) -> Iterator[Function]:
    """Functions of a module, and methods of its public classes."""
    for node in tree.body:
        inside = [node]
        if isinstance(node, ast.ClassDef):
            inside = [] if node.name.startswith("_") else node.body
        for each in inside:
            is_public = isinstance(each, Function) and not each.name.startswith("_")
            if is_public and "overload" not in {ast.unparse(mark) for mark in each.decorator_list}:
                yield each


def sections_due(function: Function, same: set[str]) -> Iterator[str]:
    """Sections that a docstring must have: of two arguments or more, of errors raised here."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    if len({each.arg for each in given} - SAME_EVERYWHERE - same) > 1:
        yield "Args:"
    raised = [each.exc for each in ast.walk(function) if isinstance(each, ast.Raise) and each.exc]
    if any(not ast.unparse(each).startswith("AssertionError") for each in raised):
        yield "Raises:"
