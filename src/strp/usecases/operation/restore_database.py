"""After a restore: what was revoked since the backup, as far as a saved bundle tells it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from strp.credential.trust import TrustBundle, read_bundle
from strp.domain.certificates.certificate import Status
from strp.domain.epochs import LOWEST_EPOCH, entries_of, first_serial_of
from strp.domain.errors import InvalidInput
from strp.domain.text import Text
from strp.outside.keys import KeyRing
from strp.store.engine.database import single_connection
from strp.store.operation import books, restored
from strp.store.operation.restored import Restored, Standing
from strp.usecases.operation.books import MEANINGS
from strp.usecases.process.system import System

_KINDS = {Status.REVOKED: "revoked", Status.SUSPENDED: "suspended"}


class Settled(NamedTuple):
    """What a restore came to.

    Args:
        taken: revocations and suspensions that came from the bundle.
        unknown: certificates whose state since is not known, by status list.
    """

    taken: int
    unknown: Sequence[Standing]


async def is_empty(url: str) -> bool:
    """Whether a database holds nothing, so that a backup may be loaded into it."""
    async with single_connection(url) as conn:
        return await restored.is_empty(conn)


def read_own_bundle(data: bytes, keys: KeyRing, to: datetime) -> TrustBundle:
    """A saved bundle that one of these keys signed, and that knows more than the backup.

    Args:
        data: the bundle, its lists inline.
        keys: of the backup.
        to: aware; the moment that is restored.

    Raises:
        InvalidInput: `bundle-unreadable`, `bundle-untrusted`, or `bundle-says-nothing`.
    """
    signers = (*keys.bundle, *keys.signing)  # the latter in earlier releases
    bundle = read_bundle(data, pins=[key.verifying.thumbprint for key in signers])
    if not bundle.lists or bundle.issued_at < to:
        raise InvalidInput("bundle-says-nothing", _SAYS_NOTHING)
    return bundle


async def settle_restore(url: str, to: datetime, bundle: TrustBundle | None) -> Settled:
    """Mark a database as restored, and take over what a bundle tells of certificates.

    Args:
        url: address of a migrated database.
        to: aware; what was committed before is there.
        bundle: the newest that could be found, as `read_own_bundle` reads it.
    """
    taken, lists = 0, bundle.lists if bundle else {}
    async with single_connection(url) as conn, conn.transaction():
        for number, entries in lists.items():
            if number >= LOWEST_EPOCH:
                await restored.keep_list(conn, number)
            for status, kind in _KINDS.items():
                first, size = first_serial_of(number), entries_of(number)
                found = [first + i for i in range(size) if entries.status(i) is status]
                at = bundle.issued_at if bundle else to
                taken += await restored.take_statuses(conn, found, status, kind, at)
        await restored.mark(conn, to, bundle.issued_at if bundle else None)
        standing = await restored.standing_by_list(conn)
    return Settled(taken, [each for each in standing if each.status_list not in lists])


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


_SAYS_NOTHING = Text(
    id="Bundel ini tidak membawa daftar status, atau lebih tua daripada saat yang dipulihkan. Cari "
    "yang lebih baru (GET /api/v1/trust-bundle?lists=inline), atau ulangi tanpa --lists.",
    en="This bundle carries no status lists, or is older than the moment that is restored. Find a "
    "newer one (GET /api/v1/trust-bundle?lists=inline), or repeat without --lists.",
)
