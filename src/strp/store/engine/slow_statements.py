"""Statements that take long are logged by name: the bundled PostgreSQL has no pg_stat_statements.

A statement's name is that of the constant that holds it, `workers.PAGE_OF_ALL`; its values are
never looked at, for they may be personal data.
"""

import sys
import time
from typing import Any, Self

import psycopg
import structlog

log = structlog.get_logger()

_PACKAGE = "strp.store."
_UNNAMED_LETTERS = 40


class TimedCursor(psycopg.AsyncCursor[Any]):
    """A cursor that logs what took longer than its connection's `slow_s`."""

    async def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Run a statement as psycopg does.

        Args:
            query: as psycopg takes it; it is logged by its name, without values.
            params: as psycopg takes them.
        """
        began = time.monotonic()
        try:
            return await super().execute(query, params, **options)
        finally:
            note_statement(query, time.monotonic() - began, _slow_s(self.connection))

    async def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        """Run a statement for each of several values as psycopg does.

        Args:
            query: as psycopg takes it; it is logged by its name, without values.
            params_seq: as psycopg takes them.
        """
        began = time.monotonic()
        try:
            await super().executemany(query, params_seq, **options)
        finally:
            note_statement(query, time.monotonic() - began, _slow_s(self.connection))


def note_statement(query: object, took_s: float, slow_s: float | None) -> None:
    """Log a statement that took long.

    Args:
        query: its text, with placeholders.
        took_s: seconds until its answer was there, the wait for locks among them.
        slow_s: seconds from which it counts as slow; None: none does.
    """
    if slow_s is not None and took_s >= slow_s:
        log.warning("slow_statement", statement=statement_name(query), ms=round(took_s * 1000))


def statement_name(query: object) -> str:
    """The constant of the store that holds a statement; else how its text begins."""
    text = query.decode() if isinstance(query, bytes) else str(query)
    for module, holder in list(sys.modules.items()):
        if module.startswith(_PACKAGE):
            for name, value in vars(holder).items():
                if name.isupper() and value == text:
                    return f"{module.removeprefix(_PACKAGE)}.{name.lstrip('_')}"
    return " ".join(text.split())[:_UNNAMED_LETTERS]


def _slow_s(conn: object) -> float | None:
    return getattr(conn, "slow_s", None)
