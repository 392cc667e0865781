"""The limit on open files, in a process of its own."""

import resource
import subprocess
import sys

LIMIT = "from strp.outside.machine.open_files import allow_many_open_files as f; f()"
SHOWN = "; import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"


def limit_after(soft: int, hard: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", LIMIT + SHOWN],
        capture_output=True,
        check=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
    )
    return int(done.stdout)


def test_a_process_that_begins_with_few_open_files_may_have_as_many_as_the_system_allows() -> None:
    assert limit_after(256, 2048) == 2048


def test_a_limit_that_stands_is_left() -> None:
    assert limit_after(512, 512) == 512
