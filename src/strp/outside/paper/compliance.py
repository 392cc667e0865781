"""The compliance report as PDF, set by typst from a template."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from strp.outside.paper.pdf import STANDARDS, set_pages

TEMPLATE: Final = Path(__file__).parent / "templates" / "compliance.typ"


def print_compliance(report: Mapping[str, Any]) -> bytes:
    """The report as PDF/UA-1 and PDF/A-2a, without them where no font has a letter.

    Args:
        report: what the template reads; texts and numbers only.
    """
    inputs = {"data": msgspec.json.encode(report).decode()}
    try:
        return set_pages(TEMPLATE, inputs, STANDARDS)
    except typst.TypstError:
        return set_pages(TEMPLATE, inputs, ())
