"""All certificates of a filing as one zip, written while it is sent."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import RawIOBase
from typing import Final

from strp.domain.certificate import Claims
from strp.domain.sla import WIB

_NOT_FOR_FILE_NAMES: Final = re.compile(r"[^\w]+")


def file_name(claims: Claims, suffix: str) -> str:
    """A name under which a worker's file is easy to find: holder, then serial.

    Args:
        claims: of the certificate.
        suffix: such as "pdf".
    """
    holder = _NOT_FOR_FILE_NAMES.sub("-", claims.holder).strip("-")
    return f"{holder}_{claims.serial_text}.{suffix}"


def stream_zip(files: Iterable[tuple[str, bytes]], *, at: datetime) -> Iterator[bytes]:
    """A zip, piece by piece; holds one file in memory at a time.

    Args:
        files: (name, content), read as they are needed; PDF and PNG are stored as they are.
        at: aware; the time written beside each file.
    """
    sink = _Sink()
    stamp = at.astimezone(WIB).timetuple()[:6]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, stamp), content)
            yield sink.take()
    yield sink.take()


class _Sink(RawIOBase):
    """Holds what the zip writer wrote until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
