"""Tells what a spreadsheet shows where it has no value: an error, or a cell not worked out yet."""

import re
from typing import Final

# Of today's programs and of those to come, in any of their languages: "#SPILL!", "#N/A", "#NV",
# "#¿NOMBRE?", "Err:508", "Loading...". One word behind the sign, or several and a mark.
_ERRORS: Final = re.compile(
    r"#(?:[¡¿]?[^\W\d_](?:[\w/.]{0,20}[!?]?|[\w/ ]{1,20}[!?])|#+)|"
    r"(?:Err(?:or|eur)?|Erro|Fehler|Galat)\s?:\s?\d+|(?:Loading|(?:Sedang )?memuat)\s?(?:\.{3}|…)",
    re.I,
)
_STARTS: Final = frozenset("#EeFfGgLlMmSs")


def is_error_value(text: str) -> bool:
    """Whether a cell shows an error, or that it was still being worked out.

    Args:
        text: one line, cleaned.
    """
    return text[:1] in _STARTS and _ERRORS.fullmatch(text) is not None
