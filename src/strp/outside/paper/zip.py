"""Certificates as a zip: a PDF for each worker, and an index that says which is whose."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from strp.domain.text import starts_formula
from strp.outside.paper.pdf import Office, PrintedCertificate, chunks, print_each

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
    with CertificateZip(path) as archive:
        for chunk in chunks(certificates):
            for certificate, pdf in zip(chunk, print_each(office, chunk), strict=True):
                archive.add(certificate, pdf)
    return archive.count


class CertificateZip:
    """A zip that grows by a certificate at a time, and gets its index in the end.

    Args:
        path: the file to write.
    """

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
        self._lines = [("nama", "nomor_seri", "berkas")]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        with self._archive:
            if error is None:
                self._archive.writestr(INDEX, _table(self._lines), zipfile.ZIP_DEFLATED)

    @property
    def count(self) -> int:
        """Certificates that are in it."""
        return len(self._lines) - 1

    def add(self, certificate: PrintedCertificate, pdf: bytes) -> None:
        """Put one certificate in.

        Args:
            certificate: gives the file its name, and the index its line.
            pdf: of this certificate alone.
        """
        name = _file_name(certificate)
        self._archive.writestr(name, pdf)
        claims = certificate.claims
        self._lines.append((claims.holder, claims.serial_text, name))


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
