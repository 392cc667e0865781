"""Applications that no account may decide: administrators hear of it, since nobody else can help.

Who proposed an approval, or differed on one, does not decide it. Where a desk has two officials and
they differ, there is no third; the application waits until an account is added.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from strp.domain.notices.desk_letters import officials_missing_letter
from strp.domain.notices.letters import Letter, of_exercise
from strp.domain.people.account import Role
from strp.domain.text import Language
from strp.store.desk.escalations import not_for_all
from strp.store.engine.database import Connection
from strp.store.people.accounts import officials, officials_to_tell
from strp.usecases.notices.email_addresses import letter_address
from strp.usecases.notices.send import post
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

log = structlog.get_logger()

ASK_EVERY: Final = timedelta(days=1)


async def count_without_official(conn: Connection) -> int:
    """Applications on the desk that none of the open accounts may decide."""
    groups = await not_for_all(conn)
    if not groups:
        return 0
    accounts = [each for each in await officials(conn) if each.disabled_at is None]
    return sum(
        group.applications
        for group in groups
        if not any(
            group.may_be_decided_by(account.account_id, account.role) for account in accounts
        )
    )


async def ask_for_officials(
    conn: Connection, system: System, missing: int, told_at: datetime | None
) -> bool:
    """Write to administrators that officials are missing, once a day; whether it was done.

    Args:
        conn: open transaction.
        system: the installation.
        missing: applications that nobody may decide.
        told_at: when they were last written to, or None.
    """
    if not missing or (told_at is not None and system.clock() - told_at < ASK_EVERY):
        return False
    log.warning("officials_missing", applications=missing)

    def letter(language: Language) -> Letter:
        return officials_missing_letter(missing, address=system.settings.address, language=language)

    await write_to_all(conn, system, Role.ADMINISTRATOR, letter)
    return True


async def write_to_all(
    conn: Connection, system: System, role: Role, letter: Callable[[Language], Letter]
) -> None:
    """Write a letter to all open accounts of a role, each in its language.

    Args:
        conn: open transaction.
        system: the installation.
        role: of the readers.
        letter: writes it.
    """
    policy = await policy_if_any(system)
    exercise = policy is not None and policy.follows_today
    for account in await officials_to_tell(conn, {role}, exercise=exercise):
        if to := letter_address(system, account):
            written = letter(account.language)
            await post(conn, system, to, of_exercise(written) if exercise else written)
