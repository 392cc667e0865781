"""Finds every error that the source can raise, by reading the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from strp.domain import errors
from strp.domain.waiting_room.ticket import TokenFault, Turn, token_refused

SOURCE = Path(errors.__file__).resolve().parents[1]
KINDS = {
    name
    for name, thing in vars(errors).items()
    if isinstance(thing, type) and issubclass(thing, errors.StrpError)
}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ErrorCode(NamedTuple):
    """One code, the kind of error it comes with, and the sentence where it can be told."""

    code: str
    kind: str
    sentence: str


def find_error_codes() -> list[ErrorCode]:
    """Every code in the source, by name."""
    found: dict[str, ErrorCode] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = _with_words(ast.parse(path.read_text(encoding="utf-8")))
        texts = _named_texts(tree)
        for error in _errors(tree, texts):
            if error.sentence or error.code not in found:
                found[error.code] = error
    for fault in (*TokenFault, Turn.LAPSED, Turn.EXPIRED, Turn.OTHER_LANE):
        error = token_refused(fault)
        found[error.code] = ErrorCode(error.code, type(error).__name__, error.text.en)
    return [found[code] for code in sorted(found)]


def _with_words(tree: ast.Module) -> ast.Module:
    """The module with the names of its own words replaced by the words."""
    words = {
        name.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(name, ast.Name)
    }

    class Replace(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return words.get(node.id, node) if isinstance(node.ctx, ast.Load) else node

    return Replace().visit(tree)


def _errors(tree: ast.Module, texts: dict[str, str]) -> Iterator[ErrorCode]:
    makers = _makers(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from _listed(node, texts)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "_trouble":  # a row of `store/engine/troubles.py`
            for code in _plain_codes(node.args[0]):
                yield ErrorCode(code, "Unavailable", _written(node.args[3]))
        elif node.func.id in KINDS:
            for code, sentence in _codes(node, texts):
                yield ErrorCode(code, node.func.id, sentence)
        elif node.func.id in makers and node.args:
            for code in _plain_codes(node.args[0]):
                yield ErrorCode(code, makers[node.func.id], "")


def _listed(node: ast.Dict, texts: dict[str, str]) -> Iterator[ErrorCode]:
    """The errors of a dictionary `{code: (kind, text)}`."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(value, ast.Tuple):
            kind = getattr(value.elts[0], "id", "")
            if kind in KINDS:
                yield ErrorCode(str(key.value), kind, _sentence(value.elts[1], texts))


def _makers(tree: ast.Module) -> dict[str, str]:
    """Functions that make an error whose code is their first argument, and its kind."""
    found = {}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        first = function.args.args[0].arg if function.args.args else None
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS and node.args:
                code = node.args[0]
                if isinstance(code, ast.Name) and code.id == first:
                    found[function.name] = node.func.id  # type: ignore[attr-defined]
    return found


def _codes(call: ast.Call, texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The codes of one raise: plain, or both of a choice."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Starred):
        for pair in (node for node in ast.walk(first) if isinstance(node, ast.Tuple)):
            for code in _plain_codes(pair.elts[0]):
                yield code, _sentence(pair.elts[1], texts)
    elif first is not None:
        sentence = _sentence(call.args[1], texts) if len(call.args) > 1 else ""
        for code in _plain_codes(first):
            yield code, sentence


def _plain_codes(node: ast.expr) -> list[str]:
    constants = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    return [value for value in constants if isinstance(value, str) and CODE.fullmatch(value)]


def _named_texts(tree: ast.Module) -> dict[str, str]:
    named = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named[node.targets[0].id] = _sentence(node.value, {})
    return named


def _sentence(node: ast.expr, texts: dict[str, str]) -> str:
    """The English of a `Text`, with … where a value comes in; empty where it cannot be told."""
    if isinstance(node, ast.Name):
        return texts.get(node.id, "")
    if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Text", "_text"}):
        return ""
    english = [word.value for word in node.keywords if word.arg == "en"] or node.args[1:2]
    return _written(english[0]) if english else ""


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        return "".join(str(part) for part in parts)
    return ""
