"""What business classes lead to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strp.domain.text import Text

DIVISIONS_OF: Final = 2020
_LEFT_OUT = {0, 4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89}
DIVISIONS: Final = frozenset(f"{number:02d}" for number in range(100) if number not in _LEFT_OUT)
"""First two digits of the business classes of KBLI 2020 (Peraturan BPS 2/2020; ISIC Rev. 4)."""


class MappingDecision(StrEnum):
    """What a business class leads to: through the rules, or before an officer."""

    AUTO = "auto"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class KbliMapping:
    """What a prefix of a business class leads to: ours, not part of any regulation.

    Args:
        sector: code of a sector; None where an officer must name it.
    """

    prefix: str
    edition: int
    sector: str | None
    decision: MappingDecision
    note: Text
