"""From the release before to this one, while filings go on: both run side by side for a while."""

import dataclasses
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import strp
from tests.front.test_nginx import running_nginx
from tests.journeys.aftermath import broken_rules, lost, until_issued
from tests.journeys.running import ROOT, Installation, prepared
from tests.journeys.stream import filing
from tests.journeys.test_rolling_restart import reading
from tests.ports import free_port

# What ran before 0.2.0, the first release that is tagged (tests/house/test_release.py).
EARLIER = "da33b94"
SOURCES = ("src", "policies", "samples", "deploy", "docs")
OLD_GOES_ON_S = 3.0


def git(*arguments: str) -> bytes:
    return subprocess.run(
        ["git", "-C", str(ROOT), *arguments], check=True, capture_output=True
    ).stdout


def release_before() -> str:
    """What is upgraded from: STRP_UPGRADE_FROM, or the last tag before this commit, or EARLIER.

    Returns:
        A revision that git has; empty where it has none.
    """
    for asked in (
        ("rev-parse", "--verify", "--quiet", f"{os.environ.get('STRP_UPGRADE_FROM')}^{{commit}}"),
        ("describe", "--tags", "--abbrev=0", "--match=v*", "HEAD~1"),
        ("rev-parse", "--verify", "--quiet", f"{EARLIER}^{{commit}}"),
    ):
        try:
            return git(*asked).decode().strip()
        except (subprocess.CalledProcessError, FileNotFoundError):
            continue
    return ""


pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]


@pytest.fixture
def old_source(tmp_path: Path) -> Path:
    """The release before, with this one's pages: they are built, and not in git."""
    assert release_before(), "no release before in this clone: git fetch --tags --unshallow"
    folder = tmp_path / "old"
    present = [name for name in SOURCES if git("ls-tree", release_before(), name)]
    folder.mkdir()
    packed = git("archive", release_before(), *present)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    pages = Path(strp.__file__).parent / "web" / "static"
    shutil.copytree(pages, folder / "src" / "strp" / "web" / "static")
    return folder / "src"


@pytest.fixture
def two_old(
    create_database: Callable[..., AbstractContextManager[str]], old_source: Path, tmp_path: Path
) -> Iterator[tuple[Installation, Installation]]:
    """Two STRPs of the release before, on one database."""
    given = {"PYTHONPATH": str(old_source)}
    with (
        create_database() as url,
        prepared(tmp_path / "town", STRP_DATABASE_URL=url, **given) as first,
    ):
        second = dataclasses.replace(first, port=free_port(), process=None)
        first.start()
        second.start("--no-worker")
        try:
            yield first, second
        finally:
            second.kill_everything()


def renewed(one: Installation) -> None:
    """From now on its commands and processes are those of this release."""
    one.environment["PYTHONPATH"] = str(Path(strp.__file__).parents[1])


def test_an_upgrade_while_filings_go_on_loses_nothing(
    two_old: tuple[Installation, Installation], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = two_old
    folder = tmp_path / "nginx"
    folder.mkdir()
    front = first.folder / "data" / "front"
    with running_nginx(front, folder, first.port, second.port, is_secure=False) as address:
        door = dataclasses.replace(first, port=int(address.rpartition(":")[2]))
        with filing(door, large=False) as stream, reading(address) as told:
            time.sleep(1)
            new = dataclasses.replace(first, environment=dict(first.environment))
            renewed(new)
            migrated = new.run("db", "migrate", "--yes")
            assert migrated.returncode == 0, migrated.stderr
            before = len(stream.acknowledged)
            time.sleep(OLD_GOES_ON_S)  # the release before, on the schema of this one
            beside = len(stream.acknowledged) - before
            for one, arguments in ((first, ()), (second, ("--no-worker",))):
                assert one.stop() == 0
                one.environment = dict(one.environment)
                renewed(one)
                one.start(*arguments)
                time.sleep(1)  # both releases side by side, then this one alone
        until_issued(first)
        with capsys.disabled():
            filed, read = len(stream.acknowledged), told.total()
            print(
                f"\n{release_before()}: {filed} filed ({beside} by the old on the new schema), "
                f"{stream.broken} asked again, {read} read {dict(told)}; {migrated.stdout}"
            )
        assert beside > 0
        assert (lost(first, stream), broken_rules(first)) == ([], [])
        assert new.run("db", "status").returncode == 0
