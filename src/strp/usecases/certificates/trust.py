"""Trust: keys, periods and status lists, as one signed bundle and one list at a time."""

import asyncio
import secrets
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from strp.credential.make_bundle import SignedList, build_bundle, bundle_number
from strp.credential.signing import cose_key_set
from strp.credential.status_list import (
    StatusList,
    change_statuses,
    pack_statuses,
    sign_status_list,
)
from strp.credential.trust import Inspection, TrustBundle, verify_text
from strp.domain.certificates.certificate import Status, Verdict
from strp.domain.certificates.life import CertificateStatus, cause_text
from strp.domain.epochs import entries_of, first_serial_of, index_of
from strp.domain.errors import NotFound
from strp.domain.rules.policy import OFFLINE_HOURS
from strp.domain.text import Text
from strp.store.certificates import status_lists
from strp.store.engine.database import Connection
from strp.store.engine.reach import is_database_away
from strp.usecases.process.closed_places import Suspended, indexes, unpack_places
from strp.usecases.process.system import System
from strp.usecases.process.trust_cache import Causes, ListVersion, SignedBundle
from strp.usecases.rules.current import current_periods, periods_long_over, policy_if_any

log = structlog.get_logger()

# A revocation or a closure reaches every process within this time, and every checkpoint that is on
# line with its next bundle.
KEPT_FOR = timedelta(seconds=5)
# While the database is slow or away a check does not wait for it: it rests on what was read last.
WAIT_S = 1.0
NEXT_UPDATE = timedelta(hours=6)
# Devices that took the same bundle ask for the next one spread over this time, and no two bundles
# end at the same distance: all that ask at one moment are a flood (CoronaCheck 2021).
JITTER_S = 1800
# Caches on the way, and readers of lists, ask again after so long: a revocation reaches whoever is
# on line within a minute.
CACHE_S = 30
LIST_TTL_S = 60
BUNDLE_KEPT_S = 300
# A list that does not change keeps its bytes, in every process: a device that comes back after an
# hour fetches those that did. It is signed anew at a moment that its number shifts, so that not all
# are at once. What closures suspend has no time of its own, and is signed anew more often.
LIST_KEPT_S = 6 * 3600
CLOSED_KEPT_S = 300
_SPREAD = 2654435761
_CAUSES = frozenset({CertificateStatus.REPLACED, CertificateStatus.ENDED})


async def verify(
    system: System, text: str, *, checkpoint: str | None = None, at: datetime | None = None
) -> Inspection:
    """Check the text of a QR against what this installation knows now.

    Goes on with what it knew last while the database is away; the answer tells its age.

    Args:
        text: as scanned or typed; anything at all.
        checkpoint: kind of checkpoint whose hours count; None: no hours.
        at: aware; the time to check for, or None for now.

    Raises:
        InvalidInput: `checkpoint-unknown`.
    """
    trust = await current_trust(system)
    trust.known_checkpoint(checkpoint)
    now = at or system.clock()
    return _with_cause(system, verify_text(text, trust, now, checkpoint=checkpoint))


def _with_cause(system: System, found: Inspection) -> Inspection:
    """Say that a certificate was replaced or ended, which a status list alone cannot."""
    if found.verdict is not Verdict.REVOKED or found.claims is None:
        return found
    index = found.claims.status_index
    causes = system.trust.causes.get(found.claims.status_list, ())
    cause = next((status for status, places in causes if _holds(places, index)), None)
    said = cause_text(cause) if cause else None
    return found._replace(reason=said, cause=cause) if said else found


def _holds(places: Sequence[int], index: int) -> bool:
    """Whether an index is among these, which ascend."""
    at = bisect_left(places, index)
    return at < len(places) and places[at] == index


async def current_trust(system: System) -> TrustBundle:
    """Keys, periods and status lists as of a few seconds ago.

    Raises:
        Unavailable: they were never read, and the database does not answer.
    """
    kept, now = system.trust, system.clock()
    if kept.bundle is not None and kept.read_at and abs(now - kept.read_at) < KEPT_FOR:
        return kept.bundle
    if kept.reading is None or kept.reading.done():
        kept.reading = asyncio.create_task(_read(system, now))
        kept.reading.add_done_callback(_note_failure)
    reading = kept.reading
    await asyncio.wait({reading}, timeout=WAIT_S if kept.bundle else None)
    if kept.bundle is None:
        reading.result()
    assert kept.bundle is not None
    return kept.bundle


