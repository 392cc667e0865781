"""The end of sessions at the reader's wish."""

from strp.domain.people.account import account_label
from strp.domain.people.sign_in import SessionToken
from strp.store import audit
from strp.store.people import sessions
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.system import System


async def sign_out(system: System, token: SessionToken) -> None:
    """End a session; a token that is not known is no error.

    Args:
        system: the installation.
        token: from the cookie.
    """
    key = token_hash(token)
    system.known_sessions.forget(key)
    async with system.database.transaction() as conn:
        account_id = await sessions.remove_session(conn, key)
        if account_id is None:
            return
        actor = account_label(account_id)
        await audit.record(conn, at=system.clock(), actor=actor, action="signed-out", subject=actor)
