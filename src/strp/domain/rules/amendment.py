"""A policy file that builds on another: it says what changes, and the rest is taken over.

`based_on: NAME` takes over every top-level field that the file does not write itself. Below `amend`
a file names single entries of what it takes over: a mapping is changed field by field; an entry of
a list is found by its code, then changed field by field, added where it is not there, or taken out
with `remove: true`. Anything else that is written takes the place of what was there. A file may
build on one that builds on another; the document keeps the names of all of them in `based_on`, the
nearest first.
"""

from collections.abc import Mapping, Sequence

from strp.domain.rules.document import Located, PolicyMistake, Unsound
from strp.domain.rules.meant import meant_yes
from strp.domain.rules.words import did_you_mean
from strp.domain.text import Text

BASED_ON = "based_on"
AMEND = "amend"
REMOVE = "remove"
OWN = frozenset({BASED_ON, "id", "title", "effective_from", "effective_until", "citations"})
"""Fields that are never taken over: a policy says itself what it is and on what it rests."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "exempt": ("code",),
    "urgent_needs": ("code",),
    "sectors": ("code",),
    "kbli.mappings": ("edition", "prefix"),
    "kbli.bridges": ("edition",),
    "kbli.bridges.rows": ("prefix",),
    "territory.outside.issuers": ("code",),
    "documents": ("code",),
    "holidays": ("on",),
    "checkpoints": ("code", "days", "from"),
    "worker_documents": ("document",),
}
"""What names an entry of a list; other lists are written whole."""


def build_on(document: Located, documents: Mapping[str, Located]) -> Located | Unsound:
    """The whole document of a file that may build on others.

    Args:
        document: as its file says it.
        documents: every file of the folder by its name, as it is written.

    Returns:
        The document with all fields, each value with the file and line where it stands, or what
        keeps it from being built.
    """
    assert isinstance(document.value, dict)
    chain, lines = [document], [document.value]
    names: list[Located] = []
    while BASED_ON in lines[-1]:
        named = lines[-1][BASED_ON]
        base = documents.get(named.value) if isinstance(named.value, str) else None
        if base is None or not isinstance(base.value, dict):
            known = [*documents]
            return _refused(named, BASED_ON, did_you_mean(_NO_BASE, str(named.value), known))
        if any(base is each for each in chain):
            return _refused(named, BASED_ON, _CIRCLE)
        chain.append(base)
        lines.append(base.value)
        names.append(named)
    if AMEND in lines[-1]:
        return _refused(lines[-1][AMEND], AMEND, _AMENDS_NOTHING)
    mistakes: list[PolicyMistake] = []
    built = dict(lines[-1])
    for fields in reversed(lines[:-1]):
        built = {name: value for name, value in built.items() if name not in OWN}
        amended = fields.get(AMEND)
        if amended is not None:
            _note_written_twice(amended, fields, mistakes)
            whole = Located(built, amended.line, amended.file)
            changed = _amended(whole, amended, AMEND, "", mistakes).value
            if not isinstance(changed, dict):
                return _refused(amended, AMEND, _NOT_FIELDS)
            built = changed
        built |= {name: value for name, value in fields.items() if name not in {AMEND, BASED_ON}}
    if names:
        built[BASED_ON] = Located(names, names[0].line, names[0].file)
    return Unsound(tuple(mistakes)) if mistakes else document._replace(value=built)


def _note_written_twice(
    amended: Located, fields: Mapping[str, Located], mistakes: list[PolicyMistake]
) -> None:
    """What stands outside `amend` takes the place of what stands in it, so it stands in one."""
    for name, change in amended.value.items() if isinstance(amended.value, dict) else ():
        if name in OWN:
            mistakes.append(_mistake(change, f"{AMEND}.{name}", _NOT_TAKEN_OVER))
        elif name in fields:
            mistakes.append(_mistake(change, f"{AMEND}.{name}", _TWICE))


def _amended(
    base: Located, change: Located, path: str, name: str, mistakes: list[PolicyMistake]
) -> Located:
    """A value after a change of parts of it."""
    if isinstance(base.value, dict) and isinstance(change.value, dict):
        fields = dict(base.value)
        for field, value in change.value.items():
            before, below = fields.get(field), f"{path}.{field}"
            inner = f"{name}.{field}" if name else field
            if before is None:
                fields[field] = value
            else:
                fields[field] = _amended(before, value, below, inner, mistakes)
        return Located(fields, change.line, change.file)
    if name in KEYS and isinstance(base.value, list) and isinstance(change.value, list):
        return _amended_list(base.value, change, path, name, mistakes)
    return change


def _amended_list(
    rows: Sequence[Located],
    change: Located,
    path: str,
    name: str,
    mistakes: list[PolicyMistake],
) -> Located:
    assert isinstance(change.value, list)
    result, key = list(rows), KEYS[name]
    for number, entry in enumerate(change.value, start=1):
        below = f"{path}[{number}]"
        found = [place for place, row in enumerate(result) if _same(row, entry, key)]
        if len(found) > 1:
            mistakes.append(_mistake(entry, below, _SEVERAL))
        elif _removes(entry):
            _note_more_than_removal(entry, below, key, mistakes)
            if not found:
                mistakes.append(_mistake(entry, below, _NOT_THERE))
            for place in found:
                del result[place]
        elif found:
            result[found[0]] = _amended(result[found[0]], entry, below, name, mistakes)
        else:
            _note_parts_of_new(rows, entry, below, key, mistakes)
            result.append(entry)
    return Located(result, change.line, change.file)


def _note_parts_of_new(
    rows: Sequence[Located],
    entry: Located,
    path: str,
    key: tuple[str, ...],
    mistakes: list[PolicyMistake],
) -> None:
    """A rule that stands beside one of its code is written whole: say so where it is not, since
    whoever wrote `days` meant to change the one that is there."""
    first, *others = key
    if key != KEYS["checkpoints"] or not isinstance(entry.value, dict):
        return
    if not any(other in entry.value for other in others):
        return
    code = {first: entry.value[first]} if first in entry.value else {}
    if any(_same(row, Located(code, 0, ""), key) for row in rows) and not {*entry.value} >= _WHOLE:
        mistakes.append(_mistake(entry, path, _WRITE_WHOLE))


def _same(row: Located, entry: Located, key: tuple[str, ...]) -> bool:
    """Whether an entry of a change names a row; what the entry leaves open is not compared."""
    if not isinstance(row.value, dict) or not isinstance(entry.value, dict):
        return False
    first, *_ = key
    named = [field for field in key if field in entry.value or field == first]
    return all(_words(row.value.get(field)) == _words(entry.value.get(field)) for field in named)


def _words(node: Located | None) -> tuple[str, ...]:
    match node.value if node else None:
        case str() as text:
            return (text,)
        case list() as rows:
            return tuple(str(row.value) for row in rows)
        case _:
            return ()


def _removes(entry: Located) -> bool:
    flag = entry.value.get(REMOVE) if isinstance(entry.value, dict) else None
    return flag is not None and isinstance(flag.value, str) and meant_yes(flag.value) == "true"


def _note_more_than_removal(
    entry: Located, path: str, key: tuple[str, ...], mistakes: list[PolicyMistake]
) -> None:
    """What is taken out is named, and nothing else is said of it."""
    assert isinstance(entry.value, dict)
    flag = entry.value[REMOVE]
    if flag.value != "true":
        mistakes.append(_mistake(flag, f"{path}.{REMOVE}", _WRITE_TRUE))
    for name, value in entry.value.items():
        if name not in {*key, REMOVE}:
            mistakes.append(_mistake(value, f"{path}.{name}", _WITH_REMOVE))


def _mistake(node: Located, path: str, text: Text) -> PolicyMistake:
    return PolicyMistake(node.file, node.line, path, text)


def _refused(node: Located, path: str, text: Text) -> Unsound:
    return Unsound((_mistake(node, path, text),))


_NO_BASE = Text("Tidak ada berkas dengan nama ini.", "There is no file of this name.")
_CIRCLE = Text(
    "Berkas-berkas ini saling mendasari; satu harus berdiri sendiri.",
    "These files build on each other in a circle; one must stand by itself.",
)
_AMENDS_NOTHING = Text(
    "amend hanya dapat dipakai bersama based_on.", "amend goes with based_on, and only there."
)
_NOT_FIELDS = Text("Harus berisi bidang-bidang (nama: nilai).", "Must hold fields (name: value).")
_NOT_TAKEN_OVER = Text(
    "Bidang ini tidak diambil dari berkas lain: tulis di luar amend.",
    "This field is not taken over from another file: write it outside amend.",
)
_TWICE = Text(
    "Bidang ini juga ditulis di luar amend, dan itu yang berlaku. Hapus salah satu.",
    "This field is written outside amend as well, and that counts. Remove one of them.",
)
_WRITE_TRUE = Text("Tulis true.", "Write true.")
_WITH_REMOVE = Text(
    "Entri ini dihapus: jangan tulis apa pun selain kodenya.",
    "This entry is taken out: write nothing but its code.",
)
_WHOLE = frozenset({"name", "windows", "citation"})
_WRITE_WHOLE = Text(
    "Tidak ada aturan dengan days dan from ini, jadi ini aturan baru: tulis utuh (name, windows, "
    "citation). Untuk mengganti yang ada: hapus dulu ({code: …, remove: true}), lalu tulis aturan "
    "untuk setiap hari.",
    "No rule has these days and from, so this is a new one: write it whole (name, windows, "
    "citation). To replace the one that is there: take it out first ({code: …, remove: true}), "
    "then write rules for all days.",
)
_SEVERAL = Text(
    "Beberapa entri cocok; sebut juga days dan from, atau tulis daftarnya secara utuh.",
    "Several entries match; name days and from as well, or write the whole list.",
)
_NOT_THERE = Text("Tidak ada yang dapat dihapus.", "There is nothing to remove.")
