"""Policy files as text: lines, takeovers, and files that are no YAML."""

from pathlib import Path

import pytest

from strp.domain.rules.document import Located, Plain, Unsound, plain
from strp.outside.registries.policy_files import LARGEST_BYTES, read_policy_documents


def documents(folder: Path, **files: str) -> dict[str, Located]:
    found = read(folder, **files)
    assert not isinstance(found, Unsound)
    return {document.file: document for document in found}


def mistakes(folder: Path, **files: str) -> list[tuple[str, int]]:
    found = read(folder, **files)
    assert isinstance(found, Unsound)
    return [(m.file, m.line) for m in found.mistakes]


def read(folder: Path, **files: str) -> tuple[Located, ...] | Unsound:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return read_policy_documents(folder)


def test_every_value_keeps_its_line_and_its_spelling(tmp_path: Path) -> None:
    found = documents(tmp_path, a="# note\nopens: 07:30\nyes: no\n")["a.yaml"]
    assert found.value == {
        "opens": Located("07:30", 2, "a.yaml"),
        "yes": Located("no", 3, "a.yaml"),
    }


def test_a_file_takes_over_what_it_does_not_write_itself(tmp_path: Path) -> None:
    found = documents(tmp_path, a="x: 1\ny: 2\n", b="based_on: a\ny: 3\n")["b.yaml"]
    assert isinstance(found.value, dict)
    assert found.value["x"] == Located("1", 1, "a.yaml")
    assert found.value["y"] == Located("3", 2, "b.yaml")


def test_a_takeover_from_nowhere_is_named(tmp_path: Path) -> None:
    assert mistakes(tmp_path, b="x: 1\nbased_on: a\n") == [("b.yaml", 2)]


def test_takeovers_do_not_go_round_in_a_circle(tmp_path: Path) -> None:
    found = mistakes(tmp_path, a="based_on: b\n", b="based_on: a\n")
    assert found == [("a.yaml", 1), ("b.yaml", 1)]


def test_broken_yaml_is_named_by_line(tmp_path: Path) -> None:
    assert mistakes(tmp_path, a="x: 1\ny: [1\nz: 2\n", b="x: {\n") == [
        ("a.yaml", 3),
        ("b.yaml", 2),
    ]


def test_a_field_that_is_there_twice_is_named(tmp_path: Path) -> None:
    assert mistakes(tmp_path, a="x: 1\ny: 2\nx: 3\n") == [("a.yaml", 3)]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("x: é".encode("cp1252"))
    assert mistakes(tmp_path) == [("a.yaml", 0)]


def test_a_list_is_no_policy(tmp_path: Path) -> None:
    assert mistakes(tmp_path, a="- x\n") == [("a.yaml", 1)]


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path)) == 1


def test_a_change_of_a_change_builds_on_both(tmp_path: Path) -> None:
    found = documents(
        tmp_path, a="x: 1\ny: 2\nz: 4\n", b="based_on: a\ny: 3\n", c="based_on: b\nz: 5\n"
    )["c.yaml"]
    assert plain(found) == {"x": "1", "y": "3", "z": "5", "based_on": ["b", "a"]}


BASE = "sectors:\n- {code: A, caps: {service: 50, administration: 25}}\n- {code: B, x: 1}\n"


def amended(folder: Path, change: str) -> Plain:
    found = documents(folder, a=BASE, b=f"based_on: a\namend:\n  sectors:\n{change}")["b.yaml"]
    document = plain(found)
    assert isinstance(document, dict)
    return document["sectors"]


def test_an_amendment_changes_one_field_of_one_entry(tmp_path: Path) -> None:
    assert amended(tmp_path, "  - {code: A, caps: {administration: 10}}\n") == [
        {"code": "A", "caps": {"service": "50", "administration": "10"}},
        {"code": "B", "x": "1"},
    ]


def test_an_amendment_adds_and_removes_entries(tmp_path: Path) -> None:
    change = "  - {code: B, remove: true}\n  - {code: C, x: 2}\n"
    assert [row["code"] for row in amended(tmp_path, change)] == ["A", "C"]  # type: ignore[index, call-overload, union-attr]


@pytest.mark.parametrize(
    "files",
    [
        {"b": "x: 1\namend:\n  y: 2\n"},
        {"a": BASE, "b": "based_on: a\namend:\n  sectors:\n  - {code: Z, remove: true}\n"},
        {"a": "x: 1\n", "b": "based_on: aa\n"},
        {"a": "based_on: a\n"},
    ],
)
def test_an_amendment_of_nothing_is_named(tmp_path: Path, files: dict[str, str]) -> None:
    (found, *_) = mistakes(tmp_path, **files)
    assert found[1] > 0


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text", [BOMB, "a: &a [*a]\n", "[" * 5000, "a: " + "{b: " * 200 + "1" + "}" * 200]
)
def test_what_unfolds_without_end_is_refused_at_once(tmp_path: Path, text: str) -> None:
    ((file, _),) = mistakes(tmp_path, bomb=text)
    assert file == "bomb.yaml"


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    assert mistakes(tmp_path, big="#" * (LARGEST_BYTES + 1)) == [("big.yaml", 0)]
