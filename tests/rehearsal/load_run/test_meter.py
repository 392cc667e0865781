"""Processes are followed with all that descends from them."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from strp.rehearsal.load_run.meter import Meter, family

HOLDS_64_MB = (
    "b = bytearray(64 << 20); b[::4096] = b'x' * len(b[::4096]); print('ready', flush=True)"
)
BUSY = f"{HOLDS_64_MB}; import time\nend = time.time() + 30\nwhile time.time() < end: pass"


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that holds memory and works."""
    process = subprocess.Popen((sys.executable, "-c", BUSY), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_child_belongs_to_the_family(child: "subprocess.Popen[bytes]") -> None:
    import os

    assert child.pid in family(os.getpid())


def test_cpu_time_counts_from_the_start(child: "subprocess.Popen[bytes]") -> None:
    meter = Meter({child.pid: lambda *_: "child"})
    meter.start()
    time.sleep(0.3)
    meter.sample()
    assert 0 < meter.cpu_s()["child"] < 2


def test_memory_is_summed_over_the_roles_that_count(child: "subprocess.Popen[bytes]") -> None:
    meter = Meter({child.pid: lambda *_: "child"})
    meter.sum_memory_of("child")
    meter.sample()
    assert meter.peak_sum_bytes == meter.peak_bytes["child"] > 64 << 20


def test_a_process_without_a_role_does_not_count(child: "subprocess.Popen[bytes]") -> None:
    meter = Meter({child.pid: lambda *_: None})
    meter.sample()
    assert meter.cpu_s() == {}
