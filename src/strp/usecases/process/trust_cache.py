"""What this process last knew of keys, periods and status lists: checks rest on it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from strp.credential.make_bundle import SignedList
from strp.credential.status_list import StatusList
from strp.credential.trust import TrustBundle
from strp.domain.certificates.life import CertificateStatus
from strp.usecases.process.closed_places import ClosedPlaces, Suspended

Causes = list[tuple[CertificateStatus, Sequence[int]]]
"""Why certificates are REVOKED that nobody revoked, and their indexes in ascending order."""


class ListVersion(NamedTuple):
    """What a status list was made from: its number of changes, what closures and hosts suspend.

    Args:
        changed_at: aware; of the last of these changes.
    """

    changes: int
    closed: Mapping[Suspended, bytes]
    changed_at: datetime


class SignedBundle(NamedTuple):
    """A bundle as it was signed, what it was made from, and when."""

    made_from: object
    signed_at: datetime
    body: bytes


@dataclass(slots=True)
class TrustCache:
    """Trust as it was read last; kept when the database is away, and then it grows stale.

    Args:
        bundle: what `verify_text` rests on, or None before the first reading.
        read_at: when it was read.
        versions: what each status list was made from.
        closed: where the certificates of closed employers have their status.
        ended: lists of periods that ended long ago; devices do without.
        causes: by list, why certificates are REVOKED that nobody revoked, and their indexes.
        signed: status lists as signed last, by number, each with its version.
        bundles: bundles as signed last, by what they were made from.
        reading: the reading that is under way.
        signing: held while a list is signed, and
        bundling: while a bundle is made, so that whoever comes meanwhile gets the same.
    """

    bundle: TrustBundle | None = None
    read_at: datetime | None = None
    versions: dict[int, ListVersion] = field(default_factory=dict)
    closed: ClosedPlaces = field(default_factory=ClosedPlaces)
    lists: dict[int, StatusList] = field(default_factory=dict)
    ended: frozenset[int] = frozenset()
    causes: dict[int, Causes] = field(default_factory=dict)
    signed: dict[int, tuple[ListVersion, SignedList]] = field(default_factory=dict)
    bundles: dict[bool, "SignedBundle"] = field(default_factory=dict)
    reading: "asyncio.Task[None] | None" = None
    signing: asyncio.Lock = field(default_factory=asyncio.Lock)
    bundling: asyncio.Lock = field(default_factory=asyncio.Lock)
