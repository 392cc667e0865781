"""An editor's JSON Schema and `policy check` refuse the same broken files, found by breaking the
shipped ones; what only one of them sees is told in docs/policies.md."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strp.domain.rules.amendment import build_on
from strp.domain.rules.document import Located, Unsound
from strp.domain.rules.json_schema import policy_schema
from strp.domain.rules.reading import read_policy
from strp.outside.registries.policy_files import shipped_policies
from tests.domain.rules.test_json_schema import Dates

jsonschema = pytest.importorskip("jsonschema")
yaml = pytest.importorskip("yaml")

EVERY = Path(__file__).parent / "every-field.yaml"
FILES = {
    path.stem: yaml.load(path.read_text("utf-8"), Loader=Dates)
    for path in (*sorted(shipped_policies().glob("*.yaml")), EVERY)
}
SCHEMA = jsonschema.Draft7Validator(
    policy_schema(), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
)
GONE = object()
VALUES: tuple[Any, ...] = (
    GONE,
    None,
    "",
    "  ",
    "x",
    "Kata Besar",
    "unlimited",
    "today",
    "groups",
    "2021-02-30",
    "1999-12-31",
    "9999-12-31",
    "24:00",
    "07:60",
    "99",
    "123456",
    -1,
    0,
    7,
    101,
    100_000,
    True,
    False,
    [],
    ["x"],
    [{}],
    {},
    {"id": "a"},
    {"remove": True},
)
BEYOND_A_SCHEMA: tuple[str, ...] = (
    "There is no sector of this code",
    "There is no group of this code",
    "There is no document of this code",
    "There is no file of this name",
    "Was there before",
    "Is earlier than the first day",
    "Must be later than opens",
    "Equals opens",
    "The hours must follow each other",
    "Two rules of this kind hold on the same day",
    "names: ",
    "Nobody passes here",
    "Another group has one of these words",
    "This edition is mapped",
    "No row of mappings is of this edition",
    "This field is written outside amend",
    "No rule has these days and from",
    "Several entries match",
    "There is nothing to remove",
)
"""What refers to another entry, or compares two: the docs name these."""
OF_ANOTHER_FILE = (
    "Is required, but not there",
    "An exercise follows today",
    "Must be a day",
    "The decision auto needs a sector",
    "has no such division",
    "Write notice_hours",
    "Only for a sector with class: exempt",
    "There is no field of this name",
    "Must hold fields",
    "Must be a list",
    "The list must not be empty",
)
"""What only who has the other file knows of a change (`amend`): whether an entry is there, and what
else it says."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something can be changed; the first three entries of a list stand for all."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value[:3]):
            yield from places(each, (*path, number))


PLACES = [(name, path) for name, document in FILES.items() for path in places(document)]


def broken(name: str, path: tuple[Any, ...], to: Any) -> Any:
    document = copy.deepcopy(FILES[name])
    inside = document
    for step in path[:-1]:
        inside = inside[step]
    if to is GONE:
        del inside[path[-1]]
    elif to == "twice":
        if isinstance(inside, list):
            inside.append(copy.deepcopy(inside[path[-1]]))
    elif to == "other name":
        if isinstance(inside, dict):
            inside[f"{path[-1]}x"] = inside.pop(path[-1])
    else:
        inside[path[-1]] = to
    return document


def with_lines(value: Any) -> Located:
    match value:
        case dict():
            return Located({name: with_lines(each) for name, each in value.items()}, 1, "x.yaml")
        case list():
            return Located([with_lines(each) for each in value], 1, "x.yaml")
        case None:
            return Located("", 1, "x.yaml")
        case bool():
            return Located(str(value).lower(), 1, "x.yaml")
        case _:
            return Located(str(value), 1, "x.yaml")


BASES = {name: with_lines(document) for name, document in FILES.items()}


def check(name: str, document: Any) -> list[str]:
    built = build_on(with_lines(document), BASES)
    found = built if isinstance(built, Unsound) else read_policy(built)
    return [each.text.en for each in found.mistakes] if isinstance(found, Unsound) else []


def is_told_in_the_docs(name: str, path: tuple[Any, ...], sentences: list[str]) -> bool:
    """Whether each sentence is one that no schema can say of this file."""
    known = BEYOND_A_SCHEMA
    if "amend" in path or "based_on" in FILES[name]:
        known += OF_ANOTHER_FILE
    return all(any(each in said for each in known) for said in sentences)


def is_spelling(to: Any, before: Any) -> bool:
    """Whether a value lacks its quotation marks, or has them where there are none: the check reads
    the text that stands there, the schema what YAML makes of it."""
    words = all(isinstance(each, str | int) for each in (to, before))
    return words and type(to) is not type(before)


def was_at(name: str, path: tuple[Any, ...]) -> Any:
    found = FILES[name]
    for step in path:
        found = found[step]
    return found


def compare(name: str, path: tuple[Any, ...], to: Any) -> None:
    document = broken(name, path, to)
    sentences, errors = check(name, document), [*SCHEMA.iter_errors(document)]
    said = (name, path, to, sentences[:3], [each.message[:200] for each in errors[:3]])
    if errors and not sentences and not is_spelling(to, was_at(name, path)):
        raise AssertionError(f"only the schema refuses: {said}")
    if sentences and not errors:
        assert is_told_in_the_docs(name, path, sentences), f"only the check refuses: {said}"


SHAPES = [
    *{
        (name, *(0 if isinstance(step, int) else step for step in path)): (name, path)
        for name, path in reversed(PLACES)
        if "based_on" in FILES[name] or name in {"every-field", "latihan"}
    }.values()
]
CHANGES = (*VALUES, "twice", "other name")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(SHAPES), st.sampled_from(CHANGES))
def test_both_refuse_the_same_broken_files(place: tuple[str, Any], to: Any) -> None:
    compare(*place, to)


@pytest.mark.drill
@pytest.mark.parametrize("name", FILES)
def test_both_refuse_the_same_in_every_place_of_every_file(name: str) -> None:
    """Some 50,000 broken files, 20 minutes."""
    for place in PLACES:
        if place[0] == name:
            for to in CHANGES:
                compare(*place, to)


def test_every_shipped_file_passes_both() -> None:
    for name, document in FILES.items():
        assert check(name, document) == []
        assert SCHEMA.is_valid(document)


def test_what_only_the_check_sees_is_told_in_the_docs() -> None:
    page = (shipped_policies().resolve().parent / "docs" / "policies.md").read_text("utf-8")
    told = " ".join(page.split())
    for sentence in (*BEYOND_A_SCHEMA, *OF_ANOTHER_FILE):
        assert f"“{sentence.strip(': ')}" in told, sentence
