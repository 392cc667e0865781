"""What is imported is declared, what is declared is locked, and locks name no host."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"strp", "tests", "bench", "strp_client"}  # the last is made from the description
# Parts of a declared package that come as packages of their own.
COMES_WITH = {"psycopg-pool": "psycopg", "markupsafe": "jinja2", "pydantic": "fastapi"}
OWN = '"resolved": "verifier"'  # a package of ours, in a folder
HOSTS = re.compile(r"https?://|--(extra-)?index-url|--find-links|--trusted-host|\"resolved\"")
LOCKS = {"requirements.txt": ("dependencies",), "requirements-dev.txt": ("dependencies", "dev")}


def plain(requirement: str) -> str:
    """Name of a package as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=; ]", requirement)[0]).lower()


def declared(*groups: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = {"dependencies": project["dependencies"], **project["optional-dependencies"]}
    return {plain(requirement) for group in groups for requirement in listed[group]}


def imported(folder: str) -> Iterator[str]:
    """Top-level modules that the files of a folder import from other packages."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                yield node.module.partition(".")[0]


@pytest.mark.parametrize(
    ("folder", "groups"),
    [
        ("src", ("dependencies",)),
        ("tests", ("dependencies", "dev")),
        ("bench", ("dependencies", "dev", "bench")),
    ],
)
def test_what_is_imported_is_declared(folder: str, groups: tuple[str, ...]) -> None:
    packages, known = packages_distributions(), declared(*groups)
    missing = {
        module
        for module in set(imported(folder)) - OURS - set(sys.stdlib_module_names)
        if known.isdisjoint(
            name
            for package in packages.get(module, [module])
            for name in (plain(package), COMES_WITH.get(plain(package), ""))
        )
    }
    assert missing == set()


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_declared_is_locked(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    locked = {plain(line) for line in lines if "==" in line}
    assert declared(*LOCKS[name]) - locked == set(), "run `make lock`"


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-node.txt",
        "frontend/package-lock.json",
    ],
)
def test_lock_files_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    # npm writes addresses for money and for people; those lock nothing.
    text = re.sub(r'"funding": (\{[^}]*\}|\[[^]]*\]|"[^"]*")', "", text)
    lock = [line for line in text.splitlines() if '"url"' not in line and OWN not in line]
    assert [line for line in lock if HOSTS.search(line)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_a_hash(name: str) -> None:
    packages = re.split(r"\n(?=[a-z])", (ROOT / name).read_text(encoding="utf-8"))
    assert [text.partition("==")[0] for text in packages[1:] if "--hash=sha256:" not in text] == []
