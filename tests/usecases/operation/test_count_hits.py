"""The log of hits is counted once, whatever happens to its files and to who counts."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from strp.domain.civil_time import civil_day
from strp.domain.desk.day_figures import bounds_of
from strp.domain.figures.hits import TICKETS
from strp.store.desk import figures as store
from strp.usecases.operation.count_hits import add_own_counts, count_log
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
DAY = date(2021, 7, 5)
LINE = "2021-07-05T07:00:00+07:00 GET / 200\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "strp-hits.log"


@pytest.fixture
def counting(system: System, log: Path) -> System:
    return replace(system, settings=replace(system.settings, hit_log=str(log)))


def write(log: Path, text: str) -> None:
    log.write_text(text)


def append(log: Path, text: str) -> None:
    with log.open("a") as more:
        more.write(text)


def rotate(log: Path, name: str) -> None:
    log.rename(log.with_name(name))


async def hits(system: System, day: date = DAY) -> Counter[str]:
    async with system.database.connection() as conn:
        found = await store.read_hits(conn, *bounds_of(day))
    return Counter({each.kind: each.number for each in found})


async def test_what_was_counted_is_not_counted_again(counting: System, log: Path) -> None:
    write(log, LINE * 3)
    await count_log(counting)
    append(log, LINE * 2)
    await count_log(counting)
    await count_log(counting)
    assert await hits(counting) == {"visit": 5}


async def test_a_line_that_is_still_written_is_counted_once_it_ends(
    counting: System, log: Path
) -> None:
    write(log, LINE + LINE[:10])
    await count_log(counting)
    write(log, LINE * 2)
    await count_log(counting)
    assert await hits(counting) == {"visit": 2}


async def test_a_log_that_was_rotated_in_the_middle_is_read_to_its_end(
    counting: System, log: Path
) -> None:
    write(log, LINE * 2)
    await count_log(counting)
    append(log, LINE * 3)
    rotate(log, "strp-hits.log.1")
    write(log, LINE * 4)
    await count_log(counting)
    await count_log(counting)
    assert await hits(counting) == {"visit": 9}


async def test_two_rotations_while_nobody_counted_lose_nothing(counting: System, log: Path) -> None:
    write(log, LINE)
    await count_log(counting)
    rotate(log, "strp-hits.log.2")
    write(log, LINE * 2)
    rotate(log, "strp-hits.log.1")
    write(log, LINE * 3)
    for _ in range(3):
        await count_log(counting)
    assert await hits(counting) == {"visit": 6}


async def test_a_log_that_was_emptied_in_its_place_is_read_from_its_beginning(
    counting: System, log: Path
) -> None:
    write(log, LINE * 5)
    await count_log(counting)
    shutil.copy(log, f"{log}.1")
    write(log, LINE * 2)
    await count_log(counting)
    assert await hits(counting) == {"visit": 7}


async def test_a_log_that_is_gone_is_said_and_the_next_one_counted(
    counting: System, log: Path
) -> None:
    write(log, LINE)
    await count_log(counting)
    rotate(log, "elsewhere")
    await count_log(counting)
    write(log, LINE * 2)
    await count_log(counting)
    assert await hits(counting) == {"visit": 3}


async def test_who_is_killed_before_the_commit_has_counted_nothing(
    counting: System, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(log, LINE * 4)

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(store, "save_log_place", killed)
        await count_log(counting)
    assert not await hits(counting)
    await count_log(counting)
    assert await hits(counting) == {"visit": 4}


async def test_without_a_log_a_web_process_adds_its_own_counts_once(system: System) -> None:
    system.requests.count("(front)", "GET", 200, 0.1)
    system.requests.visits += 1
    system.requests.count("/waiting-room.json", "GET", 304, 0.1)
    system.tickets_given[TICKETS] += 1
    await add_own_counts(system)
    await add_own_counts(system)
    found = await hits(system, civil_day(system.clock()))
    assert found == {"visit": 1, "poll": 1, "tickets": 1}


async def test_where_a_log_is_counted_a_web_process_adds_its_tickets_alone(
    counting: System,
) -> None:
    counting.requests.count("/waiting-room.json", "GET", 200, 0.1)
    counting.tickets_given[TICKETS] += 2
    await add_own_counts(counting)
    assert await hits(counting, civil_day(counting.clock())) == {"tickets": 2}
