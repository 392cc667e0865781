"""Letters to the owner of an account about how it is signed in to."""

from strp.domain.notices.letters import SecurityEvent, security_letter
from strp.store.engine.database import Connection
from strp.store.people.accounts import Account
from strp.usecases.notices.email_addresses import letter_address
from strp.usecases.notices.send import post
from strp.usecases.process.system import System

__all__ = ["SecurityEvent", "tell_owner"]


async def tell_owner(
    conn: Connection, system: System, account: Account, event: SecurityEvent
) -> None:
    """Write to the owner of an account what happened to its sign-in.

    Args:
        conn: the use case's transaction.
        system: the installation.
        account: whose.
        event: what happened.
    """
    letter = security_letter(event, system.settings.address, account.language)
    if to := letter_address(system, account):
        await post(conn, system, to, letter)
