"""`strp policy`: what a change would do, doing it, undoing it, and dying in the middle of it."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from strp.outside.registries.policy_files import shipped_policies
from tests.cli.conftest import STRP, Shell

REAL = "inmendagri-18-2021"
KEYS = [
    "certificates_prolonged",
    "certificates_ended",
    "workers_no_longer_fit",
    "employers",
    "caps",
    "hours",
    "unfit",
    "touched",
    "touched_left_out",
]
STATE = """
SELECT (SELECT jsonb_agg(to_jsonb(p) ORDER BY policy_id) FROM policy p),
       (SELECT jsonb_agg(to_jsonb(q) ORDER BY period_id) FROM period q),
       (SELECT count(*) FROM policy_change), (SELECT count(*) FROM audit_event)
"""


@pytest.fixture
def rules(strp: Shell, tmp_path: Path) -> Shell:
    """The installation with policy files that a test may change."""
    folder = Path(shutil.copytree(shipped_policies(), tmp_path / "policies"))
    return Shell({**strp.environment, "STRP_POLICIES_DIR": str(folder)})


def state(strp: Shell) -> Any:
    with psycopg.connect(strp.environment["STRP_DATABASE_URL"]) as conn:
        return conn.execute(STATE).fetchone()


@contextmanager
def held_up(strp: Shell) -> Iterator[None]:
    """The record cannot be written: an activation stands still before its end."""
    with psycopg.connect(strp.environment["STRP_DATABASE_URL"]) as conn:
        conn.execute("LOCK TABLE audit_event IN SHARE MODE")
        yield


def waits_for_the_record(strp: Shell) -> bool:
    with psycopg.connect(strp.environment["STRP_DATABASE_URL"]) as conn:
        row = conn.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'audit_event'::regclass AND NOT granted"
        ).fetchone()
    return bool(row and row[0])


def test_a_dry_run_prints_what_would_change_and_changes_nothing(rules: Shell) -> None:
    before = state(rules)
    done = rules("policy", "activate", REAL, "--dry-run", "--json")
    assert (done.returncode, list(json.loads(done.stdout))) == (0, KEYS)
    assert state(rules) == before


def test_an_activation_asks_unless_it_is_told_yes(rules: Shell) -> None:
    before = state(rules)
    assert rules("policy", "activate", REAL).returncode == 2
    assert state(rules) == before


def test_an_activation_is_undone_to_the_state_before(rules: Shell) -> None:
    listed = json.loads(rules("policy", "list", "--json").stdout)
    done = rules("policy", "activate", REAL, "--yes", "--json")
    assert json.loads(done.stdout)["policy_id"] == REAL
    undone = json.loads(rules("policy", "undo", "--yes", "--json").stdout)["undone"]
    assert (undone["action"], undone["policy_id"]) == ("policy-activated", REAL)
    assert json.loads(rules("policy", "list", "--json").stdout) == listed


def test_what_starts_with_the_installation_is_not_undone(rules: Shell) -> None:
    done = rules("policy", "undo", "--yes", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "nothing-to-undo")


def test_an_activation_that_is_killed_leaves_all_as_it_was(rules: Shell) -> None:
    before = state(rules)
    with held_up(rules):
        process = subprocess.Popen(
            [STRP, "policy", "activate", REAL, "--yes"],
            env=rules.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while not waits_for_the_record(rules):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert state(rules) == before
    assert rules("policy", "activate", REAL, "--yes").returncode == 0
    assert rules("policy", "undo", "--yes").returncode == 0


def test_a_real_installation_has_no_policy_in_force_and_filings_say_so(
    empty: Shell, tmp_path: Path
) -> None:
    assert json.loads(empty("db", "migrate", "--json").stdout)["exercise"] is None
    roster = tmp_path / "roster.csv"
    roster.write_text("nama,nik,jabatan,jenis_lokasi\nSiti,3174055506783204,Teller,pelayanan\n")
    done = empty("submit", roster, "--nib", "8120001110001", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (3, "no-policy-in-force")
