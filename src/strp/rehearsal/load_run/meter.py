"""CPU time and memory of processes, read from the kernel (proc(5)) while a day runs."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

SAMPLE_EVERY_S = 0.25
_PROC = Path("/proc")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def cpu_s(process: int) -> float:
    """CPU seconds that a process has used; 0 where it is gone."""
    try:
        fields = (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
    except (OSError, IndexError):
        return 0.0


def all_cpu_s(parent: int) -> dict[str, float]:
    """CPU seconds of a process and all that descend from it, those that ended with them.

    Args:
        parent: process id.

    Returns:
        Seconds of `strp`, our processes, and of `postgres`.
    """
    found = {"strp": 0.0, "postgres": 0.0}
    for process in family(parent):
        try:
            name, _, rest = (_PROC / str(process) / "stat").read_text().rpartition(")")
        except OSError:
            continue
        ticks = sum(map(int, rest.split()[11:15]))  # its own, and of children that it waited for
        found["postgres" if "(postgres" in name else "strp"] += ticks / _TICKS_A_SECOND
    return found


def resident_bytes(process: int) -> int:
    """Resident memory of a process now; 0 where it is gone."""
    try:
        return int((_PROC / str(process) / "statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0


def family(parent: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(after_name[1]), []).append(int(folder.name))
        except (OSError, IndexError):
            continue
    found, waiting = [], [parent]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += children.get(process, [])
    return found


def command_of(process: int) -> str:
    """The command line of a process; empty where it is gone."""
    try:
        line = (_PROC / str(process) / "cmdline").read_bytes()
    except OSError:
        return ""
    return line.replace(b"\0", b" ").decode(errors="replace").strip()


class Meter:
    """Follows processes by what they do.

    Args:
        parents: whose families to follow, each with what says what a process does (by its number
            and command line), or None for one that does not count.
    """

    def __init__(self, parents: Mapping[int, Callable[[int, str], str | None]]) -> None:
        self._parents = dict(parents)
        self._roles: dict[int, str] = {}
        self._at_start: dict[int, float] = {}
        self._now: dict[int, float] = {}
        self.peak_bytes: dict[str, int] = {}
        self.peak_sum_bytes = 0
        self._summed: set[str] = set()

    def follow(self, parent: int, role_of: Callable[[int, str], str | None]) -> None:
        """Follow one more family.

        Args:
            parent: number of the process; all below it are followed with it.
            role_of: role by process number and command line; None for one that does not count.
        """
        self._parents[parent] = role_of

    def sum_memory_of(self, *roles: str) -> None:
        """Roles whose memory at one moment is summed into `peak_sum_bytes`."""
        self._summed = set(roles)

    def sample(self) -> None:
        """Look at all processes once."""
        resident: Counter[str] = Counter()
        for parent, role_of in self._parents.items():
            for process in family(parent):
                role = role_of(process, command_of(process))
                if role is None:
                    continue
                used = cpu_s(process)
                self._roles[process] = role
                self._at_start.setdefault(process, 0.0)
                self._now[process] = max(used, self._now.get(process, 0.0))
                resident[role] += resident_bytes(process)
        for role, size in resident.items():
            self.peak_bytes[role] = max(size, self.peak_bytes.get(role, 0))
        total = sum(size for role, size in resident.items() if role in self._summed)
        self.peak_sum_bytes = max(self.peak_sum_bytes, total)

    def start(self) -> None:
        """Count from now on."""
        self.sample()
        self._at_start = dict(self._now)
        self.peak_bytes, self.peak_sum_bytes = {}, 0

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds by role since the start."""
        used: dict[str, float] = {}
        for process, now in self._now.items():
            role = self._roles[process]
            used[role] = used.get(role, 0.0) + now - self._at_start.get(process, 0.0)
        return used

    async def run(self, every_s: float = SAMPLE_EVERY_S) -> None:
        """Sample until cancelled."""
        while True:
            self.sample()
            await asyncio.sleep(every_s)
