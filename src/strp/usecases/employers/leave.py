"""A representative leaves an employer, or removes a colleague who came later.

Who was there first may remove at once: a newcomer who read a code in the registry's mailbox must
not throw out whom they found; they object, and an officer decides (`dispute_claim`). Whoever was
removed claims again with a code to that mailbox, as any newcomer does.
"""

from strp.domain.identifiers import Nib, format_nib
from strp.domain.notices.letters import removed_letter
from strp.domain.people.account import (
    AccountId,
    Actor,
    RepresentationState,
    claim_changed,
    may_claim_employers,
    may_file,
    not_your_employer,
)
from strp.store import audit
from strp.store.employers import representations
from strp.store.employers.representations import Representation
from strp.store.engine.database import Connection
from strp.usecases.notices.email_addresses import letter_address
from strp.usecases.notices.send import post
from strp.usecases.people.end_rights import KeyHashes, end_representation, forget_keys
from strp.usecases.process.system import System
from strp.usecases.rules.current import marked_if_exercise


def came_first(own: Representation, other: Representation) -> bool:
    """Whether one representative was there before another, and so may remove them.

    Args:
        own: of who asks.
        other: of whom it is about.
    """
    is_both = own.state is other.state is RepresentationState.ACTIVE
    if not is_both or own.active_at is None or other.active_at is None or other.reason is not None:
        return False
    return (own.active_at, own.account_id) < (other.active_at, other.account_id)


async def leave_employer(system: System, actor: Actor, nib: Nib) -> None:
    """Stop acting for an employer; keys that the actor made end with it.

    Args:
        system: the installation.
        actor: an active representative of it.
        nib: employer.

    Raises:
        Forbidden: the actor does not represent the employer.
        Conflict: not any more, or an officer has a dispute about it to decide.
    """
    own_id = representative(actor, nib)
    async with system.database.transaction() as conn:
        own = await representations.lock_representation(conn, nib, own_id)
        if own is None or own.state is not RepresentationState.ACTIVE or own.reason is not None:
            raise claim_changed()
        withdrawn = await _end(conn, system, actor, own, "representation-left")
    forget_keys(system, withdrawn)


async def remove_colleague(system: System, actor: Actor, nib: Nib, account_id: AccountId) -> None:
    """Let a colleague who came later act for the employer no more; they are told by letter.

    Args:
        system: the installation.
        actor: an active representative.
        nib: employer.
        account_id: of the colleague.

    Raises:
        Forbidden: the actor does not represent the employer.
        Conflict: the other acts for it no more, was there first, or is disputed already.
    """
    own_id = representative(actor, nib)
    async with system.database.transaction() as conn:
        # In the order of accounts, so that two who remove each other do not wait in a circle.
        locked = {
            each: await representations.lock_representation(conn, nib, each)
            for each in sorted({own_id, account_id})
        }
        own, other = locked[own_id], locked[account_id]
        if own is None or other is None or not came_first(own, other):
            raise claim_changed()
        withdrawn = await _end(conn, system, actor, other, "representation-removed")
        letter = removed_letter(
            nib, other.employer_name, address=system.settings.address, language=other.language
        )
        if to := letter_address(system, other):
            await post(conn, system, to, await marked_if_exercise(system, letter))
    forget_keys(system, withdrawn)


def representative(actor: Actor, nib: Nib) -> AccountId:
    """The account of an active representative of an employer.

    Args:
        actor: who asks.
        nib: employer.

    Raises:
        Forbidden: the actor is none.
    """
    if actor.account_id is None or not (may_claim_employers(actor) and may_file(actor, nib)):
        raise not_your_employer(nib)
    return actor.account_id


async def _end(
    conn: Connection, system: System, actor: Actor, claim: Representation, action: str
) -> KeyHashes:
    withdrawn = await end_representation(conn, system, claim.nib, claim.account_id)
    await representations.remove_representation(conn, claim)
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"employer:{format_nib(claim.nib)}",
        detail={"account": claim.account_id, "keys": len(withdrawn)},
    )
    return withdrawn
