"""A small day through a whole system of its own: real door, real workers, real PostgreSQL."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from strp.rehearsal.load_run.report import Moment, write_day_report
from strp.rehearsal.load_run.run import all_stages
from strp.rehearsal.load_run.stages import StageCosts


def bench(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        (sys.executable, "-m", "strp.cli", "bench", *arguments, "--json"),
        env={name: value for name, value in os.environ.items() if not name.startswith("STRP_")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture(scope="module")
def day() -> dict[str, Any]:
    return bench("day", "--workers", "1500")


def test_no_row_is_lost(day: dict[str, Any]) -> None:
    assert day["lost"] == 0


def test_no_worker_gets_two_certificates(day: dict[str, Any]) -> None:
    assert day["duplicated"] == 0


def test_the_books_balance_and_every_ledger_says_what_was_sent(day: dict[str, Any]) -> None:
    assert day["wrong"] == []


def test_most_workers_get_a_certificate(day: dict[str, Any]) -> None:
    assert 700 < day["certificates"] < 1500


def test_sampled_certificates_verify(day: dict[str, Any]) -> None:
    assert day["verified"] > 0


def test_the_ratio_is_that_of_rate_and_limit(day: dict[str, Any]) -> None:
    assert day["ratio"] == pytest.approx(
        day["workers_per_s"] / day["limit_workers_per_s"], rel=0.02
    )


def test_a_report_shows_the_course_of_the_day(tmp_path: Path) -> None:
    course = [Moment(n / 2, 500 * n, 400 * n, 0.05 * n) for n in range(60)]
    page = write_day_report(tmp_path, {"workers": 30_000}, course).read_text()
    assert page.count("<svg") == 2 and "A day of 30,000 workers" in page


def test_a_day_of_one_moment_has_a_report_too(tmp_path: Path) -> None:
    assert write_day_report(tmp_path, {"workers": 1}, [Moment(0.5, 1, 1, 0.1)]).exists()


def test_every_stage_is_there(day: dict[str, Any]) -> None:
    asked = {"parse", "check", "seal", "store", "screen", "decide", "encode", "sign"}
    assert asked <= day["stages"].keys()


@pytest.fixture(scope="module")
def claims() -> dict[str, Any]:
    return bench("claims", "--officers", "10", "--pending", "120")


def test_two_officers_never_hold_the_same_application(claims: dict[str, Any]) -> None:
    assert claims["double_claims"] == 0


def test_what_a_crashed_officer_held_is_found_again(claims: dict[str, Any]) -> None:
    assert (claims["lost_leases"], claims["recovered"]) == (0, 1)


def test_every_application_is_claimed(claims: dict[str, Any]) -> None:
    assert claims["claims"] == 120


def test_the_stages_add_up_to_the_cpu_time_of_the_processes() -> None:
    cpu_s = {"web": 3.0, "worker": 2.0, "database": 0.5, "database for web": 1.0, "officers": 0.5}
    measured = StageCosts({"parse": 1.0, "check": 4.0}, {"open": 2.0, "sign": 10.0})
    stages = all_stages(measured, cpu_s, workers=100_000, certificates=50_000)
    assert sum(stages.values()) == pytest.approx(sum(cpu_s.values()) / 100_000 * 1e6)
