"""Entity tags, and whether a reader has something already (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib
from typing import Final

MOST_CHARACTERS: Final = 8 << 10
"""Of what a reader says that it has; more is nobody's."""


def etag_of(body: bytes, *, weak: bool = False) -> str:
    """The tag of a body.

    Args:
        body: as it is sent.
        weak: whether other bytes of the same content, packed ones, bear the same tag.
    """
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    return f"W/{tag}" if weak else tag


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether a reader has what bears this tag.

    A proxy that packs makes a tag a weak one; for reading that is as good, so `W/` counts for
    nothing.

    Args:
        etag: of what would be sent.
        if_none_match: the header as it came, or an empty text.
    """
    if not if_none_match or len(if_none_match) > MOST_CHARACTERS:
        return False
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag.removeprefix("W/") in known or "*" in known
