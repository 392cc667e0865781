"""The document of the waiting room as a file, for nginx: the present one, or none.

A file that stands still would tell the whole line, in silence, how it stood an hour ago. So where
it cannot be written it is removed, which a full disk allows, and nginx asks STRP instead.
"""

import contextlib
import errno
from pathlib import Path

import structlog

from strp.front.page_cache import write_if_new

log = structlog.get_logger()


class DocumentFile:
    """One file.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.fails = False

    def write(self, document: bytes) -> None:
        """Write it; where that fails remove it, and say so once."""
        try:
            write_if_new(self._path, document)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._path.unlink()
            if not self.fails:
                why = errno.errorcode.get(error.errno or 0, "")
                log.error("document_not_written", error=why, stands=self._path.exists())
            self.fails = True
            return
        if self.fails:
            log.warning("document_written")
        self.fails = False
