"""By when an officer decides a claim or a dispute: within the hours of a filing."""

from datetime import timedelta
from typing import Final

from strp.domain.identifiers import Nib
from strp.domain.people.account import AccountId
from strp.domain.service_hours import due_at
from strp.store.employers import representations
from strp.store.engine.database import Connection
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

WITHOUT_POLICY: Final = timedelta(hours=24)


async def note_due(conn: Connection, system: System, nib: Nib, account_id: AccountId) -> None:
    """Start the clock of a claim that has come before an officer; others have none.

    Args:
        conn: the transaction that moved the claim.
    """
    now, policy = system.clock(), await policy_if_any(system)
    due = now + WITHOUT_POLICY
    if policy is not None:
        due = due_at(now, policy.sla_hours, policy.company_hours)
    await representations.set_due(conn, nib, account_id, due)
