"""What `strp doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `ok`, `note` (worth a look) or `wrong` (STRP cannot work)."""

    topic: str
    value: str
    state: str = "ok"
