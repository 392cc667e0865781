"""Keeps the archive of the log going, and says when it stalls; the database never waits for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from strp.outside.backups.wal_archive import (
    Receiver,
    begin_series,
    prune,
    renew_slot,
    series_of,
    slot_state,
)
from strp.outside.machine.log_lines import LogLines
from strp.outside.machine.postgres_server import Server

LOOK_EVERY_S: Final = 5.0
_LOST: Final = ("lost", "")


class ArchiveKeeper:
    """One archive, looked after every few seconds.

    Args:
        data_dir: of the installation whose bundled PostgreSQL runs.
        archive_dir: where its log goes.
        most_bytes: that the archive may take.
        log: where it says what happens.
    """

    def __init__(self, data_dir: Path, archive_dir: Path, most_bytes: int, log: LogLines) -> None:
        self._data_dir = data_dir
        self._archive_dir = archive_dir
        self._most_bytes = most_bytes
        self._log = log
        self._server = Server(data_dir / "postgres")
        self._receiver: Receiver | None = None
        self._why: str | None = None

    def run(self, wait: Callable[[float], bool]) -> None:
        """Keep it going until `wait`, which takes seconds, says to stop."""
        try:
            while True:
                self._tell(self._look())
                if wait(LOOK_EVERY_S):
                    return
        finally:
            if self._receiver is not None:
                self._receiver.stop()

    def _look(self) -> str | None:
        """Look once; returns why the archive does not go on, or None."""
        try:
            state = slot_state(self._server)
            if state is None:
                return "the database does not answer"
            receiver = self._receiver
            if receiver is None or state in _LOST:
                receiver = self._receiver = self._begin(is_lost=state in _LOST)
            said = receiver.keep()
            if removed := prune(self._archive_dir, self._most_bytes):
                self._log.tell("archive_pruned", "info", f"{removed} parts removed", parts=removed)
        except OSError as error:
            return f"{error.filename or self._archive_dir}: {error.strerror}"
        return said

    def _begin(self, *, is_lost: bool) -> Receiver:
        """Go on with the series that there is; a new one where the server has lost its place."""
        series = series_of(self._archive_dir, self._data_dir)
        if is_lost or series is None or not series.is_dir():
            if self._receiver is not None:
                self._receiver.stop()
            renew_slot(self._server)
            series = begin_series(self._archive_dir, self._data_dir)
            sentence = f"A new series of the archive begins, {series}: make a backup (strp backup)."
            self._log.tell("archive_begun", "warning", sentence, series=str(series))
        return Receiver(self._server, series)

    def _tell(self, why: str | None) -> None:
        """Say once that it stalls, and once that it goes on."""
        if why is not None and self._why is None:
            sentence = f"The archive of the log stalls: {why}"
            self._log.tell("archive_stalled", "error", sentence)
        elif why is None and self._why is not None:
            self._log.tell("archive_goes_on", "info", "The archive of the log goes on.")
        self._why = why
