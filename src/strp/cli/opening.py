"""Opens the installation that a command works on."""

import dataclasses
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from strp.cli.answers import wrong_use
from strp.settings import Settings

if TYPE_CHECKING:
    from strp.usecases.system import System

Answer = TypeVar("Answer")


def read_settings() -> Settings:
    """The settings of the environment; a mistake in one is wrong use."""
    try:
        return Settings.from_environment()
    except ValueError as error:
        wrong_use(str(error))


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run what a command does."""
    import uvloop

    return uvloop.run(work)


@asynccontextmanager
async def open_database() -> AsyncIterator[Settings]:
    """PostgreSQL, running; the settings name its address."""
    from strp.outside.postgres import running_postgres

    settings = read_settings()
    with running_postgres(settings) as url:
        yield dataclasses.replace(settings, database_url=url)


@asynccontextmanager
async def open_system() -> "AsyncIterator[System]":
    """The whole installation on a database that is durable and migrated.

    Raises:
        Unavailable: it is not; says what to do.
    """
    from strp.outside.logs import configure_logs
    from strp.usecases.prepare_database import require_migrated
    from strp.wiring import build_system, running

    async with open_database() as settings:
        configure_logs(settings.log_format)
        await require_migrated(settings.database_url)
        async with running(build_system(settings, settings.database_url)) as system:
            yield system
