"""The migrations make exactly the schema in `schema.sql`; `make schema` writes it anew."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager

from strp.outside.machine.postgres_server import programs_dir
from strp.store.engine.migrate import shipped_migrations
from strp.store.engine.migration_steps import StepKind, runs_step_by_step, steps_of

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


# What grows with filings, visitors and people: millions of rows.
LARGE = (
    "application|worker|engagement|quota_use|certificate|correction|sample|revocation|issue_task"
    "|desk|audit_event|mail|account|representation|session|one_time_code|rate_limit|api_key"
    "|waiting_admission|waiting_seat|waiting_repeat|procrastinate_jobs|procrastinate_events"
)
# What reads, sorts or writes a whole table while others wait for it.
SLOW = re.compile(
    rf"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[\w\s]*?\bON\s+({LARGE})\b"
    rf"|\b(UPDATE|DELETE\s+FROM)\s+({LARGE})\b"
    rf"|ALTER\s+TABLE\s+({LARGE})\b[^;]*(SET\s+NOT\s+NULL|\bTYPE\b|(UNIQUE|KEY|CHECK)(?![^;]*NOT\s+VALID))",
    re.IGNORECASE,
)
MADE_HERE = re.compile(r"CREATE\s+TABLE\s+(\w+)", re.IGNORECASE)
LAST_OF_OLD = 9  # written before large tables had rows


def slow_statements(text: str) -> list[str]:
    """Statements of a migration that would stop filing on a large table."""
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    made = set(MADE_HERE.findall(bare))
    found = [match[0] for match in SLOW.finditer(bare)]
    return [one for one in found if not made & set(re.findall(r"\w+", one))]


def test_no_new_migration_stops_filing_on_a_large_table() -> None:
    new = [one for one in shipped_migrations() if one.number > LAST_OF_OLD]
    in_one_transaction = [m for m in new if not runs_step_by_step(m.statements())]
    slow = {m.name: slow_statements(m.statements()) for m in in_one_transaction}
    assert not any(slow.values()), f"see store/engine/migration_steps.py: {slow}"


def test_each_step_of_a_migration_may_run_again_after_a_kill() -> None:
    for migration in shipped_migrations():
        if runs_step_by_step(migration.statements()):
            for step in steps_of(migration.statements()):
                again = step.kind is not StepKind.ONCE or " EXISTS" in step.sql.upper()
                assert again, f"{migration.name}: {step.sql}"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX worker_by_state ON worker (state);",
        "CREATE UNIQUE INDEX one ON certificate (serial_no);",
        "UPDATE application SET state = 'x';",
        "ALTER TABLE mail ALTER COLUMN useful_until SET NOT NULL;",
        "ALTER TABLE session ADD CONSTRAINT one UNIQUE (token_hash);",
    ],
)
def test_a_statement_that_stops_filing_is_found(statement: str) -> None:
    assert slow_statements(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY worker_by_state ON worker (state);",
        "CREATE INDEX period_by_end ON period (ends_on);",
        "ALTER TABLE session ADD COLUMN device text;",
        "CREATE TABLE mail (id int); CREATE INDEX mail_by_id ON mail (id);",
    ],
)
def test_a_short_statement_is_let_through(statement: str) -> None:
    assert not slow_statements(statement)