async def lists_used(system: System) -> int:
    """How many lists of 2^16 certificates are in the bundle, which holds `MOST_LISTS`."""
    ended = await periods_long_over(system)
    async with system.database.connection() as conn:
        return await status_lists.lists_used(conn, ended)


async def signed_status_list(system: System, number: int) -> SignedList:
    """A status list as a signed token.

    Raises:
        NotFound: no certificate has its status there.
    """
    await current_trust(system)
    kept = system.trust
    if number not in kept.lists:
        raise NotFound("status-list-unknown", _NO_LIST)
    async with kept.signing:  # who comes meanwhile waits for the same
        known, current = kept.lists[number], kept.versions[number]
        version, signed = kept.signed.get(number, (None, None))
        issued_at = _signed_at(system, number, current)
        if signed is None or version != current or signed.issued_at != issued_at:
            signed = await system.lists.run(_sign, system, number, known, issued_at)
            kept.signed[number] = (current, signed)
    return signed


async def trust_bundle(system: System, *, inline: bool) -> bytes:
    """The signed bundle for use without a network.

    Args:
        inline: whether the status lists themselves are in it.
    """
    trust = await current_trust(system)
    async with system.trust.bundling:
        return await _kept_bundle(system, trust, inline=inline)


async def _kept_bundle(system: System, trust: TrustBundle, *, inline: bool) -> bytes:
    kept, now = system.trust, system.clock()
    key_ids = list(system.keys.verifying)
    rules = (trust.periods, trust.checkpoints, trust.groups, trust.documents, trust.holidays)
    made_from = (kept.versions.copy(), kept.ended, rules, key_ids)
    known = kept.bundles.get(inline)
    if known is None or known.made_from != made_from or _is_old(known.signed_at, now):
        body = await _sign_bundle(system, trust, inline=inline)
        known = kept.bundles[inline] = SignedBundle(made_from, now, body)
    return known.body


async def _sign_bundle(system: System, trust: TrustBundle, *, inline: bool) -> bytes:
    listed = sorted(trust.lists.keys() - system.trust.ended)
    lists = [await signed_status_list(system, number) for number in listed]
    return await system.lists.run(
        build_bundle,
        number=trust.number,
        issuer=trust.issuer,
        issued_at=trust.issued_at,
        next_update=trust.next_update,
        keys=system.keys.published,
        periods=trust.periods.values(),
        lists=lists,
        checkpoints=trust.checkpoints,
        trusted_until=trust.trusted_until,
        inline=inline,
        groups=trust.groups,
        documents=trust.documents,
        holidays=trust.holidays,
        signers=system.keys.bundle_signers,
        jitter_s=JITTER_S,
    )


def _note_failure(reading: asyncio.Task[None]) -> None:
    error = None if reading.cancelled() else reading.exception()
    if error is not None and not is_database_away(error):
        log.warning("trust_not_read", error=type(error).__name__)


def public_keys(system: System) -> list[dict[str, str]]:
    """The public keys as JWKs (RFC 7517)."""
    return [key.public_jwk() for key in system.keys.published]


def cose_keys(system: System) -> bytes:
    """The public keys of true certificates and of lists as a COSE key set (RFC 9052 §7)."""
    return cose_key_set(key.verifying for key in system.keys.signing)


async def _read(system: System, now: datetime) -> None:
    kept, long_over = system.trust, await periods_long_over(system)
    async with system.database.connection() as conn:
        kept.ended = await status_lists.ended_lists(conn, long_over)
        await kept.closed.refresh(conn, now)
        changes = await status_lists.status_list_versions(conn)
        for number, (count, changed_at) in changes.items():
            version = ListVersion(count, kept.closed.version(number), changed_at)
            if kept.versions.get(number) != version:
                kept.lists[number] = await _read_list(conn, system, number, version, now)
                kept.versions[number] = version
            kept.lists[number] = kept.lists[number]._replace(issued_at=now)
    policy = await policy_if_any(system)
    kept.bundle = TrustBundle(
        number=bundle_number(now, kept.bundle.number if kept.bundle else 0),
        issuer=system.authority.issuer,
        issued_at=now,
        next_update=now + NEXT_UPDATE - timedelta(seconds=secrets.randbelow(JITTER_S)),
        keys=system.keys.verifying,
        periods={period.number: period for period in await current_periods(system)},
        lists=dict(kept.lists),
        checkpoints=policy.checkpoints if policy else (),
        groups=policy.exempt_groups if policy else (),
        documents=policy.documents if policy else (),
        holidays=policy.holidays if policy else (),
        trusted_until=now + timedelta(hours=policy.offline_hours if policy else OFFLINE_HOURS),
    )
    kept.read_at = now


