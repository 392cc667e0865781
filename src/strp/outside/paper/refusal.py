"""The letter of refusal as PDF, set by typst from a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import typst

from strp.domain.text import Text
from strp.outside.paper.pdf import PRINT_LEVEL, STANDARDS, set_pages
from strp.outside.paper.qr_writer import PRINT_MODULE_PIXELS, draw_symbol, write_png

TEMPLATE: Final = Path(__file__).parent / "templates" / "refusal.typ"


class RefusedRow(NamedTuple):
    """A worker who was refused: reasons with their citations."""

    row: int
    name: str
    reasons: Sequence[tuple[Text, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRefusal:
    """A letter of refusal to print.

    Args:
        office: issuing authority.
        text: the text in the QR.
        decided: day of the decision.
        late: by how much it came after its due time, and why; None: in time.
        refused: workers refused in all.
        rows: rows of the roster.
        workers: the first of those refused.
        objection: how to object.
        exercise: whether it says that it is an exercise's.
    """

    office: str
    employer: str
    nib: str
    receipt: str
    text: str
    decided: Text
    late: Text | None
    refused: int
    rows: int
    workers: Sequence[RefusedRow]
    objection: Text
    exercise: bool


def print_refusal(letter: PrintedRefusal) -> bytes:
    """A letter of refusal as PDF/UA-1 and PDF/A-2a, without them where no font has a letter."""
    inputs = {"data": msgspec.json.encode(_data(letter)).decode()}
    try:
        return set_pages(TEMPLATE, inputs, STANDARDS)
    except typst.TypstError:
        return set_pages(TEMPLATE, inputs, ())


def _data(letter: PrintedRefusal) -> dict[str, object]:
    """What the template reads; texts only, so that no content can become markup."""
    return {
        "office": letter.office,
        "employer": letter.employer,
        "nib": letter.nib,
        "receipt": letter.receipt,
        "decided": letter.decided._asdict(),
        "late": letter.late and letter.late._asdict(),
        "refused": letter.refused,
        "rows": letter.rows,
        "workers": [
            {
                "row": each.row,
                "name": each.name,
                "reasons": [
                    {"id": text.id, "en": text.en, "citation": citation}
                    for text, citation in each.reasons
                ],
            }
            for each in letter.workers
        ],
        "more": letter.refused - len(letter.workers),
        "objection": letter.objection._asdict(),
        "exercise": letter.exercise,
        "qr": list(write_png(draw_symbol(letter.text, PRINT_LEVEL), PRINT_MODULE_PIXELS)),
    }
