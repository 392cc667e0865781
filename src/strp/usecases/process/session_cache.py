"""Sessions that this process looked up a moment ago: who they belong to, for the front alone.

What a session may do is read from the database at each request; here the front only finds out
whether a sender is somebody, before it takes a body or gives a place.
"""

from datetime import datetime

from strp.domain.people.account import Actor
from strp.usecases.process.api_key_cache import KEPT_FOR, MOST_KEPT
from strp.usecases.process.recent import Recent


class SessionCache:
    """Spares the front one look-up a request; an ended session seems known for KEPT_FOR at most.

    Only sessions that were found are kept, and where too many are, the oldest goes.
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: Recent[bytes, tuple[Actor, datetime]] = Recent(MOST_KEPT)

    def find(self, token_hash: bytes, now: datetime) -> Actor | None:
        """The account behind a session that was looked up less than KEPT_FOR ago.

        Args:
            token_hash: SHA-256 of the token.
            now: aware time; a clock that steps back makes nothing last longer.
        """
        kept = self._kept.get(token_hash)
        return kept[0] if kept is not None and abs(now - kept[1]) < KEPT_FOR else None

    def was_found(self, token_hash: bytes) -> bool:
        """Whether the session was known when it was last looked up, however long ago."""
        return token_hash in self._kept

    def keep(self, token_hash: bytes, actor: Actor, now: datetime) -> None:
        """Remember a session that the database holds at this moment.

        Args:
            token_hash: digest of the session's secret.
            actor: who is signed in.
            now: aware.
        """
        self._kept[token_hash] = (actor, now)

    def forget(self, token_hash: bytes) -> None:
        """Drop a session that has ended."""
        self._kept.pop(token_hash, None)
