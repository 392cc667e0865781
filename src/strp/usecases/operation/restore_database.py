"""After a restore: what was revoked since the backup, as far as a saved bundle tells it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from strp.credential.trust import TrustBundle, read_bundle
from strp.domain.certificates.certificate import Status
from strp.domain.epochs import LOWEST_EPOCH, entries_of, first_serial_of
from strp.outside.keys import KeyRing
from strp.store.engine.database import single_connection
from strp.store.operation import books, restored
from strp.store.operation.restored import Restored
from strp.usecases.operation.books import MEANINGS
from strp.usecases.process.system import System

_KINDS = {Status.REVOKED: "revoked", Status.SUSPENDED: "suspended"}


class Settled(NamedTuple):
    """What a restore came to.

    Args:
        taken: revocations and suspensions that came from the bundle.
        unknown: status list and number of certificates whose state since is not known.
    """

    taken: int
    unknown: Sequence[tuple[int, int]]


async def is_empty(url: str) -> bool:
    """Whether a database holds nothing, so that a backup may be loaded into it."""
    async with single_connection(url) as conn:
        return await restored.is_empty(conn)


def read_own_bundle(data: bytes, keys: KeyRing) -> TrustBundle:
    """A saved bundle that one of these keys signed; those of `signing` did in earlier releases.

    Raises:
        InvalidInput: `bundle-unreadable` or `bundle-untrusted`.
    """
    signers = (*keys.bundle, *keys.signing)
    return read_bundle(data, pins=[key.verifying.thumbprint for key in signers])


async def settle_restore(url: str, made_at: datetime, bundle: TrustBundle | None) -> Settled:
    """Mark a database as restored, and take over what a bundle tells of certificates."""
    taken = 0
    async with single_connection(url) as conn, conn.transaction():
        for number, entries in bundle.lists.items() if bundle else ():
            if number >= LOWEST_EPOCH:
                await restored.keep_list(conn, number)
            for status, kind in _KINDS.items():
                first, size = first_serial_of(number), entries_of(number)
                found = [first + i for i in range(size) if entries.status(i) is status]
                at = bundle.issued_at if bundle else made_at
                taken += await restored.take_statuses(conn, found, status, kind, at)
        await restored.mark(conn, made_at, bundle.issued_at if bundle else None)
        unknown = [] if bundle else list(await restored.standing_by_list(conn))
    return Settled(taken, unknown)


async def wrong_books(url: str) -> list[str]:
    """Rules of the books that a database does not hold."""
    async with single_connection(url) as conn, conn.transaction():
        await books.read_as_of_now(conn)
        return [rule for rule in MEANINGS if await books.imbalances(conn, rule, 1)]


async def acknowledge_restore(url: str) -> bool:
    """Keep that somebody has seen what a restore left unknown; False where there was nothing."""
    async with single_connection(url) as conn:
        return await restored.acknowledge(conn)


async def unacknowledged_restore(system: System) -> Restored | None:
    """The restore that nobody has acknowledged yet, or None."""
    async with system.database.connection() as conn:
        return await restored.read(conn)
