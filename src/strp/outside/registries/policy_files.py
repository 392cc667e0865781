"""Policy files: YAML on disk, read with the line of every value.

A file is small, and so is what it means: aliases that unfold without end are refused, not unfolded.
"""

from functools import lru_cache
from pathlib import Path

import yaml

from strp.domain.rules.amendment import build_on
from strp.domain.rules.document import Located, PolicyMistake, Unsound
from strp.domain.text import Text
from strp.outside.registries.yaml_mistakes import what_is_meant
from strp.settings import SHIPPED

LARGEST_BYTES = 512 * 1024
MOST_VALUES = 50_000
DEEPEST = 30
_NULL = "tag:yaml.org,2002:null"


def shipped_policies() -> Path:
    """Folder of the policies that come with STRP."""
    return SHIPPED / "policies"


def read_policy_documents(folder: Path) -> tuple[Located, ...] | Unsound:
    """Read every policy file of a folder, by name.

    A file that says `based_on: NAME` takes over what NAME.yaml says and it does not write itself
    (`domain.rules.amendment`).

    Returns:
        The documents, or what makes files unreadable as YAML.
    """
    read = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    documents = {name: item for name, item in read.items() if isinstance(item, Located)}
    mistakes = [item for item in read.values() if isinstance(item, PolicyMistake)]
    mistakes += _left_out(folder)
    if not read:
        mistakes.append(PolicyMistake(folder.name, 0, "-", _NO_FILES))
    built: list[Located] = []
    for document in documents.values():
        found = build_on(document, documents)
        if isinstance(found, Unsound):
            mistakes.extend(found.mistakes)
        else:
            built.append(found)
    return Unsound(tuple(sorted(set(mistakes)))) if mistakes else tuple(built)


def read_case_document(folder: Path) -> Located | Unsound:
    """Read what `strp policy replay` asks: the cases of the folder, or those shipped."""
    own, shipped = (each / "replay" / "cases.yaml" for each in (folder, shipped_policies()))
    found = _read(own if own.is_file() else shipped)
    return found if isinstance(found, Located) else Unsound((found,))


def read_reasons_document(folder: Path) -> Located | Unsound:
    """Read the reasons of decisions: those of the folder, or those shipped."""
    own, shipped = (each / "reasons" / "decisions.yaml" for each in (folder, shipped_policies()))
    found = _read(own if own.is_file() else shipped)
    return found if isinstance(found, Located) else Unsound((found,))


def _left_out(folder: Path) -> list[PolicyMistake]:
    """Files that somebody took for policies, and that the name keeps from being read."""
    ends = ({".yml", ".yaml"}, ".yaml")
    return [
        PolicyMistake(path.name, 0, "-", _OTHER_NAME)
        for path in (sorted(folder.iterdir()) if folder.is_dir() else ())
        if path.suffix.lower() in ends[0] and path.suffix != ends[1]
    ]


def _read(path: Path) -> Located | PolicyMistake:
    try:
        if not path.is_file():  # a pipe would be waited for without end
            return PolicyMistake(path.name, 0, "-", _NO_FILE)
        if path.stat().st_size > LARGEST_BYTES:
            return PolicyMistake(path.name, 0, "-", _TOO_LARGE)
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return PolicyMistake(path.name, 0, "-", _NOT_UTF8)
    except OSError as error:
        return PolicyMistake(path.name, 0, "-", _unreadable(error.strerror or "?"))
    return _document(path.name, text)


# Not by libyaml, which falls off the stack where a file nests deeply; so it takes its time, and a
# text that was read stays read.
@lru_cache(maxsize=64)
def _document(file: str, text: str) -> Located | PolicyMistake:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(node, yaml.MappingNode):
            return PolicyMistake(file, 1, "-", _NOT_A_MAPPING)
        return _Locator(file).locate(node, 0)
    except RecursionError:
        return PolicyMistake(file, 0, "-", _TOO_DEEP)
    except _UnlikeAPolicy as error:
        return PolicyMistake(file, error.line, "-", error.said)
    except yaml.MarkedYAMLError as error:
        return what_is_meant(file, error)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return PolicyMistake(file, line, "-", _NOT_A_CHARACTER)


