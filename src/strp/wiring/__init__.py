"""Wiring: puts the parts of an installation together for the doors and the worker.

`parts` knows no web framework, so that commands and the worker stay small; `web` adds the doors.
"""

from typing import TYPE_CHECKING

from strp.wiring.parts import build_system, running

if TYPE_CHECKING:
    from litestar.types import ASGIApp

    from strp.front.server import RsgiServer

__all__ = ["build_system", "running", "web_application", "web_server"]


def web_application() -> "ASGIApp":
    """The web application of one process; `STRP_DATABASE_URL` names its database."""
    from strp.wiring.web import web_application as made

    return made()


def web_server() -> "RsgiServer":
    """The same for Granian's own interface (RSGI), as `strp serve` runs it."""
    from strp.wiring.web import web_server as made

    return made()