async def _read_list(
    conn: Connection, system: System, number: int, version: ListVersion, now: datetime
) -> StatusList:
    """A list as it is now: by what changed since the version that is known, where that is told."""
    kept = system.trust
    known = kept.versions.get(number)
    changed = None
    if known is not None and not known.closed and not version.closed:
        changed = await status_lists.changed_statuses(conn, number, known.changes, version.changes)
    if changed is not None:
        statuses = {index_of(serial): now for serial, now in changed.items()}
        kept.causes[number] = _changed_causes(kept.causes.get(number, []), statuses)
        new = {index: Status(is_now[0] if is_now else 0) for index, is_now in statuses.items()}
        return kept.lists[number]._replace(entries=change_statuses(kept.lists[number].entries, new))
    first, size = first_serial_of(number), entries_of(number)
    found = await status_lists.statuses_of_list(conn, first, first + size)
    # In a thread: a list may have hundreds of thousands of entries, and so a closed employer.
    entries, kept.causes[number] = await system.lists.run(_packed, found, version.closed, size)
    return StatusList(list_uri(system, number), now, entries)


def _packed(
    found: Iterable[tuple[int, str, bytes]], closed: Mapping[Suspended, bytes], size: int
) -> tuple[bytes, Causes]:
    """The entries of a list, and what the places of some are REVOKED for."""
    groups = [(Status(number), kind, unpack_places(places)) for number, kind, places in found]
    statuses = ((index, status) for status, _, places in groups for index in places)
    entries = pack_statuses(statuses, indexes(closed), size)
    causes = [(CertificateStatus(kind), places) for _, kind, places in groups if kind in _CAUSES]
    return entries, causes


def _changed_causes(known: Causes, statuses: Mapping[int, tuple[int, str] | None]) -> Causes:
    """Causes with the places of some certificates moved; places ascend."""
    places = {cause: array("I", known_places) for cause, known_places in known}
    for index, is_now in statuses.items():
        for each in places.values():
            if _holds(each, index):
                del each[bisect_left(each, index)]
        if is_now is not None and is_now[1] in _CAUSES:
            each = places.setdefault(CertificateStatus(is_now[1]), array("I"))
            each.insert(bisect_left(each, index), index)
    return list(places.items())


def _signed_at(system: System, number: int, version: ListVersion) -> datetime:
    """When a list was signed last: the same in every process, whenever that was started."""
    step_s = CLOSED_KEPT_S if version.closed else LIST_KEPT_S
    shift_s, now_s = number * _SPREAD % step_s, int(system.clock().timestamp())
    begun_s = (now_s - shift_s) // step_s * step_s + shift_s
    return datetime.fromtimestamp(max(begun_s, int(version.changed_at.timestamp())), UTC)


def _sign(system: System, number: int, known: StatusList, issued_at: datetime) -> SignedList:
    trust = system.trust.bundle
    life = trust.trusted_until - trust.issued_at if trust and trust.trusted_until else NEXT_UPDATE
    uri = list_uri(system, number)
    cwt = sign_status_list(
        known.entries,
        uri=uri,
        issued_at=issued_at,
        expires_at=issued_at + life + timedelta(seconds=LIST_KEPT_S),
        ttl_s=LIST_TTL_S,
        key=system.keys.signing[0],
    )
    return SignedList(number, uri, issued_at, cwt)


def _is_old(signed_at: datetime, now: datetime) -> bool:
    return abs(now - signed_at) > timedelta(seconds=BUNDLE_KEPT_S)


def list_uri(system: System, number: int) -> str:
    """Where a status list is served."""
    return f"{system.settings.address}/status-lists/{number}"


_NO_LIST = Text(
    id="Daftar status ini tidak ada. Nomor daftar tercantum di dalam sertifikat.",
    en="There is no such status list. A certificate names the number of its list.",
)
