"""Region codes as they are shipped: four CSV files (Kepmendagri 300.2.2-2138/2025, CC BY 4.0)."""

import csv
from collections.abc import Iterator
from pathlib import Path

from strp.domain.regions import Region

_FILES = {
    "provinsi.csv": "name",
    "kabkota.csv": "name",
    "kecamatan.csv": "name",
    "dki_kelurahan.csv": "kelurahan",
}


def read_regions(folder: Path) -> Iterator[Region]:
    """Every region of the files, from provinces to urban villages.

    Raises:
        OSError: a file is not there.
    """
    for file_name, name_column in _FILES.items():
        with (folder / file_name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield Region(row["code"].strip(), row[name_column].strip().rstrip("."))
