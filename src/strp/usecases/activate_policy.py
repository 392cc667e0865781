"""Puts a policy into force by its dates, or takes it back."""

from strp.domain.account import Actor, may_change_rules, not_your_task
from strp.domain.errors import NotFound
from strp.domain.policy import Policy
from strp.domain.text import Text
from strp.store import audit, policies
from strp.store.database import Connection
from strp.usecases.load_policies import (
    policies_folder,
    save_documents,
    save_periods,
    sound_documents,
)
from strp.usecases.system import System


async def activate_policy(system: System, actor: Actor, policy_id: str) -> Policy:
    """Load policies and regions and activate one policy; from its first day on it applies.

    Among activated policies the one with the latest first day applies. A policy that is active
    stays so, and its document and period are brought up to the file: so one prolongs a period.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        policy_id: of the policy.

    Returns:
        The policy, with its dates of today.

    Raises:
        Forbidden: the actor may not change the rules.
        InvalidInput: `policy-mistakes`; nothing is changed.
        NotFound: `policy-unknown`.
    """
    if not may_change_rules(actor):
        raise not_your_task()
    documents = sound_documents(policies_folder(system))
    async with system.database.transaction() as conn:
        await save_documents(system, conn, documents)
        if not await policies.activate(conn, policy_id, system.clock()):
            raise _unknown()
        loaded = await save_periods(system, conn)
        await _record(system, conn, actor, "policy-activated", policy_id)
    system.reference.read_at = None
    return next(policy for policy in loaded if policy.policy_id == policy_id)


async def withdraw_policy(system: System, actor: Actor, policy_id: str) -> None:
    """Take back an activation, such as that of the exercise before the real policy opens.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        policy_id: of the policy.

    Raises:
        Forbidden: the actor may not change the rules.
        NotFound: `policy-unknown`.
    """
    if not may_change_rules(actor):
        raise not_your_task()
    async with system.database.transaction() as conn:
        if not await policies.withdraw(conn, policy_id):
            raise _unknown()
        await _record(system, conn, actor, "policy-withdrawn", policy_id)
    system.reference.read_at = None


async def _record(
    system: System, conn: Connection, actor: Actor, action: str, policy_id: str
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"policy:{policy_id}",
    )


def _unknown() -> NotFound:
    return NotFound(
        "policy-unknown",
        Text(
            "Tidak ada aturan dengan nama ini. Lihat daftarnya dengan `strp policy list`.",
            "There is no policy of this name. See the list with `strp policy list`.",
        ),
    )
