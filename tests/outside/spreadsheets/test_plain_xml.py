"""Cells whose XML is sound and unusual: what they say is read whole, or said to be unreadable."""

import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.errors import StrpError
from strp.outside.spreadsheets.plain_xml import made_plain, made_plain_ods
from tests.outside.spreadsheets.test_open import write_ods, write_xlsx
from tests.rosters import check_file, nik, person, problems, table

LINES = table(person(1, nama="NAMA", telepon="PHONE"), person(2))


def changed(path: Path, part: str, *changes: tuple[str, str]) -> Path:
    """A package with each of the texts in a part replaced."""

    def replaced(text: str) -> str:
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    return rewritten(path, part, replaced)


def rewritten(path: Path, part: str, rewrite: Callable[[str], str]) -> Path:
    """A package with the text of a part written anew."""
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            out.writestr(name, rewrite(content.decode()).encode() if name == part else content)
    return target


def cell_of(path: Path, text: str) -> str:
    """The markup of the cell of an XLSX that holds a text."""
    with zipfile.ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    found = re.search(rf'<c r="[A-Z]+\d+" t="inlineStr"><is><t>{text}</t></is></c>', sheet)
    assert found is not None, text
    return found[0]


def with_cell(tmp_path: Path, text: str, markup: str) -> Path:
    path = write_xlsx(tmp_path / "a.xlsx", LINES)
    old = cell_of(path, text)
    reference = old.split('"')[1]
    return changed(path, "xl/worksheets/sheet1.xml", (old, markup.replace("@", reference)))


@pytest.mark.parametrize(
    "markup",
    [
        '<c r="@" t="str"><v><![CDATA[081298765432]]></v></c>',
        '<c r="@" t="str"><v>0812<![CDATA[9876]]>5432</v></c>',
        '<c r="@"><v>8129<!-- lanjut -->8765432</v></c>',
        '<c r="@"><v>8129<?pi x?>8765432</v></c>',
        '<c r="@"><v>8129&#56;76543&#x32;</v></c>',
        '<c r="@" t="inlineStr"><is><t>0812<!-- a --><![CDATA[98765432]]></t></is></c>',
    ],
)
def test_a_number_keeps_its_digits_however_its_xml_is_written(tmp_path: Path, markup: str) -> None:
    _, rows, _ = check_file(with_cell(tmp_path, "PHONE", markup))
    assert problems(rows) == []
    assert rows[0].worker is not None and rows[0].worker.phone == "+6281298765432"


def test_formulas_that_all_show_nought_were_never_worked_out(tmp_path: Path) -> None:
    markup = '<c r="@"><f>VLOOKUP(B2,X!A:B,2)</f><v>0</v></c>'
    _, rows, _ = check_file(with_cell(tmp_path, "PHONE", markup))
    assert problems(rows) == [(2, "telepon", "unreadable")]


def test_a_nought_beside_formulas_that_were_worked_out_is_a_nought(tmp_path: Path) -> None:
    path = with_cell(tmp_path, "PHONE", '<c r="@"><f>X!A1</f><v>0</v></c>')
    old = cell_of(path, "NAMA")
    markup = f'<c r="{old.split(chr(34))[1]}" t="str"><f>A9</f><v>Ayu Lestari</v></c>'
    _, rows, _ = check_file(changed(path, "xl/worksheets/sheet1.xml", (old, markup)))
    assert problems(rows) == [(2, "telepon", "invalid")]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("Ayu<text:tab/>Lestari", "Ayu Lestari"),
        ("Ayu<text:line-break></text:line-break>Lestari", "Ayu Lestari"),
        ("Ayu <![CDATA[Lest]]>ari", "Ayu Lestari"),
        ("<text:span>Ayu</text:span><!-- HRD --> Lestari", "Ayu Lestari"),
        (
            '</text:p><draw:frame draw:name="Foto"><draw:text-box><text:p>Foto</text:p>'
            "</draw:text-box></draw:frame><text:p>Ayu Lestari",
            "Ayu Lestari",
        ),
        (
            "Ayu Lestari</text:p><draw:g><draw:g><draw:rect><text:p>A</text:p></draw:rect>"
            "</draw:g><draw:line/><draw:rect><text:p>B</text:p></draw:rect></draw:g><text:p>",
            "Ayu Lestari",
        ),
    ],
)
def test_words_of_an_ods_stay_apart_and_pictures_are_no_part_of_them(
    tmp_path: Path, content: str, name: str
) -> None:
    path = write_ods(tmp_path / "a.ods", table(person(1, nama="NAMA")))
    spaces = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    with zipfile.ZipFile(path) as package:
        has_space = "xmlns:draw=" in package.read("content.xml").decode()
    root = ("<office:document-content ", f"<office:document-content {spaces}")
    changes = (("NAMA<", f"{content}<"), *(() if has_space else (root,)))
    _, rows, _ = check_file(changed(path, "content.xml", *changes))
    assert rows[0].worker is not None and rows[0].worker.name == name
    assert rows[0].worker.nik == nik(1)


def test_a_document_whose_sheets_the_reader_does_not_find_is_not_called_empty(
    tmp_path: Path,
) -> None:
    def other_prefix(text: str) -> str:
        text = text.replace("table:", "t:").replace("xmlns:table", "xmlns:t")
        return text.replace(":xmlns:t:", ":xmlns:table:")

    path = write_ods(tmp_path / "a.ods", LINES)
    target = rewritten(path, "content.xml", other_prefix)
    with pytest.raises(StrpError, match="file-unreadable"):
        check_file(target)


PIECES = st.lists(
    st.sampled_from(
        b"<![CDATA[ ]]> <!-- --> <? ?> <v>1</v> &#49; a<b <draw:g> </draw:g> <draw:a/> <text:tab/> "
        b"<text:p>x</text:p>".split()
    ),
    max_size=40,
).map(b"".join)


@given(PIECES)
def test_rows_without_anything_unusual_stay_as_they_are(piece: bytes) -> None:
    plain = made_plain_ods(piece)
    assert made_plain(plain) is not None
    if not any(mark in piece for mark in (b"<!", b"<?", b"&#", b"<draw:", b"<text:tab")):
        assert plain == piece


@pytest.mark.parametrize("opening", [b"<![CDATA[", b"<!--", b"<?", b"<draw:g>", b"<draw:g"])
def test_very_many_openings_that_nobody_closes_take_no_time(opening: bytes) -> None:
    began = time.process_time()
    made_plain_ods(opening * 200_000)
    assert time.process_time() - began < 3


def test_a_document_that_ends_too_early_is_refused_at_once(tmp_path: Path) -> None:
    """The reader would look for the end of its table for ever."""
    row_end = "</table:table-row>"
    path = write_ods(tmp_path / "a.ods", LINES)
    target = rewritten(path, "content.xml", lambda text: text[: text.index(row_end) + len(row_end)])
    with pytest.raises(StrpError, match="file-unreadable"):
        check_file(target)
