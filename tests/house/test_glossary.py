"""The glossary's words are those of the code, and its retired words are gone from it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from strp.settings import former_names, variables

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "strp"
GLOSSARY, RETIRED = (ROOT / "docs" / "glossary.md").read_text().split("## Retired words")
NAME = re.compile(r"`([^`]+)`")


def cells(table: str, column: int) -> list[str]:
    """The names between backticks in one column of a table."""
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("|")]
    return [name for row in rows[2:] for name in NAME.findall(row[column])]


@cache
def names_of_the_source() -> frozenset[str]:
    """Names of modules, classes, functions, fields and constants, and members as `Class.member`."""
    found = set(variables())
    for path in SOURCE.rglob("*.py"):
        found.add(path.stem)
        found |= set(_names(ast.parse(path.read_text(encoding="utf-8")).body, ""))
    return frozenset(found)


def _names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield prefix + node.name
            yield from _names(node.body, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (prefix + each.id for each in targets if isinstance(each, ast.Name))


def tables_and_columns() -> str:
    return (ROOT / "tests" / "house" / "schema.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", cells(GLOSSARY, 3))
def test_a_word_of_the_glossary_is_found_where_it_says(name: str) -> None:
    is_path = (SOURCE / name).exists() or (ROOT / name).exists()
    is_row = re.search(rf"\b{re.escape(name.split('.')[-1])}\b", tables_and_columns()) is not None
    assert is_path or is_row or name in names_of_the_source()


@pytest.mark.parametrize("name", cells(RETIRED, 0))
def test_a_retired_word_names_nothing(name: str) -> None:
    assert name not in names_of_the_source()


@pytest.mark.parametrize("name", cells(RETIRED, 1))
def test_the_word_in_its_stead_names_something(name: str) -> None:
    assert name in names_of_the_source() | {
        each.partition(".")[2] for each in names_of_the_source()
    }


def test_a_renamed_setting_stands_among_the_retired_words() -> None:
    assert former_names().keys() <= set(cells(RETIRED, 0))
