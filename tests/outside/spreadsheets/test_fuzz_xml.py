"""Spreadsheets whose inner XML was changed: read, or refused by a declared error, in time.

The reader runs in a copy of this process, so that a fault of ours is seen; where it counts, it
would end as `file-unreadable`.
"""

import io
import os
import re
import resource
import signal
import traceback
import zipfile
from pathlib import Path

import msgspec
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strp.domain.errors import StrpError
from strp.outside.spreadsheets import child
from strp.outside.spreadsheets.form import RosterLimits
from strp.outside.spreadsheets.package_check import inspect_package
from strp.outside.spreadsheets.refusals import CODES
from tests.rosters import fresh_check, person, table

LONGEST_S = 5
MEMORY_BYTES = 512 << 20
SHORT = settings(max_examples=40, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=4_000, suppress_health_check=list(HealthCheck))
VECTORS = Path(__file__).parents[2] / "vectors" / "writers"
TOKEN = re.compile(rb"<[^<>]*>|[^<>]+")
ATTRIBUTE = re.compile(rb"([\w:.-]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
NUMBERS = st.sampled_from(
    [
        b"0",
        b"-1",
        b"1.5",
        b"1e999",
        b"nan",
        b"1048576",
        b"9" * 30,
        b"",
        b" 7 ",
        b"0x10",
        b"\xd9\xa3",
    ]
)
TEXTS = st.one_of(
    NUMBERS,
    st.sampled_from(
        [
            b"#N/A",
            b"A1",
            b"XFD1048576",
            b"A0",
            b"ZZZZ9",
            b"A1:XFD1048576",
            b"B9:A1",
            b"true",
            b"e",
            b"../../x.xml",
            b"/",
            b"worksheets/sheet1.xml",
            b"http://x/",
            b"rId1",
            b"shared",
            b"3174",
            b"\xef\xbb\xbf",
            b"\xff",
            b"\x00",
            b"&amp;",
            b"&#0;",
            b"&#xD800;",
            b"&x;",
            b"]]>",
            b"--",
        ]
    ),
)
TOKENS = st.sampled_from(
    [
        b"<c",
        b"<v>",
        b"</v>",
        b"<row>",
        b"<row r='2'>",
        b"</row>",
        b"<is>",
        b"<t>",
        b"<f>",
        b"<f/>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?x",
        b"?>",
        b"<!DOCTYPE a>",
        b"<si/>",
        b"<r><t/>",
        b"<table:table-row table:number-rows-repeated='1048576'>",
        b"</table:table-row>",
        b"<table:table-cell table:number-columns-repeated='16384'/>",
        b"<draw:g>",
        b"</draw:g>",
        b"<table:covered-table-cell/>",
        b"<text:p>",
        b"</text:p>",
        b"<text:s text:c='99999999'/>",
        b"<mergeCell ref='A1:XFD1048576'/>",
        b"<c r='A1' t='s'><v>0</v></c>",
        b"<text:tab/>",
        b"<c t='e'><v>#SPILL!</v></c>",
        b"<c><f>A1</f><v>0</v></c>",
        b"<sheetData>",
        b"</sheetData>",
    ]
)


def _books() -> list[bytes]:
    """Workbooks of each kind, with formulas, dates, merged cells, styles and several sheets."""
    book = openpyxl.Workbook()
    for line in table(person(1), person(2), person(3)):
        book.active.append(line)
    book.active["G3"] = "=1+1"
    book.active.merge_cells("C2:C4")
    book.create_sheet("Lain & lagi").append(["catatan"])
    made = io.BytesIO()
    book.save(made)
    names = ("annotations-and-spans.ods", "groups-and-merged.ods", "ods-types.ods")
    names += ("phonetic-runs.xlsx", "prefixed-markup.xlsx", "formulas-all-nought.xlsx")
    return [made.getvalue(), *((VECTORS / name).read_bytes() for name in names)]


BOOKS = _books()


@st.composite
def changed(draw: st.DrawFn, books: list[bytes]) -> bytes:
    """A workbook with up to five changes to the XML of its parts."""
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(books)))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    told = sorted(name for name in parts if name.endswith((".xml", ".rels")))
    told += [name for name in told if "sheet" in name or name == "content.xml"] * 3
    for _ in range(draw(st.integers(1, 5))):
        name = draw(st.sampled_from(told))
        parts[name] = _changed_part(draw, parts[name])
    if draw(st.integers(0, 9)) == 0:
        parts.pop(draw(st.sampled_from(sorted(parts))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def _changed_part(draw: st.DrawFn, content: bytes) -> bytes:
    tokens = TOKEN.findall(content)
    if not tokens:
        return draw(TEXTS)
    at = draw(st.integers(0, len(tokens) - 1))
    match draw(st.sampled_from(["text", "attribute", "remove", "repeat", "insert", "swap", "cut"])):
        case "text":
            tokens[at] = draw(TEXTS)
        case "attribute":
            value = draw(TEXTS).replace(b'"', b"")
            which = draw(st.integers(0, 3))
            tokens[at] = _with_attribute(tokens[at], which, value)
        case "remove":
            del tokens[at]
        case "repeat":
            end = min(len(tokens), at + draw(st.integers(1, 30)))
            tokens[at:at] = tokens[at:end] * draw(st.sampled_from([1, 2, 500]))
        case "insert":
            tokens.insert(at, draw(TOKENS) * draw(st.sampled_from([1, 1, 3, 20_000])))
        case "swap":
            other = draw(st.integers(0, len(tokens) - 1))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case _:
            del tokens[at:]
    return b"".join(tokens)


def _with_attribute(token: bytes, which: int, value: bytes) -> bytes:
    found = list(ATTRIBUTE.finditer(token))
    if not found:
        return token[:-1] + b' r="%b">' % value if token.endswith(b">") else token
    one = found[which % len(found)]
    return token[: one.start(3)] + b'"%b"' % value + token[one.end(3) :]


def read_apart(path: Path, body: bytes) -> None:
    """Read as the confined process does, in a copy of this one with its bounds, and check the rows.

    What the bounds end is refused where it counts; a fault of ours or a crash of the reader fails.
    """
    path.write_bytes(body)
    told = path.with_suffix(".told")
    told.unlink(missing_ok=True)
    copy = os.fork()
    if copy == 0:
        try:
            _read(path)
        except BaseException:
            told.write_text(traceback.format_exc())
        finally:
            os._exit(0)
    _, status, used = os.wait4(copy, 0)
    assert not told.exists(), told.read_text()
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    assert ended_by in (None, signal.SIGABRT), ended_by  # memory that nobody has: the reader aborts
    assert used.ru_utime + used.ru_stime < LONGEST_S


def _read(path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_S, LONGEST_S))
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY_BYTES, in_use + MEMORY_BYTES))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    limits, sent = RosterLimits(), []
    child.send = lambda *frame: sent.append(frame)
    try:
        package = inspect_package(path, limits)
        child._Reading(path, package, limits).send_lists()
    except StrpError as refused:
        assert refused.code in CODES, refused.code
    except MemoryError:
        return
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the reader ends its process
            raise
    msgspec.msgpack.encode(sent)
    check = fresh_check()
    try:
        for kind, value in sent:
            if kind == "rows":
                check.feed(value)
        check.finish()
    except StrpError as refused:
        assert refused.code in ("no-header", "no-rows"), refused.code


@SHORT
@given(changed(BOOKS))
def test_a_workbook_of_any_xml_is_read_or_refused(tmp_path: Path, body: bytes) -> None:
    read_apart(tmp_path / "a", body)


@pytest.mark.drill
@LONG
@given(changed(BOOKS))
def test_drill_a_workbook_of_any_xml_is_read_or_refused(tmp_path: Path, body: bytes) -> None:
    read_apart(tmp_path / "a", body)
