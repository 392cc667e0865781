"""The migrations make exactly the schema in `schema.sql`; `make schema` writes it anew."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager

from strp.outside.postgres import programs_dir
from strp.store.migrations_runner import shipped_migrations

SNAPSHOT = Path(__file__).with_name("schema.sql")


def dump_schema(url: str) -> str:
    """The schema as pg_dump writes it, less its version and its one-time tokens."""
    program = str(programs_dir() / "bin" / "pg_dump")
    command = [program, "--schema-only", "--no-owner", "--dbname", url]
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line for line in dumped.splitlines() if not line.startswith(("--", "\\", "SET "))]
    return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.skipif("STRP_TEST_DATABASE_URL" in os.environ, reason="compares the bundled version")
def test_the_migrations_make_the_schema_in_the_snapshot(database_url: str) -> None:
    found = dump_schema(database_url)
    if os.environ.get("STRP_RENEW") == "1":
        SNAPSHOT.write_text(found)
    assert found == SNAPSHOT.read_text()


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [migration.number for migration in shipped_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_job_queue_still_brings_the_schema_that_migration_5_applies() -> None:
    jobs = next(m for m in shipped_migrations() if m.name == "jobs")
    digest = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()
    assert digest in jobs.path.read_text(), "see the docstring of 0005_jobs.py"
