import psycopg
import pytest

from strp.domain.errors import Unavailable
from strp.store.engine import durability
from strp.store.engine.database import single_connection
from strp.store.engine.durability import require_durable

pytestmark = pytest.mark.anyio


async def test_a_server_that_keeps_what_it_commits_is_taken(server_url: str) -> None:
    async with single_connection(server_url) as conn:
        await require_durable(conn)


async def test_a_server_that_may_lose_receipts_is_refused(server_url: str) -> None:
    async with single_connection(server_url) as conn:
        await conn.execute("SET synchronous_commit = off")
        with pytest.raises(Unavailable, match="synchronous_commit") as raised:
            await require_durable(conn)
    assert raised.value.code == "database-not-durable"


async def test_an_old_server_is_refused(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durability, "OLDEST_VERSION", 99)
    async with single_connection(server_url) as conn:
        with pytest.raises(Unavailable) as raised:
            await require_durable(conn)
    assert raised.value.code == "database-too-old"


async def test_a_server_that_does_not_answer_is_said_to_be_unavailable() -> None:
    with pytest.raises(Unavailable) as raised:
        async with single_connection("postgresql://127.0.0.1:1/none"):
            pass
    assert isinstance(raised.value.__cause__, psycopg.OperationalError)
