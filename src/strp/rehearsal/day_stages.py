"""CPU time of each step of a day's work, measured on some of its filings in one process.

The same functions that the system runs, one step after the other over all filings, so that each
can be timed alone. What the database, the web server and waiting cost is not here: that comes from
the processes' own accounts (`day_meter`).
"""

from collections.abc import Callable, Sequence
from time import process_time
from typing import NamedTuple, TypeVar

from strp.domain.account import OPERATOR
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.quota import QuotaUse
from strp.domain.roster import CheckedRow, WorkerRow
from strp.domain.roster_check import RosterCheck
from strp.domain.screening import screen
from strp.domain.sla import civil_day
from strp.outside.phones import read_phone
from strp.outside.roster_json import JsonRoster, read_json
from strp.usecases.account_day import nothing_before
from strp.usecases.placing import Filing, PlacedRows, SealAll, identity, place
from strp.usecases.rules import region_codes, ruling_today
from strp.usecases.system import System

Made = TypeVar("Made")
Sound = list[tuple[WorkerRow, bytes]]


class StagedFiling(NamedTuple):
    """One filing between two steps."""

    work: Filing
    roster: JsonRoster


class Stages:
    """Times steps over the filings of a sample.

    Args:
        system: an installation with the day's employers and rules.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._seconds: dict[str, float] = {}

    async def measure(self, bodies: Sequence[tuple[int, bytes]]) -> dict[str, float]:
        """CPU microseconds of each step per worker sent.

        Args:
            bodies: employer and JSON roster of each filing.
        """
        rosters = self._time("parse", lambda: [read_json(body) for _, body in bodies])
        works = [await self._work(nib, number) for number, (nib, _) in enumerate(bodies)]
        filings = [StagedFiling(*pair) for pair in zip(works, rosters, strict=True)]
        regions = await region_codes(self._system)
        today = civil_day(self._system.clock())

        def check(filing: StagedFiling) -> list[CheckedRow]:
            reader = RosterCheck(regions=regions, today=today, parse_phone=read_phone)
            checked = reader.check_records(filing.roster.workers)
            reader.finish()
            return checked

        checked = self._time("check", lambda: [check(filing) for filing in filings])
        index = self._system.keys.index
        sound: list[Sound] = self._time(
            "index",
            lambda: [
                [(row.worker, index(identity(row.worker))) for row in rows if row.worker]
                for rows in checked
            ],
        )
        self._place(works, sound)
        rows = sum(map(len, checked))
        return {stage: seconds / rows * 1e6 for stage, seconds in self._seconds.items()}

    async def _work(self, nib: int, number: int) -> Filing:
        policy, employer, ruling = await ruling_today(self._system, Nib(nib))
        return Filing(
            actor=OPERATOR,
            nib=Nib(nib),
            application_id=ApplicationId(number),
            submitted_at=self._system.clock(),
            body_digest=b"",
            source_format="json",
            policy=policy,
            employer=employer,
            ruling=ruling,
        )

    def _place(self, works: Sequence[Filing], sound: Sequence[Sound]) -> None:
        def screen_all() -> None:
            for work, rows in zip(works, sound, strict=True):
                workers = [worker for worker, _ in rows]
                screen(workers, work.ruling, QuotaUse(), work.employer.staff)

        def place_all(seal_all: SealAll) -> None:
            for work, rows in zip(works, sound, strict=True):
                work.reset()
                place(work, rows, nothing_before(work.nib), PlacedRows(), seal_all)

        self._time("screen", screen_all)
        self._time("all", lambda: place_all(self._system.keys.seal_all))
        self._time("encode", lambda: place_all(lambda plains, _: list(plains)))
        self._seconds["seal"] = self._seconds.pop("all") - self._seconds["encode"]
        self._seconds["encode"] -= self._seconds["screen"]

    def _time(self, stage: str, step: Callable[[], Made]) -> Made:
        began = process_time()
        made = step()
        self._seconds[stage] = process_time() - began
        return made
