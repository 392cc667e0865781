"""The command line as people use it: real processes on an installation of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STRP = Path(sys.executable).with_name("strp")


@dataclass(frozen=True)
class Shell:
    """Runs `strp` in one environment, with nobody at the keyboard."""

    environment: dict[str, str]

    def __call__(self, *arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [STRP, *map(str, arguments)],
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )


def environment(data_dir: Path, database_url: str = "") -> dict[str, str]:
    """A clean environment: nothing of the developer's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    return {**kept, "STRP_DATA_DIR": str(data_dir), "STRP_DATABASE_URL": database_url}


@pytest.fixture(scope="module")
def empty(
    create_database: Callable[..., AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shell]:
    """An installation on an empty database."""
    with create_database() as url:
        yield Shell(environment(tmp_path_factory.mktemp("empty"), url))


@pytest.fixture(scope="module")
def strp(
    create_database: Callable[..., AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shell]:
    """An installation that is migrated and knows the sample employers."""
    with create_database() as url:
        own = environment(tmp_path_factory.mktemp("strp"), url) | {"STRP_EXERCISE": "1"}
        shell = Shell(own)
        for command in (
            ("db", "migrate"),
            ("registry", "import", "employers", ROOT / "samples" / "employers.csv", "--yes"),
        ):
            done = shell(*command)
            assert done.returncode == 0, done.stderr
        yield shell
