"""A rehearsed day: keys for all who file, and in the end an account of every row."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from strp.credential.certificate import read_token
from strp.domain.people.account import Actor, may_change_rules, not_your_task
from strp.store.filing.engaged import Engaged
from strp.store.filing.intake import KnownBefore
from strp.store.rehearsal import load_run
from strp.store.rehearsal.load_run import DayTotals, StoredLedger
from strp.usecases.operation.books import check_books
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.own_credentials import new_api_key
from strp.usecases.process.personal_data import certificate_aad
from strp.usecases.process.system import System

LABEL = "rehearsal"
SAMPLED = 200


__all__ = [
    "DayAccount",
    "StoredLedger",
    "account_for",
    "backends",
    "certificates_so_far",
    "give_keys",
    "is_day_over",
    "nothing_before",
    "wal_position",
]


class DayAccount(NamedTuple):
    """What became of a day.

    Args:
        lost: rows sent that the books do not hold, and approved workers without a certificate.
        duplicated: rows, certificates or serials that the books hold twice.
        wrong: rules of the books that do not hold, and ledgers that say something else.
    """

    totals: DayTotals
    lost: int
    duplicated: int
    verified: int
    wrong: Sequence[str]


async def give_keys(system: System, actor: Actor, nibs: Sequence[int]) -> dict[int, str]:
    """Give every employer an API key, all at once.

    Args:
        actor: the operator.
        nibs: of the employers.

    Returns:
        The key of each.

    Raises:
        Forbidden: the actor is not the operator.
    """
    if not may_change_rules(actor):
        raise not_your_task()
    keys = {nib: new_api_key(system) for nib in nibs}
    hashes = [(nib, token_hash(key)) for nib, key in keys.items()]
    async with system.database.transaction() as conn:
        await load_run.add_keys(conn, hashes, label=LABEL, by=actor.label, at=system.clock())
    return keys


def nothing_before(nib: int) -> KnownBefore:
    """What an empty database would say of an employer who files."""
    return KnownBefore(frozenset({nib}), Engaged({}), {}, {})


async def is_day_over(system: System) -> bool:
    """Whether every worker is decided and nothing waits for a certificate."""
    async with system.database.connection() as conn:
        return not await load_run.is_work_waiting(conn)


async def certificates_so_far(system: System) -> int:
    """About how many certificates are stored."""
    async with system.database.connection() as conn:
        return await load_run.certificates_written(conn)


async def wal_position(system: System) -> int:
    """Bytes of write-ahead log that the database has written in its life."""
    async with system.database.connection() as conn:
        return await load_run.wal_position(conn)


async def backends(system: System) -> Mapping[int, str]:
    """Process numbers of the server that work for clients, and for whom."""
    async with system.database.connection() as conn:
        return await load_run.backends(conn)


async def account_for(system: System, sent: Mapping[int, StoredLedger]) -> DayAccount:
    """Hold the books against what was sent.

    Args:
        sent: ledger that must have come of each filing, by application.
    """
    missing, twice, wrong = dict(sent), 0, []
    async with system.database.transaction() as conn:
        async for stored in load_run.stored_ledgers(conn):
            expected = missing.pop(stored.application_id, None)
            if expected is None:
                twice += stored.rows
            elif expected != stored:
                wrong.append(f"application {stored.application_id}: {stored}, not {expected}")
        totals = await load_run.day_totals(conn)
        sample = await load_run.sample_certificates(
            conn, _share_percent(totals.certificates), SAMPLED
        )
    wrong += [f"{r.rule}: {r.wrong}" for r in await check_books(system) if r.wrong]
    verified = sum(_verifies(system, *certificate) for certificate in sample)
    if verified < len(sample):
        wrong.append(f"{len(sample) - verified} certificates do not verify")
    lost = sum(ledger.rows for ledger in missing.values())
    return DayAccount(
        totals=totals,
        lost=lost + totals.pending + max(0, totals.approved - totals.certificates),
        duplicated=twice
        + max(0, totals.certificates - totals.approved)
        + totals.certificates
        - totals.serials,
        verified=verified,
        wrong=wrong,
    )


def _share_percent(certificates: int) -> float:
    return min(100.0, 100 * 4 * SAMPLED / max(1, certificates))


def _verifies(system: System, nib: int, application_id: int, row_no: int, sealed: bytes) -> bool:
    read = read_token(system.keys.open(sealed, certificate_aad(nib, application_id, row_no)))
    return read is not None and read.verify(system.keys.verifying) is not None
