"""Logs to standard error: one line an event, with ids and never with personal data."""

import logging
import os
import socket
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import ExcInfo, Processor

from strp.outside.machine.request_ids import request_id

Event = MutableMapping[str, Any]

# Fields that would carry what people entrusted to us, should somebody log them by mistake.
PERSONAL = frozenset(
    {"name", "nama", "nik", "phone", "telepon", "email", "to", "recipient", "subject", "body"}
    | {"text", "token", "password", "code_sent", "authorization", "cookie"}
)
LIBRARY_SAID = "library_said"
_WITHHELD = "(withheld)"
_QUIET = {
    "procrastinate": logging.WARNING,
    "mail.log": logging.WARNING,
    "psycopg.pool": logging.ERROR,  # a line for each try; `database_away` says it once
}


def configure_logs(kind: str, role: str = "command") -> None:
    """Send all logs, ours and the libraries', to standard error; also what ends the process.

    Args:
        kind: `json`, or `text` for people.
        role: what this process is for: `web`, `worker` or `command`.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _about(role),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        show_where_it_failed,
        withhold_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_told_by_library, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(kind),
            ],
        )
    )
    handler.addFilter(_is_news)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for logger, level in _QUIET.items():
        logging.getLogger(logger).setLevel(level)
    if role != "command":
        sys.excepthook = _tell_of_end


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line says more than that the job queue cannot reach the database either."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or kind.__name__ != "ConnectorException"


def _about(role: str) -> Processor:
    """Which process of which machine speaks."""
    about = {"role": role, "process": os.getpid(), "machine": socket.gethostname()}

    def add(logger: object, method: str, event: Event) -> Event:  # noqa: ARG001
        event.update(about)
        if asked := request_id():
            event["request"] = asked
        return event

    return add


def _told_by_library(logger: object, method: str, event: Event) -> Event:  # noqa: ARG001
    """One event for all that libraries say: theirs are sentences, with addresses of objects."""
    event["library"] = event["_record"].name
    event["said"] = event["event"]
    event["event"] = LIBRARY_SAID
    return event


def _tell_of_end(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """An error that nobody caught: a line of the log instead of a traceback on many."""
    structlog.get_logger().critical("process_failed", exc_info=(kind, error, trace))


def show_where_it_failed(logger: object, method: str, event: Event) -> Event:  # noqa: ARG001
    """Replace a traceback by its kind and its places: messages may quote what was filed.

    Args:
        logger: not used; structlog hands it over.
        method: not used either.
        event: is changed, and handed on.
    """
    given = event.pop("exc_info", None)
    info = sys.exc_info() if given is True else _info(given)
    if info is None or info[0] is None:
        return event
    places = traceback.extract_tb(info[2])
    event["exception"] = f"{info[0].__module__}.{info[0].__qualname__}"
    event["at"] = [f"{place.filename}:{place.lineno} {place.name}" for place in places]
    return event


def withhold_personal_data(logger: object, method: str, event: Event) -> Event:  # noqa: ARG001
    """Blank fields that must not be logged.

    Args:
        logger: not used; structlog hands it over.
        method: not used either.
        event: is changed, and handed on.
    """
    for field in PERSONAL & event.keys():
        event[field] = _WITHHELD
    return event


def _info(given: object) -> ExcInfo | tuple[None, None, None] | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    return given if isinstance(given, tuple) else None


def _renderer(kind: str) -> Processor:
    if kind == "text":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer()
