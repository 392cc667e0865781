"""A file of officials: CSV with a header, small enough to be held."""

import csv
import io

from strp.domain.people.official_list import (
    MOST_BYTES,
    MOST_LINES,
    REQUIRED,
    UNIT,
    OfficialLine,
    OfficialProblem,
    duplicate_line,
    list_columns,
    list_empty,
    list_too_long,
    list_unreadable,
    read_official_line,
    torn_line,
)
from strp.outside.text_encoding import decoded

LONGEST_CELL = 10_000


def read_official_list(data: bytes) -> tuple[list[OfficialLine], list[OfficialProblem]]:
    """The officials of a file, and what is wrong with the other lines.

    Args:
        data: CSV; comma, semicolon or tab; UTF-8 (with or without a mark), UTF-16 or Windows-1252
            beyond doubt.

    Raises:
        InvalidInput: `officials-unreadable`, `officials-columns`, `officials-empty` or
            `officials-too-long`; the file is refused whole.
    """
    if len(data) > MOST_BYTES:
        raise list_too_long()
    try:
        return _read(decoded(data))
    except (UnicodeError, csv.Error) as error:
        raise list_unreadable() from error


def _read(text: str) -> tuple[list[OfficialLine], list[OfficialProblem]]:
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    header = [name.strip().lower() for name in next(rows, [])]
    if any(header.count(name) != 1 for name in REQUIRED) or header.count(UNIT) > 1:
        raise list_columns()
    lines: list[OfficialLine] = []
    problems: list[OfficialProblem] = []
    known: set[str] = set()
    for cells in rows:
        # csv's own limit belongs to the process, and others set it higher.
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise list_unreadable()
        if not any(cell.strip() for cell in cells):
            continue
        if len(lines) + len(problems) >= MOST_LINES:
            raise list_too_long()
        found = _line(rows.line_num, header, cells, known)
        if isinstance(found, OfficialLine):
            known.add(found.email)
            lines.append(found)
        else:
            problems.append(found)
    if not lines and not problems:
        raise list_empty()
    return lines, problems


def _line(
    number: int, header: list[str], cells: list[str], known: set[str]
) -> OfficialLine | OfficialProblem:
    if len(cells) != len(header):
        return torn_line(number)
    found = read_official_line(number, dict(zip(header, cells, strict=True)))
    is_again = isinstance(found, OfficialLine) and found.email in known
    return duplicate_line(number) if is_again else found
