"""Branches of activity: the categories of KBLI, which say more of an employer than its sector.

All who are neither essential nor critical have the same sector; a labour inspectorate asks which
branch they are of. Source: BPS Regulation 2/2020 (KBLI 2020), categories A to U.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from strp.domain.text import Text

EDITION: Final = 2020
UNKNOWN: Final = "-"
"""Code of the branch of an employer whose class is of another edition, or of none."""

_CATEGORIES: Final[Sequence[tuple[str, int, int, Text]]] = (
    ("A", 1, 3, Text("Pertanian, kehutanan dan perikanan", "Agriculture, forestry and fishing")),
    ("B", 5, 9, Text("Pertambangan dan penggalian", "Mining and quarrying")),
    ("C", 10, 33, Text("Industri pengolahan", "Manufacturing")),
    ("D", 35, 35, Text("Pengadaan listrik dan gas", "Electricity and gas supply")),
    ("E", 36, 39, Text("Pengelolaan air dan limbah", "Water supply and waste management")),
    ("F", 41, 43, Text("Konstruksi", "Construction")),
    ("G", 45, 47, Text("Perdagangan besar dan eceran", "Wholesale and retail trade")),
    ("H", 49, 53, Text("Pengangkutan dan pergudangan", "Transportation and storage")),
    ("I", 55, 56, Text("Akomodasi dan makan minum", "Accommodation and food service")),
    ("J", 58, 63, Text("Informasi dan komunikasi", "Information and communication")),
    ("K", 64, 66, Text("Keuangan dan asuransi", "Finance and insurance")),
    ("L", 68, 68, Text("Real estat", "Real estate")),
    ("M", 69, 75, Text("Jasa profesional, ilmiah dan teknis", "Professional, technical services")),
    ("N", 77, 82, Text("Persewaan dan penunjang usaha", "Rental and business support")),
    ("O", 84, 84, Text("Administrasi pemerintahan", "Public administration")),
    ("P", 85, 85, Text("Pendidikan", "Education")),
    ("Q", 86, 88, Text("Kesehatan dan kegiatan sosial", "Health and social work")),
    ("R", 90, 93, Text("Kesenian, hiburan dan rekreasi", "Arts, entertainment and recreation")),
    ("S", 94, 96, Text("Jasa lainnya", "Other services")),
    ("T", 97, 98, Text("Rumah tangga sebagai pemberi kerja", "Households as employers")),
    ("U", 99, 99, Text("Badan internasional", "International organisations")),
)  # fmt: skip
_BY_DIVISION: Final = {
    division: code for code, first, last, _ in _CATEGORIES for division in range(first, last + 1)
}
ACTIVITIES: Final[Mapping[str, Text]] = {code: name for code, _, _, name in _CATEGORIES} | {
    UNKNOWN: Text("Tidak diketahui", "Unknown")
}
"""Name of each branch by its code."""


def activity_of(kbli: str, edition: int) -> str:
    """The branch of a business class, or UNKNOWN.

    Args:
        kbli: 2 to 5 digits, or none.
        edition: year of the classification.
    """
    if edition != EDITION or not kbli[:2].isdecimal():
        return UNKNOWN
    return _BY_DIVISION.get(int(kbli[:2]), UNKNOWN)
