"""What this process last knew of keys, periods and status lists: checks rest on it."""

from dataclasses import dataclass, field
from datetime import datetime

from strp.credential.status_list import StatusList
from strp.credential.trust import SignedList, TrustBundle


@dataclass(slots=True)
class KeptTrust:
    """Trust as it was read last; kept when the database is away, and then it grows stale.

    Args:
        bundle: what `verify_text` rests on, or None before the first reading.
        read_at: when it was read.
        versions: version of each status list when it was read.
        signed: status lists as signed last, by number, each with its version.
    """

    bundle: TrustBundle | None = None
    read_at: datetime | None = None
    versions: dict[int, int] = field(default_factory=dict)
    lists: dict[int, StatusList] = field(default_factory=dict)
    signed: dict[int, tuple[int, SignedList]] = field(default_factory=dict)
