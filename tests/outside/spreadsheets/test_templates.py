"""The template to download: what it holds, and that it can be filled in and filed."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from strp.domain.errors import InvalidInput
from strp.domain.roster.row import Outcome
from strp.domain.text import Language
from strp.outside.spreadsheets.form import RosterKind
from strp.outside.spreadsheets.templates import roster_template, template_name
from tests.rosters import check_file, person

KINDS = [RosterKind.CSV, RosterKind.XLSX]


def saved(tmp_path: Path, kind: RosterKind, language: Language) -> Path:
    path = tmp_path / template_name(kind, language)
    path.write_bytes(roster_template(kind, language))
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", Language)
def test_an_empty_template_holds_a_header_and_no_row(
    tmp_path: Path, kind: RosterKind, language: Language
) -> None:
    with pytest.raises(InvalidInput, match="no-rows"):
        check_file(saved(tmp_path, kind, language))


@pytest.mark.parametrize("language", Language)
def test_a_workbook_filled_in_is_sound(tmp_path: Path, language: Language) -> None:
    path = saved(tmp_path, RosterKind.XLSX, language)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    row = person()
    order = ["nama", "nik", "jabatan", "jenis_lokasi", "kode_wilayah", "status_vaksin", "telepon"]
    for column, name in enumerate(order, 1):
        sheet.cell(2, column, row[name])
    book.save(path)
    _, rows, _ = check_file(path)
    assert [row.outcome for row in rows] == [Outcome.SOUND]


def test_the_nik_column_of_the_workbook_is_text(tmp_path: Path) -> None:
    sheet = load_workbook(saved(tmp_path, RosterKind.XLSX, Language.ID)).worksheets[0]
    assert sheet.column_dimensions["B"].number_format == "@"


def test_the_workbook_offers_the_choices(tmp_path: Path) -> None:
    sheet = load_workbook(saved(tmp_path, RosterKind.XLSX, Language.ID)).worksheets[0]
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert lists == ['"pelayanan,administrasi"', '"belum,dosis1,dosis2,booster,kontraindikasi"']
