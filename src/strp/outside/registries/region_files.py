"""Region codes as they are shipped: four CSV files (Kepmendagri 300.2.2-2138/2025, CC BY 4.0)."""

import csv
from collections.abc import Iterator
from pathlib import Path

from strp.domain.regions import Region
from strp.domain.rules.document import PolicyMistake
from strp.domain.text import Text

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


def region_codes(folder: Path) -> frozenset[str] | PolicyMistake:
    """The codes of every region of the files, or what keeps the files from being read.

    Args:
        folder: of the files.
    """
    try:
        codes = frozenset(region.code for region in read_regions(folder))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, AttributeError):
        codes = frozenset()
    return codes or PolicyMistake(folder.name, 0, "-", _UNREADABLE)


_UNREADABLE = Text(
    f"Perlu {', '.join(_FILES)}, masing-masing dengan kolom code dan nama wilayah.",
    f"Must hold {', '.join(_FILES)}, each with the columns code and name of the region.",
)
