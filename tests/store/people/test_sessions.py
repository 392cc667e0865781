"""Sessions: an account holds a bounded number of them."""

from datetime import UTC, datetime, timedelta

import pytest

from strp.domain.people.account import Role
from strp.domain.people.sign_in import SESSIONS_PER_ACCOUNT
from strp.domain.text import Language
from strp.store.engine.database import Database
from strp.store.people.accounts import add_account
from strp.store.people.sessions import add_session, find_session

pytestmark = pytest.mark.anyio
NOW = datetime(2021, 7, 5, 1, tzinfo=UTC)


async def test_of_too_many_sessions_the_oldest_ends(database: Database) -> None:
    async with database.transaction() as conn:
        account = await add_account(
            conn,
            role=Role.REPRESENTATIVE,
            email_index=b"a" * 16,
            email_sealed=b"sealed",
            language=Language.ID,
            at=NOW,
        )
        for number in range(SESSIONS_PER_ACCOUNT + 1):
            at = NOW + timedelta(seconds=number)
            await add_session(conn, number.to_bytes(32), account.account_id, at)
        found = [
            number
            for number in range(SESSIONS_PER_ACCOUNT + 1)
            if await find_session(conn, number.to_bytes(32)) is not None
        ]
    assert found == list(range(1, SESSIONS_PER_ACCOUNT + 1))
