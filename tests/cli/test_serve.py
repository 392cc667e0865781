import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.conftest import STRP, environment
from tests.journeys.running import copy_from_one_of, copy_installation
from tests.ports import free_port

READY_WITHIN_S = 120
PARENT_RSS_BYTES = 40 << 20


class Serving:
    """A running `strp serve` or `strp demo`, and what it printed."""

    def __init__(self, command: list[str], data_dir: Path, output: Path) -> None:
        self.port = free_port()
        self.output = output
        self.log = output.with_suffix(".log")
        smtp = f"smtp://127.0.0.1:{free_port()}"
        variables = {"STRP_PORT": str(self.port), "STRP_SMTP_URL": smtp, "STRP_EXERCISE": "1"}
        with output.open("w") as file, self.log.open("w") as log:
            self.process = subprocess.Popen(
                [STRP, *command],
                env={**environment(data_dir), **variables},
                stdout=file,
                stderr=log,
            )

    def wait_until_ready(self) -> float:
        began = time.monotonic()
        wait_until(lambda: "is ready" in self.printed)
        return time.monotonic() - began

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture(scope="module", autouse=True)
def _copied_installations(tmp_path_factory: pytest.TempPathFactory) -> None:
    copy_from_one_of(tmp_path_factory)


@contextmanager
def serving(tmp_path: Path, *command: str, anew: bool = False) -> Iterator[Serving]:
    """A command that serves; where there is no database yet, anew or on a copy."""
    if not anew and not (tmp_path / "var").exists():
        copy_installation(tmp_path / "var")
    served = Serving([*command], tmp_path / "var", tmp_path / "output")
    try:
        served.wait_until_ready()
        yield served
    finally:
        if served.process.poll() is None:
            served.stop()


def children_of(pid: int, word: str) -> list[int]:
    """Process numbers of the children whose command line holds a word."""
    return [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if parent_of(process) == pid and word in command_of(process)
    ]


def parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def command_of(process: Path) -> str:
    try:
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_serve_prints_one_line_when_it_answers(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", anew=True) as served:
        assert served.answers()
    assert served.printed == f"STRP is ready at http://127.0.0.1:{served.port}\n"
    logged = {json.loads(line)["event"] for line in served.log.read_text().splitlines()}
    assert logged <= {"slow_statement"}  # where the machine does other work


def test_sigterm_ends_serve_and_all_that_it_started(tmp_path: Path) -> None:
    with serving(tmp_path, "serve") as served:
        started = children_of(served.process.pid, "")
        assert served.stop() == 0
    left = [pid for pid in started if is_alive(pid)]
    assert (left, (tmp_path / "var/postgres/postmaster.pid").exists()) == ([], False)


@pytest.fixture(scope="module")
def without_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One `strp serve` without a worker, for what does it no harm."""
    with serving(tmp_path_factory.mktemp("serving"), "serve", "--no-worker") as served:
        yield served


def test_no_worker_leaves_the_worker_out(without_worker: Serving) -> None:
    assert children_of(without_worker.process.pid, "strp.cli worker") == []


def test_the_parent_of_serve_stays_small(without_worker: Serving) -> None:
    status = Path(f"/proc/{without_worker.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    assert int(line.split()[1]) * 1024 < PARENT_RSS_BYTES


def test_a_web_process_that_is_killed_is_started_again(without_worker: Serving) -> None:
    [web] = children_of(without_worker.process.pid, "granian")
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: children_of(without_worker.process.pid, "granian") not in ([web], []))
    wait_until(without_worker.answers)


def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, "serve") as served:
        children = children_of(served.process.pid, "python")
        served.process.kill()
        served.process.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in children))
    with serving(tmp_path, "serve", "--no-worker"):
        pass  # joins the PostgreSQL that was left, and stops it


def test_a_port_that_is_taken_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [STRP, "serve"],
            env={**environment(tmp_path), "STRP_PORT": port},
            capture_output=True,
            text=True,
        )
    assert (done.returncode, "port-taken" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("command", "settings", "code", "exits_with"),
    [
        ("serve", {"STRP_WAITING_ROOM": "perhaps", "STRP_PORT": "99999"}, None, 2),
        ("worker", {"STRP_SMTP_URL": "mail.example:25"}, None, 2),
        ("serve", {"STRP_DATABASE_URL": "{nobody}"}, "database-unavailable", 3),
        ("worker", {"STRP_DATABASE_URL": "postgresql://x:y@no.example.invalid/strp"}, None, 3),
    ],
)
def test_why_it_does_not_start_is_told_in_the_form_of_the_log(
    tmp_path: Path, command: str, settings: dict[str, str], code: str | None, exits_with: int
) -> None:
    nobody = f"postgresql://strp:x@127.0.0.1:{free_port()}/strp"
    own = {name: value.format(nobody=nobody) for name, value in settings.items()}
    done = subprocess.run(
        [STRP, command],
        env={**environment(tmp_path), "STRP_LOG_FORMAT": "json", **own},
        capture_output=True,
        text=True,
    )
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == exits_with
    last = told[-1]
    assert (last["event"], last["level"]) == ("start_failed", "critical")
    assert code is None or last["code"] == code
    people = subprocess.run(
        [STRP, command],
        env={**environment(tmp_path), "STRP_LOG_FORMAT": "text", **own},
        capture_output=True,
        text=True,
    )
    assert last["said"] in people.stderr.splitlines()


def test_the_demo_shows_its_sign_ins_and_starts_again(tmp_path: Path) -> None:
    with serving(tmp_path, "demo", anew=True) as first:
        assert "hr@demo.example" in first.printed
        assert first.stop(signal.SIGINT) == 0
    again = Serving(["demo"], tmp_path / "var", tmp_path / "second")
    again.wait_until_ready()
    assert again.stop() == 0


def test_nothing_is_lost_by_ctrl_c(tmp_path: Path) -> None:  # a demo by the one above
    with serving(tmp_path, "serve") as served:
        assert served.stop(signal.SIGINT) == 0


def test_serve_takes_host_and_port_as_options_too(tmp_path: Path) -> None:
    port = free_port()
    command = ["serve", "--no-worker", "--host", "127.0.0.2", "--port", str(port)]
    copy_installation(tmp_path / "data")
    serving = Serving(command, tmp_path / "data", tmp_path / "printed")
    try:
        serving.wait_until_ready()
        with urlopen(f"http://127.0.0.2:{port}/healthz", timeout=30) as response:
            assert response.status == 200
        assert f"STRP is ready at http://127.0.0.2:{port}" in serving.printed
    finally:
        serving.stop()
