"""Policy files: YAML on disk, read with the line of every value."""

from pathlib import Path

import yaml

from strp.domain.rules.document import Located, PolicyMistake, Unsound
from strp.domain.text import Text
from strp.settings import SHIPPED

BASED_ON = "based_on"


def shipped_policies() -> Path:
    """Folder of the policies that come with STRP."""
    return SHIPPED / "policies"


def read_policy_documents(folder: Path) -> tuple[Located, ...] | Unsound:
    """Read every policy file of a folder, by name.

    A file that says `based_on: NAME` takes over each part of NAME.yaml that it does not write
    itself.

    Returns:
        The documents, or what makes files unreadable as YAML.
    """
    read = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    documents = {name: item for name, item in read.items() if isinstance(item, Located)}
    mistakes = [item for item in read.values() if isinstance(item, PolicyMistake)]
    if not read:
        mistakes.append(PolicyMistake(folder.name, 0, "-", _NO_FILES))
    joined = [_join(document, documents) for document in documents.values()]
    mistakes += [item for item in joined if isinstance(item, PolicyMistake)]
    if mistakes:
        return Unsound(tuple(sorted(set(mistakes))))
    return tuple(item for item in joined if isinstance(item, Located))


def _read(path: Path) -> Located | PolicyMistake:
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
        if not isinstance(node, yaml.MappingNode):
            return PolicyMistake(path.name, 1, "-", _NOT_A_MAPPING)
        return _locate(node, path.name)
    except UnicodeDecodeError:
        return PolicyMistake(path.name, 0, "-", _NOT_UTF8)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        return PolicyMistake(path.name, line, "-", _not_yaml(error.problem or "syntax"))
    except yaml.YAMLError as error:
        return PolicyMistake(path.name, 0, "-", _not_yaml(str(error)))


def _locate(node: yaml.Node, file: str) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Located(_fields(node, file), line, file)
    if isinstance(node, yaml.SequenceNode):
        return Located([_locate(row, file) for row in node.value], line, file)
    return Located(str(node.value), line, file)


def _fields(node: yaml.MappingNode, file: str) -> dict[str, Located]:
    fields: dict[str, Located] = {}
    for key, value in node.value:
        if key.value in fields:
            raise yaml.MarkedYAMLError(
                problem=f"'{key.value}' is there twice", problem_mark=key.start_mark
            )
        fields[str(key.value)] = _locate(value, file)
    return fields


def _join(document: Located, documents: dict[str, Located]) -> Located | PolicyMistake:
    assert isinstance(document.value, dict)
    own = dict(document.value)
    base_name = own.pop(BASED_ON, None)
    if base_name is None:
        return document
    base = documents.get(str(base_name.value))
    if base is None or not isinstance(base.value, dict) or BASED_ON in base.value:
        return PolicyMistake(document.file, base_name.line, BASED_ON, _NO_BASE)
    return document._replace(value={**base.value, **own})


def _not_yaml(problem: str) -> Text:
    return Text(f"Bukan YAML yang benar: {problem}.", f"Is not sound YAML: {problem}.")


_NO_FILES = Text("Tidak ada berkas aturan di sini.", "There are no policy files here.")
_NOT_A_MAPPING = Text("Harus berisi bidang-bidang.", "Must hold fields.")
_NOT_UTF8 = Text("Harus ditulis dalam UTF-8.", "Must be written in UTF-8.")
_NO_BASE = Text(
    "Tidak ada berkas dengan nama ini yang berdiri sendiri.",
    "There is no file of this name that stands by itself.",
)
