"""The copy before an upgrade, by whichever release is in place."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg

from tests.cli.conftest import Shell, environment


def test_a_backup_is_made_where_a_migration_waits(
    create_database: Callable[..., AbstractContextManager[str]], tmp_path: Path
) -> None:
    with create_database() as url:
        strp = Shell(environment(tmp_path / "data", url))
        assert strp("db", "migrate").returncode == 0
        with psycopg.connect(url) as conn:
            # The newest one is as good as not applied: what it made is dropped with the database.
            conn.execute(
                "DELETE FROM schema_migration"
                " WHERE number = (SELECT max(number) FROM schema_migration)"
            )
        assert strp("db", "status").returncode == 3
        done = strp("backup", tmp_path / "copy")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "copy" / "database.dump").exists()


def test_an_empty_database_is_no_backup(
    create_database: Callable[..., AbstractContextManager[str]], tmp_path: Path
) -> None:
    with create_database() as url:
        done = Shell(environment(tmp_path / "data", url))("backup", tmp_path / "copy")
    assert (done.returncode, "database-not-migrated" in done.stderr) == (3, True)
    assert list(tmp_path.iterdir()) == []
