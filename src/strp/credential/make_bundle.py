"""Makes trust bundles; their form, and how they are read, is in `trust`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from strp.credential.bundle_shape import (
    BundleShape,
    CheckpointShape,
    Header,
    Jws,
    KeySet,
    ListShape,
    PeriodShape,
)
from strp.credential.signing import SigningKey, base64url
from strp.credential.trust import TYP
from strp.domain.rules.policy import CheckpointRule, Period


class SignedList(NamedTuple):
    """A status list token, ready to be put into a bundle."""

    number: int
    uri: str
    issued_at: datetime
    cwt: bytes


def build_bundle(
    *,
    issuer: str,
    issued_at: datetime,
    next_update: datetime,
    keys: Iterable[SigningKey],
    periods: Iterable[Period],
    lists: Iterable[SignedList],
    checkpoints: Iterable[CheckpointRule] = (),
    trusted_until: datetime | None = None,
    inline: bool = False,
    number: int = 0,
) -> bytes:
    """A signed trust bundle.

    Args:
        issuer: ISO 3166-2 code of the authority.
        issued_at: aware.
        next_update: aware; from then on readers call it stale.
        keys: the first signs, all are in it; those of exercises come last.
        periods: periods of certificates, as they stand.
        lists: status lists.
        checkpoints: who passes at which hours.
        trusted_until: aware; from then on readers let nobody pass by it alone.
        inline: whether the lists themselves are in it.
        number: higher than that of every bundle before, see `bundle_number`.
    """
    signers = list(keys)
    content = BundleShape(
        number=number,
        issuer=issuer,
        issued_at=issued_at.astimezone(UTC),
        next_update=next_update.astimezone(UTC),
        trusted_until=trusted_until and trusted_until.astimezone(UTC),
        jwks=KeySet([key.public_jwk() for key in signers]),
        periods=[PeriodShape.of(period) for period in periods],
        status_lists=[ListShape.of(*entry, inline=inline) for entry in lists],
        checkpoints=[CheckpointShape.of(rule) for rule in checkpoints],
    )
    header = Header(alg="ES256", kid=base64url(signers[0].kid), typ=TYP)
    protected = base64url(msgspec.json.encode(header))
    payload = base64url(msgspec.json.encode(content))
    signature = base64url(signers[0].sign(f"{protected}.{payload}".encode()))
    return msgspec.json.encode(Jws(payload=payload, protected=protected, signature=signature))


def bundle_number(now: datetime, before: int) -> int:
    """The number of a bundle that is made now.

    It is the time in milliseconds, so that what is restored from a backup, which cannot know how
    far the lost system had counted, goes on above it.

    Args:
        now: aware.
        before: the highest number that is known.
    """
    return max(int(now.timestamp() * 1000), before + 1)
