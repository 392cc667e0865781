"""The morning of 5 July 2021 as the product would have counted it, and the brief at noon.

The filings are real: a system of its own takes them through the use cases of its doors, officers
decide what the rules put before them, and the counts are those that the product keeps. Only its
clock is walked through the morning. The crowd before the door is the simulation of the opening day:
its hits, visits, numbers, admissions and sign-ins are entered by the hour, as nginx's log and the
waiting room would have given them.

Source of the classes: Disnakertrans DKI Jakarta, 8 July 2021, by way of the press (docs/engine.md).
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from strp.domain.civil_time import WIB
from strp.domain.desk.brief import commas, dots
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict
from strp.domain.figures.hits import TICKETS, HitKind
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.rules.policy import Policy, SectorClass
from strp.domain.screening.sector_of import SectorOutcome, classification_of_codes
from strp.domain.text import Language, Text
from strp.outside.machine.postgres import bundled_postgres
from strp.rehearsal.load_run.officers import officer
from strp.rehearsal.load_run.own_system import HEADER
from strp.rehearsal.load_run.people import workers
from strp.rehearsal.load_run.plan import FIRST_NIB, SECTORS, DayEmployer, filing_size
from strp.rehearsal.surge.simulation import Plant, simulate
from strp.rehearsal.surge.visitor import FILES, ONLY_READS
from strp.settings import Settings
from strp.usecases.desk.brief import BriefForm, brief_file, make_brief
from strp.usecases.desk.figures import add_up
from strp.usecases.desk.review import decide_rest, take_next
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.database import migrate_database
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.operation.own_keys import settle_keys
from strp.usecases.process.system import System
from strp.usecases.rehearsal.crowd import enter_crowd
from strp.usecases.rules.current import policy_today
from strp.usecases.rules.eligibility import count_asked, tell_employer

DAY: Final = date(2021, 7, 5)
NOON_MINUTE: Final = 12 * 60
CLASSES: Final = (9_257, 13_026, 63_052)
"""Companies of Jakarta: essential, critical, others."""
OTHERS_WHO_FILE: Final = 0.12
"""Of all filings: 16,214 of 134,927 were refused until 14 July."""
OFFICERS: Final = 20
DECISIONS_AN_HOUR: Final = 40
AT_ONCE: Final = 100
STAFF: Final = 40_000
EDITION: Final = 2020
Build = Callable[[Settings, str], System]
Tell = Callable[[str], None]


@dataclass(slots=True)
class WalkedClock:
    """The time of the rehearsed day."""

    now: datetime = field(default=datetime.combine(DAY, time(0), WIB))

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """How large the morning is.

    Args:
        visitors: of the whole day, simulated.
        employers: in the registry.
        applications: filed until noon.
        seed: of everything that is drawn.
    """

    visitors: int
    employers: int
    applications: int
    seed: int = 20210705


async def brief_of_noon(
    morning: Morning, build: Build, tell: Tell, folder: Path, url: str
) -> Mapping[str, bytes]:
    """The brief of 5 July 2021 at noon, in both languages, by name of the file.

    Args:
        morning: how large it is.
        build: builds an installation on a database that runs.
        tell: shows progress.
        folder: of the rehearsal's own.
        url: of an empty database.
    """
    tell(f"{morning.visitors:,} visitors are simulated")
    minutes = simulate(morning.visitors, Plant(), tell=tell).minutes[:NOON_MINUTE]
    await migrate_database(url)
    await settle_keys(url, folder / "keys")
    clock = WalkedClock()
    system = replace(build(Settings(data_dir=str(folder), exercise=True), url), clock=clock)
    async with system.database:
        return await _Walk(morning, system, clock, tell).brief(minutes, folder)


@contextlib.contextmanager
def own_database() -> Iterator[tuple[Path, str]]:
    """A folder and a database of the rehearsal's own, removed with it."""
    with TemporaryDirectory(prefix="strp-brief-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with bundled_postgres(folder) as url:
            yield folder, url


class _Walk:
    def __init__(self, morning: Morning, system: System, clock: WalkedClock, tell: Tell) -> None:
        self._morning, self._system, self._clock, self._tell = morning, system, clock, tell
        self._random = Random(morning.seed)
        self._listed: list[Nib] = []
        self._others: list[Nib] = []
        self._person = 0
        self._filed = 0
        self._decisions = 0.0

    async def brief(
        self, minutes: Sequence[Mapping[str, float]], folder: Path
    ) -> Mapping[str, bytes]:
        await load_reference(self._system, OPERATOR)
        await self._register(folder)
        arrived = sum(minute["arrived_per_s"] for minute in minutes)
        due = 0.0
        for number, minute in enumerate(minutes):
            self._clock.now = _at(number)
            due += self._morning.applications * minute["arrived_per_s"] / arrived
            await self._file(int(due) - self._filed)
            await self._decide()
            if number % 60 == 59:
                await self._end_hour(number, minutes[number - 59 : number + 1])
        self._clock.now = _at(NOON_MINUTE)
        return await self._files()

    async def _register(self, folder: Path) -> None:
        path = folder / "employers.csv"
        employers = list(self._employers(await policy_today(self._system)))
        await asyncio.to_thread(
            path.write_text, HEADER + "".join(each.line() for each in employers)
        )
        self._tell(f"{len(employers):,} employers are registered")
        await import_employers(self._system, OPERATOR, path)

    def _employers(self, policy: Policy) -> Iterator[DayEmployer]:
        codes = _codes_by_class(policy)
        number = 0
        for share, (kind, choice) in zip(CLASSES, codes.items(), strict=True):
            for _ in range(round(self._morning.employers * share / sum(CLASSES))):
                nib = Nib(FIRST_NIB + number)
                (self._others if kind is None else self._listed).append(nib)
                yield DayEmployer(nib, self._random.choice(choice), STAFF)
                number += 1

    async def _file(self, count: int) -> None:
        """File so many rosters at this minute, as many at a time as a door would take in."""
        self._filed += count
        waiting = [self._filing() for _ in range(count)]
        for first in range(0, count, AT_ONCE):
            await asyncio.gather(*waiting[first : first + AT_ONCE])
        for _ in range(count):
            await tell_employer(self._system, self._random.choice(self._others))

    async def _filing(self) -> None:
        others = self._random.random() < OTHERS_WHO_FILE
        nib = self._random.choice(self._others if others else self._listed)
        size = filing_size(self._random)
        first, self._person = self._person, self._person + size
        digest = sha256(f"{nib} {first}".encode()).digest()[:16]
        people = list(workers(first, size))
        await file_workers(self._system, OPERATOR, nib, people, digest=digest)

    async def _decide(self) -> None:
        """Officers take what the rules put before them, from half past seven on."""
        if self._clock.now.astimezone(WIB).time() < time(7, 30):
            return
        self._decisions += OFFICERS * DECISIONS_AN_HOUR / 60
        while self._decisions >= 1:
            self._decisions -= 1
            actor = officer(1 + self._filed % OFFICERS)
            lease = await take_next(self._system, actor)
            if lease is None:
                return
            with_reason = (Decision.REFUSE, "identity-doubtful")
            try:
                if lease.application_id % 10:
                    await decide_rest(self._system, actor, lease.application_id, Decision.APPROVE)
                    continue
            except Conflict:  # sector or staff is unknown, or another official confirms
                pass
            await decide_rest(self._system, actor, lease.application_id, *with_reason)

    async def _end_hour(self, number: int, minutes: Sequence[Mapping[str, float]]) -> None:
        def sum_of(name: str) -> int:
            return round(sum(minute[name] for minute in minutes) * 60)

        visits, let_in = sum_of("arrived_per_s"), sum_of("admitted_per_s")
        hits = {
            HitKind.VISIT: visits,
            HitKind.POLL: sum_of("polls_per_s"),
            HitKind.OTHER: sum_of("requests_per_s"),
            TICKETS: round(visits * (1 - ONLY_READS)),
        }
        hour = _at(number - 59)
        accounts = round(let_in * FILES)
        await enter_crowd(self._system, hour, hits, let_in=let_in, accounts=accounts)
        await add_up(self._system)
        await count_asked(self._system)
        self._tell(f"{number // 60 + 1:02}:00 WIB, {self._filed:,} applications")

    async def _files(self) -> Mapping[str, bytes]:
        brief = await make_brief(self._system, OPERATOR, DAY.isoformat(), self._origin())
        found = {
            f"brief.{language}.{form}": await brief_file(self._system, brief, language, form)
            for language in Language
            for form in (BriefForm.HTML, BriefForm.PDF)
        }
        body = await brief_file(self._system, brief, Language.ID, BriefForm.JSON)
        return found | {"brief.json": body}

    def _origin(self) -> Text:
        visitors, employers = self._morning.visitors, self._morning.employers
        return Text(
            f"Gladi, bukan kejadian: {dots(visitors)} pengunjung disimulasikan untuk sehari penuh; "
            f"{dots(employers)} perusahaan dan semua pengajuan benar-benar diproses oleh STRP pada "
            "dua inti prosesor.",
            f"A rehearsal, nothing that happened: {commas(visitors)} visitors are simulated for "
            f"the whole day; {commas(employers)} employers and all filings were really processed "
            "by STRP on two cores.",
        )


def _at(minute: int) -> datetime:
    return datetime.combine(DAY, time(0), WIB) + timedelta(minutes=minute)


def _codes_by_class(policy: Policy) -> dict[SectorClass | None, list[str]]:
    """Business classes of the day's filings, by what the rules call them; None: neither."""
    found: dict[SectorClass | None, list[str]] = {
        SectorClass.ESSENTIAL: [],
        SectorClass.CRITICAL: [],
        None: [],
    }
    for code in (code for _, codes in SECTORS for code in codes):
        best = classification_of_codes(policy, [code], EDITION)
        if best.outcome is SectorOutcome.REFUSE:
            found[None].append(code)
        elif best.sector is not None and best.sector.class_ in found:
            found[best.sector.class_].append(code)
    return found
