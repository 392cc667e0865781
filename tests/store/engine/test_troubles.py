"""What an operator is told whose database does not let STRP in: a real server, asked wrongly."""

import secrets
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from strp.domain.errors import StrpError
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.postgres_server import Shared
from strp.store.engine.database import Database, single_connection
from strp.store.engine.migrate import migrate

pytestmark = pytest.mark.anyio
PASSWORD = "hush-hush"


@pytest.fixture(scope="module")
def own_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, reached by its socket, and by an address that asks for a password."""
    address = ".".join(["127", *(str(1 + secrets.randbelow(250)) for _ in range(3))])
    shared = Shared(address, PASSWORD)
    with bundled_postgres(tmp_path_factory.mktemp("pg"), shared) as url:
        yield make_conninfo(url, application_name=address)


def by_password(url: str, **changes: str) -> str:
    """The same database by its address."""
    address = psycopg.conninfo.conninfo_to_dict(url)["application_name"]
    usual = {"host": address, "user": "strp", "password": PASSWORD, "dbname": "strp"}
    return make_conninfo("", **{**usual, **changes})


async def told(url: str) -> StrpError:
    with pytest.raises(StrpError) as caught:
        async with single_connection(url):
            pass
    return caught.value


async def test_with_the_right_password_it_lets_us_in(own_url: str) -> None:
    async with single_connection(by_password(own_url)) as conn:
        assert conn.info.dbname == "strp"


@pytest.mark.parametrize(
    ("changes", "code", "word"),
    [
        ({"password": "wrong"}, "database-password-wrong", "password authentication failed"),
        ({"sslmode": "require"}, "database-tls", "SSL"),
        ({"user": "guest"}, "database-host-refused", "pg_hba.conf"),
        ({"host": "no-such-host.invalid"}, "database-host-unknown", "no-such-host.invalid"),
        ({"port": "1"}, "database-unavailable", "refused"),
    ],
)
async def test_each_trouble_has_the_words_of_the_server_and_a_code_of_its_own(
    own_url: str, changes: dict[str, str], code: str, word: str
) -> None:
    error = await told(by_password(own_url, **changes))
    assert (error.code, word in error.text.en, word in error.text.id) == (code, True, True)


async def test_a_database_that_is_not_there_is_named(own_url: str) -> None:
    error = await told(make_conninfo(own_url, dbname="elsewhere"))
    assert (error.code, '"elsewhere"' in error.text.en) == ("database-missing", True)


async def test_a_role_that_is_not_there_is_named(own_url: str) -> None:
    error = await told(make_conninfo(own_url, user="nobody"))
    assert error.code in {"database-password-wrong", "database-role-missing"}  # peer comes first


@pytest.mark.parametrize("url", ["mysql://strp:hush@host/strp", "postgresql://x/y?nonsense=1", "?"])
async def test_an_address_that_cannot_be_read_is_told_without_its_password(url: str) -> None:
    error = await told(url)
    assert (error.code, "hush" in error.text.en) == ("database-address-invalid", False)


async def test_when_no_connection_is_left_it_says_so(own_url: str) -> None:
    superuser = make_conninfo(own_url, user="postgres", dbname="postgres")
    with psycopg.connect(superuser, autocommit=True) as conn:
        conn.execute("ALTER ROLE strp CONNECTION LIMIT 0")
        try:
            error = await told(own_url)
        finally:
            conn.execute("ALTER ROLE strp CONNECTION LIMIT -1")
    assert error.code == "database-connections-used-up"


@pytest.fixture
async def foreign(own_url: str) -> AsyncIterator[str]:
    """A database that belongs to somebody else."""
    superuser = make_conninfo(own_url, user="postgres", dbname="postgres")
    with psycopg.connect(superuser, autocommit=True) as conn:
        conn.execute("CREATE DATABASE foreign_one")
        yield make_conninfo(own_url, dbname="foreign_one")
        conn.execute("DROP DATABASE foreign_one WITH (FORCE)")


async def test_a_database_of_somebody_else_is_no_traceback(foreign: str) -> None:
    with pytest.raises(StrpError) as caught:
        async with single_connection(foreign) as conn:
            await migrate(conn)
    assert caught.value.code == "database-no-rights"
    assert "permission denied for schema public" in caught.value.text.en


async def test_a_pool_hears_of_lacking_rights_as_well(foreign: str) -> None:
    with pytest.raises(StrpError) as caught:
        async with Database(foreign) as database, database.connection() as conn:
            await conn.execute("CREATE TABLE mine ()")
    assert caught.value.code == "database-no-rights"
