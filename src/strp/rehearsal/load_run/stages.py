"""CPU time of each step of a day's work, measured on some of its filings in one process.

The same functions that the system runs, one step after the other over all filings, so that each
can be timed alone. What the database, the web server and waiting cost is not here: that comes from
the processes' own accounts (`day_meter`).
"""

import os
from collections.abc import Callable, Mapping, Sequence
from time import process_time
from typing import NamedTuple, TypeVar

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import QuotaUse
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR
from strp.domain.roster.check import RosterCheck
from strp.domain.roster.row import CheckedRow, WorkerRow
from strp.domain.screening.screen import screen
from strp.outside.phones import read_phone
from strp.outside.spreadsheets.json_reader import JsonRoster, read_json
from strp.usecases.certificates.issue import Issuer, to_sign_of
from strp.usecases.filing.placement import FilingDraft, PlacedRows, SealAll, place
from strp.usecases.process.personal_data import identity
from strp.usecases.process.system import System
from strp.usecases.rehearsal.load_run import nothing_before
from strp.usecases.rules.current import classification_today, region_codes

ROUNDS = 3
PAYLOAD_BYTES = 150  # as long as what is signed for a certificate

Made = TypeVar("Made")
Sound = list[tuple[WorkerRow, bytes]]


class StagedFiling(NamedTuple):
    """One filing between two steps."""

    work: FilingDraft
    roster: JsonRoster


class StageCosts(NamedTuple):
    """CPU microseconds by step.

    Args:
        intake: per worker sent.
        issuing: per certificate.
    """

    intake: Mapping[str, float]
    issuing: Mapping[str, float]


class Stages:
    """Times steps over the filings of a sample.

    Args:
        system: an installation with the day's employers and rules.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._seconds: dict[str, float] = {}

    async def measure(self, bodies: Sequence[tuple[int, bytes]]) -> "StageCosts":
        """CPU microseconds of each step.

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
        return StageCosts(
            {stage: seconds / rows * 1e6 for stage, seconds in self._seconds.items()},
            self._issue(works, sound),
        )

    async def _work(self, nib: int, number: int) -> FilingDraft:
        policy, employer, classification = await classification_today(self._system, Nib(nib))
        return FilingDraft(
            actor=OPERATOR,
            nib=Nib(nib),
            application_id=ApplicationId(number),
            submitted_at=self._system.clock(),
            body_digest=b"",
            source_format="json",
            policy=policy,
            employer=employer,
            classification=classification,
        )

    def _place(self, works: Sequence[FilingDraft], sound: Sequence[Sound]) -> None:
        def screen_all() -> None:
            for work, rows in zip(works, sound, strict=True):
                workers = [worker for worker, _ in rows]
                screen(workers, work.classification, QuotaUse(), work.employer.counted_staff)

        def place_all(seal_all: SealAll) -> None:
            for work, rows in zip(works, sound, strict=True):
                work.reset()
                place(work, rows, nothing_before(work.nib), PlacedRows(), seal_all)

        self._time("screen", screen_all)
        self._time("all", lambda: place_all(self._system.keys.seal_all))
        self._time("place", lambda: place_all(lambda plains, _: list(plains)))
        self._seconds["seal"] = self._seconds.pop("all") - self._seconds["place"]
        self._seconds["place"] -= self._seconds["screen"]

    def _issue(self, works: Sequence[FilingDraft], sound: Sequence[Sound]) -> dict[str, float]:
        """CPU microseconds of each step of issuing, per certificate."""
        self._seconds = {}
        system = self._system
        to_sign = [
            one
            for work, rows in zip(works, sound, strict=True)
            if work.states[WorkerState.APPROVED]
            for one in to_sign_of(system, work, [worker for worker, _ in rows])
        ]
        self._time("open", lambda: [one.claims(system.keys) for one in to_sign])
        key, payload = system.keys.signing[0], os.urandom(PAYLOAD_BYTES)
        self._time("sign", lambda: [key.sign(payload) for _ in to_sign])
        self._time("encode", lambda: list(Issuer(system).sign(to_sign)))
        self._seconds["encode"] -= self._seconds["open"] + self._seconds["sign"]
        return {name: s / max(1, len(to_sign)) * 1e6 for name, s in self._seconds.items()}

    def _time(self, stage: str, step: Callable[[], Made]) -> Made:
        """Run a step some times, and keep the shortest: others work on this machine too."""
        best, made = float("inf"), step()
        for _ in range(ROUNDS):
            began = process_time()
            made = step()
            best = min(best, process_time() - began)
        self._seconds[stage] = best
        return made
