"""Certificates as a zip: a PDF for each worker, and an index that says which is whose."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from strp.domain.text import starts_formula
from strp.outside.documents import Office, PrintedCertificate, print_certificates

INDEX: Final = "daftar.csv"
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"đ": "d", "Đ": "D", "ð": "d", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae"}
    | {"Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th", "ı": "i", "\u2019": "", "'": ""}
)
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9]+")


def zip_certificates(office: Office, certificates: Iterable[PrintedCertificate], path: Path) -> int:
    """Write a zip with a PDF for each certificate, one at a time, and an index.

    Args:
        office: who issues.
        certificates: read as they are needed.
        path: the file to write.

    Returns:
        Number of certificates.
    """
    lines = [("nama", "nomor_seri", "berkas")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for certificate in certificates:
            name = _file_name(certificate)
            archive.writestr(name, print_certificates(office, [certificate]))
            lines.append((certificate.claims.holder, certificate.claims.serial_text, name))
        archive.writestr(INDEX, _table(lines), zipfile.ZIP_DEFLATED)
    return len(lines) - 1


def _file_name(certificate: PrintedCertificate) -> str:
    """A name of letters and digits that every system can unpack; the serial keeps it unique."""
    words = _NOT_A_WORD.sub("-", _in_latin(certificate.claims.holder)).strip("-")[:40] or "pekerja"
    return f"{words}-{certificate.claims.serial_text}.pdf"


def _in_latin(name: str) -> str:
    """A name without its accents: "Nguyễn Thị Ánh" is "Nguyen Thi Anh"."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _table(lines: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    safe = ([f"'{cell}" if starts_formula(cell) else cell for cell in line] for line in lines)
    csv.writer(text).writerows(safe)
    return text.getvalue().encode("utf-8-sig")