class _UnlikeAPolicy(Exception):
    """Sound YAML that no policy file needs."""

    def __init__(self, node: yaml.Node, said: Text) -> None:
        super().__init__(said.en)
        self.line, self.said = node.start_mark.line + 1, said


class _Locator:
    """Turns the nodes of one file into values with lines, and counts them: aliases multiply."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._left = MOST_VALUES

    def locate(self, node: yaml.Node, depth: int) -> Located:
        """A value and everything below it."""
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise _UnlikeAPolicy(node, _UNFOLDS)
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return Located(self._fields(node, depth + 1), line, self._file)
        if isinstance(node, yaml.SequenceNode):
            rows = [self.locate(row, depth + 1) for row in node.value]
            return Located(rows, line, self._file)
        if node.tag == _NULL:  # `~` and `null` are no words of a rule
            return Located("", line, self._file)
        return Located(str(node.value), line, self._file)

    def _fields(self, node: yaml.MappingNode, depth: int) -> dict[str, Located]:
        fields: dict[str, Located] = {}
        for key, value in node.value:
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode):
                raise _UnlikeAPolicy(key, _NO_NAME)
            if name == "<<":
                raise _UnlikeAPolicy(key, _NO_MERGING)
            if name in fields:
                raise _UnlikeAPolicy(key, _twice(name, fields[name].line))
            fields[name] = self.locate(value, depth)
        return fields


def _twice(name: str, line: int) -> Text:
    return Text(
        f"'{name[:40]}' sudah ada di baris {line}.",
        f"'{name[:40]}' is there in line {line} already.",
    )


def _unreadable(why: str) -> Text:
    return Text(f"Tidak dapat dibaca: {why}.", f"Cannot be read: {why}.")


_NO_FILES = Text("Tidak ada berkas aturan di sini.", "There are no policy files here.")
_NOT_A_MAPPING = Text("Harus berisi bidang-bidang.", "Must hold fields.")
_NOT_UTF8 = Text("Harus ditulis dalam UTF-8.", "Must be written in UTF-8.")
_TOO_LARGE = Text(
    f"Lebih besar dari {LARGEST_BYTES // 1024} KB. Berkas aturan hanya berisi teks aturan.",
    f"Is larger than {LARGEST_BYTES // 1024} KB. A policy file holds rules in text, nothing else.",
)
_TOO_DEEP = Text("Terlalu banyak lapisan bersarang.", "Is nested too deeply.")
_UNFOLDS = Text(
    f"Lebih dari {MOST_VALUES} nilai atau {DEEPEST} lapisan; alias (*nama) dihitung setiap kali.",
    f"Holds more than {MOST_VALUES} values or {DEEPEST} levels; aliases (*name) count each time.",
)
_NO_NAME = Text("Nama bidang harus berupa satu kata.", "The name of a field must be a word.")
_NO_MERGING = Text(
    "Penggabungan (<<) tidak dibaca. Pakai alias sebagai nilai utuh, atau based_on dan amend.",
    "Merging (<<) is not read. Use an alias as a whole value, or based_on and amend.",
)
_OTHER_NAME = Text(
    "Tidak dibaca: nama berkas aturan berakhir dengan .yaml (huruf kecil).",
    "Is not read: the name of a policy file ends in .yaml (lower case).",
)
_NO_FILE = Text("Bukan berkas.", "Is no file.")
_NOT_A_CHARACTER = Text(
    "Ada karakter yang tidak boleh ada di berkas teks; hapus, atau ketik ulang baris ini.",
    "Holds a character that no text file has; remove it, or type the line anew.",
)
