"""Runs PostgreSQL's own programs for backups, with streams in place of files between them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from strp.outside.backups.encryption import write_sealed
from strp.outside.backups.errors import backup_failed
from strp.outside.machine.postgres_server import programs_dir
from strp.outside.machine.processes import end_with_parent, work_in_rests

_WITH_TLS = ("require", "verify-ca", "verify-full")


class Reached(NamedTuple):
    """How a program reaches a server: no other account sees the password in a list of processes.

    Args:
        address: without the password.
        variables: of the environment, with it.
    """

    address: str
    variables: dict[str, str]


def reached(url: str) -> Reached:
    """The address of a server as a program is told it."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    secret = {"PGPASSWORD": str(password)} if password else {}
    return Reached(make_conninfo("", **parts), {**os.environ, **secret})


def program(name: str, url: str) -> str:
    """Where a program is: the bundled one, or the machine's own where the server asks for TLS.

    Args:
        name: such as `pg_dump`.
        url: of the server; its sslmode says whether it asks for TLS.

    Raises:
        Unavailable: `backup-failed`: the bundled ones know no TLS, and there is no other.
    """
    mode = conninfo_to_dict(url).get("sslmode") or os.environ.get("PGSSLMODE")
    if mode not in _WITH_TLS:
        return str(programs_dir() / "bin" / name)
    found = shutil.which(name)
    if found is None:
        raise backup_failed(
            f"the server asks for TLS, which the bundled {name} does not know; install the client "
            "programs of PostgreSQL in the server's version (Debian: postgresql-client)"
        )
    return found


def save_output(command: Sequence[str], path: Path, recipients: Sequence[Any], url: str) -> Path:
    """Run a program in what others leave of the machine; what it puts out goes into a file, sealed.

    Args:
        command: the program and its arguments, without a password.
        path: of the new file, without `.age`.
        recipients: age recipients; empty for a file that is not sealed.
        url: of the server; its password goes by the environment.

    Returns:
        The file.

    Raises:
        Unavailable: `backup-failed`: it ended with an error; says its last line.
    """
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=reached(url).variables,
            preexec_fn=work_in_rests,
        ) as running:
            assert running.stdout is not None
            try:
                written = write_sealed(running.stdout, path, recipients)
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            raise backup_failed(_last_line(command[0], said, running.returncode))
    return written


def feed(command: Sequence[str], source: IO[bytes], url: str) -> None:
    """Run a program on a stream.

    Args:
        command: the program and its arguments, without a password.
        source: what it reads, to the end.
        url: of the server; its password goes by the environment.

    Raises:
        Unavailable: `backup-failed`: it ended with an error; says its last line.
    """
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=reached(url).variables,
            preexec_fn=end_with_parent,
        ) as running:
            assert running.stdin is not None
            try:
                shutil.copyfileobj(source, running.stdin, 1 << 20)
                running.stdin.close()
            except BrokenPipeError:  # it has said why
                running.wait()
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            raise backup_failed(_last_line(command[0], said, running.returncode))


def _last_line(command: str, said: IO[bytes], code: int) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return f"{Path(command).name}: {lines[-1] if lines else f'exit code {code}'}"
