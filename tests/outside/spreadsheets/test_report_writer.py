"""Reports as files: written in a process of their own, which ends with its asker."""

import asyncio
import contextlib
import csv
import io
import json
import os
import time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from strp.domain.errors import InvalidInput
from strp.outside.machine.confined import Gone
from strp.outside.spreadsheets.report_tables import Sheet
from strp.outside.spreadsheets.report_writer import (
    start_report,
    take_report,
    write_document,
    write_sheets,
)

pytestmark = pytest.mark.anyio
GONE_WITHIN_S = 30
ROWS = [(f"0812{number:09}", "=1+1", number) for number in range(1_700)]


async def make_report(form: str, given: bytes, gone: Gone | None = None) -> bytes:
    """A report, as the page asks for it."""
    return await take_report(start_report(form, given), gone)


async def never_gone() -> None:
    await asyncio.Event().wait()


async def gone_at_once() -> None:
    return


async def test_a_workbook_is_not_written_by_the_process_that_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsxwriter, "Workbook", None)
    sheets = [Sheet("A", ("nib", "name", "n"), ROWS), Sheet("B", ("code",), [("x",)])]

    made = await make_report("xlsx", write_sheets(sheets), never_gone)

    book = openpyxl.load_workbook(io.BytesIO(made), read_only=True)
    found = list(book["A"].iter_rows(values_only=True))
    assert found[0] == ("nib", "name", "n")
    assert found[1:] == [(nib, "'=1+1", number) for nib, _, number in ROWS]
    assert list(book["B"].iter_rows(values_only=True)) == [("code",), ("x",)]


async def test_a_table_and_a_document_are_whole_too() -> None:
    table = await make_report("csv", write_sheets([Sheet("", ("nib", "name", "n"), ROWS)]))
    document = await make_report(
        "json", write_document({"a": 1, "employers": [], "z": 2}, ({"nib": row[0]} for row in ROWS))
    )

    rows = list(csv.reader(io.StringIO(table.decode(), newline="")))
    assert rows[1:] == [[nib, "'=1+1", str(number)] for nib, _, number in ROWS]
    read = json.loads(document)
    assert list(read) == ["a", "employers", "z"]
    assert [each["nib"] for each in read["employers"]] == [row[0] for row in ROWS]


async def test_an_empty_report_is_one_too() -> None:
    assert await make_report("csv", write_sheets([Sheet("", ("nib",), [])])) == b"nib\r\n"
    assert json.loads(await make_report("json", write_document({"employers": []}, []))) == {
        "employers": []
    }


async def test_whoever_asked_is_gone_and_so_is_the_process() -> None:
    given = write_sheets([Sheet("A", ("nib", "name", "n"), ROWS * 200)])

    with pytest.raises(InvalidInput) as refused:
        await make_report("xlsx", given, gone_at_once)

    assert refused.value.code == "upload-incomplete"
    assert all_end()


def all_end() -> bool:
    """Whether no process writes a report any more; one ends at its own priority, the last."""
    end = time.monotonic() + GONE_WITHIN_S
    while own_writers():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def own_writers() -> list[Path]:
    """Processes of this one that write a report."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended a moment ago
            parent = command.with_name("stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"report_child" in command.read_bytes():
                found.append(command)
    return found
