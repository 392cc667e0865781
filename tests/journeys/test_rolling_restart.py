"""Two STRPs behind the shipped nginx are restarted one after the other, and nobody is refused."""

import dataclasses
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.front.test_nginx import running_nginx
from tests.journeys.aftermath import broken_rules, lost, until_issued
from tests.journeys.running import Installation, prepared
from tests.journeys.stream import filing
from tests.ports import free_port

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]
ROUNDS = 3
READ = ("/", "/eligibility?kbli=64121", "/api/v1/eligibility?kbli=64121", "/verify")


@pytest.fixture
def two(
    create_database: Callable[..., AbstractContextManager[str]], tmp_path: Path
) -> Iterator[tuple[Installation, Installation]]:
    """Two of them on one database, with one data folder, as the units of systemd run them."""
    with create_database() as url, prepared(tmp_path, STRP_DATABASE_URL=url) as first:
        second = dataclasses.replace(first, port=free_port(), process=None)
        first.start()
        second.start("--no-worker")
        try:
            yield first, second
        finally:
            second.kill_everything()


@contextmanager
def reading(address: str) -> Iterator[Counter[int]]:
    """Visitors with kept connections; counts what they are told."""
    ended, told = threading.Event(), Counter[int]()

    def read() -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            while not ended.is_set():
                for path in READ:
                    told[client.get(path).status_code] += 1

    threads = [threading.Thread(target=read, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        ended.set()
        for thread in threads:
            thread.join(30)


def test_a_restart_of_one_after_the_other_refuses_nobody_and_loses_nothing(
    two: tuple[Installation, Installation], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = two
    folder = tmp_path / "nginx"
    folder.mkdir()
    front = first.folder / "data" / "front"
    with running_nginx(front, folder, first.port, second.port, is_secure=False) as address:
        door = dataclasses.replace(first, port=int(address.rpartition(":")[2]))
        with filing(door, large=False) as stream, reading(address) as told:
            for _ in range(ROUNDS):
                for one, arguments in ((first, ()), (second, ("--no-worker",))):
                    time.sleep(0.5)
                    assert one.stop() == 0
                    one.start(*arguments)
        until_issued(first)
        with capsys.disabled():
            filed = len(stream.acknowledged)
            print(f"\n{2 * ROUNDS} restarts: {filed} filed, {told.total()} read, {dict(told)}")
        assert (stream.broken, stream.statuses, set(told)) == (0, {202}, {200})
        assert (lost(first, stream), broken_rules(first)) == ([], [])
