"""What a use case works with, handed in by the wiring."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from prometheus_client import Histogram

from strp.domain.certificates.authority import IssuingAuthority
from strp.domain.desk.reasons import DecisionReasons
from strp.domain.employers.employer import EmployerFacts
from strp.domain.identifiers import Nib
from strp.domain.regions import RegionCodes
from strp.domain.rules.policy import Period, Policy
from strp.domain.screening.sector_of import SectorClassification
from strp.outside.keys import KeyRing
from strp.outside.machine.places import Places, Share
from strp.settings import Settings
from strp.store.engine.database import Database
from strp.usecases.filing.batches import Intake
from strp.usecases.process.api_key_cache import ApiKeyCache
from strp.usecases.process.asked_employers import AskedEmployers
from strp.usecases.process.batched_lookups import BatchedLookups
from strp.usecases.process.decision_reasons import decision_reasons
from strp.usecases.process.epoch_numbers import SerialNumbers
from strp.usecases.process.event_loop import lag_histogram
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.kept_for import KeptFor
from strp.usecases.process.own_threads import OwnThreads
from strp.usecases.process.post import Post
from strp.usecases.process.recent import Recent
from strp.usecases.process.refusals import Refusals
from strp.usecases.process.request_times import RequestTimes
from strp.usecases.process.room_state import RoomState
from strp.usecases.process.session_cache import SessionCache
from strp.usecases.process.stored_numbers import StoredNumbers
from strp.usecases.process.supervise import Loops
from strp.usecases.process.trust_cache import TrustCache

PHOTOS = Share(at_once=2, each_at_once=1, waiting=16, each_waiting=4, longest_wait_s=6, rests=3)
"""One block of addresses never holds both processes, nor more than a quarter of one's time."""
DOCUMENTS = Share(at_once=2, each_at_once=1, waiting=16, each_waiting=4, longest_wait_s=3)
"""Evidence; one employer never holds both processes."""
PAPERS = Share(at_once=2, each_at_once=1, waiting=16, each_waiting=2, longest_wait_s=15)
"""Certificates of small applications; one of them never holds both processes."""
PAPER_WAITS = Share(at_once=4, each_at_once=1, waiting=0, each_waiting=0, longest_wait_s=0)
"""Requests that wait for the file of a large application: each holds one of the slots."""
REPORT_FILES = Share(at_once=1, each_at_once=1, waiting=4, each_waiting=4, longest_wait_s=60)
"""Reports of a city: one takes seconds of a core."""
SPREADSHEETS = Share(at_once=4, each_at_once=1, waiting=64, each_waiting=8, longest_wait_s=60)
# More than a city's employers that file on one day (22,283 did), at about a kilobyte each.
LIVE_FRESH_S: Final = 5.0
MOST_EMPLOYERS_KEPT: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The parts of one running installation.

    Args:
        settings: what the operator set.
        authority: who answers for what is issued.
        database: PostgreSQL.
        keys: seals, finds, tags, signs.
        clock: the time now, aware UTC.
        intake: puts filings into the database, many a transaction.
        bell: wakes those who issue certificates.
        reasons: why officials decide as they do.
        reference: rules and regions, read again when they change.
        known_keys: API keys looked up a moment ago.
        known_sessions: sessions looked up a moment ago.
        answering: questions to the database whether it answers.
        serials: serial numbers that this process gives.
        trust: keys, periods and status lists as last read.
        room: the waiting room as last read.
        post: what this process knows of the post.
        loops: what this process keeps doing, with heartbeats.
        lag: how late its event loop is.
        stored_numbers: what `/metrics` reads from the database, asked once at a time.
        refusals: how often it refused something.
        requests: how many it answered, and how long they took.
        asked: employers that were asked about and are not counted yet.
        photos: places for reading pictures that strangers send.
        spreadsheets: places for reading spreadsheets that employers file.
        documents: places for reading evidence that employers attach.
        report_files: places for writing reports as files.
        papers: places for setting the certificates of small applications on paper.
        paper_waits: places for requests that wait for those of large ones.
        paper_turns: sets of certificates that are set on paper at once in a process of their own.
        paper: threads that set certificates on paper.
        symbols: threads that draw QR symbols.
        lists: threads that pack and sign status lists.
        uploads: threads that put rosters on disk and begin to read them.
        corrections: threads that write corrections files.
        slow_hashes: the thread that hashes recovery codes; each takes 19 MiB.
        live: the figures of today, made once for all who watch.
        tickets_given: tickets of the waiting room that this process gave.
        counted_before: hits and tickets of this process that the database has.
    """

    settings: Settings
    authority: IssuingAuthority
    database: Database
    keys: KeyRing
    clock: Callable[[], datetime]
    intake: Intake
    bell: IssuerWakeup
    reasons: DecisionReasons = field(default_factory=decision_reasons)
    reference: "Reference" = field(default_factory=lambda: Reference())
    known_keys: ApiKeyCache = field(default_factory=ApiKeyCache)
    known_sessions: SessionCache = field(default_factory=SessionCache)
    stored_numbers: BatchedLookups[str, StoredNumbers] = field(default_factory=BatchedLookups)
    answering: BatchedLookups[str, bool] = field(default_factory=BatchedLookups)
    serials: SerialNumbers = field(default_factory=SerialNumbers)
    trust: TrustCache = field(default_factory=TrustCache)
    room: RoomState = field(default_factory=RoomState)
    post: Post = field(default_factory=Post)
    loops: Loops = field(default_factory=Loops)
    lag: Histogram = field(default_factory=lag_histogram)
    refusals: Refusals = field(default_factory=Refusals)
    requests: RequestTimes = field(default_factory=RequestTimes)
    asked: AskedEmployers = field(default_factory=AskedEmployers)
    photos: Places = field(default_factory=lambda: Places(PHOTOS))
    spreadsheets: Places = field(default_factory=lambda: Places(SPREADSHEETS))
    documents: Places = field(default_factory=lambda: Places(DOCUMENTS))
    report_files: Places = field(default_factory=lambda: Places(REPORT_FILES))
    papers: Places = field(default_factory=lambda: Places(PAPERS))
    paper_waits: Places = field(default_factory=lambda: Places(PAPER_WAITS))
    paper_turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    paper: OwnThreads = field(default_factory=lambda: OwnThreads("paper", 2))
    symbols: OwnThreads = field(default_factory=lambda: OwnThreads("symbols", 2))
    lists: OwnThreads = field(default_factory=lambda: OwnThreads("lists", 1))
    uploads: OwnThreads = field(default_factory=lambda: OwnThreads("uploads", 4))
    corrections: OwnThreads = field(default_factory=lambda: OwnThreads("corrections", 2))
    slow_hashes: OwnThreads = field(default_factory=lambda: OwnThreads("slow-hashes", 1))
    live: KeptFor[Any] = field(default_factory=lambda: KeptFor(LIVE_FRESH_S))
    tickets_given: Counter[str] = field(default_factory=Counter)
    counted_before: Counter[str] = field(default_factory=Counter)

    def __deepcopy__(self, memo: dict[int, object]) -> "System":
        """Itself: Litestar copies the routers that it registers, and an installation is one."""
        return self


@dataclass(slots=True, kw_only=True)
class Reference:
    """Rules, regions and employers as a process last read them from the database."""

    policies: tuple[Policy, ...] = ()
    periods: tuple[Period, ...] = ()
    regions: RegionCodes | None = None
    read_at: datetime | None = None
    documents: dict[str, dict[str, object]] = field(default_factory=dict)
    in_force: Policy | None = None
    in_force_on: date | None = None
    periods_today: tuple[date, tuple[Period, ...]] | None = None
    employers: Recent[Nib, tuple[EmployerFacts, datetime]] = field(
        default_factory=lambda: Recent(MOST_EMPLOYERS_KEPT)
    )
    asked_employers: BatchedLookups[Nib, EmployerFacts] = field(default_factory=BatchedLookups)
    classifications: Recent[Nib, tuple[Policy, EmployerFacts, SectorClassification]] = field(
        default_factory=lambda: Recent(MOST_EMPLOYERS_KEPT)
    )
