"""Tells a value of another type than words: a truth value, a day, a moment, a number's power."""

import re
from typing import Final

_MONTH: Final = "(?:jan|[fp]eb|mar|apr|mei|may|jun|jul|agu|aug|ags|sep|okt|oct|no[vp]|des|dec)"
_OTHER_TYPE: Final = re.compile(
    r"true|false|\d{4}-\d\d-\d\d(?:[t ]\d\d?:\d\d.*)?|\d+:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]m)?|"
    r"\d+ days?,.*|p(?=\d|t\d)(?:\d+[ymwd])*(?:t(?:\d+(?:[.,]\d+)?[hms])+)?|"
    r"[\d.,]+e[+-]?\d+|[+-]?inf(?:inity)?|"
    # A day in words, as programs and people write it: "5 Juli 2021", "Mon Jul 05 2021 07:00:00 …".
    r"(?:[a-z']{3,9},? )?(?:\d{1,2}[-/. ]{0,2}MONTH[a-z]{0,7}|MONTH[a-z]{0,7}[. ]\d{1,2})"
    r"[-/., ]{1,2}\d{2,4}(?:[ t].*)?".replace("MONTH", _MONTH),
    re.I,
)


def is_of_another_type(text: str) -> bool:
    """Whether a program wrote a truth value, a day, a moment, a duration or a number as text.

    Args:
        text: one line, cleaned.
    """
    return _OTHER_TYPE.fullmatch(text) is not None
