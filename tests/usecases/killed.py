"""A process that is killed by SIGKILL at each step that it takes in the database, one after the
other: before each statement, before and behind each commit.

One interpreter begins them all: it forks for each, so that hundreds of steps cost seconds, and no
test waits for time to pass.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import psycopg

from strp.outside.keys import KeyRing, load_keys
from strp.settings import Settings
from strp.store.engine.database import Database
from strp.usecases.filing.batches import Intake
from strp.usecases.operation import activate_policy
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.system import System
from strp.usecases.rules.documents import sound_documents

ROOT = Path(__file__).parents[2]
WITHIN_S = 120
BEGIN = "import sys; from tests.usecases.killed import obey; obey(*sys.argv[1:])"
# The names of regions are loaded beforehand, and take longer to read than all the rest.
_TABLES = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
AND relnamespace = 'public'::regnamespace AND relname <> 'region' ORDER BY relname
"""

Act = Callable[[System], Awaitable[None]]
KillAt = Callable[[int], Awaitable[bool]]


@asynccontextmanager
async def killed_at(city: System, act: Act, keys: Path) -> AsyncIterator[KillAt]:
    """Has a process carry out an act and be killed at a step, as often as is asked for.

    Args:
        act: a function of a module of tests: the process finds it by its name.
        keys: folder of the keys of the installation.

    Yields:
        Takes a step, the first is 1; tells whether the process was killed, or lived to its end.
    """
    command = [sys.executable, "-c", BEGIN, city.database.url, city.settings.policies_dir or ""]
    begun = await asyncio.create_subprocess_exec(
        *command, str(keys), f"{act.__module__}:{act.__qualname__}",
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    asked, told = begun.stdin, begun.stdout
    assert asked is not None and told is not None

    async def kill_at(step: int) -> bool:
        asked.write(f"{step} {city.clock().isoformat()}\n".encode())
        status = await asyncio.wait_for(told.readline(), WITHIN_S)
        assert status.strip() in {b"0", b"-9"}, status
        return status.strip() == b"-9"

    try:
        yield kill_at
    finally:
        asked.close()
        await asyncio.wait_for(begun.wait(), WITHIN_S)


async def everything(system: System) -> dict[str, tuple[int, str | None]]:
    """What the database holds: of each table how many rows, and a digest of them."""
    async with system.database.connection() as conn:
        names = [name for (name,) in await (await conn.execute(_TABLES)).fetchall()]
        digest = "count(*), md5(string_agg(t::text, '|' ORDER BY t::text))"
        each = (f"SELECT '{name}', {digest} FROM {name} t" for name in names)
        rows = await (await conn.execute(" UNION ALL ".join(each))).fetchall()
    return {name: (count, seen) for name, count, seen in rows}


async def states_of(city: System, act: Act, keys: Path) -> tuple[int, list[dict[str, Any]]]:
    """Kill an act at its first step, its second and so on, until it lives or has happened.

    Returns:
        How often it was killed, and the states of the database that were seen, one after the
        other: where the act is whole, these are the one before it and the one after it.
    """
    states, step = [await everything(city)], 0
    async with killed_at(city, act, keys) as kill_at:
        while len(states) == 1:
            step += 1
            lived = not await kill_at(step)
            if (now := await everything(city)) != states[-1]:
                states.append(now)
            if lived:
                break
    return step, states


def obey(url: str, policies: str, folder: str, name: str) -> None:
    """Be the process that begins the others: one for each line of a step and a time."""
    act, keys = resolve_name(name), load_keys(Path(folder))
    settings = Settings(data_dir=folder, policies_dir=policies, exercise=False)
    # Reading the files is no step, and takes longer than all that follows.
    read = cache(sound_documents)
    read(Path(policies))
    vars(activate_policy)["sound_documents"] = read
    for line in sys.stdin:
        step, at = line.split()
        child = os.fork()
        if not child:
            _die_at(int(step))
            asyncio.run(_carry_out(act, url, settings, keys, datetime.fromisoformat(at)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


async def _carry_out(act: Act, url: str, settings: Settings, keys: KeyRing, at: datetime) -> None:
    async with Database(url, connections=2, lock_timeout_s=60) as database:
        bell = IssuerWakeup(database)
        await act(
            System(
                settings=settings,
                authority=settings.authority,
                database=database,
                keys=keys,
                clock=lambda: at,
                intake=Intake(database, keys, bell),
                bell=bell,
            )
        )


def _die_at(last: int) -> None:
    """Have this process killed at one of its steps."""
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner: type, name: str, *, behind: bool = False) -> None:
        wrapped = getattr(owner, name)

        async def stepped(*given: Any, **named: Any) -> Any:
            step()
            result = await wrapped(*given, **named)
            if behind:
                step()
            return result

        setattr(owner, name, stepped)

    around(psycopg.AsyncCursor, "execute")
    around(psycopg.AsyncCursor, "executemany")
    around(psycopg.AsyncTransaction, "__aexit__", behind=True)
