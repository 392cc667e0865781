"""CSV as offices and programs quote it."""

from pathlib import Path

from strp.domain.roster.row import Outcome
from tests.outside.spreadsheets.test_open import write_csv
from tests.rosters import check_file, nik, outcomes, person, table


def test_lines_quoted_as_a_whole_stand_beside_others(tmp_path: Path) -> None:
    """As a spreadsheet saves a CSV again that it took for one column, and somebody adds lines."""
    path = tmp_path / "a.csv"
    path.write_text(
        "nama,nik,jabatan,jenis_lokasi\n"
        f'"Siti A,{nik(1)},Teller,pelayanan"\n'
        f"Budi B,{nik(2)},Teller,pelayanan\n"
        f'"Ani, S.E.",{nik(3)},Teller,pelayanan\n'
        f'"""Cici, S.E."",{nik(4)},Teller,pelayanan",,\n'
        f'Eva E, {nik(5)}, "Teller, kasir", pelayanan\n'
        '"Catatan: semua, termasuk kontrak, sudah vaksin, ya"\n'
    )
    _, rows, _ = check_file(path)
    assert [row.worker and (row.worker.name, row.worker.position) for row in rows] == [
        ("Siti A", "Teller"), ("Budi B", "Teller"), ("Ani, S.E.", "Teller"),
        ("Cici, S.E.", "Teller"), ("Eva E", "Teller, kasir"),
    ]  # fmt: skip


def test_a_line_end_inside_a_line_quoted_as_a_whole_is_a_space(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"nama,nik,jabatan,jenis_lokasi\n"
        + f'"Siti A,{nik(1)},Teller\rkasir,pelayanan"\n'.encode()
        + f'"Budi B,{nik(2)},Teller\nkasir,pelayanan"\n'.encode()
        + b'",\r0000000000'
    )
    _, rows, _ = check_file(path)
    assert [row.worker and (row.worker.name, row.worker.position) for row in rows] == [
        ("Siti A", "Teller kasir"), ("Budi B", "Teller kasir"), None,
    ]  # fmt: skip


def test_the_hint_of_the_delimiter_is_no_line(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(person()), delimiter=";")
    path.write_text("sep=;\n" + path.read_text())
    _, rows, _ = check_file(path)
    assert outcomes(rows) == [(2, Outcome.SOUND)]


def test_a_lone_quote_does_not_swallow_the_lines_below_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(*(person(n) for n in range(20))))
    path.write_text(path.read_text().replace("Siti", '"Siti', 3))
    _, rows, _ = check_file(path)
    assert [row.row for row in rows] == list(range(2, 22))


def test_a_lone_quote_swallows_nothing_of_a_long_list_either(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(*(person(n) for n in range(2500))))
    path.write_text(path.read_text().replace("Siti", '"Siti', 1))
    _, rows, _ = check_file(path)
    assert [row.row for row in rows] == list(range(2, 2502))
