"""Every roster of the vectors, line by line, as `expected.json` says."""

import json
from pathlib import Path
from typing import Any

import pytest

from strp.domain.errors import StrpError
from strp.domain.roster.row import Outcome, Severity
from tests.rosters import check_file

VECTORS = Path(__file__).parents[2] / "vectors"
Expected = dict[str, Any]
OFFICES: Expected = json.loads((VECTORS / "rosters" / "expected.json").read_text())
KINDS: Expected = json.loads((VECTORS / "offices" / "expected.json").read_text())
PROGRAMS: Expected = json.loads((VECTORS / "outside" / "expected.json").read_text())["files"]
WRITERS: Expected = json.loads((VECTORS / "writers" / "expected.json").read_text())
REFUSED = [(name, told["refused"]) for name, told in WRITERS.items() if "refused" in told]
FILES = [
    *(("rosters", name, expected) for name, expected in OFFICES.items()),
    *(("offices", name, expected) for name, expected in KINDS.items()),
    *(("outside", name, expected) for name, expected in PROGRAMS.items()),
    *(("writers", name, told) for name, told in WRITERS.items() if "refused" not in told),
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


@pytest.mark.parametrize(("name", "code"), REFUSED, ids=[name for name, _ in REFUSED])
def test_a_file_of_another_kind_is_refused_as_what_it_is(name: str, code: str) -> None:
    with pytest.raises(StrpError) as refused:
        check_file(VECTORS / "writers" / name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "told"), [(name, told) for name, told in WRITERS.items() if "read" in told]
)
def test_a_cell_is_read_as_whoever_wrote_it_means_it(name: str, told: Expected) -> None:
    _, rows, _ = check_file(VECTORS / "writers" / name)
    for field, values in told["read"].items():
        assert [getattr(row.worker, field) for row in rows if row.worker] == values


@pytest.mark.parametrize(
    ("name", "told"), [(name, told) for name, told in WRITERS.items() if "notes" in told]
)
def test_what_is_unusual_of_a_sheet_is_said(name: str, told: Expected) -> None:
    file, _, _ = check_file(VECTORS / "writers" / name)
    assert sorted({note.code for note in file.notes}) == told["notes"]


def test_every_vector_has_its_expectation() -> None:
    folders = {"rosters": OFFICES, "offices": KINDS, "outside": PROGRAMS, "writers": WRITERS}
    for folder, expected in folders.items():
        files = {path.name for path in (VECTORS / folder).iterdir()}
        assert files - {"README.md", "expected.json"} == expected.keys()
