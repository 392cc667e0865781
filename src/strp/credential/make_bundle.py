"""Makes trust bundles; their form, and how they are read, is in `trust`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from strp.credential.bundle_shape import (
    BundleShape,
    CheckpointShape,
    DocumentShape,
    GroupShape,
    HolidayShape,
    KeySet,
    ListShape,
    PeriodShape,
)
from strp.credential.bundle_signatures import sign_payload
from strp.credential.signing import SigningKey
from strp.domain.rules.checkpoint import CheckpointRule, Document, Holiday
from strp.domain.rules.policy import ExemptGroup, Period


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
    signers: Iterable[SigningKey] = (),
    jitter_s: int = 0,
    groups: Iterable[ExemptGroup] = (),
    documents: Iterable[Document] = (),
    holidays: Iterable[Holiday] = (),
) -> bytes:
    """A signed trust bundle.

    Args:
        issuer: ISO 3166-2 code of the authority.
        issued_at: aware.
        next_update: aware; from then on readers call it stale.
        keys: all that sign certificates and lists; those of exercises come last.
        periods: periods of certificates, as they stand.
        lists: status lists.
        checkpoints: who passes at which hours.
        trusted_until: aware; from then on readers let nobody pass by it alone.
        inline: whether the lists themselves are in it.
        number: higher than that of every bundle before, see `bundle_number`.
        signers: sign it, the first in the JWS itself; those that are not among `keys` are named
            in it as its signers. None: the first of `keys` signs, as earlier releases did.
        jitter_s: readers ask for the next bundle so many seconds before `next_update`, or fewer,
            drawn at random by each: a million that ask at once are a flood.
        groups: who needs no certificate.
        documents: what rules of checkpoints name.
        holidays: public holidays.
    """
    signing = list(keys)
    signed_by = list(signers) or signing[:1]
    apart = [key.public_jwk() for key in signed_by if key not in signing]
    content = BundleShape(
        number=number,
        issuer=issuer,
        issued_at=issued_at.astimezone(UTC),
        next_update=next_update.astimezone(UTC),
        trusted_until=trusted_until and trusted_until.astimezone(UTC),
        jitter_s=jitter_s,
        signers=KeySet(apart) if apart else None,
        jwks=KeySet([key.public_jwk() for key in signing]),
        periods=[PeriodShape.of(period) for period in periods],
        status_lists=[ListShape.of(*entry, inline=inline) for entry in lists],
        checkpoints=[CheckpointShape.of(rule) for rule in checkpoints],
        groups=[GroupShape.of(group) for group in groups],
        documents=[DocumentShape.of(document) for document in documents],
        holidays=[HolidayShape.of(holiday) for holiday in holidays],
    )
    return sign_payload(msgspec.json.encode(content), signed_by)


def bundle_number(now: datetime, before: int) -> int:
    """The number of a bundle that is made now.

    It is the time in milliseconds, so that what is restored from a backup, which cannot know how
    far the lost system had counted, goes on above it.

    Args:
        now: aware.
        before: the highest number that is known.
    """
    return max(int(now.timestamp() * 1000), before + 1)
