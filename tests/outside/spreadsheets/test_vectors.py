"""Every roster of the vectors, line by line, as `expected.json` says."""

import json
from pathlib import Path
from typing import Any

import pytest

from strp.domain.roster.row import Outcome, Severity
from tests.rosters import check_file

VECTORS = Path(__file__).parents[2] / "vectors"
Expected = dict[str, Any]
OFFICES: Expected = json.loads((VECTORS / "rosters" / "expected.json").read_text())
KINDS: Expected = json.loads((VECTORS / "offices" / "expected.json").read_text())
PROGRAMS: Expected = json.loads((VECTORS / "outside" / "expected.json").read_text())["files"]
FILES = [
    *(("rosters", name, expected) for name, expected in OFFICES.items()),
    *(("offices", name, expected) for name, expected in KINDS.items()),
    *(("outside", name, expected) for name, expected in PROGRAMS.items()),
]


@pytest.mark.parametrize(("folder", "name", "expected"), FILES, ids=[name for _, name, _ in FILES])
def test_a_file_is_accounted_for_line_by_line(folder: str, name: str, expected: Expected) -> None:
    _, rows, _ = check_file(VECTORS / folder / name)
    found: dict[Severity, list[object]] = {Severity.ERROR: [], Severity.WARNING: []}
    for problem in (problem for row in rows for problem in row.problems):
        found[problem.severity].append([problem.row, problem.column, problem.code])
    assert {
        "rows": len(rows),
        "accepted": sum(row.outcome is Outcome.SOUND for row in rows),
        "problems": found[Severity.ERROR],
        "warnings": found[Severity.WARNING],
    } == {key: expected.get(key, []) for key in ("rows", "accepted", "problems", "warnings")}


@pytest.mark.parametrize(
    ("folder", "name", "expected"),
    [each for each in FILES if "names" in each[2]],
    ids=[name for _, name, expected in FILES if "names" in expected],
)
def test_a_name_is_cleaned_when_it_comes_in(folder: str, name: str, expected: Expected) -> None:
    _, rows, _ = check_file(VECTORS / folder / name)
    assert [row.worker.name for row in rows if row.worker] == expected["names"]


def test_every_vector_has_its_expectation() -> None:
    for folder, expected in (("rosters", OFFICES), ("offices", KINDS), ("outside", PROGRAMS)):
        files = {path.name for path in (VECTORS / folder).iterdir()}
        assert files - {"README.md", "expected.json"} == expected.keys()
