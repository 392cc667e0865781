"""A dump: one moment of any PostgreSQL, while others go on working."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from strp.outside.backups.files import DUMP
from strp.outside.backups.programs import feed, program, reached, save_output


def save_dump(url: str, part: Path, recipients: Sequence[Any]) -> Path:
    """Dump a database into the folder of a backup.

    Args:
        url: of the database, with its password.
        part: the folder of the backup while it is made.
        recipients: age recipients; empty for a dump that is not sealed.

    Returns:
        The file.

    Raises:
        Unavailable: `backup-failed`.
    """
    options = ("--format", "custom", "--compress", "gzip:1", "--no-owner", "--no-password")
    command = (program("pg_dump", url), *options, "--dbname", reached(url).address)
    return save_output(command, part / DUMP, recipients, url)


def load_dump(dump: IO[bytes], url: str) -> None:
    """Load a dump into an empty database, whole or not at all.

    Args:
        dump: what `save_dump` wrote, opened.
        url: of the empty database, with its password.

    Raises:
        Unavailable: `backup-failed`; the database is as it was.
    """
    options = ("--no-owner", "--exit-on-error", "--single-transaction", "--no-password")
    command = (program("pg_restore", url), *options, "--dbname", reached(url).address)
    feed(command, dump, url)
