"""What ends with a right: everything that was derived from it, in the transaction that ends it.

One place. Whoever adds something that an account or a representative can make and that goes on
without them (a key, a lease, a kept ticket, an enrolled device, a link) ends it here, and adds a
test of it to `tests/usecases/people/test_end_rights.py`.
"""

from collections.abc import Sequence

from strp.domain.desk.bulk import RIGHT_ENDED
from strp.domain.identifiers import Nib
from strp.domain.people.account import AccountId, account_label
from strp.domain.people.sign_in import CodePurpose
from strp.store.certificates import documents
from strp.store.desk import bulk, leases, proposals
from strp.store.desk.evidence import settle_with_ruling
from strp.store.employers import hostings, representations, rulings
from strp.store.engine.database import Connection
from strp.store.people import (
    accounts,
    api_keys,
    one_time_codes,
    second_factors,
    sessions,
    sign_in_steps,
)
from strp.store.waiting_room import lanes
from strp.usecases.notices.email_addresses import letter_address
from strp.usecases.people.sign_in_guard import end_links
from strp.usecases.process.system import System

KeyHashes = Sequence[bytes]


def claim_code_subject(nib: Nib, account_id: AccountId) -> bytes:
    """What the code of a claim is stored under: the employer and the claimant, so that what
    another claimant asks or guesses changes nothing.

    Args:
        nib: the employer.
        account_id: the claimant's.
    """
    return nib.to_bytes(8) + account_id.to_bytes(8)


async def end_account(
    conn: Connection, system: System, account_id: AccountId, *, by: str
) -> KeyHashes:
    """Close an account, and end its links, sessions and second factors, its representations and
    claims with their keys and codes, its leases on the desk, its bulk decisions that are not at
    their end, what it proposed to a second official, and the tickets it keeps.

    The account is closed first: its row is what every new session and claim is made under.

    Args:
        conn: the use case's transaction.
        system: the installation.
        account_id: whose.
        by: label of the actor who closes it.

    Returns:
        Hashes of the keys withdrawn, for `forget_keys` after the commit.
    """
    now = system.clock()
    closed = await accounts.disable_account(conn, account_id, now)
    if address := letter_address(system, closed):  # a damaged one must not keep it open
        await end_links(conn, system, address)
    await sessions.remove_sessions_of(conn, account_id)
    await sign_in_steps.remove_steps_of(conn, account_id)
    await second_factors.remove_all_of(conn, account_id)
    await leases.release_all_of(conn, account_id)
    await bulk.stop_all_of(conn, account_id, RIGHT_ENDED, now)
    await _end_proposals(conn, system, account_id, by=by)
    await lanes.drop_seats_of(conn, account_id)
    withdrawn: list[bytes] = []
    for claim in await representations.lock_all_of_account(conn, account_id):
        await representations.end_representation(conn, claim, by=by, at=now)
        withdrawn += await end_representation(conn, system, claim.nib, account_id)
    withdrawn += await api_keys.withdraw_all_made_by(conn, account_label(account_id), now)
    return withdrawn


async def _end_proposals(
    conn: Connection, system: System, account_id: AccountId, *, by: str
) -> None:
    """Four eyes are two officials': what one proposed who is none any more does not count."""
    label = account_label(account_id)
    await proposals.forget_all_of(conn, account_id)
    await hostings.forget_proposals_of(conn, label)
    for nib, number in await rulings.decline_all_of(conn, label, actor=by, at=system.clock()):
        await settle_with_ruling(conn, nib, number, confirmed=False)


async def end_representation(
    conn: Connection, system: System, nib: Nib, account_id: AccountId
) -> KeyHashes:
    """End what an account derived from acting for one employer: its keys, its claim's code,
    and documents that it had made.

    The sessions of the account stay; what they may do is read from the database at each request.

    Args:
        conn: the transaction that moved the representation, whose row it holds locked.
        system: the installation.
        nib: employer.
        account_id: whose representation ended.

    Returns:
        Hashes of the keys withdrawn, for `forget_keys` after the commit.
    """
    await one_time_codes.remove_code(conn, CodePurpose.CLAIM, claim_code_subject(nib, account_id))
    await documents.end_documents_for(conn, nib, account_label(account_id))
    return await api_keys.withdraw_keys_made_by(
        conn, nib, account_label(account_id), system.clock()
    )


def forget_keys(system: System, withdrawn: KeyHashes) -> None:
    """Let this process forget withdrawn keys at once; others do within `known_keys.KEPT_FOR`."""
    for key_hash in withdrawn:
        system.known_keys.forget(key_hash)
