"""API keys that this process looked up a moment ago."""

from datetime import datetime, timedelta

from strp.domain.people.account import Actor
from strp.store.people.api_keys import KeyOwner
from strp.usecases.process.batched_lookups import BatchedLookups
from strp.usecases.process.recent import Recent

KEPT_FOR = timedelta(seconds=5)
MOST_KEPT = 50_000


class ApiKeyCache:
    """Spares the hottest path one look-up a request; a withdrawn key works on for KEPT_FOR.

    Only keys that were found are kept, so that a flood of made-up keys cannot fill it; where too
    many are, the one that was looked up longest ago goes.
    `owners` looks up those that are not known, all of one moment together.
    """

    __slots__ = ("_kept", "owners")

    def __init__(self) -> None:
        self.owners: BatchedLookups[bytes, KeyOwner] = BatchedLookups()
        self._kept: Recent[bytes, tuple[Actor, datetime]] = Recent(MOST_KEPT)

    def find(self, key_hash: bytes, now: datetime) -> Actor | None:
        """The actor behind a key, if it was looked up less than KEPT_FOR ago, or so it seems.

        A clock that steps back makes nothing last longer.

        Args:
            key_hash: SHA-256 of the key's text.
            now: aware time.
        """
        kept = self._kept.get(key_hash)
        return kept[0] if kept is not None and abs(now - kept[1]) < KEPT_FOR else None

    def was_found(self, key_hash: bytes) -> bool:
        """Whether the key was known when it was last looked up, however long ago."""
        return key_hash in self._kept

    def keep(self, key_hash: bytes, actor: Actor, now: datetime) -> None:
        """Remember a key that the database holds at this moment.

        Args:
            key_hash: digest of the key.
            actor: whom it stands for.
            now: aware.
        """
        self._kept[key_hash] = (actor, now)

    def forget(self, key_hash: bytes) -> None:
        """Drop a key that was withdrawn by this process."""
        self._kept.pop(key_hash, None)
