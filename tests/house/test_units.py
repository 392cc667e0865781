"""The shipped units of systemd: sound by its own tools, and with times that fit the program."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from strp.cli.serve import THIS_COMMAND
from strp.outside.machine.open_files import MOST_OPEN
from strp.outside.machine.processes import Child
from tests.cli.conftest import STRP

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
STOPS_POSTGRESQL_S = 60
MOST_EXPOSURE = 30  # of 100; systemd calls up to 40 "OK"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze: apt-get install systemd"
)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they are, with the program where it lies here."""
    for path in UNITS.iterdir():
        text = path.read_text().replace("/usr/local/bin/strp", str(STRP))
        text = re.sub(r"^User=strp$", "User=daemon", text, flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text)
    return tmp_path


def value(unit: str, name: str) -> str:
    [found] = re.findall(rf"^{name}=(.*)$", (UNITS / unit).read_text(), re.MULTILINE)
    return str(found)


@needs_systemd
@pytest.mark.parametrize("unit", [*SERVICES, "strp-backup.timer"])
def test_systemd_finds_nothing_wrong(units: Path, unit: str) -> None:
    name = unit.replace("@", "@8000")
    if name != unit:
        (units / unit).rename(units / name)
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(units / name)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_calls_it_hardened(units: Path, unit: str) -> None:
    name = unit.replace("@", "@8000")
    (units / unit).rename(units / name)
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}"]
    done = subprocess.run([*command, str(units / name)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-400:]


def test_a_stop_has_the_time_that_its_parts_may_take() -> None:
    each = Child(name="web", command=THIS_COMMAND).stop_within_s
    assert int(value("strp.service", "TimeoutStopSec")) >= 2 * each + STOPS_POSTGRESQL_S
    for unit in ("strp-web@.service", "strp-worker.service"):
        assert int(value(unit, "TimeoutStopSec")) >= each


@pytest.mark.parametrize("unit", ["strp.service", "strp-web@.service"])
def test_it_may_open_as_many_files_as_the_program_asks_for(unit: str) -> None:
    assert int(value(unit, "LimitNOFILE")) == MOST_OPEN


@pytest.mark.parametrize("unit", SERVICES)
def test_the_parent_alone_hears_of_the_end(unit: str) -> None:
    one_shot = "Type=oneshot" in (UNITS / unit).read_text()
    assert one_shot or value(unit, "KillMode") == "mixed"
