"""Policy files as text: lines, takeovers, and files that are no YAML."""

from pathlib import Path

from strp.domain.rules.document import Located, Unsound
from strp.outside.registries.policy_files import read_policy_documents


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
    assert found.value == {"x": Located("1", 1, "a.yaml"), "y": Located("3", 2, "b.yaml")}


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
