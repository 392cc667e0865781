"""`strp archive`: the process of `strp serve` that keeps the log of the bundled PostgreSQL."""

import os
import signal
import threading

from strp.cli.installation import read_settings
from strp.cli.output import last_words_go_into_log

NICENESS = 5


def archive() -> None:
    """Keep the log of the bundled PostgreSQL in STRP_ARCHIVE_DIR until SIGTERM."""
    from strp.outside.backups.keep_archive import ArchiveKeeper
    from strp.outside.machine.log_lines import LogLines

    last_words_go_into_log("archive")
    os.nice(NICENESS)
    settings, stop = read_settings(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log = LogLines(settings.log_format, "archive")
    keeper = ArchiveKeeper(
        settings.data_path, settings.archive_path, settings.archive_max_bytes, log
    )
    keeper.run(stop.wait)
