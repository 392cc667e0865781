"""Certificates as PDF: one page each, set by typst from a template, data handed in as JSON."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import fontpkg_source_sans_3
import msgspec
import typst

from strp.domain.certificates.certificate import Claims
from strp.domain.civil_time import civil_day, day_text
from strp.domain.rules.policy import Period
from strp.outside.paper.assembly import Assembly, Picture
from strp.outside.paper.joining import join_parts
from strp.outside.paper.qr_writer import draw_symbol, write_bits

CHUNK_PAGES: Final = 50
"""Pages set at once: below that typst spends its time on fonts, above that on memory."""
TYPST_MEMORY_COMPILATIONS: Final = 10
"""How many compilations typst remembers the parts of."""
Standard = Literal["ua-1", "a-2a"]
STANDARDS: Final[tuple[Standard, ...]] = ("ua-1", "a-2a")
PRINT_LEVEL: Final = "Q"
CARD_LEVEL: Final = "M"
"""On the card the symbol is small: larger modules read better there than more correction."""
TEMPLATE: Final = Path(__file__).parent / "templates" / "certificate.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who issues, as printed.

    Args:
        name: issuing authority (`STRP_ISSUER_NAME`).
        verify_address: where anybody can verify, as people type it.
        territory: where the certificates are valid.
    """

    name: str
    verify_address: str
    territory: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCertificate:
    """One certificate to print.

    Args:
        text: the text in the QR.
        kid: of the key that signed.
        claims: what it says.
        period: its period as it stands now.
        region: name of the place of work, as people know it.
        exercise: whether the sheet says plainly that it is an exercise's.
    """

    text: str
    kid: bytes
    claims: Claims
    period: Period
    region: str
    exercise: bool = False


def print_certificates(office: Office, certificates: Iterable[PrintedCertificate]) -> bytes:
    """A PDF with a page for each certificate: for a few; `print_batch` takes thousands.

    It is PDF/UA-1 (ISO 14289-1) for screen readers and PDF/A-2a (ISO 19005-2) for archives.
    Both forbid a character that no font can draw: a page with such a name goes out without
    them, the character as an empty box. The scan shows the name as it is.

    Args:
        office: who issues.
        certificates: in the order of the pages; at least one.
    """
    assembly, order = _assembly(office, list(certificates))
    return assembly.whole(order)


def print_each(office: Office, certificates: Iterable[PrintedCertificate]) -> list[bytes]:
    """A PDF of one page for each certificate, as `print_certificates` makes them.

    They are set together, and so have the same fonts.

    Args:
        office: who issues.
        certificates: a few hundred at most.
    """
    assembly, order = _assembly(office, list(certificates))
    return [assembly.single(number) for number in order]


def _assembly(
    office: Office, certificates: Sequence[PrintedCertificate]
) -> tuple[Assembly, list[int]]:
    """Certificates set on sheets, and where among the slips each of them is."""
    groups: dict[bytes, list[int]] = {}
    for number, one in enumerate(certificates):
        groups.setdefault(msgspec.json.encode(_sheet(one)), []).append(number)
    laid = [number for group in groups.values() for number in group]
    sheets = [
        {"sheet": msgspec.Raw(sheet), "slips": [_slip(certificates[n]) for n in group]}
        for sheet, group in groups.items()
    ]
    inputs = {"data": msgspec.json.encode({"office": office, "sheets": sheets}).decode()}
    # The same paper is the same bytes whenever it is printed, so that a kept copy stays good.
    made_at = max(one.claims.issued_at for one in certificates)
    try:
        pdf = set_pages(TEMPLATE, inputs, STANDARDS, made_at)
    except typst.TypstError:
        pdf = set_pages(TEMPLATE, inputs, (), made_at)
    pictures = [_pictures(certificates[number].text) for number in laid]
    places = {number: place for place, number in enumerate(laid)}
    order = [places[number] for number in range(len(certificates))]
    return Assembly(pdf, [len(group) for group in groups.values()], pictures), order


def print_batch(office: Office, certificates: Iterable[PrintedCertificate], path: Path) -> int:
    """Write one PDF with a page for each certificate, in bounded memory.

    Args:
        office: who issues.
        certificates: in the order of the pages; read as they are needed.
        path: the file to write.

    Returns:
        Number of pages.
    """
    with tempfile.TemporaryDirectory(prefix="strp-pdf-") as folder:
        parts = []
        for number, chunk in enumerate(chunks(certificates)):
            part = Path(folder) / f"{number}.pdf"
            part.write_bytes(print_certificates(office, chunk))
            parts.append(part)
            _forget()
        with path.open("wb") as out:
            return join_parts(parts, out)


def set_pages(
    template: Path,
    inputs: dict[str, str],
    standards: Sequence[Standard],
    made_at: datetime | None = None,
) -> bytes:
    """Set a template of ours with the fonts of ours.

    Args:
        template: a file beside this module.
        inputs: what the template reads as `sys.inputs`.
        standards: that the PDF shall meet.
        made_at: moment that it carries as its making; None for now.

    Raises:
        TypstError: a standard cannot be met.
    """
    return typst.compile(
        str(template),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=list(standards),
        timestamp=None if made_at is None else int(made_at.timestamp()),
    )


def _forget() -> None:
    """Let typst drop what it remembers of the last chunk: empty documents push it out."""
    for _ in range(TYPST_MEMORY_COMPILATIONS + 1):
        typst.compile(b"", font_paths=_fonts(), ignore_system_fonts=True)


def _sheet(certificate: PrintedCertificate) -> dict[str, object]:
    """What many certificates share; texts only, so that no content can become markup."""
    claims, period = certificate.claims, certificate.period
    return {
        "employer": claims.employer,
        "class": claims.sector_class.value,
        "site": claims.site_type.value,
        "region": certificate.region,
        "from": day_text(period.starts_on)._asdict(),
        "until": day_text(period.ends_on)._asdict(),
        "issued": day_text(civil_day(claims.issued_at))._asdict(),
        "key": certificate.kid.hex(),
        "exercise": certificate.exercise,
    }


def _slip(certificate: PrintedCertificate) -> dict[str, object]:
    """What a certificate has for itself."""
    claims = certificate.claims
    return {
        "name": claims.holder,
        "identity": f"•••• •••• •••• {claims.identity_tail}",
        "serial": claims.serial_text,
    }


def _pictures(text: str) -> list[Picture]:
    """The QR symbols of a certificate, on the page and on its card."""
    return [Picture(*write_bits(draw_symbol(text, each))) for each in (PRINT_LEVEL, CARD_LEVEL)]


def chunks(certificates: Iterable[PrintedCertificate]) -> Iterator[list[PrintedCertificate]]:
    """Certificates that are set at once."""
    rest = iter(certificates)
    while chunk := list(islice(rest, CHUNK_PAGES)):
        yield chunk


@cache
def _fonts() -> typst.Fonts:
    """Source Sans 3 (OFL 1.1) beside what ships with typst; fonts of the machine stay out."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_source_sans_3.ROOT)])
