"""Which addresses are of programs, whether there is a route or not: errors there are documents."""

from typing import Final

PREFIXES: Final = ("/api/", "/status-lists/", "/.well-known/", "/waiting-room", "/metrics")


def is_api(path: str) -> bool:
    """Whether an address belongs to the JSON door."""
    return path.startswith(PREFIXES)
