"""Child processes, kept running until told to stop.

Little beyond the standard library: whoever keeps the others alive must itself be small
and have little to fail with.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.machine.log_lines import ChildOutput, LogLines

SHORTEST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_STEADY_AFTER_S = 30.0
MOST_FAILED_STARTS = 5
_PR_SET_PDEATHSIG = 1  # prctl(2)
# A third of the weight of another session. At 10 it is a tenth: on a machine that is full, backups
# copied 2 MiB a second, hardly more than filings write into the log meanwhile.
_SESSION_NICENESS = b"5"


@dataclass(slots=True, kw_only=True)
class Child:
    """A program to keep running.

    Args:
        name: shown when it ends.
        command: program and arguments.
        environment: variables to set beside ours.
        stop_within_s: seconds that it may take to end before it is killed.
        failed_starts: how often it ended soon after a start, while it was never steady.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_within_s: float = 30.0
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause_s: float = SHORTEST_PAUSE_S
    failed_starts: int = 0
    was_steady: bool = False
    output: ChildOutput | None = None
    reading: threading.Thread | None = None

    def start(self, log: LogLines) -> None:
        """Start it; it gets a SIGTERM should we die without a word. What it says goes to `log`."""
        self.started_at = time.monotonic()
        self.output = ChildOutput(self.name, log)
        reading, writing = os.pipe()
        try:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stderr=writing,
                start_new_session=True,  # Ctrl-C reaches us alone, so the order of ending is ours
                preexec_fn=end_with_parent,
            )
        finally:
            os.close(writing)
        self.reading = threading.Thread(target=self.output.read, args=(reading,), daemon=True)
        self.reading.start()

    def ensure_running(self, now: float, log: LogLines) -> None:
        """Start it again where it has ended, after a pause that grows while it keeps ending.

        Args:
            now: seconds of the monotonic clock.
            log: is told how it ended.

        Raises:
            Unavailable: `process-does-not-start`: it ended at each of its first starts.
        """
        if self.process is not None and self.process.poll() is None:
            self.was_steady |= now - self.started_at > _STEADY_AFTER_S
            return
        if self.process is not None:
            self._note_end(now, log)
        if now >= self.start_at:
            self.start(log)

    def stop(self, log: LogLines) -> None:
        """Ask it to end, and kill it where it does not in time; `log` tells that it was killed."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.stop_within_s)
        except subprocess.TimeoutExpired:
            log.tell("process_killed", "error", f"{self.name} did not end", child=self.name)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _note_end(self, now: float, log: LogLines) -> None:
        ended, self.process = self.process, None
        code = ended.returncode if ended else 0
        if now - self.started_at > _STEADY_AFTER_S:
            self.pause_s, self.was_steady = SHORTEST_PAUSE_S, True
        self.failed_starts = 0 if self.was_steady else self.failed_starts + 1
        if self.failed_starts >= MOST_FAILED_STARTS:
            raise self._does_not_start(code)
        log.tell(
            "process_ended",
            "error",
            f"{self.name} ended with code {code}; starting it again in {self.pause_s:g} s",
            child=self.name,
            code=code,
            again_in_s=self.pause_s,
        )
        self.start_at = now + self.pause_s
        self.pause_s = longer_pause_s(self.pause_s)

    def _does_not_start(self, code: int) -> Unavailable:
        """What to say once it has ended at each start; its own last words are the reason."""
        if self.reading is not None:
            self.reading.join(1.0)
        said = self.output.last_words if self.output else ""
        times = self.failed_starts
        return Unavailable(
            "process-does-not-start",
            Text(
                f"{self.name} berakhir {times} kali segera setelah dimulai, terakhir dengan kode "
                f"{code}: {said}",
                f"{self.name} ended {times} times soon after its start, the last time with code "
                f"{code}: {said}",
            ),
        )


def longer_pause_s(pause_s: float) -> float:
    """The pause after another failure."""
    return min(pause_s * 2, _LONGEST_PAUSE_S)


class StopSignal:
    """SIGTERM and SIGINT, as something to wait for; SIGCHLD wakes the wait early."""

    def __init__(self) -> None:
        self.received = False
        self._woken = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, self._wake)

    def wait(self, seconds: float) -> bool:
        """Wait that long or until something happens; returns whether to stop."""
        if not self.received:
            self._woken.wait(seconds)
            self._woken.clear()
        return self.received

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.received = True
        self._woken.set()

    def _wake(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._woken.set()


def keep_running(
    children: Sequence[Child],
    stop: StopSignal,
    log: LogLines,
    ready: Callable[[], bool],
    on_ready: Callable[[], None],
    look_after: Callable[[], None] = lambda: None,
    on_stop: Callable[[], None] = lambda: None,
) -> None:
    """Start children in order, start again those that end, and at a signal end all in reverse.

    Args:
        children: what to run.
        stop: when to end.
        log: where we and they say what happens.
        ready: whether the whole answers; asked until it does.
        on_ready: called once, when it first does.
        look_after: called every second, for what is not a child of ours.
        on_stop: called once, before the first child is ended.

    Raises:
        Unavailable: `process-does-not-start`: one of them ends at each start; says why.
    """
    waiting_for_ready = True
    try:
        while not stop.received:
            look_after()
            now = time.monotonic()
            for child in children:
                child.ensure_running(now, log)
            if waiting_for_ready and ready():
                on_ready()
                waiting_for_ready = False
            stop.wait(0.1 if waiting_for_ready else 1.0)
    finally:
        on_stop()
        for child in reversed(children):
            child.stop(log)
        for child in children:
            if child.reading is not None:
                child.reading.join(1.0)


def answers_healthily(host: str, port: int) -> bool:
    """Whether a web process answers GET /healthz with 200.

    Args:
        host: name or address.
        port: of the process.

    Returns:
        False also where it has not answered within 2 s.
    """
    request = f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(request.encode())
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def is_port_taken(host: str, port: int) -> bool:
    """Whether something else listens there.

    Args:
        host: address that is to be bound.
        port: that is to be bound.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def work_in_rests() -> None:
    """Have this process, about to become another program, take what its machine has left.

    Where the kernel groups processes by session (sched(7), autogroup), a low priority counts within
    a session only: beside a server in another one, half of the machine would be its share.
    """
    end_with_parent()
    os.setsid()
    with contextlib.suppress(OSError):  # no such kernel, or not for us to say
        descriptor = os.open("/proc/self/autogroup", os.O_WRONLY)
        try:
            os.write(descriptor, _SESSION_NICENESS)
        finally:
            os.close(descriptor)


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Have this process get a signal should its parent die without a word."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
