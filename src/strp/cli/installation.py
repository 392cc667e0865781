"""Opens the installation that a command works on."""

import dataclasses
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from strp.cli.output import say, wrong_use
from strp.setting_rules import WrongSettings
from strp.settings import Settings

if TYPE_CHECKING:
    from strp.usecases.process.system import System

Answer = TypeVar("Answer")


def read_settings() -> Settings:
    """The settings of the environment; mistakes are wrong use, and all of them are said."""
    try:
        return Settings.from_environment()
    except WrongSettings as error:
        wrong_use("\n".join(say(each.sentence) for each in error.found))


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run what a command does."""
    import uvloop

    return uvloop.run(work)


@asynccontextmanager
async def open_database(*, makes: bool = False) -> AsyncIterator[Settings]:
    """PostgreSQL, running; the settings name its address.

    Args:
        makes: whether the bundled one is made where there is none.

    Raises:
        Unavailable: `database-none`, or as starting the bundled one.
    """
    from strp.outside.machine.postgres import running_postgres

    settings = read_settings()
    with running_postgres(settings, makes=makes) as url:
        yield dataclasses.replace(settings, database_url=url)


@asynccontextmanager
async def open_system(role: str = "command", *, makes: bool = False) -> "AsyncIterator[System]":
    """The whole installation on a database that is durable and migrated.

    Args:
        role: what this process is for, as the log names it.
        makes: whether an installation without a database or keys gets them. A process that goes
            on working, or that makes them, notes the fingerprints of keys that are new.

    Raises:
        Unavailable: it is not; says what to do.
    """
    from strp.outside.machine.logs import configure_logs
    from strp.usecases.operation.database import require_migrated
    from strp.usecases.operation.own_keys import require_keys, settle_keys
    from strp.wiring import build_system, running

    async with open_database(makes=makes) as settings:
        configure_logs(settings.log_format, role)
        await require_migrated(settings.database_url)
        keys = settings.data_path / "keys"
        if not makes:
            await require_keys(settings.database_url, keys)
        if makes or role == "worker":
            await settle_keys(settings.database_url, keys)
        async with running(build_system(settings, settings.database_url)) as system:
            yield system
