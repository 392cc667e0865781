"""What time ends: the rows of each table that are of no more use, removed some at a time.

One table holds them all, so that nothing is forgotten in the heat of a request or of a tick: the
worker removes a batch a transaction, and each batch finds its rows by an index.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from psycopg import AsyncConnection

from strp.domain.employers.claims import UNCONFIRMED_KEPT
from strp.domain.people.account import Role
from strp.domain.people.guessing import LINK_LIFE
from strp.domain.people.second_factor import STEP_LIFE
from strp.domain.people.sign_in import session_rule
from strp.store.notices.outbox import KEPT_FOR as MAIL_KEPT

ROOM_KEPT: Final = timedelta(days=30)
REPEATS_KEPT: Final = timedelta(days=1)
CHANGES_KEPT: Final = timedelta(days=1)
_AT_ONCE: Final = timedelta()
_LONGEST_SESSION: Final = max(session_rule(role).absolute for role in Role)


class Expiry(NamedTuple):
    """Which rows of a table are of no more use.

    Args:
        table: in which they are.
        column: time from which `kept` counts.
        kept: how long a row is kept after that.
        only: a further condition, as in a partial index.
    """

    table: str
    column: str
    kept: timedelta = _AT_ONCE
    only: str = "true"

    @property
    def statement(self) -> str:
        """Removes some rows; what others hold at this moment is left for the next time."""
        return (
            f"DELETE FROM {self.table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {self.table}"
            f" WHERE {self.column} <= %s AND {self.only} ORDER BY {self.column} LIMIT %s"
            " FOR UPDATE SKIP LOCKED))"
        )


EXPIRIES: Sequence[Expiry] = (
    Expiry("session", "created_at", _LONGEST_SESSION),
    Expiry("sign_in_step", "began_at", STEP_LIFE),
    Expiry("one_time_code", "expires_at"),
    Expiry("rate_limit", "busy_until"),
    Expiry("wrong_code", "ends_at"),
    Expiry("mailbox_letters", "forget_at"),
    Expiry("sign_in_link", "sent_at", LINK_LIFE),
    Expiry("representation", "claimed_at", UNCONFIRMED_KEPT, "state = 'pending_code'"),
    # Jobs that failed for days are given up; what they were to send must not stay behind.
    Expiry("mail", "useful_until"),
    Expiry("mail", "created_at", MAIL_KEPT),
    Expiry("letters_of_day", "day", timedelta(days=2)),
    Expiry("waiting_admission", "admitted_at", ROOM_KEPT),
    Expiry("waiting_served", "minute", ROOM_KEPT),
    Expiry("waiting_seat", "kept_at", ROOM_KEPT),
    Expiry("waiting_repeat", "at", REPEATS_KEPT),
    Expiry("waiting_process", "at", timedelta(hours=1)),
    Expiry("document", "forget_at"),
    Expiry("status_change", "changed_at", CHANGES_KEPT),
    Expiry("evidence", "forget_at"),
    Expiry("evidence_attempt", "until_at"),
    Expiry("process_loop", "reported_at", timedelta(days=1)),
)


async def remove_some(conn: AsyncConnection, expiry: Expiry, now: datetime, limit: int) -> int:
    """Remove rows that are of no more use, the oldest first.

    Args:
        conn: a transaction, or a connection in autocommit mode.
        expiry: of which table.
        now: aware time.
        limit: most rows.

    Returns:
        Number of rows removed.
    """
    values = (now - expiry.kept, limit)
    return (await conn.execute(expiry.statement.encode(), values)).rowcount
