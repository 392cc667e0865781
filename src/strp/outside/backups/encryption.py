"""Encryption of backups with age: whoever makes one needs no secret, only the recipient opens it.

Source: age-encryption.org/v1. A file is sealed in pieces of 64 KiB, so that neither it nor what it
holds has to lie anywhere in the clear, and one that was cut or changed is noticed when it is read.
"""

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO, Any, Final

import pyrage

from strp.domain.errors import InvalidInput, Unavailable
from strp.domain.text import Text
from strp.outside.backups.errors import backup_broken

SEALED: Final = ".age"
_PIECE_BYTES: Final = 1 << 20
_SETTLED_EACH_BYTES: Final = 8 << 20


def read_recipients(texts: Sequence[str]) -> list[Any]:
    """Whom a backup is sealed for.

    Args:
        texts: public keys: `age1…`, or of SSH (`ssh-ed25519 …`, `ssh-rsa …`).

    Raises:
        InvalidInput: `recipient-unreadable`.
    """
    return [_recipient(text.strip()) for text in texts]


def _recipient(text: str) -> Any:
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise InvalidInput(
            "recipient-unreadable",
            Text(
                "Penerima cadangan bukan kunci publik age (age1…) atau SSH. Periksa --recipient.",
                "The recipient of a backup is no public key of age (age1…) or SSH. Look at "
                "--recipient.",
            ),
        ) from None


def read_identities(path: Path) -> list[Any]:
    """The secret keys in a file, as `age -i` takes it: of age, one a line, or one of SSH.

    Raises:
        InvalidInput: `identity-unreadable`.
    """
    try:
        data = path.read_bytes()
        if data.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = (line.strip() for line in data.decode().splitlines())
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line[:1] not in "#"]
    except (OSError, ValueError, pyrage.IdentityError):
        found = []
    if found:
        return found
    raise InvalidInput(
        "identity-unreadable",
        Text(
            f"{path} bukan berkas kunci rahasia age atau SSH tanpa kata sandi.",
            f"{path} is no file with a secret key of age, or of SSH without a passphrase.",
        ),
    )


def write_sealed(source: IO[bytes], path: Path, recipients: Sequence[Any]) -> Path:
    """Write a stream into a new file, sealed where there are recipients; it is on the disk then.

    Args:
        source: is read to its end.
        path: of the new file; it must not be there.
        recipients: age recipients; empty for a file that is not sealed.

    Returns:
        The file: `path`, with `.age` behind it where it is sealed.

    Raises:
        FileExistsError: there is such a file.
    """
    target = path.with_name(path.name + SEALED) if recipients else path
    with target.open("xb", buffering=0) as file:
        target.chmod(0o600)
        steady = _Steady(file)
        if recipients:
            pyrage.encrypt_io(source, steady, recipients)
        else:
            shutil.copyfileobj(source, steady, _PIECE_BYTES)
        os.fsync(file.fileno())
    return target


class _Steady:
    """A file that goes to the disk as it is written: whoever commits would wait for all at once.

    What is written is not read again soon, so that it leaves the memory for the database's files.
    """

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._unsettled = 0

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        size = len(rest)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._unsettled += size
        if self._unsettled >= _SETTLED_EACH_BYTES:
            self._settle()
        return size

    def flush(self) -> None:
        """Nothing is held back here."""

    def _settle(self) -> None:
        self._unsettled = 0
        os.fdatasync(self._file.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def opened(path: Path, identities: Sequence[Any]) -> Iterator[IO[bytes]]:
    """What a file of a backup holds, as a stream; opened on the way where it is sealed.

    Args:
        path: ends in `.age` where it is sealed.
        identities: age identities; any of them may fit.

    Raises:
        Unavailable: `backup-locked`, or `backup-broken`.
    """
    if path.suffix != SEALED:
        with path.open("rb") as file:
            yield file
        return
    if not identities:
        raise _locked(path)
    reading, writing = os.pipe()
    faults: list[Exception] = []
    opener = threading.Thread(target=_open_into, args=(path, writing, identities, faults))
    opener.start()
    try:
        with os.fdopen(reading, "rb") as stream:
            yield stream
            stream.read()
    except Exception as error:
        opener.join()
        raise _fault(path, faults) or error from error
    opener.join()
    if fault := _fault(path, faults):
        raise fault


def _open_into(
    path: Path, writing: int, identities: Sequence[Any], faults: list[Exception]
) -> None:
    with suppress(OSError), path.open("rb") as file, os.fdopen(writing, "wb") as stream:
        try:
            pyrage.decrypt_io(file, stream, identities)
        except Exception as error:
            faults.append(error)


def _fault(path: Path, faults: list[Exception]) -> Unavailable | None:
    """Why the file could not be opened; whoever read it may only have seen that it ended."""
    for fault in faults:
        if "matching keys" in str(fault):
            return _locked(path)
        if isinstance(fault, pyrage.DecryptError) or "pipe" not in str(fault).lower():
            return backup_broken(f"{path}: {type(fault).__name__}")
    return None


def _locked(path: Path) -> Unavailable:
    return Unavailable(
        "backup-locked",
        Text(
            f"{path} terenkripsi untuk penerima lain, atau kuncinya belum disebut. Sebut berkas "
            "kunci rahasia penerima dengan --identity.",
            f"{path} is encrypted for somebody else, or no key was named. Name the file with the "
            "recipient's secret key with --identity.",
        ),
    )
