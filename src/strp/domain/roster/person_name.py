"""Whether two spellings are likely one person's name: case, spacing and titles do not count."""

import re
import unicodedata
from typing import Final

# Academic, religious and noble titles as rosters have them, before or behind the name.
_BEFORE: Final = "dr drs dra ir prof h hj haji hajah kh tn ny sdr sdri bapak ibu bpk rr raden rd r"
_BEHIND: Final = (
    "se sh st sp ss sik skm skom ssi ssos spd stp sked skg sfarm samd amd amdkeb akp "
    "mm mt msi mkom mpd mh mhum mba mkes msc ma phd apt ners"
)
_TITLES: Final = frozenset(f"{_BEFORE} {_BEHIND}".split())
_SPLIT: Final = re.compile(r"[^\w.'’`]+")
_INSIDE: Final = re.compile(r"[.'’`]")


def name_key(name: str) -> str:
    """What two spellings of one name have in common; for comparing alone, never for showing.

    Args:
        name: as filed.

    Returns:
        Letters and digits in lower case without accents, titles and spaces.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [_INSIDE.sub("", word) for word in _SPLIT.split(letters)]
    kept = [word for word in words if word and word not in _TITLES]
    return "".join(kept or words)


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings are likely one person's name.

    Args:
        one: a name as written.
        other: another, with or without titles and accents.
    """
    return name_key(one) == name_key(other)
