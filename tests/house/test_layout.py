"""The house: sizes, names and layers that hold for every file."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.py")
)
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "core", "manager", "misc"}


def test_no_file_is_longer_than_400_lines() -> None:
    lines = {named(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    lines = {f"{named(path)} {name}": count for path in SOURCES for name, count in functions(path)}
    assert {name: count for name, count in lines.items() if count > MOST_FUNCTION_LINES} == {}


def test_every_file_says_what_it_is_by_its_name() -> None:
    vague = [path for path in SOURCES if not VAGUE.isdisjoint({path.stem, path.parent.name})]
    assert [named(path) for path in vague] == []


def test_work_of_one_kind_never_waits_for_another_in_the_threads_that_all_share() -> None:
    shared = [
        f"{named(path)}:{call.lineno}"
        for path in (ROOT / "src").rglob("*.py")
        if "rehearsal" not in path.parts  # a process of its own, where nobody else waits
        for call in calls_of_shared_threads(path)
    ]
    assert shared == []  # use `OwnThreads`


def calls_of_shared_threads(path: Path) -> Iterator[ast.Call]:
    """Calls of `asyncio.to_thread`, and of `run_in_executor` without an executor."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        first = node.args[0] if node.args else None
        is_none = isinstance(first, ast.Constant) and first.value is None
        if called == "to_thread" or (called == "run_in_executor" and is_none):
            yield node


ADDRESS = re.compile(r"^\^?/[a-z]|\b(GET|POST|PUT) /|https?://")
TOLD = {
    "domain/certificates/handing_out.py",
    "domain/desk/objection.py",
    "domain/employers/closure.py",
    "domain/notices/desk_letters.py",
    "domain/notices/letters.py",
    "domain/notices/notice_letters.py",
}
"""Texts that tell their reader where to go; nothing is decided by these."""


def test_no_rule_knows_an_address() -> None:
    domain = ROOT / "src" / "strp" / "domain"
    found = {
        str(path.relative_to(domain.parent))
        for path in domain.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ADDRESS.search(node.value)
    }
    assert found - TOLD == set()


def test_who_issues_is_asked_of_one_value() -> None:
    reading = {
        str(path.relative_to(ROOT / "src" / "strp"))
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node).endswith(("settings.issuer", "settings.issuer_name"))
    }
    assert reading == set()  # `System.authority`, or where there is none `Settings.authority`


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_go_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function with its number of lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


SUPERVISES = {"every", "keep", "loops"}
STARTED = {"front/pipeline.py", "wiring/parts.py", "worker.py"}


def test_what_a_process_keeps_doing_is_started_by_the_supervisor_where_it_is_looked_for() -> None:
    source = ROOT / "src" / "strp"
    starting = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"\bside_by_side\(", path.read_text(encoding="utf-8"))
    }
    endless = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef)
        and node.name.endswith("_forever")
        and not any(
            isinstance(call, ast.Attribute) and call.attr in SUPERVISES for call in ast.walk(node)
        )
    }
    assert starting == STARTED | {"usecases/process/supervise.py"}
    assert endless == set()
