"""Times as the JSON door writes them: RFC 3339 in UTC, whole seconds."""

from datetime import UTC, datetime


def rfc3339(at: datetime | None) -> str | None:
    """A time as `2021-07-05T03:00:00Z`, or None."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"
