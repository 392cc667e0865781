"""What business classes lead to."""

from dataclasses import dataclass
from enum import StrEnum

from strp.domain.text import Text


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
