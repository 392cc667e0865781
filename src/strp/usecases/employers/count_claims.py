"""Claims of employers that no sector names, counted for the compliance report."""

from strp.domain.civil_time import civil_day
from strp.domain.errors import NotFound
from strp.domain.identifiers import Nib
from strp.domain.screening.refusal_counts import RefusalKind
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import SectorOutcome
from strp.store.employers.refusal_counts import count_once
from strp.store.engine.database import Connection
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, policy_if_any


async def counted_as(system: System, nib: Nib) -> bool | None:
    """Whether the compliance report counts a claim of this employer, and then whether as an
    exercise's; None: it does not."""
    policy = await policy_if_any(system)
    if policy is None:
        return None
    try:
        facts = await employer_facts(system, nib)
    except NotFound:
        return None
    found = classify_sector(policy, facts)
    return policy.follows_today if found.outcome is SectorOutcome.REFUSE else None


async def count_claim(conn: Connection, system: System, nib: Nib, counted: bool | None) -> None:
    """Count a claim, in the transaction that keeps it.

    Args:
        conn: open transaction.
        system: the installation.
        nib: employer.
        counted: from `counted_as`, which must be asked before: it uses a connection of its own.
    """
    if counted is not None:
        day = civil_day(system.clock())
        await count_once(conn, RefusalKind.CLAIMED, [nib], day, exercise=counted)
