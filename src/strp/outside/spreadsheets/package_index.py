"""Follows the index of an XLSX package to its workbook and sheets, whatever they are called.

Names of parts and of XML prefixes are free; only the relations say which part is which. Strict and
transitional packages differ in their namespaces alone, so local names decide.

Source: ECMA-376 part 2 (packages), part 1, 12.3 (workbook and worksheets).
"""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

_FIRST = "_rels/.rels"
USUAL_WORKBOOK = "xl/workbook.xml"


class SheetPart(NamedTuple):
    """A sheet of a workbook: its name, its part, and what of the index stands for it."""

    name: str
    part: str
    state: str


class XlsxIndex(NamedTuple):
    """Where the parts of a workbook are.

    Args:
        workbook: part of the workbook.
        sheets: in their order.
        strings: part of the shared strings, or None.
        styles: part of the styles, or None.
        is_usual: whether all parts are where most programs put them.
        dates_from_1904: whether days are counted from 1904.
    """

    workbook: str
    sheets: tuple[SheetPart, ...]
    strings: str | None
    styles: str | None
    is_usual: bool
    dates_from_1904: bool


def read_index(package: zipfile.ZipFile) -> XlsxIndex | None:
    """The index of a package, or None where it holds no workbook.

    Raises:
        KeyError: a part that the index names is missing.
        ElementTree.ParseError: a part is no XML.
    """
    names = {_plain(part.filename).lower(): part.filename for part in package.infolist()}
    workbook = _workbook(package, names)
    if workbook is None:
        return None
    folder, file = posixpath.split(_plain(workbook))
    relations = names.get(posixpath.join(folder, "_rels", f"{file}.rels").lower())
    targets = {
        identity: (kind, names.get(_resolved(folder, target).lower()), target)
        for identity, kind, target in (_relations(package, relations) if relations else ())
    }
    sheets, dates_from_1904 = _sheets(package, workbook, targets)
    by_kind = {kind: part for kind, part, _ in targets.values()}
    plain = all(_is_plain(part, target) for _, part, target in targets.values())
    return XlsxIndex(
        workbook=workbook,
        sheets=tuple(sheets),
        strings=by_kind.get("sharedStrings"),
        styles=by_kind.get("styles"),
        is_usual=workbook == USUAL_WORKBOOK and plain,
        dates_from_1904=dates_from_1904,
    )


def _workbook(package: zipfile.ZipFile, names: dict[str, str]) -> str | None:
    if _FIRST in names:
        for _, kind, target in _relations(package, names[_FIRST]):
            found = names.get(_resolved("", target).lower())
            if kind == "officeDocument" and found is not None and found.lower().endswith(".xml"):
                return found
    return names.get(USUAL_WORKBOOK)


def _sheets(
    package: zipfile.ZipFile, workbook: str, targets: dict[str, tuple[str, str | None, str]]
) -> tuple[list[SheetPart], bool]:
    sheets = []
    dates_from_1904 = False
    with package.open(workbook) as file:
        for element in ElementTree.parse(file).iter():
            local = element.tag.rpartition("}")[2]
            if local == "workbookPr":
                dates_from_1904 = element.get("date1904", "0") in ("1", "true")
            if local != "sheet":
                continue
            identity = next((v for k, v in element.items() if k.endswith("}id")), "")
            kind, part, _ = targets.get(identity, ("", None, ""))
            if kind == "worksheet" and part is not None:
                state = element.get("state", "visible")
                sheets.append(SheetPart(element.get("name", ""), part, state))
    return sheets, dates_from_1904


def _relations(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """Identity, kind (the last word of its type) and target of each relation of a part."""
    with package.open(part) as file:
        for relation in ElementTree.parse(file).iter():
            target = relation.get("Target")
            if target and relation.get("TargetMode") != "External":
                kind = relation.get("Type", "").rpartition("/")[2]
                yield relation.get("Id", ""), kind, target


def _is_plain(part: str | None, target: str) -> bool:
    """Whether the reader finds a part by its target as it stands."""
    return not (target.startswith(".") or "%" in target or "\\" in f"{part}{target}")


def _plain(name: str) -> str:
    """A name with slashes, as the standard has it; some programs of Windows write backslashes."""
    return name.replace("\\", "/")


def _resolved(folder: str, target: str) -> str:
    target = _plain(unquote(target))
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))
