"""Visitors of a simulated crowd, among the events that are counted."""

from datetime import datetime

from psycopg import AsyncConnection

ADD = "INSERT INTO figure_event (at, let_in, accounts) VALUES (%s, %s, %s)"


async def add_visitors(conn: AsyncConnection, hour: datetime, let_in: int, accounts: int) -> None:
    """Count visitors who came in, and accounts that were made, in an hour.

    Args:
        hour: aware; its start.
        let_in: visitors, beside those counted before.
        accounts: beside those counted before.
    """
    await conn.execute(ADD, (hour, let_in, accounts))
