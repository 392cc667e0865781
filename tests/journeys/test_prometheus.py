"""What is shipped for Prometheus loads, names numbers that there are, and scrapes a real STRP."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from strp.usecases.process.metrics import METRICS
from tests.journeys.running import Installation
from tests.ports import free_port

SHIPPED = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = (SHIPPED / "strp-alerts.yml").read_text("utf-8")
needs_prometheus = pytest.mark.skipif(
    shutil.which("promtool") is None or shutil.which("prometheus") is None,
    reason="no prometheus: apt-get install prometheus",
)
SCRAPED_WITHIN_S = 20.0


def test_every_number_of_the_rules_is_told() -> None:
    named = set(re.findall(r"\bstrp_[a-z_]+", RULES))
    assert sorted(named - METRICS.keys()) == []


def test_every_page_that_a_rule_names_is_there() -> None:
    pages = set(re.findall(r"docs/[\w/-]+\.md", RULES))
    assert [page for page in pages if not (SHIPPED.parents[1] / page).is_file()] == []


@needs_prometheus
def test_promtool_takes_the_rules_and_the_example() -> None:
    for kind, file in (("rules", "strp-alerts.yml"), ("config", "prometheus.yml")):
        command = ["promtool", "check", kind, str(SHIPPED / file)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running_prometheus(folder: Path, target: int) -> Iterator[str]:
    """The shipped example, on a system of ours and a second that is not there."""
    shutil.copy(SHIPPED / "strp-alerts.yml", folder)
    text = (SHIPPED / "prometheus.yml").read_text("utf-8")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{target}").replace(": 15s", ": 1s")
    (folder / "prometheus.yml").write_text(text, "utf-8")
    port = free_port()
    process = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def asked(address: str, path: str, **query: str) -> Any:
    try:
        with urlopen(f"{address}/api/v1/{path}?{urlencode(query)}", timeout=30) as answer:
            return json.load(answer)["data"]
    except OSError:
        return {"result": []}


@needs_prometheus
def test_it_scrapes_a_running_system_and_every_rule_can_be_judged(
    city: Installation, tmp_path: Path
) -> None:
    with running_prometheus(tmp_path, city.port) as address:
        deadline = time.monotonic() + SCRAPED_WITHIN_S
        while not (told := asked(address, "query", query="strp_workers")["result"]):
            assert time.monotonic() < deadline, "nothing was scraped"
            time.sleep(0.2)
        assert float(told[0]["value"][1]) >= 1
        rules = asked(address, "rules")
        while any(rule["health"] == "unknown" for rule in of_all(rules)):
            assert time.monotonic() < deadline, "the rules were not judged"
            time.sleep(0.2)
            rules = asked(address, "rules")
    assert {rule["health"] for rule in of_all(rules)} == {"ok"}
    assert [rule["name"] for rule in of_all(rules) if rule["state"] == "firing"] == []


def of_all(rules: Any) -> list[Any]:
    return [rule for group in rules["groups"] for rule in group["rules"]]
