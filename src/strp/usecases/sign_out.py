"""The end of sessions: at the reader's wish, or by age."""

from strp.domain.account import account_label
from strp.domain.claims import UNCONFIRMED_KEPT
from strp.domain.sign_in import SessionToken
from strp.store import audit, codes, mail, representations, sessions, sign_in_guard
from strp.usecases.authenticate import token_hash
from strp.usecases.system import System


async def sign_out(system: System, token: SessionToken) -> None:
    """End a session; a token that is not known is no error.

    Args:
        system: the installation.
        token: from the cookie.
    """
    async with system.database.transaction() as conn:
        account_id = await sessions.remove_session(conn, token_hash(token))
        if account_id is None:
            return
        actor = account_label(account_id)
        await audit.record(conn, at=system.clock(), actor=actor, action="signed-out", subject=actor)


async def forget_expired(system: System) -> int:
    """Remove sessions, codes, rate states, claims and letters that time has ended; for a worker.

    Args:
        system: the installation.

    Returns:
        Number of rows removed.
    """
    now = system.clock()
    async with system.database.transaction() as conn:
        removed = await sessions.remove_old_sessions(conn, now)
        removed += await codes.remove_expired(conn, now)
        removed += await representations.forget_unconfirmed(conn, now - UNCONFIRMED_KEPT)
        removed += await sign_in_guard.remove_past(conn, now)
        return removed + await mail.remove_stale_mail(conn, now)
